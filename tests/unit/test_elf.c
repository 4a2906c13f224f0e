/* SPDX-License-Identifier: MIT */
/* ELF files: a small one that is spelled out, cut off anywhere and with strange
 * values. May use: format. */
#include "unit.h"

#include "format/elf.h"

#define MAX (UINT64_C(1) << 20)

/* Header, three program headers, then the bytes of what is loaded. */
#define CODE	 0xe8 /* 64 + 3 * 56 */
#define CODE_LEN 0x80
#define FILE_LEN (CODE + CODE_LEN)
#define DYNAMIC	 0x40 /* in the code */
#define RELA	 0x60

static void put(uint8_t *file, size_t off, uint64_t v, size_t n)
{
	struct ipl_wr w = { .p = file + off, .len = n };

	ipl_put_be(&w, v, n);
}

static void header(uint8_t *file, unsigned i, uint32_t type, uint64_t off,
		   uint64_t addr, uint64_t file_size, uint64_t size)
{
	size_t at = 64 + 56 * i;

	put(file, at, type, 4);
	put(file, at + 8, off, 8);
	put(file, at + 16, addr, 8);
	put(file, at + 32, file_size, 8);
	put(file, at + 40, size, 8);
}

static void make(uint8_t file[FILE_LEN])
{
	memset(file, 0, FILE_LEN);
	memcpy(file,
	       "\x7f"
	       "ELF\2\2\1",
	       7);
	put(file, 18, 22, 2);
	put(file, 24, 0x1010, 8);
	put(file, 32, 64, 8);
	put(file, 54, 56, 2);
	put(file, 56, 3, 2);
	header(file, 0, 1, CODE, 0x1000, CODE_LEN, 0x200);
	header(file, 1, 2, CODE + DYNAMIC, 0x1000 + DYNAMIC, 32, 32);
	header(file, 2, 4, 0, 0, 0, 0); /* a note */
	memset(file + CODE, 0x47, DYNAMIC);
	put(file, CODE + DYNAMIC, 7, 8); /* RELA, RELASZ */
	put(file, CODE + DYNAMIC + 8, 0x1000 + RELA, 8);
	put(file, CODE + DYNAMIC + 16, 8, 8);
	put(file, CODE + DYNAMIC + 24, 24, 8);
	put(file, CODE + RELA, 0x1020, 8);
	put(file, CODE + RELA + 8, 12, 8);
	put(file, CODE + RELA + 16, 0x1008, 8);
}

static void test_placed(void **state)
{
	uint8_t file[FILE_LEN], mem[0x1200];
	struct ipl_span in = { file, sizeof(file), 0 };
	struct elf_image img;
	struct ipl_err err;

	(void)state;
	make(file);
	assert_int_equal(elf_decode(in, MAX, &img, &err), 0);
	assert_int_equal(img.entry, 0x1010);
	assert_int_equal(img.size, 0x1200);
	assert_int_equal(img.n_loads, 1);
	memset(mem, 0xff, sizeof(mem));
	assert_int_equal(elf_place(in, &img, 0x3e00000, mem, &err), 0);
	assert_int_equal(mem[0], 0);
	assert_int_equal(mem[0x1000], 0x47);
	assert_int_equal(mem[0x11ff], 0);
	assert_memory_equal(mem + 0x1020, "\0\0\0\0\x03\xe0\x10\x08", 8);
}

static void test_cut_off_anywhere(void **state)
{
	uint8_t file[FILE_LEN];

	(void)state;
	make(file);
	for (size_t len = 0; len < FILE_LEN; len++) {
		uint8_t *part = exactly(file, len);
		struct elf_image img;
		struct ipl_err err;

		assert_int_not_equal(
			elf_decode((struct ipl_span){ part, len, 0 }, MAX, &img,
				   &err),
			0);
		free(part);
	}
}

static void test_strange_values(void **state)
{
	static const struct {
		size_t off, len;
		uint64_t value;
		int rc;
	} cases[] = {
		{ 0, 1, 'x', IPL_EBAD },
		{ 4, 1, 1, IPL_EBAD },	     /* 32 bits */
		{ 5, 1, 1, IPL_EBAD },	     /* little-endian */
		{ 18, 2, 62, IPL_EBAD },     /* another machine */
		{ 24, 8, 0x1200, IPL_EBAD }, /* entry */
		{ 24, 8, UINT64_MAX, IPL_EBAD },
		{ 32, 8, UINT64_MAX, IPL_ETRUNC },
		{ 54, 2, 55, IPL_EBAD },
		{ 56, 2, 33, IPL_EBAD },
		{ 56, 2, 0, IPL_EBAD }, /* nothing is loaded */
		{ 64 + 8, 8, UINT64_MAX, IPL_EBAD },
		{ 64 + 16, 8, MAX, IPL_EBAD },
		{ 64 + 16, 8, UINT64_MAX, IPL_EBAD },
		{ 64 + 32, 8, 0x201, IPL_EBAD },
		{ 64 + 40, 8, UINT64_MAX, IPL_EBAD },
		{ 64 + 40, 8, 0x7f, IPL_EBAD }, /* less than in the file */
		{ CODE + DYNAMIC + 8, 8, 0x1201, IPL_EBAD },
		{ CODE + DYNAMIC + 8, 8, UINT64_MAX, IPL_EBAD },
		{ CODE + DYNAMIC + 24, 8, UINT64_MAX, IPL_EBAD },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint8_t file[FILE_LEN];
		struct elf_image img;
		struct ipl_err err;

		make(file);
		put(file, cases[i].off, cases[i].value, cases[i].len);
		assert_int_equal(
			elf_decode((struct ipl_span){ file, sizeof(file), 0 },
				   MAX, &img, &err),
			cases[i].rc);
	}
}

static void test_strange_relocations(void **state)
{
	uint8_t file[FILE_LEN], mem[0x1200];
	struct ipl_span in = { file, sizeof(file), 0 };
	static const uint64_t places[] = { 0x11f9, 0x1200, UINT64_MAX,
					   UINT64_MAX - 7 };
	struct elf_image img;
	struct ipl_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		make(file);
		put(file, CODE + RELA, places[i], 8);
		assert_int_equal(elf_decode(in, MAX, &img, &err), 0);
		assert_int_equal(elf_place(in, &img, 0, mem, &err), IPL_EUNSUP);
	}
	make(file);
	put(file, CODE + RELA + 8, 22, 8);
	assert_int_equal(elf_decode(in, MAX, &img, &err), 0);
	assert_int_equal(elf_place(in, &img, 0, mem, &err), IPL_EUNSUP);
	assert_contains(err.msg, "ELF relocation 22 at 0x1020");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_placed),
		cmocka_unit_test(test_cut_off_anywhere),
		cmocka_unit_test(test_strange_values),
		cmocka_unit_test(test_strange_relocations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
