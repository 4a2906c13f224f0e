/* SPDX-License-Identifier: MIT */
/* Layouts: which one a disk has, large disks, two boot maps on one disk, and
 * what the caller can ask for. May use: boot, disk. */
#include "unit.h"

#include "boot/note.h"
#include "boot/plan.h"
#include "dasd.h"

/* Too large for the stack of some. */
static struct dasd d;

static struct ipl_map *read_with(const char *layout, uint64_t br_lba)
{
	struct ipl_map_options opts = { .layout = layout, .br_lba = br_lba };
	struct ipl_map *map = NULL;
	struct ipl_err err = { 0 };
	int rc = ipl_map_read_with(&d.src, &opts, &map, &err);

	if (rc)
		print_error("%s\n", err.msg);
	assert_int_equal(rc, 0);
	assert_int_equal(err.code, 0);
	return map;
}

static void fails_with(const char *layout, uint64_t br_lba, int code,
		       const char *says)
{
	struct ipl_map_options opts = { .layout = layout, .br_lba = br_lba };
	struct ipl_map *map = NULL;
	struct ipl_err err = { 0 };

	assert_int_equal(ipl_map_read_with(&d.src, &opts, &map, &err), code);
	assert_int_equal(err.code, code);
	assert_contains(err.msg, says);
	assert_null(map);
}

/* The one component of program 1 lies at @block. */
static void check_map(const struct ipl_map *map, const char *layout,
		      uint64_t block)
{
	const struct ipl_program *prog;

	assert_string_equal(map->layout->name, layout);
	assert_int_equal(map->block_size, d.bs);
	assert_int_equal(map->n_programs, 2);
	assert_int_equal(ipl_map_find(map, 1, &prog, NULL), 0);
	assert_int_equal(prog->n_comps, 2);
	assert_int_equal(prog->comps[0].n_extents, 1);
	assert_true(prog->comps[0].extents[0].off == block * d.bs);
	assert_int_equal(map->programs[0].copy_of, 1);
	assert_string_equal(map->programs[0].name, "program at 0x20000");
}

static const struct {
	const char *layout;
	const struct zipl_ptr_format *ptr;
	void (*boot)(struct dasd *, uint64_t);
	unsigned bs;
} kinds[] = {
	{ "cdl", &zipl_chs16, dasd_cdl, 512 },
	{ "cdl", &zipl_chs16, dasd_cdl, 1024 },
	{ "cdl", &zipl_chs16, dasd_cdl, 2048 },
	{ "cdl", &zipl_chs16, dasd_cdl, 4096 },
	{ "ldl", &zipl_chs16, dasd_ldl, 512 },
	{ "ldl", &zipl_chs16, dasd_ldl, 1024 },
	{ "ldl", &zipl_chs16, dasd_ldl, 2048 },
	{ "ldl", &zipl_chs16, dasd_ldl, 4096 },
	{ "fba", &zipl_lin16, dasd_fba, 512 },
};

static void make(size_t kind, uint64_t blocks, uint64_t table, uint64_t data)
{
	dasd_init(&d, kinds[kind].bs, blocks);
	d.ptr = kinds[kind].ptr;
	dasd_program(&d, table, data, 1);
	kinds[kind].boot(&d, table);
}

static void test_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct ipl_map *map;

		make(i, 300, 200, 299);
		map = read_with(NULL, 0);
		check_map(map, kinds[i].layout, 299);
		/* only the menu is missing: nothing leads to stage 2 */
		assert_int_equal(map->n_notes, 1);
		assert_string_equal(map->notes[0].code, IPL_NOTE_NO_MENU);
		assert_null(map->other);
		ipl_map_free(map);
		map = read_with(kinds[i].layout, 0);
		check_map(map, kinds[i].layout, 299);
		ipl_map_free(map);
	}
}

