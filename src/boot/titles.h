/* SPDX-License-Identifier: MIT */
/* Titles of programs that the boot map does not name: from boot loader entries
 * in a file system on the disk. May use: base, format, disk. */
#ifndef IPL_BOOT_TITLES_H
#define IPL_BOOT_TITLES_H

#include "boot/map.h"

/* Look for titles of those programs of @map, and of its other one, that have
 * neither a title nor a name in the menu on the disk: of the entry that has the
 * same kernel parameters, and the same kernel if more than one has; else of the
 * only one with the same kernel. All names are made anew.
 *
 * This reads file systems, by libext2fs, of disks that are not to be trusted, and
 * takes some milliseconds: an IPL without a menu does without it. What is wrong
 * with a file system keeps titles away and is no error, and so does one that wants
 * more than IPL_MAX_TITLES_READ bytes to be read: fails only when memory is out. */
int ipl_titles_find(struct ipl_map *map, struct ipl_err *err) IPL_MUST_CHECK;

#endif
