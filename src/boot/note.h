/* SPDX-License-Identifier: MIT */
/* Notes: what is worth knowing about a disk that can be used all the same.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_NOTE_H
#define IPL_BOOT_NOTE_H

#include "boot/map.h"

/* The codes; they are stable. */
#define IPL_NOTE_NO_MENU      "no-menu"
#define IPL_NOTE_MENU_TEXT    "menu-text"
#define IPL_NOTE_OTHER_BAD    "other-map-damaged"
#define IPL_NOTE_OTHER_DIFFER "other-map-differs"
#define IPL_NOTE_FIRST_BAD    "first-map-damaged"
#define IPL_NOTE_DUMP	      "dump-partition"
#define IPL_NOTE_SEGMENT      "segment-lost"
#define IPL_NOTE_DESCRIPTION  "description"
#define IPL_NOTE_CATALOG      "boot-catalog"

/* Add a note to @map. */
int ipl_note_add(struct ipl_map *map, const char *code, struct ipl_err *err,
		 const char *fmt, ...) IPL_PRINTF(4, 5) IPL_MUST_CHECK;

#endif
