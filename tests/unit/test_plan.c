/* SPDX-License-Identifier: MIT */
/* Load plans: addresses, overlaps, PSWs, and reading through a plan.
 * May use: everything. */
#include "unit.h"

#include "disk.h"

#include "boot/memory_map.h"
#include "boot/plan.h"
#include "boot/replace.h"

#define PSW_OK UINT64_C(0x0008000080010000)
#define MIB    UINT64_C(0x100000)
#define MEMORY (64 * MIB)

/* A program made by hand: no disk is needed to check addresses. */
struct hand {
	struct ipl_map map;
	struct ipl_program prog;
	struct ipl_component comps[8];
	struct ipl_plan *plan;
	struct ipl_err err;
};

static void hand_init(struct hand *h)
{
	memset(h, 0, sizeof(*h));
	h->prog.comps = h->comps;
	h->prog.number = 3;
}

static void hand_load(struct hand *h, uint64_t addr, uint64_t len)
{
	h->comps[h->prog.n_comps++] = (struct ipl_component){
		.type = IPL_COMP_LOAD,
		.addr = addr,
		.len = len,
	};
}

static int hand_plan(struct hand *h, uint64_t psw, uint64_t memory)
{
	h->comps[h->prog.n_comps++] = (struct ipl_component){
		.type = IPL_COMP_EXECUTE,
		.psw = psw,
		.entry_off = 0x1234,
	};
	return ipl_plan_make(&h->map, &h->prog, memory, &h->plan, &h->err);
}

static void test_sorted(void **state)
{
	struct hand h;

	(void)state;
	hand_init(&h);
	hand_load(&h, 0x30000, 0x1000);
	hand_load(&h, 0x10000, 0x2000);
	hand_load(&h, 0x50000, 0);	 /* nothing to load */
	hand_load(&h, 0x20000, 0x10000); /* ends where the next one begins */
	h.comps[0].purpose = IPL_PURPOSE_RAMDISK;
	assert_int_equal(hand_plan(&h, PSW_OK, MEMORY), 0);
	assert_int_equal(h.plan->n_segments, 3);
	assert_int_equal(h.plan->segments[0].addr, 0x10000);
	assert_int_equal(h.plan->segments[0].entry, 1);
	assert_int_equal(h.plan->segments[2].addr, 0x30000);
	assert_int_equal(h.plan->segments[2].purpose, IPL_PURPOSE_RAMDISK);
	assert_int_equal(h.plan->bytes, 0x13000);
	assert_int_equal(h.plan->psw, PSW_OK);
	ipl_plan_free(h.plan);
	ipl_plan_free(NULL);
}

static void test_damaged_program(void **state)
{
	struct hand h;

	(void)state;
	hand_init(&h);
	h.prog.rc = ipl_fail(&h.prog.err, IPL_ELOOP, "round and round");
	assert_int_equal(hand_plan(&h, PSW_OK, MEMORY), IPL_ELOOP);
	assert_string_equal(h.err.msg, "program 3: round and round");
}

static void test_past_memory(void **state)
{
	struct hand h;

	(void)state;
	hand_init(&h);
	hand_load(&h, 0x10000, 0x1000);
	hand_load(&h, MEMORY - 0x1000, 0x1000); /* just fits */
	assert_int_equal(hand_plan(&h, PSW_OK, MEMORY), 0);
	ipl_plan_free(h.plan);

	hand_init(&h);
	hand_load(&h, MEMORY - 0x1000, 0x1001);
	h.comps[0].purpose = IPL_PURPOSE_RAMDISK;
	hand_load(&h, 200 * MIB, 1); /* counts for the advice */
	assert_int_equal(hand_plan(&h, PSW_OK, MEMORY), IPL_ERANGE);
	assert_string_equal(h.err.msg,
			    "program 3: component 'ramdisk' is loaded to "
			    "0x3fff000-0x4000000, past the end of memory: the "
			    "VM has 64 MiB (0x4000000 bytes)");
	assert_string_equal(h.err.advice,
			    "give the VM at least 201 MiB (-m 201M)");
}

