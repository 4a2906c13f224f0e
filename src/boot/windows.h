/* SPDX-License-Identifier: MIT */
/* Where file systems may be on a disk with a boot map: its partitions.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_WINDOWS_H
#define IPL_BOOT_WINDOWS_H

#include "boot/map.h"

struct ipl_window {
	uint64_t off; /* bytes in the source */
	uint64_t len;
};

/* As many as are looked at; a disk for booting has one to three. */
#define IPL_WINDOWS_MAX 16u

/* Fill in @ret and return how many there are. What cannot be read, or makes no
 * sense, is left out: to whoever looks for titles it is all the same. */
size_t ipl_windows_find(const struct ipl_map *map,
			struct ipl_window ret[IPL_WINDOWS_MAX]);

#endif
