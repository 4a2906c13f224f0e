/* SPDX-License-Identifier: MIT */
/* What programs are, for every generation of zipl and for kernels that are
 * started directly. May use: everything. */
#include "unit.h"

#include "disk.h"

#include "boot/map.h"
#include "boot/plan.h"

#define KERNEL_HEAD 0x500 /* of make_kernel, without the first 64 KiB */
#define VERSION	    "6.1.0-28-s390x (someone@somewhere) #1 SMP"

struct fixture {
	struct disk d;
	struct disk_program p;
	struct ipl_stage3 params;
	struct ipl_map *map;
	const struct ipl_program *prog;
};

static void put64(uint8_t *to, uint64_t v)
{
	struct ipl_wr w = { .p = to, .len = 8 };

	ipl_put_be(&w, v, 8);
}

/* An image from its entry on. */
static void make_kernel(uint8_t b[KERNEL_HEAD])
{
	memset(b, 0, KERNEL_HEAD);
	memcpy(b + 8, "S390EP", 6);
	put64(b + 0x428, 0x10490);
	memcpy(b + 0x490, VERSION, sizeof(VERSION));
}

static void begin(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	disk_init(&f->d, 512, 1000);
	f->p = disk_program(&f->d, 0);
	f->params = (struct ipl_stage3){
		.parm_addr = 0x80000,
		.initrd_addr = 0x90000,
		.initrd_len = 700,
		.load_psw = UINT64_C(0x0008000080010000),
	};
}

static void end(struct fixture *f, uint64_t psw)
{
	struct ipl_err err = { 0 };

	disk_entry(&f->p, ZIPL_COMP_EXECUTE, 0, psw);
	assert_int_equal(ipl_map_read(disk_open(&f->d), &f->map, &err), 0);
	assert_int_equal(ipl_map_find(f->map, 0, &f->prog, &err), 0);
}

static void done(struct fixture *f)
{
	ipl_map_free(f->map);
	disk_done(&f->d);
}

static void load_rest(struct fixture *f)
{
	static const uint8_t ramdisk[700];

	disk_load(&f->p, 0x80000, "root=/dev/sda1 quiet", 21);
	disk_load(&f->p, 0x90000, ramdisk, sizeof(ramdisk));
}

static void put_params(struct fixture *f, enum zipl_stage3_gen gen, uint8_t *to)
{
	struct ipl_wr w = { .p = to, .len = 80 };

	f->params.gen = gen;
	zipl_stage3_encode(&w, &f->params);
	assert_int_equal(w.at, gen);
}

static enum ipl_purpose purpose(const struct fixture *f, size_t comp)
{
	assert_true(comp < f->prog->n_comps);
	return f->prog->comps[comp].purpose;
}

static void check_common(const struct fixture *f)
{
	assert_string_equal(f->prog->name, "6.1.0-28-s390x");
	assert_string_equal(f->prog->kernel_version, "6.1.0-28-s390x");
	assert_string_equal(f->prog->cmdline, "root=/dev/sda1 quiet");
	assert_int_equal(f->prog->ramdisk_len, 700);
	assert_true(f->prog->stage3.present);
}

/* zipl 1.8 to 2.8: parameters inside stage 3, the kernel without its head. */
static void old_generation(enum zipl_stage3_gen gen, uint64_t entry)
{
	uint8_t kernel[KERNEL_HEAD];
	uint8_t stage3[512] = { 0 };
	struct fixture f;

	begin(&f);
	make_kernel(kernel);
	put_params(&f, gen, stage3);
	disk_load(&f.p, 0xa000, stage3, sizeof(stage3));
	disk_load(&f.p, 0x10000, kernel, sizeof(kernel));
	load_rest(&f);
	end(&f, UINT64_C(0x0008000080000000) | entry);
	check_common(&f);
	assert_int_equal(f.prog->stage3.gen, gen);
	assert_int_equal(purpose(&f, 0), IPL_PURPOSE_STAGE3);
	assert_int_equal(purpose(&f, 1), IPL_PURPOSE_KERNEL);
	assert_int_equal(purpose(&f, 2), IPL_PURPOSE_PARMLINE);
	assert_int_equal(purpose(&f, 3), IPL_PURPOSE_RAMDISK);
	assert_int_equal(f.prog->kernel_len, 1536); /* whole blocks */
	done(&f);
}

static void test_old_generations(void **state)
{
	(void)state;
	old_generation(ZIPL_STAGE3_40, 0xa028);
	old_generation(ZIPL_STAGE3_42, 0xa02a);
	old_generation(ZIPL_STAGE3_42, 0xa050);
}

