/* SPDX-License-Identifier: MIT */
/* Kernel parameters in load plans, for each generation of stage 3.
 * May use: everything. */
#include "unit.h"

#include "disk.h"

#include "boot/parms.h"

#define MEMORY UINT64_C(0x4000000)
#define PARM   UINT64_C(0x80000)
#define OLD    "root=/dev/dasda1 quiet"

/* What a program is to be like. */
struct kind {
	enum zipl_stage3_gen gen; /* 0: a kernel that is started directly */
	uint64_t entry;
	uint64_t parm; /* where the parameters are; ZIPL_STAGE3_NONE */
	uint64_t extra;
	uint64_t kernel_max; /* command line that the kernel takes */
	bool is_signed;
	bool new_stage3;
	uint64_t next; /* load something right behind the parameters */
};

struct fixture {
	struct disk d;
	struct ipl_map *map;
	const struct ipl_program *prog;
	struct ipl_plan *plan;
	struct ipl_err err;
};

static void put64(uint8_t *to, uint64_t v)
{
	struct ipl_wr w = { .p = to, .len = 8 };

	ipl_put_be(&w, v, 8);
}

/* A kernel file; @head without its first 64 KiB. */
static void load_kernel(struct disk_program *p, const struct kind *k,
			uint64_t skip)
{
	static uint8_t kernel[0x12000];

	memset(kernel, 0, sizeof(kernel));
	memcpy(kernel + 0x10008, "S390EP", 6);
	put64(kernel + 0x10430, k->kernel_max);
	if (!k->gen)
		strcpy((char *)kernel + 0x10480, OLD);
	disk_load(p, 0x10000, kernel + skip, sizeof(kernel) - skip);
}

static void load_stage3(struct disk_program *p, const struct kind *k)
{
	static uint8_t stage3[0x4000];
	uint8_t params[512] = { 0 };
	struct ipl_stage3 s = { .gen = k->gen,
				.parm_addr = k->parm,
				.load_psw = UINT64_C(0x0008000080010000),
				.extra_parm = k->extra,
				.image_addr = 0x10000,
				.image_len = 0x12000 };
	struct ipl_wr w = { .p = params, .len = sizeof(params) };

	memset(stage3, 0x47, sizeof(stage3));
	zipl_stage3_encode(&w, &s);
	if (k->new_stage3)
		memcpy(stage3 + sizeof(stage3) - 8, "\0\0\0\x20zIPL", 8);
	if (k->gen == ZIPL_STAGE3_80)
		disk_load(p, ZIPL_STAGE3_PARAMS_ADDR, params, sizeof(params));
	else
		memcpy(stage3, params, w.at);
	disk_load(p, ZIPL_STAGE3_ADDR, stage3, sizeof(stage3));
}

static void sign(struct disk_program *p)
{
	uint64_t data = disk_take(p->disk, 1), table = disk_take(p->disk, 1);
	struct zipl_ptr run = disk_run(p->disk, data, 1);

	disk_segments(p->disk, table, &run, 1, 0);
	disk_entry(p, ZIPL_COMP_SIGNATURE, table,
		   UINT64_C(1) << 56 | 100); /* format and length */
}

static void begin(struct fixture *f, const struct kind *k)
{
	struct disk_program p;

	memset(f, 0, sizeof(*f));
	disk_init(&f->d, 512, 1000);
	p = disk_program(&f->d, 0);
	if (k->gen)
		load_stage3(&p, k);
	if (k->is_signed)
		sign(&p);
	load_kernel(&p, k, k->gen == ZIPL_STAGE3_80 ? 0 : 0x10000);
	if (k->gen && k->parm != ZIPL_STAGE3_NONE)
		disk_load(&p, k->parm, OLD "\n", sizeof(OLD "\n"));
	if (k->next)
		disk_load(&p, k->next, "x", 1);
	disk_entry(&p, ZIPL_COMP_EXECUTE, 0,
		   UINT64_C(0x0008000080000000) | k->entry);
	assert_int_equal(ipl_map_read(disk_open(&f->d), &f->map, &f->err), 0);
	assert_int_equal(ipl_map_find(f->map, 0, &f->prog, &f->err), 0);
	assert_int_equal(
		ipl_plan_make(f->map, f->prog, MEMORY, &f->plan, &f->err), 0);
}

