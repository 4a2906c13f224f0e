/* SPDX-License-Identifier: MIT */
/* zipl's block pointers, one descriptor a format.
 * May use: base. */
#include "format/zipl_ptr.h"

#include "base/rd.h"

#include <inttypes.h>

/* Bits of the second half of CCHH. */
#define HEAD_MASK 0xfu
#define CYL_SHIFT 12

struct zipl_geometry zipl_geometry(unsigned size)
{
	struct zipl_geometry geo = { .heads = ZIPL_HEADS };

	switch (size) {
	case 512:
		geo.sectors = 49;
		break;
	case 1024:
		geo.sectors = 33;
		break;
	case 2048:
		geo.sectors = 21;
		break;
	case 4096:
		geo.sectors = 12;
		break;
	default:
		break;
	}
	return geo;
}

int zipl_chs_block(const struct zipl_geometry *geo, const struct zipl_chs *chs,
		   uint64_t *ret, struct ipl_err *err)
{
	if (chs->head >= geo->heads)
		return ipl_fail(err, IPL_EBAD,
				"points at cylinder %" PRIu32
				", head %u, record %u: expected head 0 to %u",
				chs->cyl, chs->head, chs->sec, geo->heads - 1);
	if (chs->sec == 0 || chs->sec > geo->sectors)
		return ipl_fail(err, IPL_EBAD,
				"points at cylinder %" PRIu32
				", head %u, record %u: expected record 1 to %u",
				chs->cyl, chs->head, chs->sec, geo->sectors);
	*ret = ((uint64_t)chs->cyl * geo->heads + chs->head) * geo->sectors +
	       chs->sec - 1u;
	return 0;
}

struct zipl_chs zipl_block_chs(const struct zipl_geometry *geo, uint64_t block)
{
	uint64_t track = block / geo->sectors;

	return (struct zipl_chs){
		.cyl = (uint32_t)(track / geo->heads),
		.head = (uint8_t)(track % geo->heads),
		.sec = (uint8_t)(block % geo->sectors + 1),
	};
}

struct zipl_chs zipl_cchh_get(struct ipl_rd *r)
{
	uint32_t low = ipl_be16(r);
	uint32_t rest = ipl_be16(r);

	return (struct zipl_chs){
		.cyl = low | (rest & ~HEAD_MASK) << CYL_SHIFT,
		.head = (uint8_t)(rest & HEAD_MASK),
	};
}

void zipl_cchh_put(struct ipl_wr *w, const struct zipl_chs *chs)
{
	ipl_put_be(w, chs->cyl & 0xffff, 2);
	ipl_put_be(w,
		   (chs->cyl >> CYL_SHIFT & 0xfff0) | (chs->head & HEAD_MASK),
		   2);
}

/* All formats store how many blocks follow the first. */
static uint32_t get_count(struct ipl_rd *r, size_t bytes)
{
	return (uint32_t)ipl_be(r, bytes) + 1;
}

static void put_count(struct ipl_wr *w, const struct zipl_ptr *ptr,
		      size_t bytes)
{
	ipl_put_be(w, ptr->count ? ptr->count - 1 : 0, bytes);
}

/* @first: whether the pointer names a block. */
static enum zipl_ptr_kind kind_of(bool first, bool zeros)
{
	if (first)
		return ZIPL_PTR_RUN;
	return zeros ? ZIPL_PTR_ZEROS : ZIPL_PTR_NULL;
}

static bool names_record(const struct zipl_chs *chs)
{
	return chs->cyl || chs->head || chs->sec;
}

static struct zipl_ptr get_lin16(struct ipl_rd *r)
{
	struct zipl_ptr ptr = { .block = ipl_be64(r) };

	ptr.size = ipl_be16(r);
	ptr.count = get_count(r, 2);
	ipl_skip(r, 4);
	ptr.kind = kind_of(ptr.block, false);
	return ptr;
}

static void put_lin16(struct ipl_wr *w, const struct zipl_ptr *ptr)
{
	ipl_put_be(w, ptr->block, 8);
	ipl_put_be(w, ptr->size, 2);
	put_count(w, ptr, 2);
	ipl_put_be(w, 0, 4);
}

