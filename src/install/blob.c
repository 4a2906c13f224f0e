/* SPDX-License-Identifier: MIT */
/* Building a boot map: blocks of the area, what is in them, and segment tables.
 * May use: base, format, disk. */
#include "install/blob.h"

#include "base/cleanup.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

uint64_t ipl_blob_blocks(const struct ipl_build *b, uint64_t len)
{
	return (len + b->target->block_size - 1) / b->target->block_size;
}

/* --- blocks --- */

static int no_room(const struct ipl_build *b, struct ipl_err *err)
{
	return ipl_fail(err, IPL_ELIMIT,
			"%" PRIu64 " blocks are not enough for the boot map",
			b->area.sum);
}

/* As many of @count blocks as there are in one piece. */
static int take_some(struct ipl_build *b, uint64_t count,
		     struct ipl_region *ret, struct ipl_err *err)
{
	struct ipl_area *a = &b->area;
	uint64_t left;

	while (a->at < a->n_runs && a->taken == a->runs[a->at].count) {
		a->at++;
		a->taken = 0;
	}
	if (a->at == a->n_runs)
		return no_room(b, err);
	left = a->runs[a->at].count - a->taken;
	*ret = (struct ipl_region){ a->runs[a->at].first + a->taken,
				    count < left ? count : left };
	a->taken += ret->count;
	return 0;
}

int ipl_build_block(struct ipl_build *b, uint64_t *ret, struct ipl_err *err)
{
	struct ipl_region r = { 0 };
	int rc = take_some(b, 1, &r, err);

	if (!rc)
		*ret = r.first;
	return rc;
}

int ipl_blob_add_run(struct ipl_blob *blob, struct ipl_region run,
		     struct ipl_err *err)
{
	struct ipl_region *more =
		reallocarray(blob->runs, blob->n_runs + 1, sizeof(*more));

	if (!more)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	blob->runs = more;
	blob->runs[blob->n_runs++] = run;
	return 0;
}

/* New blocks for @len bytes. */
static int take(struct ipl_build *b, uint64_t len, struct ipl_blob *blob,
		struct ipl_err *err)
{
	uint64_t left = ipl_blob_blocks(b, len);
	int rc = 0;

	while (!rc && left) {
		struct ipl_region r;

		rc = take_some(b, left, &r, err);
		if (!rc)
			rc = ipl_blob_add_run(blob, r, err);
		if (!rc)
			left -= r.count;
	}
	return rc;
}

struct zipl_ptr ipl_build_ptr(const struct ipl_build *b, unsigned set,
			      uint64_t block, uint64_t count)
{
	struct zipl_ptr ptr = { .kind = ZIPL_PTR_RUN,
				.count = (uint32_t)count };

	if (b->target->scheme->sets[set]->has_chs)
		ptr.chs = zipl_block_chs(&b->target->geo, block);
	else
		ptr.block = block;
	if (b->target->scheme->sets[set]->has_size)
		ptr.size = (uint16_t)b->target->block_size;
	return ptr;
}

int ipl_build_put(struct ipl_build *b, uint64_t block, const void *data,
		  size_t len, const char *what, struct ipl_err *err)
{
	uint8_t bytes[ZIPL_BLOCK_MAX] = { 0 };

	memcpy(bytes, data, len);
	return ipl_writes_add(b->writes, block * b->target->block_size, bytes,
			      b->target->block_size, what, err);
}

int ipl_build_record(struct ipl_build *b, uint64_t block, size_t off,
		     const void *data, size_t len, const char *what,
		     struct ipl_err *err)
{
	uint64_t at = block * b->target->block_size;
	uint8_t bytes[ZIPL_BLOCK_MAX];
	int rc;

	rc = ipl_src_read(b->target->src, at, bytes, b->target->block_size,
			  err);
	if (rc)
		return rc;
	memcpy(bytes + off, data, len);
	return ipl_writes_add_record(b->writes, at, bytes,
				     b->target->block_size, what, err);
}

/* --- data --- */

int ipl_blob_put_data(struct ipl_build *b, const void *data, size_t len,
		      const char *what, struct ipl_blob *blob,
		      struct ipl_err *err)
{
	size_t unit = b->target->block_size;
	size_t size = (size_t)ipl_blob_blocks(b, len) * unit;
	auto_free uint8_t *bytes = calloc(1, size ? size : 1);
	size_t done = 0;
	int rc;

	if (!bytes)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	memcpy(bytes, data, len);
	rc = take(b, len, blob, err);
	for (size_t i = 0; !rc && i < blob->n_runs; i++) {
		size_t part = (size_t)blob->runs[i].count * unit;

		rc = ipl_writes_add(b->writes, blob->runs[i].first * unit,
				    bytes + done, part, what, err);
		done += part;
	}
	return rc;
}

