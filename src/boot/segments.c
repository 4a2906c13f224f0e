/* SPDX-License-Identifier: MIT */
/* Block pointers and chains of segment tables (docs/formats/zipl.md).
 * May use: base, format, disk. */
#include "base/limits.h"
#include "boot/extent.h"
#include "boot/tables.h"

#include <inttypes.h>
#include <stdio.h>

void ipl_walk_wrap(const struct ipl_walk *walk, struct ipl_err *err,
		   const char *what, uint64_t off)
{
	ipl_err_at(err, what, off);
	ipl_err_wrap(err, "%s at block %" PRIu64 " (byte 0x%" PRIx64 ")", what,
		     off / walk->block_size, off);
}

/* What the message calls a block: by its address too, where it has one. */
struct block_name {
	char text[80];
};

static struct block_name name_block(const struct ipl_walk *walk,
				    const struct zipl_ptr *ptr, uint64_t block)
{
	struct block_name name;

	if (walk->ptr->has_chs)
		snprintf(name.text, sizeof(name.text),
			 "block %" PRIu64 " (cylinder %" PRIu32
			 ", head %u, record %u; ",
			 block, ptr->chs.cyl, ptr->chs.head, ptr->chs.sec);
	else
		snprintf(name.text, sizeof(name.text), "block %" PRIu64 " (",
			 block);
	return name;
}

static int past_the_end(const struct ipl_walk *walk, const struct zipl_ptr *ptr,
			uint64_t block, struct ipl_err *err)
{
	uint64_t byte;

	if (__builtin_mul_overflow(block, walk->block_size, &byte))
		ipl_fail(err, IPL_ERANGE,
			 "points at block %" PRIu64 ", beyond any disk", block);
	else
		ipl_fail(err, IPL_ERANGE,
			 "points at %" PRIu32 " blocks from %sbyte 0x%" PRIx64
			 ") on, past the end of the disk, "
			 "which has %" PRIu64 " blocks (%" PRIu64 " bytes)",
			 ptr->count, name_block(walk, ptr, block).text, byte,
			 walk->src->size / walk->block_size, walk->src->size);
	ipl_err_advise(err, "the image may be truncated: take a full copy of "
			    "the disk; otherwise run zipl again");
	return IPL_ERANGE;
}

int ipl_walk_place(const struct ipl_walk *walk, const struct zipl_ptr *ptr,
		   struct ipl_extent *ret, struct ipl_err *err)
{
	struct ipl_extent x = { .zero = ptr->kind == ZIPL_PTR_ZEROS };
	uint64_t block = ptr->block;
	uint64_t end;

	if (ptr->kind == ZIPL_PTR_NULL) {
		*ret = x;
		return 0;
	}
	x.len = (uint64_t)ptr->count * walk->block_size;
	if (!x.zero && walk->ptr->has_chs) {
		int rc = zipl_chs_block(&walk->geo, &ptr->chs, &block, err);

		if (rc)
			return rc;
	}
	if (!x.zero &&
	    (__builtin_mul_overflow(block, walk->block_size, &x.off) ||
	     __builtin_add_overflow(x.off, x.len, &end) ||
	     end > walk->src->size))
		return past_the_end(walk, ptr, block, err);
	*ret = x;
	return 0;
}

int ipl_walk_resolve(const struct ipl_walk *walk, const struct zipl_ptr *ptr,
		     struct ipl_extent *ret, struct ipl_err *err)
{
	if (ptr->kind != ZIPL_PTR_NULL && walk->ptr->has_size &&
	    ptr->size != walk->block_size)
		return ipl_fail(err, IPL_EBAD,
				"wrong block size: found %u, expected %u",
				ptr->size, walk->block_size);
	return ipl_walk_place(walk, ptr, ret, err);
}

int ipl_walk_table(const struct ipl_walk *walk, const struct zipl_ptr *ptr,
		   struct ipl_extent *ret, struct ipl_err *err)
{
	if (ptr->kind != ZIPL_PTR_RUN) {
		*ret = (struct ipl_extent){ 0 };
		return 0;
	}
	return ipl_walk_resolve(walk, ptr, ret, err);
}

