/* SPDX-License-Identifier: MIT */
/* Reading boot maps: what is found, and every way for a disk to be wrong.
 * May use: everything. */
#include "unit.h"

#include "disk.h"

#include "base/limits.h"
#include "boot/extent.h"
#include "boot/map.h"

#define PSW_STAGE3 UINT64_C(0x000800008000a000)

/* One program in slot 1, copied to slot 0: 8 bytes at 0x10000. */
static void simple_disk(struct disk *d, unsigned bs)
{
	struct disk_program p;

	disk_init(d, bs, 64);
	p = disk_program(d, 1);
	disk_load(&p, 0x10000, "12345678", 8);
	disk_entry(&p, ZIPL_COMP_EXECUTE, 0, PSW_STAGE3);
	d->table.slot[0] = d->table.slot[1];
}

static void test_simple(void **state)
{
	static const unsigned sizes[] = { 512, 1024, 2048, 4096 };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct ipl_err err = { 0 };
		const struct ipl_program *prog;
		struct ipl_map *map;
		struct disk d;

		simple_disk(&d, sizes[i]);
		assert_int_equal(ipl_map_read(disk_open(&d), &map, &err), 0);
		assert_int_equal(err.code, 0);
		assert_string_equal(map->layout->name, "scsi");
		assert_int_equal(map->block_size, sizes[i]);
		assert_int_equal(map->table_off, sizes[i]);
		assert_int_equal(map->n_programs, 2);
		assert_int_equal(ipl_map_find(map, 1, &prog, &err), 0);
		assert_int_equal(prog->n_comps, 2);
		assert_int_equal(prog->comps[0].addr, 0x10000);
		assert_int_equal(prog->comps[0].len, sizes[i]);
		assert_int_equal(prog->comps[1].psw, PSW_STAGE3);
		assert_int_equal(prog->comps[1].entry_off,
				 prog->table_off + 64);
		assert_string_equal(prog->name, "program at 0xa000");
		assert_null(prog->cmdline);
		ipl_map_free(map);
		disk_done(&d);
	}
	ipl_map_free(NULL);
}

static void test_default(void **state)
{
	const struct ipl_program *prog;
	struct disk_program p;
	struct ipl_map *map;
	struct ipl_err err;
	struct disk d;

	(void)state;
	simple_disk(&d, 512);
	p = disk_program(&d, 30);
	disk_entry(&p, ZIPL_COMP_EXECUTE, 0, PSW_STAGE3);
	assert_int_equal(ipl_map_read(disk_open(&d), &map, NULL), 0);
	assert_int_equal(ipl_map_find(map, 0, &prog, NULL), 0);
	assert_true(prog->is_default);
	assert_int_equal(prog->copy_of, 1);
	assert_int_equal(ipl_map_find(map, 1, &prog, NULL), 0);
	assert_true(prog->is_default);
	assert_int_equal(prog->copy_of, 0);
	assert_int_equal(ipl_map_find(map, 30, &prog, NULL), 0);
	assert_false(prog->is_default);
	assert_int_equal(ipl_map_find(map, 2, &prog, &err), IPL_ENOTFOUND);
	assert_string_equal(err.msg,
			    "there is no program 2, the disk has 0, 1 and 30");
	ipl_map_free(map);
	disk_done(&d);
}

/* --- disks that cannot be read at all --- */

static void expect_no_map(struct disk *d, int code, const char *text)
{
	struct ipl_map *map = NULL;
	struct ipl_err err;

	assert_int_equal(ipl_map_read(disk_open(d), &map, &err), code);
	assert_int_equal(err.code, code);
	assert_null(map);
	assert_contains(err.msg, text);
	disk_done(d);
}

static void test_boot_record_block_size(void **state)
{
	static const uint16_t wrong[] = { 0,   1,    256,  511,	 513,
					  768, 4095, 8192, 32768 };
	struct disk d;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		simple_disk(&d, 512);
		d.bytes[24] = (uint8_t)(wrong[i] >> 8);
		d.bytes[25] = (uint8_t)wrong[i];
		expect_no_map(&d, IPL_EBAD, "wrong block size: found ");
	}
}

