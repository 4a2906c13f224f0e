/* SPDX-License-Identifier: MIT */
/* Where the channel programs of a DASD read zipl's stage 2 from.
 * May use: base. */
#include "format/zipl_stage1.h"

#include "base/rd.h"

#include <string.h>

/* 2 bytes 0, CCHH, record, 1 byte 0 */
static bool get_seek(struct ipl_rd *r, struct zipl_ptr *ret)
{
	struct zipl_ptr ptr = { .kind = ZIPL_PTR_RUN, .count = 1 };
	bool good = ipl_be16(r) == 0;

	ptr.chs = zipl_cchh_get(r);
	ptr.chs.sec = ipl_u8(r);
	good &= ipl_u8(r) == 0;
	*ret = ptr;
	return good && ptr.chs.sec;
}

/* Read data, no flags, one block; then its number. */
#define LOCATE_READ_ONE 0x06000001u

static bool get_locate(struct ipl_rd *r, struct zipl_ptr *ret)
{
	struct zipl_ptr ptr = { .kind = ZIPL_PTR_RUN, .count = 1 };
	bool good = ipl_be32(r) == LOCATE_READ_ONE;

	ptr.block = ipl_be32(r);
	*ret = ptr;
	return good && ptr.block;
}

const struct zipl_read_format zipl_seek = {
	.name = "seek argument",
	.len = 8,
	.ccw_len = 32, /* SEEK, SEARCH, TIC, READ */
	.get = get_seek,
};

const struct zipl_read_format zipl_locate = {
	.name = "locate data",
	.len = 8,
	.ccw_len = 16, /* LOCATE, READ */
	.get = get_locate,
};

int zipl_reads_decode(const struct zipl_read_format *format, struct ipl_span in,
		      size_t max, struct zipl_reads *ret, struct ipl_err *err)
{
	struct zipl_reads reads = { .n = 0 };
	struct ipl_rd r = { .in = in };
	bool more = true;
	int rc;

	if (max > ZIPL_STAGE2_BLOCKS)
		return ipl_fail(err, IPL_EBUG, "%zu arguments", max);
	for (size_t i = 0; i < max; i++) {
		more = format->get(&r, &reads.at[i]) && more;
		reads.n += more;
	}
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	*ret = reads;
	return 0;
}

/* The commands come first, and how many there are room for depends on the
 * zipl: of a table with room for fewer, what is where a longer one has its
 * arguments is 0. */
int zipl_stage1b_decode(const struct zipl_read_format *format,
			struct ipl_span in, struct zipl_reads *ret,
			struct ipl_err *err)
{
	static const size_t rooms[] = { 24, 16 };

	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		size_t off = rooms[i] * format->ccw_len;
		struct zipl_reads reads;
		int rc = zipl_reads_decode(
			format, ipl_sub(in, off, rooms[i] * format->len),
			rooms[i], &reads, err);

		if (rc)
			return rc;
		if (!reads.n)
			continue;
		*ret = reads;
		return 0;
	}
	return ipl_fail(err, IPL_EBAD,
			"names no block of stage 2: expected a %s at byte "
			"0x%zx or 0x%zx of it",
			format->name, rooms[0] * format->ccw_len,
			rooms[1] * format->ccw_len);
}

/* --- encoders --- */

#define CCW_SEEK       0x07u
#define CCW_SEARCH     0x31u
#define CCW_TIC	       0x08u
#define CCW_READ       0x06u
#define CCW_READ_R0    0x16u
#define CCW_FBA_LOCATE 0x43u
#define CCW_FBA_READ   0x42u
#define CCW_IPL	       0x02u

#define CCW_CHAIN 0x40u /* go on with the next command */
#define CCW_SLI	  0x20u /* another length is no mistake */

#define PSW_STAGE2 (UINT64_C(0x0008000080000000) | ZIPL_STAGE2_ENTRY)

/* Where the arguments for stage 1b are in memory. */
#define ARGS_ADDR     0x60u
#define FBA_ARGS_ADDR 0x40u
#define STAGE1_ADDR   0x18u
#define INFO_END      0x98u /* as far as the records are read */

/* A format-0 channel command. */
static void put_ccw(struct ipl_wr *w, unsigned command, unsigned addr,
		    unsigned flags, unsigned count)
{
	ipl_put_be(w, command, 1);
	ipl_put_be(w, addr, 3);
	ipl_put_be(w, flags, 1);
	ipl_put_be(w, 0, 1);
	ipl_put_be(w, count, 2);
}

/* SEEK, SEARCH ID EQUAL, TIC, READ: at @at in memory, with the argument at
 * @arg, to @to. */
static void put_ssrt(struct ipl_wr *w, unsigned at, unsigned arg, unsigned to,
		     unsigned size, bool more)
{
	put_ccw(w, CCW_SEEK, arg, CCW_CHAIN | CCW_SLI, 6);
	put_ccw(w, CCW_SEARCH, arg + 2, CCW_CHAIN | CCW_SLI, 5);
	put_ccw(w, CCW_TIC, at + 8, 0, 0);
	put_ccw(w, CCW_READ, to, (more ? CCW_CHAIN : 0) | CCW_SLI, size);
}

static void put_seek(struct ipl_wr *w, const struct zipl_reads *reads, size_t i)
{
	if (i >= reads->n) {
		ipl_put(w, NULL, 8);
		return;
	}
	ipl_put_be(w, 0, 2);
	zipl_cchh_put(w, &reads->at[i].chs);
	ipl_put_be(w, reads->at[i].chs.sec, 1);
	ipl_put_be(w, 0, 1);
}

