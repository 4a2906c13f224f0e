/* SPDX-License-Identifier: MIT */
/* Lists of extents: the bytes of a component, piece by piece on the disk.
 * May use: base, disk. */
#include "boot/extent.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int make_room(struct ipl_component *comp, size_t *capacity,
		     struct ipl_err *err)
{
	size_t wanted = *capacity ? *capacity * 2 : 4;
	struct ipl_extent *p;

	if (comp->n_extents < *capacity)
		return 0;
	p = reallocarray(comp->extents, wanted, sizeof(*p));
	if (!p)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	comp->extents = p;
	*capacity = wanted;
	return 0;
}

int ipl_extent_append(struct ipl_component *comp, size_t *capacity,
		      const struct ipl_extent *x, struct ipl_err *err)
{
	struct ipl_extent *last;
	int rc;

	if (comp->n_extents) {
		last = &comp->extents[comp->n_extents - 1];
		if (last->zero == x->zero &&
		    (x->zero || last->off + last->len == x->off)) {
			last->len += x->len;
			return 0;
		}
	}
	rc = make_room(comp, capacity, err);
	if (rc)
		return rc;
	comp->extents[comp->n_extents++] = *x;
	return 0;
}

int ipl_extent_read(struct ipl_src *src, const struct ipl_extent *x, size_t n,
		    uint64_t off, void *buf, size_t len, struct ipl_err *err)
{
	uint8_t *to = buf;

	for (; n && len; n--, x++) {
		size_t part = len;
		int rc = 0;

		if (off >= x->len) {
			off -= x->len;
			continue;
		}
		if (part > x->len - off)
			part = (size_t)(x->len - off);
		if (x->zero)
			memset(to, 0, part);
		else
			rc = ipl_src_read(src, x->off + off, to, part, err);
		if (rc)
			return rc;
		to += part;
		len -= part;
		off = 0;
	}
	if (len)
		return ipl_fail(err, IPL_ERANGE,
				"%zu bytes past the end of a component", len);
	return 0;
}