static void done(struct fixture *f)
{
	ipl_plan_free(f->plan);
	ipl_map_free(f->map);
	disk_done(&f->d);
}

/* What the plan puts at @addr of memory, zeros where it puts nothing. */
static void memory(struct fixture *f, uint64_t addr, void *to, size_t len)
{
	memset(to, 0, len);
	for (size_t i = 0; i < f->plan->n_segments; i++) {
		const struct ipl_segment *s = &f->plan->segments[i];
		uint64_t from = s->addr > addr ? s->addr : addr;
		uint64_t end = s->addr + s->len;

		if (end > addr + len)
			end = addr + len;
		if (from < end)
			assert_int_equal(
				ipl_plan_read(f->plan, s, from,
					      (char *)to + (from - addr),
					      end - from, &f->err),
				0);
	}
}

static uint64_t memory64(struct fixture *f, uint64_t addr)
{
	uint8_t b[8];
	struct ipl_rd r = { .in = { b, sizeof(b), 0 } };

	memory(f, addr, b, sizeof(b));
	return ipl_be64(&r);
}

/* The parameters as the program takes them. */
static const char *parameters(struct fixture *f, const struct kind *k)
{
	static char text[70000];
	uint64_t at = 0x10480;

	if (k->gen == ZIPL_STAGE3_80)
		at = memory64(f, 0x9000);
	else if (k->gen)
		at = memory64(f, 0xa000);
	memory(f, at, text, sizeof(text) - 1);
	return text;
}

/* No two segments overlap, and their sum is right. */
static void check_plan(const struct fixture *f)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < f->plan->n_segments; i++) {
		const struct ipl_segment *s = &f->plan->segments[i];

		assert_true(s->len > 0);
		if (i)
			assert_true(s[-1].addr + s[-1].len <= s->addr);
		sum += s->len;
	}
	assert_int_equal(sum, f->plan->bytes);
}

enum { OLDEST, OLD_ASM, OLD_C, NEW, DIRECT, N_KINDS };

static const struct kind kinds[N_KINDS] = {
	[OLDEST] = { .gen = ZIPL_STAGE3_40, .entry = 0xa028, .parm = 0x1000 },
	[OLD_ASM] = { .gen = ZIPL_STAGE3_42,
		      .entry = 0xa02a,
		      .parm = PARM,
		      .extra = 1 },
	[OLD_C] = { .gen = ZIPL_STAGE3_42, .entry = 0xa050, .parm = PARM },
	[NEW] = { .gen = ZIPL_STAGE3_80,
		  .entry = 0xa000,
		  .parm = PARM,
		  .extra = 1 },
	[DIRECT] = { .entry = 0x10000 },
};

static void expect(const struct kind *k, const char *append, const char *want)
{
	struct fixture f;

	begin(&f, k);
	assert_int_equal(ipl_parms_edit(f.plan, f.map, f.prog, append, &f.err),
			 0);
	assert_string_equal(parameters(&f, k), want);
	check_plan(&f);
	done(&f);
}

static void test_append(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_KINDS; i++) {
		const char *same = kinds[i].gen ? OLD "\n" : OLD;

		expect(&kinds[i], "a=b c", OLD " a=b c");
		expect(&kinds[i], "  a=b", OLD " a=b");
		expect(&kinds[i], "=single", "single");
		expect(&kinds[i], "=", "");
		expect(&kinds[i], "", same);
		expect(&kinds[i], NULL, same);
	}
}

/* More than the block that the parameters have on the disk. */
static void test_longer_than_on_the_disk(void **state)
{
	char append[800], want[900];

	(void)state;
	memset(append, 'p', sizeof(append));
	append[sizeof(append) - 1] = '\0';
	snprintf(want, sizeof(want), OLD " %s", append);
	for (size_t i = 0; i < N_KINDS; i++) {
		struct kind k = kinds[i];

		expect(&k, append, want);
		if (!k.gen || k.parm != PARM)
			continue;
		k.next = PARM + 512; /* now they have to move */
		expect(&k, append, want);
	}
}

static void test_without_parameters_on_the_disk(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_KINDS; i++) {
		struct kind k = kinds[i];

		if (!k.gen)
			continue;
		k.parm = ZIPL_STAGE3_NONE;
		expect(&k, "a=b", "a=b");
		expect(&k, "=a=b", "a=b");
	}
}