static void put_locate(struct ipl_wr *w, const struct zipl_reads *reads,
		       size_t i)
{
	ipl_put_be(w, i < reads->n ? LOCATE_READ_ONE : 0, 4);
	ipl_put_be(w, i < reads->n ? reads->at[i].block : 0, 4);
}

static void pad(struct ipl_wr *w, size_t end)
{
	if (w->at < end)
		ipl_put(w, NULL, end - w->at);
}

/* Behind the first 24 bytes ECKD disks have the same. */
static void put_stage1_eckd(struct ipl_wr *w, size_t begin, unsigned size,
			    const struct zipl_reads *stage1b)
{
	unsigned part = size < ZIPL_STAGE1B_LEN ? size : ZIPL_STAGE1B_LEN;

	for (unsigned i = 0; i < stage1b->n; i++)
		put_ssrt(w, STAGE1_ADDR + 32 * i, ARGS_ADDR + 8 * i,
			 ZIPL_STAGE1B_ADDR + i * part, part, true);
	put_ccw(w, CCW_TIC, ZIPL_STAGE1B_ADDR, 0, 0);
	pad(w, begin + ARGS_ADDR);
	for (size_t i = 0; i < ZIPL_STAGE1B_BLOCKS; i++)
		put_seek(w, stage1b, i);
}

void zipl_stage1_encode_cdl(struct ipl_wr *w, unsigned size,
			    const struct zipl_reads *stage1b)
{
	size_t begin = w->at;

	ipl_put_be(w, PSW_STAGE2, 8);
	put_ccw(w, CCW_READ, STAGE1_ADDR, CCW_CHAIN | CCW_SLI,
		INFO_END - STAGE1_ADDR);
	put_ccw(w, CCW_TIC, STAGE1_ADDR, 0, 0);
	put_stage1_eckd(w, begin, size, stage1b);
}

/* The machine has read 24 bytes of record 1: back to record 0, so that the next
 * read finds record 1 again and takes all of it. */
void zipl_stage1_encode_ldl(struct ipl_wr *w, unsigned size,
			    const struct zipl_reads *stage1b)
{
	size_t begin = w->at;

	ipl_put_be(w, PSW_STAGE2, 8);
	put_ccw(w, CCW_READ_R0, ZIPL_STAGE2_ADDR, CCW_CHAIN | CCW_SLI, 22);
	put_ccw(w, CCW_READ, 0, CCW_CHAIN | CCW_SLI, INFO_END);
	put_stage1_eckd(w, begin, size, stage1b);
}

void zipl_stage1_encode_fba(struct ipl_wr *w, const struct zipl_reads *stage1b)
{
	size_t begin = w->at;

	ipl_put_be(w, PSW_STAGE2, 8);
	put_ccw(w, CCW_IPL, 0, CCW_CHAIN | CCW_SLI, INFO_END);
	put_ccw(w, CCW_TIC, STAGE1_ADDR, 0, 0);
	for (unsigned i = 0; i < ZIPL_STAGE1B_BLOCKS; i++) {
		put_ccw(w, CCW_FBA_LOCATE, FBA_ARGS_ADDR + 8 * i, CCW_CHAIN, 8);
		put_ccw(w, CCW_FBA_READ, ZIPL_STAGE1B_ADDR + 512 * i,
			CCW_CHAIN | CCW_SLI, 512);
	}
	put_ccw(w, CCW_TIC, ZIPL_STAGE1B_ADDR, 0, 0);
	for (size_t i = 0; i < ZIPL_STAGE1B_BLOCKS; i++)
		put_locate(w, stage1b, i);
	pad(w, begin + ZIPL_STAGE1_LEN);
}

void zipl_stage1b_encode_eckd(struct ipl_wr *w, unsigned size,
			      const struct zipl_reads *stage2)
{
	size_t begin = w->at;
	unsigned args = 32 * ZIPL_STAGE2_BLOCKS;

	for (unsigned i = 0; i < stage2->n; i++)
		put_ssrt(w, ZIPL_STAGE1B_ADDR + 32 * i,
			 ZIPL_STAGE1B_ADDR + args + 8 * i,
			 ZIPL_STAGE2_ADDR + size * i, size, i + 1 < stage2->n);
	pad(w, begin + args);
	for (size_t i = 0; i < ZIPL_STAGE2_BLOCKS; i++)
		put_seek(w, stage2, i);
	pad(w, begin + ZIPL_STAGE1B_LEN);
}

void zipl_stage1b_encode_fba(struct ipl_wr *w, const struct zipl_reads *stage2)
{
	size_t begin = w->at;
	unsigned args = 16 * ZIPL_STAGE2_BLOCKS;

	for (unsigned i = 0; i < stage2->n; i++) {
		bool more = i + 1 < stage2->n;

		put_ccw(w, CCW_FBA_LOCATE, ZIPL_STAGE1B_ADDR + args + 8 * i,
			CCW_CHAIN, 8);
		put_ccw(w, CCW_FBA_READ, ZIPL_STAGE2_ADDR + 512 * i,
			(more ? CCW_CHAIN : 0) | CCW_SLI, 512);
	}
	pad(w, begin + args);
	for (size_t i = 0; i < ZIPL_STAGE2_BLOCKS; i++)
		put_locate(w, stage2, i);
	pad(w, begin + ZIPL_STAGE1B_LEN);
}