/* Finds a chain that comes back, without a list of what was seen: a mark is
 * left behind at ever longer intervals (Brent), and the walk meets it. */
struct trail {
	uint64_t mark;
	unsigned steps;
	unsigned interval;
};

static bool trail_meets(struct trail *t, uint64_t off)
{
	if (off == t->mark)
		return true;
	if (++t->steps == t->interval) {
		t->mark = off;
		t->steps = 0;
		t->interval *= 2;
	}
	return false;
}

static int spend_table(struct ipl_walk *walk, unsigned chain,
		       struct ipl_err *err)
{
	if (chain > IPL_MAX_CHAIN)
		return ipl_fail(err, IPL_ELIMIT,
				"chain of more than %u segment tables",
				IPL_MAX_CHAIN);
	if (walk->tables_left == 0)
		return ipl_fail(err, IPL_ELIMIT,
				"more than %u segment tables on the disk",
				IPL_MAX_TABLES);
	walk->tables_left--;
	return 0;
}

static int add_run(struct ipl_walk *walk, const struct zipl_ptr *ptr,
		   struct ipl_component *comp, size_t *capacity,
		   struct ipl_err *err)
{
	size_t before = comp->n_extents;
	struct ipl_extent x = { 0 };
	int rc;

	rc = ipl_walk_resolve(walk, ptr, &x, err);
	if (rc)
		return rc;
	if (x.len > IPL_MAX_COMPONENT - comp->len)
		return ipl_fail(err, IPL_ELIMIT,
				"component of more than %" PRIu64 " bytes",
				IPL_MAX_COMPONENT);
	if (walk->extents_left == 0)
		return ipl_fail(err, IPL_ELIMIT,
				"more than %u extents on the disk",
				IPL_MAX_EXTENTS);
	rc = ipl_extent_append(comp, capacity, &x, err);
	if (rc)
		return rc;
	comp->len += x.len;
	walk->extents_left -= comp->n_extents - before;
	return 0;
}

/* Take in the table at @off and step to the next one: *@ret_next has length 0
 * at the end of the chain. */
static int read_table(struct ipl_walk *walk, uint64_t off,
		      struct ipl_component *comp, size_t *capacity,
		      struct ipl_extent *ret_next, struct ipl_err *err)
{
	uint8_t block[ZIPL_BLOCK_MAX];
	struct zipl_segment_table table;
	struct ipl_span in = { block, walk->block_size, off };
	size_t slot;
	int rc;

	rc = ipl_src_read(walk->src, off, block, walk->block_size, err);
	if (!rc)
		rc = zipl_segment_table_decode(walk->ptr, in, &table, err);
	if (rc)
		return rc;
	for (slot = 0; !rc && slot < table.n; slot++)
		rc = add_run(walk, &table.data[slot], comp, capacity, err);
	if (rc) {
		ipl_err_wrap(err, "slot %zu", slot - 1);
		return rc;
	}
	rc = ipl_walk_table(walk, &table.chain, ret_next, err);
	if (rc)
		ipl_err_wrap(err, "chain pointer");
	return rc;
}

int ipl_segments_read(struct ipl_walk *walk, uint64_t off,
		      struct ipl_component *comp, struct ipl_err *err)
{
	struct ipl_extent next = { .off = off, .len = walk->block_size };
	struct trail trail = { .mark = off, .interval = 1 };
	size_t capacity = 0;

	for (unsigned chain = 1; next.len; chain++) {
		int rc = spend_table(walk, chain, err);

		off = next.off;
		if (!rc)
			rc = read_table(walk, off, comp, &capacity, &next, err);
		if (!rc && next.len && trail_meets(&trail, next.off))
			rc = ipl_fail(err, IPL_ELOOP,
				      "the chain comes back to block %" PRIu64
				      " (byte 0x%" PRIx64 ")",
				      next.off / walk->block_size, next.off);
		if (rc) {
			ipl_walk_wrap(walk, err, "segment table", off);
			return rc;
		}
	}
	return 0;
}