/* Sums that wrap must not look like low addresses. */
static void test_wrap(void **state)
{
	static const uint64_t addrs[] = { UINT64_MAX, UINT64_MAX - 0xfff,
					  UINT64_C(1) << 63 };
	struct hand h;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		hand_init(&h);
		hand_load(&h, addrs[i], UINT64_C(1) << 63);
		assert_int_equal(hand_plan(&h, PSW_OK, MEMORY), IPL_ERANGE);
		assert_contains(h.err.msg,
				"component 'entry 0' is loaded to 0x");
		assert_contains(h.err.msg, "past the last address");
	}
	hand_init(&h);
	hand_load(&h, UINT64_MAX - 0xfff, 0xfff);
	assert_int_equal(hand_plan(&h, PSW_OK, MEMORY), IPL_ERANGE);
	assert_contains(h.err.msg, "past the end of memory");
	hand_init(&h);
	hand_load(&h, 0, 1);
	assert_int_equal(hand_plan(&h, PSW_OK, 0), IPL_ERANGE);
}

static void test_overlap(void **state)
{
	struct hand h;

	(void)state;
	hand_init(&h);
	hand_load(&h, 0x20000, 0x100);
	hand_load(&h, 0x10000, 0x10001);
	h.comps[1].purpose = IPL_PURPOSE_KERNEL;
	h.comps[0].purpose = IPL_PURPOSE_PARMLINE;
	assert_int_equal(hand_plan(&h, PSW_OK, MEMORY), IPL_EBAD);
	assert_string_equal(h.err.msg,
			    "program 3: components 'kernel' and 'parmline' "
			    "overlap (0x10000-0x20000 and 0x20000-0x200ff)");

	hand_init(&h);
	hand_load(&h, 0x10000, 0x90000); /* over all the others */
	hand_load(&h, 0x40000, 0x100);
	hand_load(&h, 0x20000, 0x100);
	assert_int_equal(hand_plan(&h, PSW_OK, MEMORY), IPL_EBAD);
	assert_contains(h.err.msg, "'entry 0' and 'entry 2' overlap");
	hand_init(&h);
	hand_load(&h, 0x10000, 1);
	hand_load(&h, 0x10000, 1);
	assert_int_equal(hand_plan(&h, PSW_OK, MEMORY), IPL_EBAD);
}

/* Byte n of the source is n modulo 251; each component has its first bytes. */
#define SOURCE 0x3000u

static struct ipl_src *open_pattern(void)
{
	static uint8_t bytes[SOURCE];
	struct ipl_src *src;
	struct ipl_err err;

	for (size_t i = 0; i < SOURCE; i++)
		bytes[i] = (uint8_t)(i % 251);
	assert_int_equal(ipl_src_open_mem(bytes, SOURCE, "pattern", &src, &err),
			 0);
	return src;
}

static void assert_segment(const struct hand *h, size_t i, uint64_t addr,
			   uint64_t end, uint64_t skip)
{
	const struct ipl_segment *seg = &h->plan->segments[i];
	struct ipl_err err;
	uint8_t byte;

	assert_int_equal(seg->addr, addr);
	assert_int_equal(seg->len, end - addr);
	assert_int_equal(ipl_plan_read(h->plan, seg, addr, &byte, 1, &err), 0);
	assert_int_equal(byte, skip % 251);
}

