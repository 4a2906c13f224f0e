/* SPDX-License-Identifier: MIT */
/* Disks with two boot maps: comparing them. May use: base, format, disk. */
#ifndef IPL_BOOT_ROUTES_H
#define IPL_BOOT_ROUTES_H

#include "boot/map.h"

/* Give @map the second map @other of the same disk, and say in a note if the
 * two disagree. Where they do, a program of the list-directed map loses the
 * name that it has from the other one's menu. */
int ipl_routes_join(struct ipl_map *map, struct ipl_map *other,
		    struct ipl_err *err) IPL_MUST_CHECK;

#endif