/* The longest command line that gets through, and one more. */
static void longest(struct kind k, size_t max)
{
	char *append = calloc(1, max + 1);
	struct fixture f;

	memset(append, 'p', max);
	append[0] = '=';
	expect(&k, append, append + 1);
	append[0] = ' ';
	begin(&f, &k);
	assert_int_equal(ipl_parms_edit(f.plan, f.map, f.prog, append, &f.err),
			 IPL_ERANGE);
	assert_contains(f.err.msg, "append to program 0: ");
	assert_contains(f.err.msg, "characters of kernel parameters, expected");
	done(&f);
	free(append);
}

static void test_too_long(void **state)
{
	struct kind k;

	(void)state;
	for (size_t i = 0; i < N_KINDS; i++)
		longest(kinds[i], 896);
	k = kinds[NEW]; /* zipl 2.9 copies less than the kernel takes */
	k.kernel_max = 4096;
	longest(k, 896);
	k.new_stage3 = true;
	longest(k, 4096);
	k.kernel_max = 512;
	longest(k, 512);
	k = kinds[DIRECT];
	k.kernel_max = 4096;
	longest(k, 4096);
}

/* What an earlier system left where zipl's menu puts what was typed. */
static void test_extra_is_cleared(void **state)
{
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < N_KINDS; i++) {
		const struct kind *k = &kinds[i];

		begin(&f, k);
		assert_int_equal(
			ipl_parms_edit(f.plan, f.map, f.prog, NULL, NULL), 0);
		assert_true(ipl_plan_covers(f.plan, 0x9c00, 1) ==
			    (k->extra != 0));
		assert_true(ipl_plan_covers(f.plan, 0xe000, 1) ==
			    (k->extra && k->gen == ZIPL_STAGE3_80));
		assert_int_equal(memory64(&f, 0x9c00), 0);
		assert_int_equal(memory64(&f, 0xe000), 0);
		check_plan(&f);
		done(&f);
	}
}

static void test_refused(void **state)
{
	struct kind k = kinds[NEW];
	struct fixture f;

	(void)state;
	k.is_signed = true;
	begin(&f, &k);
	assert_int_equal(ipl_parms_edit(f.plan, f.map, f.prog, "a", &f.err),
			 IPL_EUNSUP);
	assert_contains(f.err.msg, "it is signed");
	assert_int_equal(ipl_parms_edit(f.plan, f.map, f.prog, NULL, &f.err),
			 0);
	done(&f);
	k = (struct kind){ .entry = 0x10100 }; /* not where a kernel begins */
	begin(&f, &k);
	assert_int_equal(ipl_parms_edit(f.plan, f.map, f.prog, "a", &f.err),
			 IPL_EUNSUP);
	assert_contains(f.err.msg, "neither a program of zipl's nor a Linux");
	done(&f);
}

static void test_put(void **state)
{
	struct kind k = kinds[DIRECT];
	struct fixture f;
	char text[8];

	(void)state;
	begin(&f, &k);
	assert_int_equal(ipl_plan_put(f.plan, 0x10480, "abcdef", 6,
				      IPL_PURPOSE_PARMLINE, &f.err),
			 0);
	assert_int_equal(ipl_plan_put(f.plan, 0x10482, "XY", 2,
				      IPL_PURPOSE_PARMLINE, &f.err),
			 0);
	memory(&f, 0x10480, text, 7);
	text[6] = '\0';
	assert_string_equal(text, "abXYef");
	assert_int_equal(f.plan->n_components, 1);
	assert_int_equal(f.plan->n_segments, 5); /* two, three and a gap */
	check_plan(&f);
	assert_int_equal(ipl_plan_put(f.plan, MEMORY - 1, "ab", 2,
				      IPL_PURPOSE_PARMLINE, &f.err),
			 IPL_ERANGE);
	assert_int_equal(ipl_plan_put(f.plan, UINT64_MAX, "ab", 2,
				      IPL_PURPOSE_PARMLINE, &f.err),
			 IPL_ERANGE);
	done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_append),
		cmocka_unit_test(test_longer_than_on_the_disk),
		cmocka_unit_test(test_without_parameters_on_the_disk),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_extra_is_cleared),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
