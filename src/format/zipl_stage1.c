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
