/* SPDX-License-Identifier: MIT */
/* Decoders for what only DASDs have: channel programs, labels, menus, dump
 * tools. May use: base, format. */
#include "trip.h"

#include "base/ebcdic.h"
#include "format/label.h"
#include "format/zipl_dump.h"
#include "format/zipl_menu.h"
#include "format/zipl_stage1.h"

static int take_seeks(struct ipl_span in, struct ipl_wr *w, struct ipl_err *err)
{
	struct zipl_reads x;

	(void)w;
	return zipl_reads_decode(&zipl_seek, in, 3, &x, err);
}

static void test_seeks(void **state)
{
	static const uint8_t b[24] = { 0, 0, 0, 5, 0, 0x1e, 12, 0,
				       0, 0, 0, 6, 0, 3,    1,	0,
				       /* no third */ };
	struct zipl_reads x;

	(void)state;
	cut_short(take_seeks, b, sizeof(b));
	assert_int_equal(zipl_reads_decode(&zipl_seek,
					   (struct ipl_span){ b, 24, 0 }, 3, &x,
					   NULL),
			 0);
	assert_int_equal(x.n, 2);
	assert_int_equal(x.at[0].chs.cyl, 0x10005);
	assert_int_equal(x.at[0].chs.head, 14);
	assert_int_equal(x.at[0].chs.sec, 12);
	assert_int_equal(x.at[1].chs.head, 3);
	assert_int_equal(zipl_reads_decode(&zipl_seek,
					   (struct ipl_span){ b, 24, 0 }, 25,
					   &x, NULL),
			 IPL_EBUG);
}

static void test_locates(void **state)
{
	static const uint8_t b[24] = { 6, 0, 0, 1, 0, 0, 0, 9, 6, 0, 0, 1,
				       0, 1, 0, 0, 6, 0, 0, 2, 0, 0, 0, 1 };
	struct zipl_reads x;

	(void)state;
	assert_int_equal(zipl_reads_decode(&zipl_locate,
					   (struct ipl_span){ b, 24, 0 }, 3, &x,
					   NULL),
			 0);
	assert_int_equal(x.n, 2); /* the third reads two blocks */
	assert_int_equal(x.at[0].block, 9);
	assert_int_equal(x.at[1].block, 0x10000);
}

static int take_stage1b(struct ipl_span in, struct ipl_wr *w,
			struct ipl_err *err)
{
	struct zipl_reads x;

	(void)w;
	return zipl_stage1b_decode(&zipl_seek, in, &x, err);
}

static void check_stage1b(const struct zipl_read_format *f, size_t off,
			  const char *arg)
{
	uint8_t b[ZIPL_STAGE1B_LEN] = { 0 };
	struct ipl_span in = { b, sizeof(b), 0 };
	struct zipl_reads x = { .n = 77 };
	struct ipl_err err;

	memset(b, 0x60, 3);
	assert_int_equal(zipl_stage1b_decode(f, in, &x, &err), IPL_EBAD);
	assert_contains(err.msg, "names no block of stage 2");
	assert_int_equal(x.n, 77);
	memcpy(b + off, arg, 8);
	memcpy(b + off + 8, arg, 8);
	assert_int_equal(zipl_stage1b_decode(f, in, &x, NULL), 0);
	assert_int_equal(x.n, 2);
}

static void test_stage1b(void **state)
{
	static const char seek[] = "\0\0\0\1\0\2\3\0";
	static const char locate[] = "\6\0\0\1\0\0\1\0";
	uint8_t b[24 * 40] = { 0 };

	(void)state;
	check_stage1b(&zipl_seek, 0x300, seek);
	check_stage1b(&zipl_seek, 0x200, seek);
	check_stage1b(&zipl_locate, 0x180, locate);
	check_stage1b(&zipl_locate, 0x100, locate);
	memcpy(b + 0x300, seek, 8);
	cut_short(take_stage1b, b, sizeof(b));
}

static int take_label(struct ipl_span in, struct ipl_wr *w, struct ipl_err *err)
{
	struct ipl_label x;

	(void)w;
	return ipl_label_decode(in, true, &x, err);
}

