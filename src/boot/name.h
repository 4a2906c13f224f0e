/* SPDX-License-Identifier: MIT */
/* What the programs of a map are called.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_NAME_H
#define IPL_BOOT_NAME_H

#include "boot/map.h"

/* Give each program of @map its name, when all are described: the title, what
 * the menu on the disk says, else the version of the kernel, and, where several
 * programs have the same one, the kernel parameters that not all of them have.
 * A damaged one may have none. Names that were there are released. */
int ipl_names_make(struct ipl_map *map, struct ipl_err *err) IPL_MUST_CHECK;

#endif