static void test_boot_record_values(void **state)
{
	struct disk d;

	(void)state;
	simple_disk(&d, 512);
	d.bytes[7] = 2;
	expect_no_map(&d, IPL_EUNSUP, "version 2 (byte 0x4), expected 1");
	simple_disk(&d, 512);
	d.bytes[23] = 0;
	expect_no_map(&d, IPL_EBAD,
		      "boot record at block 0 (byte 0x0): no program table");
	simple_disk(&d, 512);
	d.bytes[23] = 64; /* the disk has 0 to 63 */
	expect_no_map(&d, IPL_ERANGE,
		      "points at 1 blocks from block 64 (byte 0x8000) on, "
		      "past the end of the disk, which has 64 blocks (32768 "
		      "bytes)");
	simple_disk(&d, 512);
	memset(d.bytes + 16, 0xff, 8);
	expect_no_map(&d, IPL_ERANGE, "beyond any disk");
	simple_disk(&d, 512);
	d.bytes[23] = 63;
	expect_no_map(&d, IPL_EBAD,
		      "program table at block 63 (byte 0x7e00): begins with "
		      "00 00 00 00");
}

static void test_program_table_empty(void **state)
{
	struct disk d;

	(void)state;
	disk_init(&d, 512, 8);
	expect_no_map(&d, IPL_EBAD,
		      "program table at block 1 (byte 0x200): is empty");
}

static void test_no_boot_record(void **state)
{
	static const struct {
		size_t off;
		const char *bytes;
		const char *text;
	} cases[] = {
		{ 0, "", "block 0 is all zeros" },
		{ 0, "abcd", "begins with 61 62 63 64" },
		{ 0, "QFI\xfb", "it is a qcow2 image" },
		{ 0, "KDMV", "it is a VMDK image" },
		{ 8192, "\xe5\xd6\xd3\xf1", "ECKD disk (label VOL1" },
		{ 510, "\x55\xaa", "DOS partition table" },
		{ 4096, "EFI PART", "GPT partition table" },
	};
	struct disk d;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		disk_init(&d, 512, 64);
		memset(d.bytes, 0, 512);
		memcpy(d.bytes + cases[i].off, cases[i].bytes,
		       strlen(cases[i].bytes));
		expect_no_map(&d, IPL_EUNSUP, cases[i].text);
	}
}

static void test_tiny(void **state)
{
	struct ipl_map *map;
	struct ipl_src *src;
	struct ipl_err err;

	(void)state;
	for (size_t len = 0; len < 512; len += 73) {
		assert_int_equal(ipl_src_open_mem("zIPL", len, "x", &src, NULL),
				 0);
		assert_int_equal(ipl_map_read(src, &map, &err), IPL_ETRUNC);
		ipl_src_close(src);
	}
}

/* --- disks with one damaged program --- */

/* Program 1 gives @code and @text; program 2, which is whole, is still there. */
static void expect_damage(struct disk *d, int code, const char *text)
{
	struct disk_program p = disk_program(d, 2);
	const struct ipl_program *prog;
	struct ipl_map *map;
	struct ipl_err err;

	disk_entry(&p, ZIPL_COMP_EXECUTE, 0, PSW_STAGE3);
	assert_int_equal(ipl_map_read(disk_open(d), &map, &err), 0);
	assert_int_equal(ipl_map_find(map, 2, &prog, &err), 0);
	assert_int_equal(ipl_map_find(map, 1, &prog, &err), code);
	assert_int_equal(err.code, code);
	assert_contains(err.msg, "program 1: ");
	assert_contains(err.msg, text);
	ipl_map_free(map);
	disk_done(d);
}

static void test_slot(void **state)
{
	struct disk d;

	(void)state;
	simple_disk(&d, 512);
	d.table.slot[1].size = 4096;
	expect_damage(&d, IPL_EBAD,
		      "program table at block 1 (byte 0x200): slot 1 (byte "
		      "0x220): wrong block size: found 4096, expected 512");
	simple_disk(&d, 512);
	d.table.slot[1].block = UINT64_C(1) << 55; /* wraps as a byte */
	expect_damage(&d, IPL_ERANGE, "beyond any disk");
	simple_disk(&d, 512);
	d.table.slot[1].block = 0x1000000;
	expect_damage(&d, IPL_ERANGE, "past the end of the disk");
	simple_disk(&d, 512);
	d.table.slot[1].block = 50; /* of zeros */
	expect_damage(&d, IPL_EBAD,
		      "component table at block 50 (byte 0x6400)"
		      ": begins with 00 00 00 00");
}

