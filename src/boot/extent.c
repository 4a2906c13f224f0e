/* SPDX-License-Identifier: MIT */
/* Lists of extents: the bytes of a component, piece by piece on the disk.
 * May use: base, disk. */
#include "boot/extent.h"

#include "base/cleanup.h"

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

/* Extents that lie close together on the disk are read in one piece, foreign
 * blocks between them included: a fragmented file costs a request an extent
 * otherwise, each a seek or a message to a server. */
#define GAP_MAX	 16384
#define SPAN_MAX (UINT64_C(1) << 20)

/* One read of part of a component. */
struct reader {
	struct ipl_src *src;
	struct ipl_extent_pos pos;
	uint8_t *to;
	size_t len;
};

void ipl_extent_skip(struct ipl_extent_pos *pos, uint64_t len)
{
	pos->off += len;
	while (pos->n && pos->off >= pos->x->len) {
		pos->off -= pos->x->len;
		pos->x++;
		pos->n--;
	}
}

/* Where on the disk the next part is. */
static uint64_t disk_off(const struct reader *r)
{
	return r->pos.x->off + r->pos.off;
}

static size_t first_part(const struct reader *r)
{
	uint64_t part = r->pos.x->len - r->pos.off;

	return part < r->len ? (size_t)part : r->len;
}

/* The next part is dealt with. */
static void advance(struct reader *r, size_t part)
{
	r->to += part;
	r->len -= part;
	ipl_extent_skip(&r->pos, part);
}

/* How many bytes of the disk one read should take from the next part on, and
 * how many bytes of ours are in there. */
static size_t span(const struct reader *r, size_t *ret_ours)
{
	uint64_t start = disk_off(r);
	uint64_t ours = first_part(r), end = start + ours;

	for (size_t i = 1; i < r->pos.n && ours < r->len; i++) {
		const struct ipl_extent *x = &r->pos.x[i];
		uint64_t part = r->len - ours;

		if (part > x->len)
			part = x->len;
		if (x->zero || x->off < end || x->off - end > GAP_MAX ||
		    x->off + part - start > SPAN_MAX)
			break;
		ours += part;
		end = x->off + part;
	}
	*ret_ours = (size_t)ours;
	return (size_t)(end - start);
}

/* Read @len bytes of the disk from the next part on, and hand out the @ours
 * bytes among them that belong to the component. */
static int read_span(struct reader *r, size_t len, size_t ours,
		     struct ipl_err *err)
{
	auto_free uint8_t *buf = malloc(len);
	uint64_t start = disk_off(r);
	size_t end = r->len - ours;
	int rc;

	if (!buf)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	rc = ipl_src_read(r->src, start, buf, len, err);
	while (!rc && r->len > end) {
		size_t part = first_part(r);

		memcpy(r->to, buf + (disk_off(r) - start), part);
		advance(r, part);
	}
	return rc;
}

static int read_part(struct reader *r, struct ipl_err *err)
{
	size_t part = first_part(r), len, ours;
	int rc;

	if (r->pos.x->zero) {
		memset(r->to, 0, part);
		advance(r, part);
		return 0;
	}
	len = span(r, &ours);
	/* a bad foreign block is no reason to fail: then one by one */
	if (len > part && !read_span(r, len, ours, NULL))
		return 0;
	rc = ipl_src_read(r->src, disk_off(r), r->to, part, err);
	if (!rc)
		advance(r, part);
	return rc;
}

int ipl_extent_read(struct ipl_src *src, const struct ipl_extent_pos *pos,
		    void *buf, size_t len, struct ipl_err *err)
{
	struct reader r = { .src = src, .pos = *pos, .to = buf, .len = len };
	int rc = 0;

	ipl_extent_skip(&r.pos, 0);
	while (!rc && r.pos.n && r.len)
		rc = read_part(&r, err);
	if (!rc && r.len)
		rc = ipl_fail(err, IPL_ERANGE,
			      "%zu bytes past the end of a component", r.len);
	return rc;
}
