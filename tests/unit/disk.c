/* SPDX-License-Identifier: MIT */
/* A SCSI-scheme disk in memory, for tests of maps and plans.
 * May use: format. */
#include "disk.h"

#include "unit.h"

static struct ipl_wr writer(struct disk *d, uint64_t block, size_t len)
{
	return (struct ipl_wr){ .p = disk_block(d, block), .len = len };
}

uint8_t *disk_block(struct disk *d, uint64_t block)
{
	assert_true(block < d->blocks);
	return d->bytes + block * d->bs;
}

struct zipl_ptr disk_run(const struct disk *d, uint64_t block, uint32_t count)
{
	return (struct zipl_ptr){ .block = block,
				  .size = (uint16_t)d->bs,
				  .count = count };
}

void disk_init(struct disk *d, unsigned bs, size_t blocks)
{
	struct zipl_boot_record rec = { .version = 1 };
	struct ipl_wr w;

	*d = (struct disk){ .bs = bs, .blocks = blocks, .next = 2 };
	d->bytes = calloc(blocks, bs);
	assert_non_null(d->bytes);
	rec.table = disk_run(d, DISK_TABLE, 1);
	w = writer(d, 0, bs);
	zipl_boot_record_encode(&zipl_lin16, &w, &rec);
}

void disk_done(struct disk *d)
{
	ipl_src_close(d->src);
	free(d->bytes);
}

uint64_t disk_take(struct disk *d, size_t count)
{
	uint64_t block = d->next;

	assert_true(count <= d->blocks - block);
	d->next += count;
	return block;
}

void disk_segments(struct disk *d, uint64_t block, const struct zipl_ptr *runs,
		   size_t n, uint64_t chain)
{
	struct zipl_segment_table t = { .n = n };
	struct ipl_wr w = writer(d, block, d->bs);

	for (size_t i = 0; i < n; i++)
		t.data[i] = runs[i];
	if (chain)
		t.chain = disk_run(d, chain, 1);
	zipl_segment_table_encode(&zipl_lin16, &w, d->bs, &t);
	assert_false(w.overflow);
}

struct disk_program disk_program(struct disk *d, unsigned slot)
{
	struct disk_program p = { .disk = d, .block = disk_take(d, 1) };

	p.entries = writer(d, p.block, d->bs);
	zipl_comp_header_encode(&p.entries, ZIPL_COMP_HEADER_IPL);
	d->table.slot[slot] = disk_run(d, p.block, 1);
	return p;
}

void disk_entry(struct disk_program *p, uint8_t type, uint64_t segments,
		uint64_t value)
{
	struct zipl_comp_entry e = { .type = type, .value = value };

	if (segments)
		e.segments = disk_run(p->disk, segments, 1);
	zipl_comp_entry_encode(&zipl_lin16, &p->entries, &e);
	assert_false(p->entries.overflow);
}

uint64_t disk_load(struct disk_program *p, uint64_t addr, const void *data,
		   size_t len)
{
	struct disk *d = p->disk;
	uint32_t count = (uint32_t)((len + d->bs - 1) / d->bs);
	uint64_t block = disk_take(d, count);
	uint64_t segments = disk_take(d, 1);
	struct zipl_ptr run = disk_run(d, block, count);

	memcpy(disk_block(d, block), data, len);
	disk_segments(d, segments, &run, 1, 0);
	disk_entry(p, ZIPL_COMP_LOAD, segments, addr);
	return block;
}

struct ipl_src *disk_open(struct disk *d)
{
	struct ipl_wr w = writer(d, DISK_TABLE, d->bs);

	zipl_program_table_encode(&zipl_lin16, &w, &d->table);
	ipl_src_close(d->src);
	d->src = NULL;
	assert_int_equal(ipl_src_open_mem(d->bytes, d->blocks * d->bs, "disk",
					  &d->src, NULL),
			 0);
	return d->src;
}