static void test_header(void **state)
{
	struct disk d;

	(void)state;
	simple_disk(&d, 512);
	disk_block(&d, 2)[4] = ZIPL_COMP_HEADER_DUMP;
	expect_damage(&d, IPL_EUNSUP,
		      "component table at block 2 (byte 0x400): a dump program "
		      "(header type 1)");
	simple_disk(&d, 512);
	disk_block(&d, 2)[4] = 2;
	expect_damage(&d, IPL_EBAD, "header type 2, expected 0 (IPL)");
}

static void test_entry_type(void **state)
{
	static const uint8_t wrong[] = { 0, 4, 0x12, 255 };
	char text[40];
	struct disk d;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong); i++) {
		simple_disk(&d, 512);
		disk_block(&d, 2)[32 + 23] = wrong[i];
		snprintf(text, sizeof(text), "entry 0 (byte 0x420): type %u,",
			 wrong[i]);
		expect_damage(&d, IPL_EBAD, text);
	}
}

static void test_no_execute(void **state)
{
	struct disk d;

	(void)state;
	simple_disk(&d, 512);
	memset(disk_block(&d, 2) + 64, 0, 32);
	expect_damage(&d, IPL_EBAD,
		      "component table at block 2 (byte 0x400): no EXECUTE "
		      "entry after 1 entries");
}

static void test_full_without_execute(void **state)
{
	static const uint8_t types[] = { ZIPL_COMP_LOAD, ZIPL_COMP_SIGNATURE };
	struct disk_program p;
	struct disk d;

	(void)state;
	for (size_t t = 0; t < 2; t++) {
		disk_init(&d, 512, 64);
		p = disk_program(&d, 1);
		for (unsigned i = 0; i < 15; i++)
			disk_entry(&p, types[t], 40, 0x10000 * i);
		expect_damage(&d, IPL_EBAD, "no EXECUTE entry after 15");
	}
}

static void test_execute_ends(void **state)
{
	const struct ipl_program *prog;
	struct disk_program p;
	struct ipl_map *map;
	struct disk d;

	(void)state;
	disk_init(&d, 512, 64);
	p = disk_program(&d, 1);
	disk_entry(&p, ZIPL_COMP_EXECUTE, 0, 0x1000000);
	disk_entry(&p, 99, 0, 0); /* nobody looks behind the end */
	assert_int_equal(ipl_map_read(disk_open(&d), &map, NULL), 0);
	assert_int_equal(ipl_map_find(map, 1, &prog, NULL), 0);
	assert_int_equal(prog->n_comps, 1);
	ipl_map_free(map);
	disk_done(&d);
}

static void test_entry_pointer(void **state)
{
	struct disk d;

	(void)state;
	simple_disk(&d, 512);
	memset(disk_block(&d, 2) + 32, 0, 16);
	expect_damage(&d, IPL_EBAD,
		      "entry 0 (byte 0x420): LOAD: has no segment table");
	simple_disk(&d, 512);
	disk_block(&d, 2)[32 + 5] = 1;
	expect_damage(&d, IPL_ERANGE, "entry 0 (byte 0x420): LOAD: points at");
	simple_disk(&d, 512);
	disk_block(&d, 2)[32 + 9] = 1;
	expect_damage(&d, IPL_EBAD,
		      "LOAD: wrong block size: found 513, expected 512");
}

static void test_data_pointer(void **state)
{
	struct zipl_ptr runs[2];
	struct disk_program p;
	struct disk d;

	(void)state;
	disk_init(&d, 512, 64);
	p = disk_program(&d, 1);
	runs[0] = disk_run(&d, 10, 1);
	runs[1] = disk_run(&d, 63, 2); /* the last block and one more */
	disk_segments(&d, disk_take(&d, 1), runs, 2, 0);
	disk_entry(&p, ZIPL_COMP_LOAD, d.next - 1, 0);
	expect_damage(&d, IPL_ERANGE,
		      "segment table at block 3 (byte 0x600): slot 1: points "
		      "at 2 blocks from block 63 (byte 0x7e00) on, past the "
		      "end of the disk");

	disk_init(&d, 512, 64);
	p = disk_program(&d, 1);
	runs[1] = disk_run(&d, 1, 65536);
	disk_segments(&d, disk_take(&d, 1), runs, 2, 0);
	disk_entry(&p, ZIPL_COMP_LOAD, d.next - 1, 0);
	expect_damage(&d, IPL_ERANGE, "points at 65536 blocks");
}

