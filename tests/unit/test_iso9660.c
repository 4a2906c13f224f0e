/* SPDX-License-Identifier: MIT */
/* CD images and .ins files: each decoder with what is good, with what is not, and cut
 * off anywhere. May use: format. */
#include "unit.h"

#include "format/ins.h"
#include "format/iso9660.h"

static void put_le(uint8_t *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

/* A number in both byte orders. */
static void put_both(uint8_t *p, uint64_t v, size_t n)
{
	put_le(p, v, n);
	for (size_t i = 0; i < n; i++)
		p[n + i] = (uint8_t)(v >> (8 * (n - 1 - i)));
}

#define NAME   "KERNEL.IMG;1"
#define RECORD (33 + sizeof(NAME) - 1 + 1) /* and a byte up to an even one */

/* A record with @susp_len bytes of system use behind it. */
static size_t make_record(uint8_t *p, const void *susp, size_t susp_len)
{
	size_t len = RECORD + susp_len;

	memset(p, 0, RECORD);
	p[0] = (uint8_t)len;
	put_both(p + 2, 1234, 4);
	put_both(p + 10, 5678, 4);
	p[32] = sizeof(NAME) - 1;
	memcpy(p + 33, NAME, sizeof(NAME) - 1);
	if (susp_len)
		memcpy(p + RECORD, susp, susp_len);
	return len;
}

static struct ipl_span span(const void *p, size_t len)
{
	return (struct ipl_span){ p, len, 0 };
}

static void assert_span(struct ipl_span s, const char *text)
{
	assert_int_equal(s.len, strlen(text));
	assert_memory_equal(s.p, text, s.len);
}

static void test_record(void **state)
{
	static const uint8_t susp[] = "NM\x06\1\0k";
	uint8_t buf[300];
	size_t len = make_record(buf, susp, 6);
	struct iso_record rec;
	struct ipl_err err;

	(void)state;
	buf[1] = 2; /* sectors of attributes */
	assert_int_equal(iso_record_decode(span(buf, sizeof(buf)), &rec, &err),
			 0);
	assert_int_equal(rec.record_len, len);
	assert_int_equal(rec.sector, 1236);
	assert_int_equal(rec.len, 5678);
	assert_span(rec.name, "KERNEL.IMG");
	assert_int_equal(rec.system_use.len, 6);
	assert_false(rec.is_directory || rec.is_continued ||
		     rec.is_interleaved || rec.is_dot);

	buf[25] = 0x82;
	buf[27] = 1;
	assert_int_equal(iso_record_decode(span(buf, len), &rec, &err), 0);
	assert_true(rec.is_directory && rec.is_continued && rec.is_interleaved);

	buf[32] = 1;
	buf[33] = 1;
	assert_int_equal(iso_record_decode(span(buf, len), &rec, &err), 0);
	assert_true(rec.is_dot);

	buf[0] = 0;
	assert_int_equal(iso_record_decode(span(buf, len), &rec, &err), 0);
	assert_int_equal(rec.record_len, 0);
}

/* The big-endian half is not believed: some programs wrote nonsense there. */
static void test_one_byte_order(void **state)
{
	uint8_t buf[300];
	size_t len = make_record(buf, NULL, 0);
	struct iso_record rec;
	struct ipl_err err;

	(void)state;
	memset(buf + 6, 0xff, 4);
	assert_int_equal(iso_record_decode(span(buf, len), &rec, &err), 0);
	assert_int_equal(rec.sector, 1234);
}

static void test_names(void **state)
{
	static const struct {
		const char *as_recorded, *name;
	} names[] = {
		{ "A.B;1", "A.B" }, { "README.;1", "README" },
		{ "X;32", "X" },    { "DIR", "DIR" },
		{ ";1", "" },	    { ".", "." },
	};
	uint8_t buf[300];
	struct iso_record rec;
	struct ipl_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i].as_recorded);

		make_record(buf, NULL, 0);
		memcpy(buf + 33, names[i].as_recorded, len);
		buf[32] = (uint8_t)len;
		assert_int_equal(
			iso_record_decode(span(buf, sizeof(buf)), &rec, &err),
			0);
		assert_span(rec.name, names[i].name);
	}
}