/* Cylinders of more than 16 bits, and more than 2^32 blocks. */
static void test_large(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		uint64_t blocks =
			i == 8 ? UINT64_C(1) << 34
			       : (UINT64_C(1) << 28) * 15 *
					 zipl_geometry(kinds[i].bs).sectors;
		struct ipl_map *map;

		make(i, blocks, blocks - 4, blocks - 1);
		map = read_with(NULL, 0);
		check_map(map, kinds[i].layout, blocks - 1);
		assert_true(map->table_off == (blocks - 4) * d.bs);
		ipl_map_free(map);
	}
}

/* A disk that ends anywhere gives an error with words, or is whole. */
static void test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		uint64_t size;

		make(i, 120, 110, 119);
		size = d.src.size;
		for (uint64_t n = 0; n < size; n += n < 1100 ? 1 : 61) {
			struct ipl_map *map = NULL;
			struct ipl_err err = { 0 };

			d.src.size = n;
			if (ipl_map_read(&d.src, &map, &err))
				assert_true(err.msg[0]);
			else /* the program is there, its data are not */
				assert_true(map->programs[1].rc);
			ipl_map_free(map);
		}
	}
}

static void test_br_lba(void **state)
{
	struct ipl_map *map;

	(void)state;
	for (unsigned bs = 512; bs <= 4096; bs *= 2) {
		dasd_init(&d, bs, 100);
		d.ptr = &zipl_lin16;
		dasd_program(&d, 50, 99, 1);
		dasd_scsi(&d, 33, 50);
		map = read_with(NULL, 33);
		check_map(map, "scsi", 99);
		assert_true(map->record_off == (uint64_t)33 * bs);
		ipl_map_free(map);
		map = read_with("scsi", 33);
		ipl_map_free(map);
		fails_with(NULL, 0, IPL_EUNSUP, "nothing to boot");
		fails_with(NULL, 32, IPL_ENOTFOUND,
			   "no boot record in block 32");
		fails_with(NULL, 1000, IPL_ENOTFOUND, "block 1000");
		fails_with(NULL, UINT64_MAX, IPL_ENOTFOUND,
			   "block 18446744073709551615");
		fails_with("cdl", 33, IPL_EINVAL, "only the layout 'scsi'");
	}
}

static void test_names_of_layouts(void **state)
{
	(void)state;
	make(0, 300, 200, 299);
	fails_with("scsi", 0, IPL_EUNSUP, "there is no SCSI boot map");
	fails_with("cdl-ld", 0, IPL_EUNSUP,
		   "there is no ECKD CDL boot map for list-directed IPL");
	fails_with("", 0, IPL_EINVAL, "there is no layout ''");
	fails_with("CDL", 0, IPL_EINVAL,
		   "expected one of scsi, cdl, cdl-old, cdl-ld, fba, ldl, "
		   "fba-old, ldl-old, iso");
	for (size_t i = 0; ipl_layout_at(i); i++)
		assert_true(i < 9);
}

static void make_both(void)
{
	dasd_init(&d, 4096, 300);
	d.ptr = &zipl_chs16;
	dasd_program(&d, 200, 299, 1);
	dasd_cdl(&d, 200);
	d.ptr = &zipl_ldchs16;
	dasd_program(&d, 100, 298, 1);
	dasd_ld(&d, 110, 100);
}

static bool has_note(const struct ipl_map *map, const char *code)
{
	for (size_t i = 0; i < map->n_notes; i++) {
		if (!strcmp(map->notes[i].code, code))
			return true;
	}
	return false;
}

static void test_two_maps(void **state)
{
	struct ipl_map *map;

	(void)state;
	make_both();
	map = read_with(NULL, 0);
	check_map(map, "cdl", 299);
	assert_non_null(map->other);
	check_map(map->other, "cdl-ld", 298);
	assert_false(has_note(map, IPL_NOTE_OTHER_DIFFER));
	ipl_map_free(map);

	map = read_with("cdl-ld", 0);
	check_map(map, "cdl-ld", 298);
	check_map(map->other, "cdl", 299);
	ipl_map_free(map);
}