/* Parts of a component that later ones take: its middle, its beginning. */
static void test_replaced(void **state)
{
	static struct ipl_extent whole[3];
	struct ipl_memory_map *memory;
	uint8_t buf[0x400];
	struct hand h;

	(void)state;
	hand_init(&h);
	hand_load(&h, 0x1000, 0x1000);
	hand_load(&h, 0x1400, 0x100);
	hand_load(&h, 0xf00, 0x200);
	for (size_t i = 0; i < 3; i++) {
		whole[i].len = h.comps[i].len;
		h.comps[i].extents = &whole[i];
		h.comps[i].n_extents = 1;
		h.comps[i].replaces = true;
	}
	h.map.src = open_pattern();
	assert_int_equal(hand_plan(&h, PSW_OK, MEMORY), 0);
	assert_int_equal(h.plan->n_components, 3);
	assert_int_equal(h.plan->n_segments, 4);
	assert_int_equal(h.plan->bytes, 0x2000 - 0xf00);
	assert_segment(&h, 0, 0xf00, 0x1100, 0);
	assert_segment(&h, 1, 0x1100, 0x1400, 0x100);
	assert_segment(&h, 2, 0x1400, 0x1500, 0);
	assert_segment(&h, 3, 0x1500, 0x2000, 0x500);
	ipl_plan_free(h.plan);

	/* the same by the component, from 0x1200 on: 0x100 is not replaced */
	assert_int_equal(ipl_comp_read(h.map.src, &h.prog, &h.comps[0], 0x200,
				       buf, sizeof(buf), &h.err),
			 0);
	assert_int_equal(buf[0], 0x200 % 251);
	assert_int_equal(buf[0x1ff], 0x3ff % 251);
	assert_int_equal(buf[0x200], 0);
	assert_int_equal(buf[0x2ff], 0xff % 251);
	assert_int_equal(buf[0x300], 0x500 % 251);
	assert_ptr_equal(ipl_comp_at(&h.prog, 0x1450), &h.comps[1]);
	assert_ptr_equal(ipl_comp_at(&h.prog, 0x10ff), &h.comps[2]);
	assert_ptr_equal(ipl_comp_at(&h.prog, 0x1100), &h.comps[0]);
	assert_null(ipl_comp_at(&h.prog, 0x2000));

	assert_int_equal(ipl_memory_map_make(&h.prog, MEMORY, &memory, &h.err),
			 0);
	for (size_t i = 0; i < memory->n_regions; i++)
		assert_null(memory->regions[i].overlaps);
	ipl_memory_map_free(memory);

	/* one that wraps is not lost for being in the way */
	h.prog.n_comps = 3;
	h.comps[0].addr = UINT64_MAX - 8;
	assert_int_equal(hand_plan(&h, PSW_OK, MEMORY), IPL_ERANGE);
	assert_contains(h.err.msg, "past the last address");
	ipl_src_close(h.map.src);
}

static void test_psw(void **state)
{
	struct hand h;

	(void)state;
	hand_init(&h);
	hand_load(&h, 0, 1);
	assert_int_equal(hand_plan(&h, 0, MEMORY), IPL_EBAD);
	assert_contains(h.err.msg,
			"PSW 0x0000000000000000 in the EXECUTE entry (byte "
			"0x1234) is not a short PSW: bit 12 is off");
	hand_init(&h);
	assert_int_equal(hand_plan(&h, PSW_OK | 1, MEMORY), IPL_EBAD);
	assert_contains(h.err.msg, "odd address");
	for (unsigned bit = 0; bit < 32; bit++) {
		bool reserved = bit == 0 || (bit >= 2 && bit <= 4) ||
				(bit >= 24 && bit <= 30);

		hand_init(&h);
		assert_int_equal(hand_plan(&h,
					   PSW_OK | UINT64_C(1) << (63 - bit),
					   MEMORY),
				 reserved ? IPL_EBAD : 0);
		if (reserved)
			assert_contains(h.err.msg, "bits that must be zero");
		else
			ipl_plan_free(h.plan);
	}
	hand_init(&h);
	assert_int_equal(hand_plan(&h, UINT64_C(0x0008000101000000), MEMORY),
			 IPL_EBAD);
	assert_contains(h.err.msg, "addressing mode");
	hand_init(&h);
	assert_int_equal(hand_plan(&h, UINT64_C(0x0008000001000000), MEMORY),
			 IPL_EBAD);
	assert_contains(h.err.msg, "past 16 MiB in 24-bit mode");
	/* a disabled wait is what "segment" programs end in */
	hand_init(&h);
	assert_int_equal(hand_plan(&h, UINT64_C(0x000a000000000000), MEMORY),
			 0);
	ipl_plan_free(h.plan);
	/* the EXECUTE entry that zipl 2.25 writes for them */
	hand_init(&h);
	assert_int_equal(hand_plan(&h, 0x1000000, MEMORY), IPL_EBAD);
	assert_contains(h.err.advice, "'segment' program without its data");
}