/* --- chains --- */

/* A table with all 31 slots in use, each for block @data. */
static void full_table(struct disk *d, uint64_t block, uint64_t data,
		       uint64_t chain)
{
	struct zipl_ptr runs[31];

	for (size_t i = 0; i < 31; i++)
		runs[i] = disk_run(d, data, 1);
	disk_segments(d, block, runs, 31, chain);
}

static void test_chain(void **state)
{
	const struct ipl_component *comp;
	const struct ipl_program *prog;
	struct zipl_ptr last;
	struct disk_program p;
	struct ipl_map *map;
	struct disk d;

	(void)state;
	disk_init(&d, 512, 64);
	p = disk_program(&d, 1);
	full_table(&d, 10, 40, 20);
	full_table(&d, 20, 41, 5);
	last = disk_run(&d, 42, 3);
	disk_segments(&d, 5, &last, 1, 0);
	disk_entry(&p, ZIPL_COMP_LOAD, 10, 0x20000);
	disk_entry(&p, ZIPL_COMP_EXECUTE, 0, PSW_STAGE3);
	assert_int_equal(ipl_map_read(disk_open(&d), &map, NULL), 0);
	assert_int_equal(ipl_map_find(map, 1, &prog, NULL), 0);
	comp = &prog->comps[0];
	assert_int_equal(comp->len, 65 * 512);
	/* 40 31 times over, 41 31 times over with 40 in front of the first
	 * one, and 42 to 44 behind the last */
	assert_int_equal(comp->n_extents, 61);
	assert_int_equal(comp->extents[30].off, 40 * 512);
	assert_int_equal(comp->extents[30].len, 2 * 512);
	assert_int_equal(comp->extents[60].off, 41 * 512);
	assert_int_equal(comp->extents[60].len, 4 * 512);
	ipl_map_free(map);
	disk_done(&d);
}

static void test_chain_to_itself(void **state)
{
	struct disk_program p;
	struct disk d;

	(void)state;
	disk_init(&d, 512, 64);
	p = disk_program(&d, 1);
	full_table(&d, 10, 40, 10);
	disk_entry(&p, ZIPL_COMP_LOAD, 10, 0);
	expect_damage(&d, IPL_ELOOP,
		      "segment table at block 10 (byte 0x1400): the chain "
		      "comes back to block 10 (byte 0x1400)");
}

/* Loops of every length, behind lead-ins of every length. */
static void test_chain_loops(void **state)
{
	(void)state;
	for (unsigned lead = 0; lead < 9; lead++) {
		for (unsigned loop = 1; loop < 20; loop++) {
			struct disk_program p;
			struct disk d;

			disk_init(&d, 512, 64);
			p = disk_program(&d, 1);
			for (unsigned i = 0; i + 1 < lead + loop; i++)
				full_table(&d, 10 + i, 50, 11 + i);
			full_table(&d, 9 + lead + loop, 50, 10 + lead);
			disk_entry(&p, ZIPL_COMP_LOAD, 10, 0);
			expect_damage(&d, IPL_ELOOP, "comes back to block ");
		}
	}
}

static void test_chain_pointer(void **state)
{
	struct disk_program p;
	struct disk d;

	(void)state;
	disk_init(&d, 512, 64);
	p = disk_program(&d, 1);
	full_table(&d, 10, 40, 64);
	disk_entry(&p, ZIPL_COMP_LOAD, 10, 0);
	expect_damage(&d, IPL_ERANGE,
		      "segment table at block 10 (byte 0x1400): chain pointer: "
		      "points at 1 blocks from block 64");
}

/* A chain without end that never comes back costs only so much. */
static void test_chain_too_long(void **state)
{
	struct disk_program p;
	struct disk d;

	(void)state;
	disk_init(&d, 512, IPL_MAX_CHAIN + 20);
	p = disk_program(&d, 1);
	for (uint64_t i = 0; i <= IPL_MAX_CHAIN; i++)
		full_table(&d, 10 + i, 5, 11 + i);
	disk_entry(&p, ZIPL_COMP_LOAD, 10, 0);
	expect_damage(&d, IPL_ELIMIT,
		      "chain of more than 70000 segment tables");
}