static void make_label(uint8_t b[IPL_LABEL_LEN], const char *text)
{
	memset(b, 0x40, IPL_LABEL_LEN);
	ipl_ascii_to_ebcdic_buf(b, text, strlen(text));
}

static void test_label(void **state)
{
	uint8_t b[IPL_LABEL_LEN];
	struct ipl_span in = { b, sizeof(b), 0 };
	struct ipl_label x;
	struct ipl_err err;

	(void)state;
	make_label(b, "VOL1VOL10X01");
	cut_short(take_label, b, sizeof(b));
	assert_int_equal(ipl_label_decode(in, true, &x, NULL), 0);
	assert_string_equal(x.id, "VOL1");
	assert_string_equal(x.serial, "0X01");
	assert_false(x.has_br);
	memcpy(b + 78, "\x12\x34\xab\xce\x0c", 5);
	assert_int_equal(ipl_label_decode(in, true, &x, NULL), 0);
	assert_true(x.has_br);
	assert_int_equal(x.br.cyl, 0xabc1234);
	assert_int_equal(x.br.head, 14);
	assert_int_equal(x.br.sec, 12);
	memset(b + 78, 0, 5);
	assert_int_equal(ipl_label_decode(in, true, &x, NULL), 0);
	assert_false(x.has_br);

	make_label(b, "LNX1ABCDEF");
	memset(b + 78, 1, 5);
	assert_int_equal(ipl_label_decode(in, true, &x, NULL), 0);
	assert_string_equal(x.serial, "ABCDEF");
	assert_false(x.has_br);
	make_label(b, "VOL1SERIAL"); /* on FBA there is no key */
	assert_int_equal(ipl_label_decode(in, false, &x, NULL), 0);
	assert_string_equal(x.serial, "SERIAL");
	make_label(b, "CMS1      ");
	assert_int_equal(ipl_label_decode(in, true, &x, NULL), 0);
	assert_string_equal(x.serial, "");
	make_label(b, "VOL2");
	assert_int_equal(ipl_label_decode(in, true, &x, &err), IPL_ENOTFOUND);
}

/* 10 bytes of code, parameters of @len bytes, a banner and a text. */
static size_t make_stage2(uint8_t *b, uint16_t len)
{
	static const char text[] = "zIPL v1\0 1. one";
	uint8_t *p = b + 10;

	memset(b, 0, 10u + len);
	p[1] = 1;
	p[3] = 30;
	p[5] = (uint8_t)len;
	p[6 + 2 * 1 + 1] = (uint8_t)(len + 8);
	p[6 + 2 * 62 + 1] = (uint8_t)(len + 8);
	if (len == 140)
		p[132] = 0x40;
	ipl_ascii_to_ebcdic_buf(p + len, text, sizeof(text));
	return 10 + len + sizeof(text);
}

static void test_menu(void **state)
{
	uint8_t b[200];
	struct zipl_menu x;

	(void)state;
	for (uint16_t len = 132; len <= 140; len = (uint16_t)(len + 8)) {
		struct ipl_span in = { b, make_stage2(b, len), 0 };

		/* at its end the number 0 became EBCDIC: NUL */
		assert_int_equal(zipl_menu_decode(in, &x, NULL), 0);
		assert_true(x.prompt);
		assert_int_equal(x.timeout_s, 30);
		assert_int_equal(x.banner.len, 7);
		assert_null(x.text[0].p);
		assert_int_equal(x.text[1].len, 7);
		assert_int_equal(x.text[62].len, 7);
		assert_int_equal(x.bad, 0);
		assert_true(x.kdump == (len == 140 ? UINT64_C(1) << 62 : 0));
	}
}

/* Cut anywhere it ends well: no menu, or texts without an end. */
static void test_menu_cut(void **state)
{
	uint8_t b[200];
	size_t len = make_stage2(b, 140);

	(void)state;
	for (size_t n = 0; n < len; n++) {
		uint8_t *part = exactly(b, n);
		struct ipl_span in = { part, n, 0 };
		struct zipl_menu x = { .bad = 99 };
		int rc = zipl_menu_decode(in, &x, NULL);

		if (n < 10 + 140 + 6) {
			assert_int_equal(rc, IPL_EBAD);
			assert_int_equal(x.bad, 99);
		} else {
			assert_int_equal(rc, 0);
			assert_in_range(x.bad, 1, 3);
			assert_true(x.banner.len <= n);
		}
		free(part);
	}
}