static struct zipl_ptr get_lin8(struct ipl_rd *r)
{
	struct zipl_ptr ptr = { .block = ipl_be32(r) };

	ptr.size = ipl_be16(r);
	ptr.count = get_count(r, 2);
	ptr.kind = kind_of(ptr.block, ptr.size);
	return ptr;
}

static void put_lin8(struct ipl_wr *w, const struct zipl_ptr *ptr)
{
	ipl_put_be(w, ptr->block, 4);
	ipl_put_be(w, ptr->size, 2);
	put_count(w, ptr, 2);
}

static struct zipl_ptr get_chs8(struct ipl_rd *r)
{
	struct zipl_ptr ptr = { .chs = zipl_cchh_get(r) };

	ptr.chs.sec = ipl_u8(r);
	ptr.size = ipl_be16(r);
	ptr.count = get_count(r, 1);
	ptr.kind = kind_of(names_record(&ptr.chs), ptr.size);
	return ptr;
}

static void put_chs8(struct ipl_wr *w, const struct zipl_ptr *ptr)
{
	zipl_cchh_put(w, &ptr->chs);
	ipl_put_be(w, ptr->chs.sec, 1);
	ipl_put_be(w, ptr->size, 2);
	put_count(w, ptr, 1);
}

static struct zipl_ptr get_chs16(struct ipl_rd *r)
{
	struct zipl_ptr ptr = get_chs8(r);

	ipl_skip(r, 8);
	return ptr;
}

static void put_chs16(struct ipl_wr *w, const struct zipl_ptr *ptr)
{
	put_chs8(w, ptr);
	ipl_put(w, NULL, 8);
}

static struct zipl_ptr get_ldchs16(struct ipl_rd *r)
{
	struct zipl_ptr ptr = { .chs.cyl = ipl_be32(r) };

	ptr.chs.head = ipl_u8(r);
	ptr.chs.sec = ipl_u8(r);
	ipl_skip(r, 4);
	ptr.count = get_count(r, 2);
	ipl_skip(r, 4);
	ptr.kind = kind_of(names_record(&ptr.chs), false);
	return ptr;
}

static void put_ldchs16(struct ipl_wr *w, const struct zipl_ptr *ptr)
{
	ipl_put_be(w, ptr->chs.cyl, 4);
	ipl_put_be(w, ptr->chs.head, 1);
	ipl_put_be(w, ptr->chs.sec, 1);
	ipl_put(w, NULL, 4);
	put_count(w, ptr, 2);
	ipl_put(w, NULL, 4);
}

const struct zipl_ptr_format zipl_lin16 = {
	.name = "LIN16",
	.len = 16,
	.has_size = true,
	.get = get_lin16,
	.put = put_lin16,
};

const struct zipl_ptr_format zipl_lin8 = {
	.name = "LIN8",
	.len = 8,
	.has_size = true,
	.get = get_lin8,
	.put = put_lin8,
};

const struct zipl_ptr_format zipl_chs16 = {
	.name = "CHS16",
	.len = 16,
	.has_chs = true,
	.has_size = true,
	.get = get_chs16,
	.put = put_chs16,
};

const struct zipl_ptr_format zipl_chs8 = {
	.name = "CHS8",
	.len = 8,
	.has_chs = true,
	.has_size = true,
	.get = get_chs8,
	.put = put_chs8,
};

const struct zipl_ptr_format zipl_ldchs16 = {
	.name = "LDCHS16",
	.len = 16,
	.has_chs = true,
	.get = get_ldchs16,
	.put = put_ldchs16,
};

int zipl_ptr_decode(const struct zipl_ptr_format *format, struct ipl_span in,
		    struct zipl_ptr *ret, struct ipl_err *err)
{
	struct ipl_rd r = { .in = in };
	struct zipl_ptr ptr = format->get(&r);
	int rc = ipl_rd_done(&r, err);

	if (!rc)
		*ret = ptr;
	return rc;
}

bool zipl_ptr_same(const struct zipl_ptr *a, const struct zipl_ptr *b)
{
	return a->kind == b->kind && a->block == b->block &&
	       a->chs.cyl == b->chs.cyl && a->chs.head == b->chs.head &&
	       a->chs.sec == b->chs.sec && a->size == b->size &&
	       a->count == b->count;
}
