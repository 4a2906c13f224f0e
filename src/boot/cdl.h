/* SPDX-License-Identifier: MIT */
/* The layouts of ECKD disks with the z/OS compatible layout (CDL), for the
 * table in layouts.c. May use: base, format, disk. */
#ifndef IPL_BOOT_CDL_H
#define IPL_BOOT_CDL_H

#include "boot/map.h"

extern const struct ipl_layout ipl_layout_cdl;
extern const struct ipl_layout ipl_layout_cdl_old;
extern const struct ipl_layout ipl_layout_cdl_ld; /* cdl_ld.c */

/* Whether @src is such a disk, and its block size: 1, 0 or an error. */
int ipl_cdl_find(struct ipl_src *src, unsigned *ret_size,
		 struct ipl_err *err) IPL_MUST_CHECK;

/* Name the programs of @map, whose block size is set, after the menu of the
 * same disk's stage 2, if it has one. */
int ipl_cdl_read_menu(struct ipl_map *map, struct ipl_err *err) IPL_MUST_CHECK;

#endif