/* An area in several pieces has the file in pieces too. */
int ipl_blob_put_file(struct ipl_build *b, const struct ipl_install_file *file,
		      struct ipl_blob *blob, struct ipl_err *err)
{
	const char *what = file->is_kernel ? "kernel" : "ramdisk";
	uint64_t unit = b->target->block_size, done = 0;
	int rc = take(b, file->len, blob, err);

	for (size_t i = 0; !rc && i < blob->n_runs; i++) {
		uint64_t part = blob->runs[i].count * unit;

		rc = ipl_writes_add_file(b->writes, blob->runs[i].first * unit,
					 part, file->src, done, what, err);
		done += part;
	}
	return rc;
}

int ipl_blob_refer(const struct ipl_install_file *file, struct ipl_blob *blob,
		   struct ipl_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < file->n_runs; i++)
		rc = ipl_blob_add_run(blob, file->runs[i], err);
	return rc;
}

static int get_zero_block(struct ipl_build *b, struct ipl_err *err)
{
	uint8_t none = 0;
	int rc;

	if (b->zero_block)
		return 0;
	rc = ipl_build_block(b, &b->zero_block, err);
	if (!rc)
		rc = ipl_build_put(b, b->zero_block, &none, 1,
				   "zeros, for holes in files", err);
	return rc;
}

/* --- segment tables --- */

/* Pointers, on their way into tables. */
struct segments {
	struct zipl_ptr *v;
	size_t n;
};

static int add_segment(struct segments *s, const struct zipl_ptr *ptr,
		       struct ipl_err *err)
{
	struct zipl_ptr *more = s->v;

	/* 32, 64, 128... */
	if (s->n == 0 || (s->n >= 32 && (s->n & (s->n - 1)) == 0))
		more = reallocarray(s->v, s->n ? 2 * s->n : 32, sizeof(*more));
	if (!more)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	s->v = more;
	s->v[s->n++] = *ptr;
	return 0;
}

/* How many of @count blocks from @block on one pointer can name: on ECKD none
 * goes beyond a track. */
static uint64_t run_part(const struct ipl_build *b, uint64_t block,
			 uint64_t count)
{
	uint64_t max = b->target->scheme->run_max;

	if (b->target->geo.sectors) {
		uint64_t left =
			b->target->geo.sectors - block % b->target->geo.sectors;

		max = left < max ? left : max;
	}
	return count < max ? count : max;
}

static int list_run(struct ipl_build *b, unsigned set,
		    const struct ipl_region *run, struct segments *s,
		    struct ipl_err *err)
{
	uint64_t done = 0;
	int rc = 0;

	if (run->first == IPL_HOLE)
		rc = get_zero_block(b, err);
	while (!rc && done < run->count) {
		bool hole = run->first == IPL_HOLE;
		uint64_t at = hole ? b->zero_block : run->first + done;
		uint64_t part = hole ? 1 : run_part(b, at, run->count - done);
		struct zipl_ptr ptr = ipl_build_ptr(b, set, at, part);

		rc = add_segment(s, &ptr, err);
		done += part;
	}
	return rc;
}

/* Write the tables for @s, chained; *@ret points at the first. */
static int put_segments(struct ipl_build *b, unsigned set,
			const struct segments *s, struct zipl_ptr *ret,
			struct ipl_err *err)
{
	const struct zipl_ptr_format *format = b->target->scheme->sets[set];
	size_t unit = b->target->block_size;
	size_t room = unit / format->len - 1;
	struct zipl_segment_table table;
	uint64_t block, next = 0;
	int rc = ipl_build_block(b, &block, err);

	if (!rc)
		*ret = ipl_build_ptr(b, set, block, 1);
	for (size_t done = 0; !rc && done < s->n; done += table.n) {
		uint8_t bytes[ZIPL_BLOCK_MAX];
		struct ipl_wr w = { .p = bytes, .len = unit };

		table.n = s->n - done < room ? s->n - done : room;
		table.chain = (struct zipl_ptr){ .kind = ZIPL_PTR_NULL };
		memcpy(table.data, s->v + done, table.n * sizeof(*s->v));
		if (done + table.n < s->n) {
			rc = ipl_build_block(b, &next, err);
			table.chain = ipl_build_ptr(b, set, next, 1);
		}
		zipl_segment_table_encode(format, &w, unit, &table);
		if (!rc)
			rc = ipl_build_put(b, block, bytes, unit,
					   "segment table", err);
		block = next;
	}
	return rc;
}

int ipl_blob_put_tables(struct ipl_build *b, struct ipl_blob *blob,
			struct ipl_err *err)
{
	int rc = 0;

	for (unsigned set = 0; !rc && set < b->target->scheme->n_sets; set++) {
		struct segments s = { 0 };

		for (size_t i = 0; !rc && i < blob->n_runs; i++)
			rc = list_run(b, set, &blob->runs[i], &s, err);
		if (!rc)
			rc = put_segments(b, set, &s, &blob->table[set], err);
		free(s.v);
	}
	return rc;
}