static void test_two_maps_disagree(void **state)
{
	struct ipl_map *map;

	(void)state;
	make_both();
	memset(dasd_block(&d, 100) + 16, 0, 16); /* slot 0 */
	map = read_with(NULL, 0);
	assert_true(has_note(map, IPL_NOTE_OTHER_DIFFER));
	ipl_map_free(map);
}

/* Where one is damaged there is still the other, unless one was asked for. */
static void test_one_map_damaged(void **state)
{
	struct ipl_map *map;

	(void)state;
	make_both();
	dasd_block(&d, 110)[0] = 0;
	map = read_with(NULL, 0);
	check_map(map, "cdl", 299);
	assert_null(map->other);
	assert_true(has_note(map, IPL_NOTE_OTHER_BAD));
	ipl_map_free(map);
	fails_with("cdl-ld", 0, IPL_EBAD, "list-directed boot record at block");

	make_both();
	dasd_block(&d, 200)[0] = 0;
	map = read_with(NULL, 0);
	check_map(map, "cdl-ld", 298);
	assert_true(has_note(map, IPL_NOTE_FIRST_BAD));
	ipl_map_free(map);
	fails_with("cdl", 0, IPL_EBAD, "program table at block 200");

	dasd_block(&d, 100)[0] = 0;
	fails_with(NULL, 0, IPL_EBAD, "program table at block 200");
}

/* The order in which they are looked for. */
static void test_several_records(void **state)
{
	struct ipl_map *map;

	(void)state;
	make_both();
	d.ptr = &zipl_chs16;
	dasd_ldl(&d, 200); /* left from before it was a CDL disk */
	map = read_with(NULL, 0);
	check_map(map, "cdl", 299);
	ipl_map_free(map);
	map = read_with("ldl", 0);
	check_map(map, "ldl", 299);
	ipl_map_free(map);
}

/* A kdump program can be planned, another dump program cannot. */
static void test_dump_programs(void **state)
{
	struct ipl_plan *plan = NULL;
	struct ipl_map *map;
	struct ipl_err err;
	uint8_t *params;

	(void)state;
	make(3, 300, 200, 299);
	dasd_block(&d, 201)[4] = ZIPL_COMP_HEADER_DUMP;
	map = read_with(NULL, 0);
	assert_true(map->programs[1].is_dump);
	assert_false(map->programs[1].is_kdump);
	assert_int_equal(map->programs[1].n_comps, 2);
	assert_int_equal(map->programs[1].rc, IPL_EUNSUP);
	assert_contains(map->programs[1].err.msg, "a dump program");
	assert_int_equal(
		ipl_plan_make(map, &map->programs[1], 1 << 30, &plan, &err),
		IPL_EUNSUP);
	ipl_map_free(map);

	/* stage 3 parameters of zipl 1.24 at 0xa000, with the kdump flag */
	dasd_block(&d, 201)[32 + 29] = 0;
	dasd_block(&d, 201)[32 + 30] = 0xa0;
	memcpy(dasd_block(&d, 201) + 64 + 24, "\0\x8\0\0\x80\0\xa0\x50", 8);
	params = dasd_block(&d, 299);
	memcpy(params + 24, "\0\x8\0\0\x80\1\0\x10\0\0\0\0\0\0\0\0\0\2", 18);
	map = read_with(NULL, 0);
	assert_true(map->programs[1].is_kdump);
	assert_int_equal(
		ipl_plan_make(map, &map->programs[1], 1 << 30, &plan, &err), 0);
	ipl_plan_free(plan);
	ipl_map_free(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_br_lba),
		cmocka_unit_test(test_names_of_layouts),
		cmocka_unit_test(test_two_maps),
		cmocka_unit_test(test_two_maps_disagree),
		cmocka_unit_test(test_one_map_damaged),
		cmocka_unit_test(test_several_records),
		cmocka_unit_test(test_dump_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
