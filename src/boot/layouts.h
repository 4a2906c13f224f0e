/* SPDX-License-Identifier: MIT */
/* Finding the layout that a disk has. May use: base, format, disk. */
#ifndef IPL_BOOT_LAYOUTS_H
#define IPL_BOOT_LAYOUTS_H

#include "boot/map.h"

/* The layout of @map's source, or the one that its options name. IPL_EUNSUP when
 * there is none: the message says what is there instead. */
int ipl_layout_find(const struct ipl_map *map, const struct ipl_layout **ret,
		    struct ipl_err *err) IPL_MUST_CHECK;

#endif