static void test_record_lengths(void **state)
{
	uint8_t buf[300];
	size_t len = make_record(buf, NULL, 0);
	struct iso_record rec;
	struct ipl_err err;

	(void)state;
	for (size_t n = 0; n < len; n++) {
		uint8_t *cut = exactly(buf, n);
		int rc = iso_record_decode(span(cut, n), &rec, &err);

		/* nothing at all is the end of the sector */
		assert_int_equal(rc, n ? IPL_EBAD : 0);
		free(cut);
	}
	for (unsigned said = 0; said < 256; said++) {
		uint8_t *whole = exactly(buf, len);

		whole[0] = (uint8_t)said;
		if (iso_record_decode(span(whole, len), &rec, &err)) {
			assert_int_equal(err.code, IPL_EBAD);
			assert_contains(err.msg, "a directory record of");
			assert_true(said < RECORD || said > len);
		}
		free(whole);
	}
	make_record(buf, NULL, 0);
	buf[32] = 0;
	assert_int_equal(iso_record_decode(span(buf, len), &rec, &err),
			 IPL_EBAD);
	assert_contains(err.msg, "with a name of 0, expected 1 to");
}

/* ---- volume descriptors */

static void make_primary(uint8_t *p)
{
	memset(p, 0, ISO_SECTOR_LEN);
	p[0] = ISO_PRIMARY;
	memcpy(p + 1, "CD001\1", 6);
	memset(p + 40, ' ', 32);
	memcpy(p + 40, "Debian s390x", 12);
	put_both(p + 80, 99, 4);
	put_both(p + 128, 2048, 2);
	p[156] = 34;
	put_both(p + 158, 20, 4);
	put_both(p + 166, 4096, 4);
	p[156 + 25] = 2;
	p[156 + 32] = 1;
}

static void test_primary(void **state)
{
	uint8_t buf[ISO_SECTOR_LEN];
	struct iso_descriptor d;
	struct ipl_err err;

	(void)state;
	make_primary(buf);
	assert_true(iso_is_descriptor(span(buf, 6)));
	assert_false(iso_is_descriptor(span(buf, 5)));
	assert_int_equal(
		iso_descriptor_decode(span(buf, sizeof(buf)), &d, &err), 0);
	assert_int_equal(d.type, ISO_PRIMARY);
	assert_int_equal(d.block_size, 2048);
	assert_span(d.volume_id, "Debian s390x");
	assert_int_equal(d.root.sector, 20);
	assert_int_equal(d.root.len, 4096);
	assert_true(d.root.is_directory);
	buf[156] = 3;
	assert_int_equal(
		iso_descriptor_decode(span(buf, sizeof(buf)), &d, &err),
		IPL_EBAD);
}

static void test_boot_record(void **state)
{
	uint8_t buf[ISO_SECTOR_LEN] = "\0CD001\1EL TORITO SPECIFICATION";
	struct iso_descriptor d;
	struct ipl_err err;

	(void)state;
	put_le(buf + 0x47, 0x12345678, 4);
	assert_int_equal(
		iso_descriptor_decode(span(buf, sizeof(buf)), &d, &err), 0);
	assert_true(d.is_el_torito);
	assert_int_equal(d.catalog, 0x12345678);
	buf[7] = 'e';
	assert_int_equal(
		iso_descriptor_decode(span(buf, sizeof(buf)), &d, &err), 0);
	assert_false(d.is_el_torito);
	buf[1] = 'c';
	assert_int_equal(
		iso_descriptor_decode(span(buf, sizeof(buf)), &d, &err),
		IPL_EBAD);
}

