/* SPDX-License-Identifier: MIT */
/* Memory maps, holes, files and verdicts: borders that the golden disks do not
 * reach. May use: everything. */
#include "unit.h"

#include "disk.h"

#include "boot/check.h"
#include "boot/files.h"
#include "boot/holes.h"
#include "boot/memory_map.h"

#define PSW_OK UINT64_C(0x0008000080010000)
#define MIB    UINT64_C(0x100000)
#define GIB    (1024 * MIB)

/* A program made by hand: no disk is needed to look at addresses. */
struct hand {
	struct ipl_program prog;
	struct ipl_component comps[8];
	struct ipl_memory_map *map;
};

static void hand_load(struct hand *h, uint64_t addr, uint64_t len)
{
	h->prog.comps = h->comps;
	h->comps[h->prog.n_comps++] = (struct ipl_component){
		.type = IPL_COMP_LOAD,
		.addr = addr,
		.len = len,
	};
}

static void hand_map(struct hand *h, uint64_t memory)
{
	struct ipl_err err;

	assert_int_equal(ipl_memory_map_make(&h->prog, memory, &h->map, &err),
			 0);
}

/* Region @i is of @kind, at @addr, with @len bytes. */
static void is_region(const struct hand *h, size_t i, enum ipl_region_kind kind,
		      uint64_t addr, uint64_t len)
{
	const struct ipl_region *r = &h->map->regions[i];

	assert_true(i < h->map->n_regions);
	assert_int_equal(r->kind, kind);
	assert_int_equal(r->addr, addr);
	assert_int_equal(r->len, len);
}

static void test_empty_memory(void **state)
{
	struct hand h = { 0 };

	(void)state;
	hand_map(&h, 64 * MIB);
	assert_int_equal(h.map->n_regions, 3);
	is_region(&h, 0, IPL_REGION_LOWCORE, 0, 0x2000);
	is_region(&h, 1, IPL_REGION_FREE, 0x2000, 61 * MIB - 0x2000);
	is_region(&h, 2, IPL_REGION_FIRMWARE, 61 * MIB, 3 * MIB);
	assert_int_equal(h.map->free_bytes, 61 * MIB - 0x2000);
	assert_int_equal(h.map->free_largest, h.map->free_bytes);
	assert_int_equal(h.map->firmware_7_2, 62 * MIB);
	assert_int_equal(h.map->needed, 0);
	ipl_memory_map_free(h.map);
	ipl_memory_map_free(NULL);
}

/* A component in each of the three parts splits all of them. */
static void test_gaps(void **state)
{
	struct hand h = { 0 };

	(void)state;
	hand_load(&h, 62 * MIB, 0x1000);
	hand_load(&h, 0x1000, 0x100);
	hand_load(&h, 0x10000, 0x1000);
	hand_load(&h, 0x10000, 0); /* takes no memory */
	hand_map(&h, 64 * MIB);
	assert_int_equal(h.map->n_regions, 9);
	is_region(&h, 0, IPL_REGION_LOWCORE, 0, 0x1000);
	is_region(&h, 1, IPL_REGION_COMPONENT, 0x1000, 0x100);
	is_region(&h, 2, IPL_REGION_LOWCORE, 0x1100, 0xf00);
	is_region(&h, 3, IPL_REGION_FREE, 0x2000, 0xe000);
	is_region(&h, 4, IPL_REGION_COMPONENT, 0x10000, 0x1000);
	is_region(&h, 5, IPL_REGION_FREE, 0x11000, 61 * MIB - 0x11000);
	is_region(&h, 6, IPL_REGION_FIRMWARE, 61 * MIB, MIB);
	is_region(&h, 7, IPL_REGION_COMPONENT, 62 * MIB, 0x1000);
	assert_true(h.map->regions[7].is_over_firmware);
	assert_false(h.map->regions[4].is_over_firmware);
	assert_int_equal(h.map->regions[7].entry, 0);
	is_region(&h, 8, IPL_REGION_FIRMWARE, 62 * MIB + 0x1000,
		  2 * MIB - 0x1000);
	assert_int_equal(h.map->needed, 62 * MIB + 0x1000);
	ipl_memory_map_free(h.map);
}