/* Many programs with many components cost no more than one: what is over the
 * budget is damaged, and the rest is there. */
static void test_budget(void **state)
{
	const unsigned chain = IPL_MAX_CHAIN / 2;
	const struct ipl_program *prog;
	struct ipl_map *map;
	struct ipl_err err;
	size_t extents = 0;
	struct disk d;

	(void)state;
	disk_init(&d, 512, chain + 100);
	for (uint64_t i = 0; i < chain; i++)
		full_table(&d, 60 + i, 5, i + 1 < chain ? 61 + i : 0);
	for (unsigned slot = 0; slot < zipl_slots(&zipl_lin16); slot++) {
		struct disk_program p = disk_program(&d, slot);

		disk_entry(&p, ZIPL_COMP_LOAD, 60, 0);
		disk_entry(&p, ZIPL_COMP_EXECUTE, 0, PSW_STAGE3);
	}
	assert_int_equal(ipl_map_read(disk_open(&d), &map, NULL), 0);
	assert_int_equal(ipl_map_find(map, 0, &prog, &err), 0);
	assert_int_equal(ipl_map_find(map, 30, &prog, &err), IPL_ELIMIT);
	assert_contains(err.msg, "on the disk");
	for (size_t i = 0; i < map->n_programs; i++)
		extents += map->programs[i].n_comps
				   ? map->programs[i].comps[0].n_extents
				   : 0;
	assert_true(extents <= IPL_MAX_EXTENTS);
	ipl_map_free(map);
	disk_done(&d);
}

/* The same where the pieces lie side by side, so that extents cost nothing. */
static void test_budget_of_tables(void **state)
{
	const unsigned chain = IPL_MAX_CHAIN / 2;
	const struct ipl_program *prog;
	struct zipl_ptr runs[31];
	struct ipl_map *map;
	struct ipl_err err;
	struct disk d;

	(void)state;
	disk_init(&d, 512, chain + 100);
	for (unsigned i = 0; i < 31; i++)
		runs[i] = disk_run(&d, 5 + i, 1);
	for (uint64_t i = 0; i < chain; i++)
		disk_segments(&d, 60 + i, runs, 31, i + 1 < chain ? 61 + i : 0);
	for (unsigned slot = 0; slot < zipl_slots(&zipl_lin16); slot++) {
		struct disk_program p = disk_program(&d, slot);

		disk_entry(&p, ZIPL_COMP_LOAD, 60, 0);
		disk_entry(&p, ZIPL_COMP_EXECUTE, 0, PSW_STAGE3);
	}
	assert_int_equal(ipl_map_read(disk_open(&d), &map, NULL), 0);
	assert_int_equal(ipl_map_find(map, 13, &prog, &err), 0);
	assert_int_equal(ipl_map_find(map, 14, &prog, &err), IPL_ELIMIT);
	assert_contains(err.msg, "more than 500000 segment tables on the disk");
	ipl_map_free(map);
	disk_done(&d);
}

static void test_empty_component(void **state)
{
	const struct ipl_program *prog;
	struct disk_program p;
	struct ipl_map *map;
	struct disk d;

	(void)state;
	disk_init(&d, 512, 64);
	p = disk_program(&d, 1);
	disk_segments(&d, 10, NULL, 0, 0);
	disk_entry(&p, ZIPL_COMP_LOAD, 10, 0);
	disk_entry(&p, ZIPL_COMP_EXECUTE, 0, PSW_STAGE3);
	assert_int_equal(ipl_map_read(disk_open(&d), &map, NULL), 0);
	assert_int_equal(ipl_map_find(map, 1, &prog, NULL), 0);
	assert_int_equal(prog->comps[0].len, 0);
	assert_int_equal(prog->comps[0].n_extents, 0);
	ipl_map_free(map);
	disk_done(&d);
}