static void test_descriptor_cut_off_anywhere(void **state)
{
	static const uint8_t types[] = { ISO_BOOT_RECORD, ISO_PRIMARY, 2,
					 ISO_TERMINATOR };
	uint8_t buf[ISO_SECTOR_LEN];
	struct iso_descriptor d;
	struct ipl_err err;

	(void)state;
	make_primary(buf);
	for (size_t i = 0; i < sizeof(types); i++) {
		buf[0] = types[i];
		for (size_t n = 0; n < sizeof(buf); n++) {
			uint8_t *cut = exactly(buf, n);

			assert_int_equal(
				iso_descriptor_decode(span(cut, n), &d, &err),
				IPL_ETRUNC);
			free(cut);
		}
	}
}

/* ---- Rock Ridge */

static void test_susp(void **state)
{
	static const char area[] =
		"PX\x05\1x"
		"NM\x0b\1\1initrd"
		"RR\x05\1y"
		"NM\x0e\1\0.addrsize"
		"CE\x1c\1\5\0\0\0\0\0\0\5\6\0\0\0\0\0\0\6\7\0\0\0\0\0\0\7"
		"ST\4\1"
		"NM\x06\1\0z";
	struct iso_susp susp = { .name_len = 0 };

	(void)state;
	iso_susp_decode(span(area, sizeof(area) - 1), &susp);
	assert_string_equal(susp.name, "initrd.addrsize");
	assert_int_equal(susp.next_sector, 5);
	assert_int_equal(susp.next_off, 6);
	assert_int_equal(susp.next_len, 7);
	/* where it goes on, the name does too, and leads nowhere else */
	iso_susp_decode(span("NM\x08\1\0.gz", 8), &susp);
	assert_string_equal(susp.name, "initrd.addrsize.gz");
	assert_int_equal(susp.next_len, 0);
}

static void test_susp_is_for_dots_or_another_system(void **state)
{
	struct iso_susp susp = { .name_len = 0 };

	(void)state;
	iso_susp_decode(span("NM\x06\1\2a", 6), &susp);
	iso_susp_decode(span("NM\x06\1\4a", 6), &susp);
	iso_susp_decode(span("NM\x04\1", 4), &susp);
	iso_susp_decode(span("AA\0\0NM\x06\1\0a", 10), &susp);
	iso_susp_decode(span("CE\x05\1\1", 5), &susp);
	assert_string_equal(susp.name, "");
	assert_int_equal(susp.next_len, 0);
}

static void test_susp_cut_off_anywhere(void **state)
{
	static const char area[] = "NM\x0b\1\0kernel";
	char part[300];

	(void)state;
	for (size_t n = 0; n < sizeof(area) - 1; n++) {
		uint8_t *cut = exactly(area, n);
		struct iso_susp susp = { .name_len = 0 };

		iso_susp_decode(span(cut, n), &susp);
		assert_string_equal(susp.name, "");
		free(cut);
	}
	/* a name that would be longer than any */
	memset(part, 'n', sizeof(part));
	memcpy(part, "NM\xff\1\1", 5);
	for (struct iso_susp susp = { .name_len = 0 }; susp.name_len < 255;) {
		iso_susp_decode(span(part, 255), &susp);
		assert_int_equal(strlen(susp.name), susp.name_len);
		assert_true(susp.name_len <= ISO_NAME_MAX);
	}
}

/* ---- boot catalog */