static void parse(const char *text, unsigned entry, bool kdump,
		  const char *name)
{
	struct zipl_menu_text t = zipl_menu_parse(text, entry, kdump);

	assert_int_equal(t.name_len, strlen(name));
	assert_memory_equal(t.name, name, t.name_len);
}

static void test_menu_parse(void **state)
{
	(void)state;
	parse(" 1. linux", 1, false, "linux");
	parse("30. a title, with (all) of it", 30, false,
	      "a title, with (all) of it");
	parse(" 2. crash (kdump)", 2, true, "crash");
	parse(" 2. crash (kdump)", 2, false, "crash (kdump)");
	parse(" 0. default (linux)", 0, false, "linux");
	parse(" 0. default (kdump)", 0, true, "kdump");
	parse(" 0. default (kdump) (kdump)", 0, true, "kdump");
	parse(" 0. default", 0, false, "");
	parse(" 0. default", 1, false, "default");
	parse("", 1, false, "");
	parse("   ", 1, false, "");
	parse("7", 7, false, "7");
	parse("7.", 7, false, "7.");
	parse("7. ", 7, false, "");
	parse("-1. minus", 1, false, "-1. minus");
	assert_int_equal(zipl_menu_parse("99999. x", 1, false).number, 99999);
	assert_true(zipl_menu_parse("99999999999999999999999999. x", 1, false)
			    .number > 99999);
	assert_false(zipl_menu_parse("x", 1, false).has_number);
}

static void test_dump(void **state)
{
	struct zipl_boot_info info = { .present = true };
	struct zipl_dump_params p;
	struct ipl_err err;
	struct ipl_span in = { (const uint8_t *)"XECKD64\2", 8, 0 };

	(void)state;
	memcpy(info.data, "\0\0\0\x18\0\0\x46\x4f\x10\0\x0f\x0c", 12);
	assert_int_equal(zipl_dump_params_decode(&info, &p, NULL), 0);
	assert_int_equal(p.first, 24);
	assert_int_equal(p.last, 17999);
	assert_int_equal(p.block_size, 4096);
	info.dev_type = ZIPL_DEV_FBA;
	assert_int_equal(zipl_dump_params_decode(&info, &p, NULL), 0);
	assert_true(p.first == UINT64_C(0x180000464f));
	info.dev_type = ZIPL_DEV_SCSI;
	assert_int_equal(zipl_dump_params_decode(&info, &p, NULL), 0);
	assert_true(p.super_off == UINT64_C(0x180000464f));
	info.dev_type = 3;
	assert_int_equal(zipl_dump_params_decode(&info, &p, &err), IPL_EBAD);

	assert_string_equal(zipl_dumper_find(in)->title, "ECKD, single volume");
	in.len = 6;
	assert_null(zipl_dumper_find(in));
	in = (struct ipl_span){ (const uint8_t *)"XECKD65", 7, 0 };
	assert_null(zipl_dumper_find(in));
}

static int trip_info(struct ipl_span in, struct ipl_wr *w, struct ipl_err *err)
{
	struct zipl_boot_info x;
	int rc = zipl_boot_info_decode(in, &x, err);

	if (!rc)
		zipl_boot_info_encode(w, &x);
	return rc;
}

static void test_boot_info(void **state)
{
	uint8_t b[ZIPL_BOOT_INFO_LEN] = { 'z', 'I', 'P', 'L', 1, 0, 1, 1, 9 };

	(void)state;
	round_trip(trip_info, b, sizeof(b));
	memset(b, 0, sizeof(b));
	round_trip(trip_info, b, sizeof(b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seeks),
		cmocka_unit_test(test_locates),
		cmocka_unit_test(test_stage1b),
		cmocka_unit_test(test_label),
		cmocka_unit_test(test_menu),
		cmocka_unit_test(test_menu_cut),
		cmocka_unit_test(test_menu_parse),
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_boot_info),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