/* A block that lacks its last byte is not there. */
static void test_one_byte_short(void **state)
{
	const struct ipl_program *prog;
	struct disk_program p;
	struct zipl_ptr run;
	struct ipl_map *map;
	struct ipl_src *src;
	struct disk d;

	(void)state;
	disk_init(&d, 512, 64);
	p = disk_program(&d, 1);
	run = disk_run(&d, 63, 1);
	disk_segments(&d, 10, &run, 1, 0);
	disk_entry(&p, ZIPL_COMP_LOAD, 10, 0x10000);
	disk_entry(&p, ZIPL_COMP_EXECUTE, 0, PSW_STAGE3);
	disk_open(&d);
	for (size_t less = 0; less < 2; less++) {
		assert_int_equal(ipl_src_open_mem(d.bytes, 64 * 512 - less, "x",
						  &src, NULL),
				 0);
		assert_int_equal(ipl_map_read(src, &map, NULL), 0);
		assert_int_equal(ipl_map_find(map, 1, &prog, NULL),
				 less ? IPL_ERANGE : 0);
		ipl_map_free(map);
		ipl_src_close(src);
	}
	disk_done(&d);
}

/* Wherever an image is cut off, there is a map or an error and never more. */
static void test_truncated(void **state)
{
	struct disk d;

	(void)state;
	simple_disk(&d, 512);
	disk_open(&d);
	for (size_t len = 0; len <= 6 * 512; len += 32) {
		uint8_t *part = exactly(d.bytes, len);
		struct ipl_map *map = NULL;
		struct ipl_src *src;

		assert_int_equal(ipl_src_open_mem(part, len, "x", &src, NULL),
				 0);
		if (ipl_map_read(src, &map, NULL) == 0)
			assert_true(len >= 2 * 512);
		ipl_map_free(map);
		ipl_src_close(src);
		free(part);
	}
	disk_done(&d);
}

/* --- extents --- */

static int read_at(struct ipl_src *src, const struct ipl_component *comp,
		   uint64_t off, void *buf, size_t len, struct ipl_err *err)
{
	const struct ipl_extent_pos pos = { .x = comp->extents,
					    .n = comp->n_extents,
					    .off = off };

	return ipl_extent_read(src, &pos, buf, len, err);
}

static void test_extents(void **state)
{
	struct ipl_component comp = { 0 };
	struct ipl_src *src;
	struct ipl_err err;
	size_t capacity = 0;
	char buf[16];

	(void)state;
	const struct ipl_extent pieces[] = {
		{ .off = 4, .len = 2 },	    { .off = 6, .len = 1 },
		{ .off = 6, .len = 2 },	    { .len = 3, .zero = true },
		{ .len = 1, .zero = true }, { .off = 0, .len = 2 },
	};

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		assert_int_equal(
			ipl_extent_append(&comp, &capacity, &pieces[i], NULL),
			0);
	assert_int_equal(comp.n_extents, 4);

	assert_int_equal(ipl_src_open_mem("0123456789", 10, "x", &src, NULL),
			 0);
	assert_int_equal(read_at(src, &comp, 0, buf, 11, &err), 0);
	assert_memory_equal(buf,
			    "45667\0\0\0\0"
			    "01",
			    11);
	for (size_t off = 0; off <= 11; off++) {
		for (size_t len = 0; off + len <= 11; len++) {
			char part[11];

			assert_int_equal(
				read_at(src, &comp, off, part, len, &err), 0);
			assert_memory_equal(part, buf + off, len);
		}
	}
	assert_int_equal(read_at(src, &comp, 11, buf, 1, &err), IPL_ERANGE);
	assert_int_equal(read_at(src, &comp, UINT64_MAX, buf, 1, &err),
			 IPL_ERANGE);
	ipl_src_close(src);
	free(comp.extents);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_simple),
		cmocka_unit_test(test_default),
		cmocka_unit_test(test_boot_record_block_size),
		cmocka_unit_test(test_boot_record_values),
		cmocka_unit_test(test_program_table_empty),
		cmocka_unit_test(test_no_boot_record),
		cmocka_unit_test(test_tiny),
		cmocka_unit_test(test_slot),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_entry_type),
		cmocka_unit_test(test_no_execute),
		cmocka_unit_test(test_full_without_execute),
		cmocka_unit_test(test_execute_ends),
		cmocka_unit_test(test_entry_pointer),
		cmocka_unit_test(test_data_pointer),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_chain_to_itself),
		cmocka_unit_test(test_chain_loops),
		cmocka_unit_test(test_chain_pointer),
		cmocka_unit_test(test_chain_too_long),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_budget_of_tables),
		cmocka_unit_test(test_empty_component),
		cmocka_unit_test(test_one_byte_short),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_extents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
