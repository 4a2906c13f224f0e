/* SPDX-License-Identifier: MIT */
/* What the programs of a map are: purposes, command line, kernel.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_DESCRIBE_H
#define IPL_BOOT_DESCRIBE_H

#include "boot/map.h"

/* Fill in what can be told about @prog from what it loads. Fails only when its
 * data cannot be read: what cannot be told is left out. */
int ipl_program_describe(const struct ipl_map *map, struct ipl_program *prog,
			 struct ipl_err *err) IPL_MUST_CHECK;

#endif
