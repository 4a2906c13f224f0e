/* SPDX-License-Identifier: MIT */
/* Holes of files, and what zipl makes of them.
 * May use: base, format, disk. */
#include "boot/holes.h"

/* The smallest block of ext2 to ext4 and Btrfs. */
#define FS_BLOCK_MIN 1024

/* zipl names one block of zeros for each block of a hole in a file: the same
 * block twice in a row is such a hole. */
static bool is_hole(const struct ipl_component *comp, size_t i, unsigned bs)
{
	const struct ipl_extent *x = &comp->extents[i];

	if (x->zero)
		return true;
	return x->len == bs && i && comp->extents[i - 1].len == bs &&
	       comp->extents[i - 1].off == x->off;
}

struct ipl_foreign ipl_foreign_find(const struct ipl_component *comp,
				    unsigned block_size)
{
	struct ipl_foreign ret = { 0 };
	uint64_t at = 0;

	for (size_t i = 0; i < comp->n_extents; i++) {
		if (i && at % FS_BLOCK_MIN &&
		    is_hole(comp, i - 1, block_size) &&
		    !is_hole(comp, i, block_size) && ret.n++ == 0)
			ret.first = at;
		at += comp->extents[i].len;
	}
	return ret;
}
