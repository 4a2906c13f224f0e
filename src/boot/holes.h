/* SPDX-License-Identifier: MIT */
/* Holes of files, and what zipl makes of them.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_HOLES_H
#define IPL_BOOT_HOLES_H

#include "boot/map.h"

/* Where foreign blocks are loaded in place of zeros. */
struct ipl_foreign {
	size_t n;	/* holes that end with some; 0: none are known */
	uint64_t first; /* the byte of the component where the first begin */
};

/*
 * zipl 2.18 to 2.43, where the blocks of the disk are smaller than those of the
 * file system: the last blocks of a hole name the disk blocks in front of the
 * next piece of the file instead of zeros. Then the run behind the hole begins
 * in the middle of a block of the file system. With 512-byte blocks that can be
 * told (only XFS can be made with blocks as small); blocks of 1 KiB and more may
 * be whole ones of the file system, and nothing is said about them.
 */
struct ipl_foreign ipl_foreign_find(const struct ipl_component *comp,
				    unsigned block_size);

#endif