/* QEMU puts its firmware below 2 GiB, at a multiple of 64 KiB. */
static void test_firmware(void **state)
{
	static const struct {
		uint64_t memory, firmware, firmware_7_2;
	} cases[] = {
		{ 4 * GIB, 2 * GIB - 3 * MIB, 2 * GIB - 2 * MIB },
		{ 2 * GIB, 2 * GIB - 3 * MIB, 2 * GIB - 2 * MIB },
		{ 64 * MIB + 0xffff, 61 * MIB, 62 * MIB },
		{ 64 * MIB - 1, 61 * MIB - 0x10000, 62 * MIB - 0x10000 },
		{ 3 * MIB, 0, MIB },
		{ MIB, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct hand h = { 0 };
		uint64_t end = 0;

		hand_map(&h, cases[i].memory);
		assert_int_equal(h.map->firmware, cases[i].firmware);
		assert_int_equal(h.map->firmware_7_2, cases[i].firmware_7_2);
		for (size_t k = 0; k < h.map->n_regions; k++) {
			assert_int_equal(h.map->regions[k].addr, end);
			end += h.map->regions[k].len;
		}
		assert_int_equal(end, cases[i].memory);
		ipl_memory_map_free(h.map);
	}
}

/* The one that reaches furthest counts, not the neighbour. */
static void test_overlaps(void **state)
{
	struct hand h = { 0 };
	const struct ipl_region *r;

	(void)state;
	hand_load(&h, 0x10000, 0x10000);
	hand_load(&h, 0x11000, 0x100);
	hand_load(&h, 0x1f000, 0x2000);
	hand_load(&h, 0x21000, 0x100); /* just behind */
	hand_map(&h, 64 * MIB);
	r = &h.map->regions[2];
	assert_int_equal(r[0].addr, 0x10000);
	assert_null(r[0].overlaps);
	assert_ptr_equal(r[1].overlaps, &r[0]);
	assert_int_equal(r[1].overlap_len, 0x100);
	assert_ptr_equal(r[2].overlaps, &r[0]);
	assert_int_equal(r[2].overlap_len, 0x1000);
	assert_null(r[3].overlaps);
	ipl_memory_map_free(h.map);
}

static void test_past_memory(void **state)
{
	struct hand h = { 0 };

	(void)state;
	hand_load(&h, 64 * MIB - 0x1000, 0x1000); /* just fits */
	hand_load(&h, 64 * MIB, 1);
	hand_load(&h, UINT64_MAX - 0xfff, 0x1000); /* to the last address */
	hand_map(&h, 64 * MIB);
	assert_int_equal(h.map->n_regions, 6);
	assert_false(h.map->regions[3].is_past_memory);
	assert_true(h.map->regions[4].is_past_memory);
	assert_true(h.map->regions[5].is_past_memory);
	assert_int_equal(h.map->needed, UINT64_MAX);
	ipl_memory_map_free(h.map);
}

static void test_region_names(void **state)
{
	(void)state;
	assert_string_equal(ipl_region_name(IPL_REGION_FREE), "free");
	assert_string_equal(ipl_region_name(IPL_REGION_COMPONENT), "component");
}

static struct ipl_foreign foreign(const struct ipl_extent *x, size_t n,
				  unsigned bs)
{
	struct ipl_component comp = { .n_extents = n };
	struct ipl_foreign ret;

	comp.extents = calloc(n + 1, sizeof(*x));
	assert_non_null(comp.extents);
	memcpy(comp.extents, x, n * sizeof(*x));
	ret = ipl_foreign_find(&comp, bs);
	free(comp.extents);
	return ret;
}

static void test_foreign(void **state)
{
	/* block 0x1200 is the one of zeros */
	const struct ipl_extent odd[] = {
		{ 0x8000, 512, false },
		{ 0x1200, 512, false },
		{ 0x1200, 512, false },
		{ 0x9000, 1024, false },
	};
	const struct ipl_extent even[] = {
		{ 0x8000, 1024, false },
		{ 0x1200, 512, false },
		{ 0x1200, 512, false },
		{ 0x9000, 1024, false },
	};
	const struct ipl_extent zeros[] = {
		{ 0, 512, true },
		{ 0x9000, 1024, false },
	};
	const struct ipl_extent pieces[] = {
		{ 0x8000, 512, false },
		{ 0x1200, 512, false },
		{ 0x1600, 512, false },
		{ 0x9000, 1024, false },
	};

	(void)state;
	assert_int_equal(foreign(odd, 4, 512).n, 1);
	assert_int_equal(foreign(odd, 4, 512).first, 0x600);
	assert_int_equal(foreign(even, 4, 512).n, 0);
	assert_int_equal(foreign(zeros, 2, 512).n, 1);
	assert_int_equal(foreign(pieces, 4, 512).n, 0);
	assert_int_equal(foreign(odd, 3, 512).n, 0); /* ends with the hole */
	assert_int_equal(foreign(odd, 4, 1024).n, 0);
	assert_int_equal(foreign(odd, 0, 512).n, 0);
}

static void test_report_order(void **state)
{
	struct ipl_report r = { 0 };

	(void)state;
	for (int i = 0; i < 20; i++)
		ipl_report_add(&r, (enum ipl_severity)(i % 3), "x", i);
	ipl_report_sort(&r);
	assert_int_equal(r.n, 20);
	assert_int_equal(r.findings[0].severity, IPL_ERROR);
	assert_int_equal(r.findings[0].program, 2);
	assert_int_equal(r.findings[1].program, 5);
	assert_int_equal(r.findings[19].severity, IPL_NOTE);
	assert_int_equal(r.findings[19].program, 18);
	assert_int_equal(ipl_report_count(&r, IPL_ERROR, IPL_ANYWHERE), 6);
	assert_int_equal(ipl_report_count(&r, IPL_ERROR, 5), 1);
	assert_int_equal(ipl_report_count(&r, IPL_NOTE, 5), 0);
	ipl_report_done(&r);
	assert_int_equal(r.n, 0);
}

/* Code at 0x10000 and, unless 0, data at @addr. */
static void put_program(struct disk *d, unsigned slot, uint64_t addr)
{
	struct disk_program p = disk_program(d, slot);

	disk_load(&p, 0x10000, "code", 5);
	if (addr)
		disk_load(&p, addr, "data", 5);
	disk_entry(&p, ZIPL_COMP_EXECUTE, 0, PSW_OK);
}

/* One bad program is enough, unless only a good one is asked about. */
static void test_verdict(void **state)
{
	struct ipl_verdict v;
	struct ipl_map *map;
	struct ipl_err err;
	struct disk d;

	(void)state;
	disk_init(&d, 512, 64);
	put_program(&d, 0, 0);
	put_program(&d, 1, 64 * MIB);
	assert_int_equal(ipl_map_read(disk_open(&d), &map, &err), 0);

	assert_int_equal(ipl_check_map(map, NULL, 64 * MIB, &v, &err), 0);
	assert_false(v.boots);
	assert_int_equal(v.programs[0].outcome, IPL_BOOTS);
	assert_int_equal(v.programs[1].outcome, IPL_FAILS);
	assert_string_equal(v.report.findings[0].code, "past-memory");
	assert_int_equal(v.report.findings[0].program, 1);
	assert_contains(v.report.findings[0].advice, "-m 65M");
	ipl_verdict_done(&v);

	assert_int_equal(
		ipl_check_map(map, &map->programs[0], 64 * MIB, &v, &err), 0);
	assert_true(v.boots);
	assert_false(v.programs[1].checked);
	assert_int_equal(ipl_report_count(&v.report, IPL_ERROR, IPL_ANYWHERE),
			 0);
	ipl_verdict_done(&v);

	ipl_map_free(map);
	disk_done(&d);
}

static void test_no_map(void **state)
{
	struct ipl_verdict v;
	struct ipl_err err, why;

	(void)state;
	ipl_fail(&why, IPL_EBAD, "makes no sense");
	ipl_err_at(&why, "boot record", 4096);
	ipl_err_at(&why, "disk", 0); /* the innermost stays */
	assert_int_equal(ipl_check_no_map(&why, GIB, &v, &err), 0);
	assert_false(v.boots);
	assert_int_equal(v.report.n, 1);
	assert_string_equal(v.report.findings[0].found, "makes no sense");
	assert_string_equal(v.report.findings[0].structure, "boot record");
	assert_int_equal(v.report.findings[0].off, 4096);
	ipl_verdict_done(&v);
}

static int count(void *ctx, const void *buf, size_t len, struct ipl_err *err)
{
	size_t *total = ctx;

	(void)buf;
	*total += len;
	if (*total < 2 * MIB)
		return 0;
	return ipl_fail(err, IPL_ESYS, "no room");
}

/* A component that nothing is known about is a file too; whoever takes its
 * parts can stop. */
static void test_files(void **state)
{
	struct ipl_files files;
	struct ipl_map *map;
	struct ipl_err err;
	size_t total = 0;
	struct disk d;

	(void)state;
	disk_init(&d, 512, 64);
	put_program(&d, 0, 0);
	assert_int_equal(ipl_map_read(disk_open(&d), &map, &err), 0);
	assert_int_equal(ipl_files_find(map, map->programs, &files, &err), 0);
	assert_int_equal(files.n, 1);
	assert_string_equal(files.files[0].name, "component-0");
	assert_int_equal(ipl_file_size(&files.files[0]), 512);
	assert_int_equal(
		ipl_file_read(map, &files.files[0], count, &total, &err), 0);
	assert_int_equal(total, 512);
	files.files[0].zeros = 5 * MIB;
	assert_int_equal(
		ipl_file_read(map, &files.files[0], count, &total, &err),
		IPL_ESYS);
	ipl_files_done(&files);

	map->programs[0].rc = IPL_EBAD;
	assert_int_equal(ipl_files_find(map, map->programs, &files, &err),
			 IPL_EBAD);
	ipl_map_free(map);
	disk_done(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_memory),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_firmware),
		cmocka_unit_test(test_overlaps),
		cmocka_unit_test(test_past_memory),
		cmocka_unit_test(test_region_names),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_report_order),
		cmocka_unit_test(test_verdict),
		cmocka_unit_test(test_no_map),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