static void test_covers(void **state)
{
	struct hand h;

	(void)state;
	hand_init(&h);
	hand_load(&h, 0x10000, 0x1000);
	hand_load(&h, 0x20000, 0x1000);
	assert_int_equal(hand_plan(&h, PSW_OK, MEMORY), 0);
	assert_true(ipl_plan_covers(h.plan, 0x10000, 1));
	assert_true(ipl_plan_covers(h.plan, 0x10fff, 1));
	assert_false(ipl_plan_covers(h.plan, 0x11000, 0xf000));
	assert_true(ipl_plan_covers(h.plan, 0x11000, 0xf001));
	assert_false(ipl_plan_covers(h.plan, 0, 0x10000));
	assert_true(ipl_plan_covers(h.plan, 0, 0x10001));
	assert_true(ipl_plan_covers(h.plan, 0, UINT64_MAX));
	assert_false(ipl_plan_covers(h.plan, 0x21000, UINT64_MAX));
	assert_false(ipl_plan_covers(h.plan, 0x10800, 0));
	assert_false(ipl_plan_covers(h.plan, 0, 0));
	ipl_plan_free(h.plan);
}

static void test_purpose_names(void **state)
{
	(void)state;
	assert_string_equal(ipl_purpose_name(IPL_PURPOSE_KERNEL), "kernel");
	assert_string_equal(ipl_purpose_name(IPL_PURPOSE_ENVBLK), "envblk");
	assert_string_equal(ipl_purpose_name((enum ipl_purpose)99), "unknown");
}

/* Through a real map: two runs that are apart on the disk. */
static void test_read(void **state)
{
	const struct ipl_program *prog;
	struct ipl_plan *plan;
	struct zipl_ptr runs[2];
	struct disk_program p;
	struct ipl_map *map;
	struct ipl_err err;
	struct disk d;
	char buf[2048];

	(void)state;
	disk_init(&d, 512, 64);
	p = disk_program(&d, 1);
	memset(disk_block(&d, 30), 'a', 512);
	memset(disk_block(&d, 20), 'b', 1024);
	runs[0] = disk_run(&d, 30, 1);
	runs[1] = disk_run(&d, 20, 2);
	disk_segments(&d, 10, runs, 2, 0);
	disk_entry(&p, ZIPL_COMP_LOAD, 10, 0x10000);
	disk_entry(&p, ZIPL_COMP_EXECUTE, 0, PSW_OK);
	assert_int_equal(ipl_map_read(disk_open(&d), &map, &err), 0);
	assert_int_equal(ipl_map_find(map, 1, &prog, &err), 0);
	assert_int_equal(ipl_plan_make(map, prog, MEMORY, &plan, &err), 0);

	assert_int_equal(
		ipl_plan_read(plan, plan->segments, 0x10000, buf, 1536, &err),
		0);
	assert_int_equal(buf[511], 'a');
	assert_int_equal(buf[512], 'b');
	assert_int_equal(buf[1535], 'b');
	assert_int_equal(
		ipl_plan_read(plan, plan->segments, 0x101ff, buf, 2, &err), 0);
	assert_memory_equal(buf, "ab", 2);
	assert_int_equal(
		ipl_plan_read(plan, plan->segments, 0x10001, buf, 1536, &err),
		IPL_EBUG);
	assert_int_equal(
		ipl_plan_read(plan, plan->segments, 0xffff, buf, 1, &err),
		IPL_EBUG);
	assert_int_equal(
		ipl_plan_read(plan, plan->segments, UINT64_MAX, buf, 1, &err),
		IPL_EBUG);
	ipl_plan_free(plan);
	ipl_map_free(map);
	disk_done(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorted),
		cmocka_unit_test(test_damaged_program),
		cmocka_unit_test(test_past_memory),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_psw),
		cmocka_unit_test(test_covers),
		cmocka_unit_test(test_purpose_names),
		cmocka_unit_test(test_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