static void test_catalog(void **state)
{
	uint8_t v[32] = { 1 }, e[32] = { 0x88, 0x12 };
	struct iso_boot_entry entry;
	struct ipl_err err;

	(void)state;
	v[30] = 0x55;
	v[31] = 0xaa;
	put_le(v + 28, 0x10000 - 0xaa56, 2);
	assert_int_equal(iso_boot_catalog_check(span(v, sizeof(v)), &err), 0);
	v[5]++;
	assert_int_equal(iso_boot_catalog_check(span(v, sizeof(v)), &err),
			 IPL_EBAD);
	assert_contains(err.msg, "the sum of the validation entry is 0x0100");
	v[0] = 2;
	assert_int_equal(iso_boot_catalog_check(span(v, sizeof(v)), &err),
			 IPL_EBAD);
	assert_contains(err.msg, "begins with 02 and ends with 55 aa");

	put_le(e + 2, 0x7c0, 2);
	e[5] = 9;
	put_le(e + 6, 4, 2);
	put_le(e + 8, 0xabcdef, 4);
	assert_int_equal(
		iso_boot_entry_decode(span(e, sizeof(e)), &entry, &err), 0);
	assert_true(entry.is_bootable);
	assert_int_equal(entry.segment, 0x7c0);
	assert_int_equal(entry.reserved, 9);
	assert_int_equal(entry.count, 4);
	assert_int_equal(entry.sector, 0xabcdef);
	for (size_t n = 0; n < sizeof(e); n++) {
		uint8_t *cut = exactly(e, n);

		assert_int_equal(
			iso_boot_entry_decode(span(cut, n), &entry, &err),
			IPL_ETRUNC);
		assert_int_equal(iso_boot_catalog_check(span(cut, n), &err),
				 IPL_ETRUNC);
		free(cut);
	}
}

/* ---- .ins files */

static void next_is(struct ipl_lines *lines, const char *path, uint64_t addr,
		    unsigned number)
{
	struct ins_line line;
	struct ipl_err err;

	assert_int_equal(ins_next(lines, &line, &err), 1);
	assert_span(line.path, path);
	assert_int_equal(line.addr, addr);
	assert_int_equal(line.line, number);
}

static void test_ins(void **state)
{
	static const char text[] = "* minimal lpar ins file\r\n"
				   "\r\n"
				   "images/kernel.img 0x00000000\r\n"
				   "  /initrd.img\t 2000000  \n"
				   "* initrd.img 0\n"
				   "a 0Xffffffffffffffff and more";
	struct ipl_lines lines = { .in = span(text, sizeof(text) - 1) };
	struct ins_line line;

	(void)state;
	next_is(&lines, "images/kernel.img", 0, 3);
	next_is(&lines, "initrd.img", 0x2000000, 4);
	next_is(&lines, "a", UINT64_MAX, 6);
	assert_int_equal(ins_next(&lines, &line, NULL), 0);
}

static void test_no_ins(void **state)
{
	static const char *const texts[] = {
		"kernel.img",
		"kernel.img 0x",
		"kernel.img 12345678901234567",
		"kernel.img 0x1g",
		"/ 0x10",
		"0x1000",
		"a -1",
		"\x7f\x45LF",
	};
	struct ipl_err err;
	struct ins_line line;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct ipl_lines lines = { .in = span(texts[i],
						      strlen(texts[i])) };

		assert_int_equal(ins_next(&lines, &line, &err), IPL_EBAD);
		assert_contains(err.msg, "line 1: ");
		assert_contains(err.msg, "expected the name of a file and an "
					 "address such as 0x00010480");
	}
}

static void test_ins_cut_off_anywhere(void **state)
{
	static const char text[] = "* c\nkernel.img 0x00000000\nb 0x10480\n";
	struct ins_line line;

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		uint8_t *cut = exactly(text, n);
		struct ipl_lines lines = { .in = span(cut, n) };
		struct ipl_err err = { 0 };
		int rc;

		while ((rc = ins_next(&lines, &line, &err)) == 1)
			assert_true(line.path.len > 0);
		assert_true(rc == 0 || err.msg[0]);
		free(cut);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_one_byte_order),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_record_lengths),
		cmocka_unit_test(test_primary),
		cmocka_unit_test(test_boot_record),
		cmocka_unit_test(test_descriptor_cut_off_anywhere),
		cmocka_unit_test(test_susp),
		cmocka_unit_test(test_susp_is_for_dots_or_another_system),
		cmocka_unit_test(test_susp_cut_off_anywhere),
		cmocka_unit_test(test_catalog),
		cmocka_unit_test(test_ins),
		cmocka_unit_test(test_no_ins),
		cmocka_unit_test(test_ins_cut_off_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
