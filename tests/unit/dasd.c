/* SPDX-License-Identifier: MIT */
/* DASDs in memory that only have bytes where something was put.
 * May use: disk, format. */
#include "dasd.h"

#include "unit.h"

#define PSW 0x0008000080020000

static int sparse_read(struct ipl_src *src, uint64_t off, void *buf, size_t len,
		       struct ipl_err *err)
{
	struct dasd *d = (struct dasd *)src;
	uint8_t *to = buf;

	(void)err;
	for (; len; off++, len--, to++) {
		*to = 0;
		for (size_t i = 0; i < d->n; i++) {
			if (off / d->bs == d->piece[i].block)
				*to = d->piece[i].bytes[off % d->bs];
		}
	}
	return 0;
}

static void sparse_close(struct ipl_src *src)
{
	(void)src;
}

static const struct ipl_src_ops sparse_ops = {
	.read = sparse_read,
	.close = sparse_close,
};

void dasd_init(struct dasd *d, unsigned bs, uint64_t blocks)
{
	static char name[] = "dasd";

	memset(d, 0, sizeof(*d));
	d->bs = bs;
	d->geo = zipl_geometry(bs);
	d->src.ops = &sparse_ops;
	d->src.name = name;
	d->src.size = blocks * bs;
}

uint8_t *dasd_block(struct dasd *d, uint64_t block)
{
	for (size_t i = 0; i < d->n; i++) {
		if (d->piece[i].block == block)
			return d->piece[i].bytes;
	}
	assert_true(d->n < DASD_PIECES);
	d->piece[d->n].block = block;
	return d->piece[d->n++].bytes;
}

void dasd_point(struct dasd *d, uint8_t *to, uint64_t block, uint32_t count)
{
	struct ipl_wr w = { .p = to, .len = d->ptr->len };
	struct zipl_ptr ptr = { .kind = ZIPL_PTR_RUN,
				.block = block,
				.chs = zipl_block_chs(&d->geo, block),
				.size = (uint16_t)d->bs,
				.count = count };

	d->ptr->put(&w, &ptr);
	assert_false(w.overflow);
}

static uint8_t *magic_block(struct dasd *d, uint64_t block)
{
	uint8_t *b = dasd_block(d, block);

	memcpy(b, ZIPL_MAGIC, ZIPL_MAGIC_LEN);
	return b;
}

void dasd_program(struct dasd *d, uint64_t table, uint64_t data, uint32_t count)
{
	uint8_t *slots = magic_block(d, table);
	uint8_t *comps = magic_block(d, table + 1);
	struct ipl_wr w = { .p = comps + ZIPL_ENTRY_OFF(1), .len = 32 };

	dasd_point(d, slots + zipl_slot_off(d->ptr, 0), table + 1, 1);
	dasd_point(d, slots + zipl_slot_off(d->ptr, 1), table + 1, 1);
	dasd_point(d, comps + ZIPL_ENTRY_OFF(0), table + 2, 1);
	comps[ZIPL_ENTRY_OFF(0) + 23] = ZIPL_COMP_LOAD;
	comps[ZIPL_ENTRY_OFF(0) + 29] = 2;
	zipl_comp_entry_encode(
		d->ptr, &w,
		&(struct zipl_comp_entry){ .type = ZIPL_COMP_EXECUTE,
					   .value = PSW });
	dasd_point(d, dasd_block(d, table + 2), data, count);
}

static void boot_info(struct dasd *d, uint8_t *to, uint8_t dev, uint64_t table)
{
	memcpy(to, "zIPL\1\0", 6);
	to[6] = dev;
	to[7] = 1;
	dasd_point(d, to + 8, table, 1);
}

void dasd_cdl(struct dasd *d, uint64_t table)
{
	uint8_t *vol = dasd_block(d, 2);

	memcpy(vol, "\xe5\xd6\xd3\xf1\xe5\xd6\xd3\xf1", 8);
	memset(vol + 8, 0x40, 76);
	boot_info(d, dasd_block(d, 1) + 0x5c, ZIPL_DEV_ECKD, table);
}

void dasd_ldl(struct dasd *d, uint64_t table)
{
	boot_info(d, dasd_block(d, 0) + 0x70, ZIPL_DEV_ECKD, table);
}

void dasd_fba(struct dasd *d, uint64_t table)
{
	boot_info(d, dasd_block(d, 0) + 0x70, ZIPL_DEV_FBA, table);
}

void dasd_scsi(struct dasd *d, uint64_t record, uint64_t table)
{
	uint8_t *b = magic_block(d, record);

	b[7] = 1;
	dasd_point(d, b + 16, table, 1);
}

void dasd_ld(struct dasd *d, uint64_t record, uint64_t table)
{
	struct zipl_chs chs = zipl_block_chs(&d->geo, record);
	uint8_t *vol = dasd_block(d, 2);
	struct ipl_wr w = { .p = vol + 78, .len = 4 };

	memcpy(vol, "\xe5\xd6\xd3\xf1\xe5\xd6\xd3\xf1", 8);
	zipl_cchh_put(&w, &chs);
	vol[82] = chs.sec;
	dasd_scsi(d, record, table);
}
