/* SPDX-License-Identifier: MIT */
/* Lists of extents: the bytes of a component, piece by piece on the disk.
 * May use: base, disk. */
#ifndef IPL_BOOT_EXTENT_H
#define IPL_BOOT_EXTENT_H

#include "boot/map.h"

/* Append @x to the extents of @comp; it melts into the last one where that
 * ends right in front of it on the disk too. @capacity is what the array has
 * room for, 0 at first. Sums are the caller's: @comp->len stays. */
int ipl_extent_append(struct ipl_component *comp, size_t *capacity,
		      const struct ipl_extent *x,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* A place in a component: byte @off of the first of @n extents at @x. */
struct ipl_extent_pos {
	const struct ipl_extent *x;
	size_t n;
	uint64_t off;
};

/* Go on by @len bytes; past the last extent n is 0. */
void ipl_extent_skip(struct ipl_extent_pos *pos, uint64_t len);

/* Read @len bytes from @pos on, with one read of the source for what lies close
 * together there. A range past the end is IPL_ERANGE. */
int ipl_extent_read(struct ipl_src *src, const struct ipl_extent_pos *pos,
		    void *buf, size_t len, struct ipl_err *err) IPL_MUST_CHECK;

#endif