/* zipl 2.9 and later: parameters at 0x9000, the whole kernel file. */
static void test_new_generation(void **state)
{
	uint8_t *kernel = calloc(1, 0x10000 + KERNEL_HEAD);
	uint8_t block[512] = { 0 };
	struct fixture f;

	(void)state;
	begin(&f);
	make_kernel(kernel + 0x10000);
	f.params.image_addr = 0x10000;
	f.params.image_len = 0x10000 + KERNEL_HEAD - 4;
	f.params.envblk_addr = 0xa0000;
	f.params.envblk_len = 512;
	put_params(&f, ZIPL_STAGE3_80, block);
	disk_load(&f.p, 0x2000, "", 1);
	disk_load(&f.p, 0xf000, "", 1);
	disk_load(&f.p, 0xa000, "", 1);
	disk_load(&f.p, 0x9000, block, sizeof(block));
	disk_load(&f.p, 0x10000, kernel, 0x10000 + KERNEL_HEAD);
	load_rest(&f);
	disk_load(&f.p, 0xa0000, "", 1);
	disk_load(&f.p, 0xb0000, "", 1);
	end(&f, UINT64_C(0x000800008000a000));
	check_common(&f);
	assert_int_equal(f.prog->kernel_len, 0x10000 + KERNEL_HEAD - 4);
	assert_int_equal(purpose(&f, 0), IPL_PURPOSE_SCRATCH);
	assert_int_equal(purpose(&f, 1), IPL_PURPOSE_SCRATCH);
	assert_int_equal(purpose(&f, 2), IPL_PURPOSE_STAGE3);
	assert_int_equal(purpose(&f, 3), IPL_PURPOSE_PARAMS);
	assert_int_equal(purpose(&f, 4), IPL_PURPOSE_KERNEL);
	assert_int_equal(purpose(&f, 7), IPL_PURPOSE_ENVBLK);
	assert_int_equal(purpose(&f, 8), IPL_PURPOSE_UNKNOWN);
	free(kernel);
	done(&f);
}

/* A kernel that is entered by the EXECUTE entry itself. */
static void test_direct(void **state)
{
	uint8_t kernel[KERNEL_HEAD];
	struct fixture f;

	(void)state;
	begin(&f);
	make_kernel(kernel);
	put64(kernel + 0x408, 0x90000);
	put64(kernel + 0x410, 700);
	memcpy(kernel + 0x480, "direct", 7);
	disk_load(&f.p, 0x10000, kernel, sizeof(kernel));
	load_rest(&f);
	end(&f, UINT64_C(0x0008000080010000));
	assert_false(f.prog->stage3.present);
	assert_string_equal(f.prog->cmdline, "direct");
	assert_string_equal(f.prog->name, "6.1.0-28-s390x");
	assert_int_equal(f.prog->ramdisk_len, 700);
	assert_int_equal(purpose(&f, 0), IPL_PURPOSE_KERNEL);
	assert_int_equal(purpose(&f, 2), IPL_PURPOSE_RAMDISK);
	done(&f);
}

/* What is no zipl program is listed without a word about it. */
static void test_unknown_program(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	disk_load(&f.p, 0x9000, "not parameters", 15);
	disk_load(&f.p, 0xa000, "", 1);
	end(&f, UINT64_C(0x000800008000a000));
	assert_false(f.prog->stage3.present);
	assert_string_equal(f.prog->name, "program at 0xa000");
	assert_null(f.prog->cmdline);
	assert_null(f.prog->kernel_version);
	assert_int_equal(purpose(&f, 0), IPL_PURPOSE_UNKNOWN);
	done(&f);
}

/* Parameters that point nowhere. */
static void test_parameters_point_nowhere(void **state)
{
	static const uint64_t addrs[] = { 0, 0x500000, UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		uint8_t block[512] = { 0 };
		struct fixture f;

		begin(&f);
		f.params.parm_addr = addrs[i];
		f.params.initrd_addr = addrs[i];
		f.params.initrd_len = UINT64_MAX;
		f.params.image_addr = addrs[i];
		f.params.image_len = UINT64_MAX;
		f.params.envblk_addr = addrs[i];
		f.params.envblk_len = UINT64_MAX;
		put_params(&f, ZIPL_STAGE3_80, block);
		disk_load(&f.p, 0x9000, block, sizeof(block));
		disk_load(&f.p, 0xa000, "", 1);
		end(&f, UINT64_C(0x000800008000a000));
		assert_null(f.prog->cmdline);
		assert_int_equal(f.prog->kernel_len, 0);
		assert_int_equal(f.prog->ramdisk_len, 0);
		done(&f);
	}
}

/* A version pointer is from the disk as well. */
static void test_version_pointer(void **state)
{
	static const uint64_t offs[] = { 0, 0xffff, 0x10000, 0x20000,
					 UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		uint8_t kernel[KERNEL_HEAD];
		uint8_t stage3[512] = { 0 };
		struct fixture f;

		begin(&f);
		make_kernel(kernel);
		put64(kernel + 0x428, offs[i]);
		put_params(&f, ZIPL_STAGE3_40, stage3);
		disk_load(&f.p, 0xa000, stage3, sizeof(stage3));
		disk_load(&f.p, 0x10000, kernel, sizeof(kernel));
		end(&f, UINT64_C(0x000800008000a028));
		assert_null(f.prog->kernel_version);
		assert_string_equal(f.prog->name, "Linux");
		done(&f);
	}
}

/* A command line that no NUL ends stops where its component does. */
static void test_cmdline_without_end(void **state)
{
	uint8_t stage3[512] = { 0 };
	char text[1024];
	struct fixture f;

	(void)state;
	begin(&f);
	memset(text, 'x', sizeof(text));
	put_params(&f, ZIPL_STAGE3_40, stage3);
	disk_load(&f.p, 0xa000, stage3, sizeof(stage3));
	disk_load(&f.p, 0x80000, text, sizeof(text));
	end(&f, UINT64_C(0x000800008000a028));
	assert_int_equal(strlen(f.prog->cmdline), sizeof(text));
	done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_old_generations),
		cmocka_unit_test(test_new_generation),
		cmocka_unit_test(test_direct),
		cmocka_unit_test(test_unknown_program),
		cmocka_unit_test(test_parameters_point_nowhere),
		cmocka_unit_test(test_version_pointer),
		cmocka_unit_test(test_cmdline_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
