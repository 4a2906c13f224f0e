/* SPDX-License-Identifier: MIT */
/* Which zipl wrote a program, or whether s390-ipl install did, as far as the
 * program shows it.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_ORIGIN_H
#define IPL_BOOT_ORIGIN_H

#include "boot/map.h"

/* What writes programs like this one. */
struct ipl_origin {
	const char *text; /* "zipl 1.24 to 2.8"; NULL: not known */
	/* Its stage 3 is known to copy as long a command line as the kernel
	 * takes (zipl 2.20 does, but only 2.24 can be told from older ones). */
	bool has_long_cmdline;
};

/* Fails only when the disk cannot be read. */
int ipl_origin_find(const struct ipl_map *map, const struct ipl_program *prog,
		    struct ipl_origin *ret, struct ipl_err *err) IPL_MUST_CHECK;

/* Whether stage 3 is told of an environment block. Parameters of zipl 2.9 to
 * 2.17 have none in that place, but whatever was in memory. */
bool ipl_origin_has_environment(const struct ipl_stage3 *stage3);

#endif
