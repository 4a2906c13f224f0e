/* SPDX-License-Identifier: MIT */
/* What new disks and the records of DASDs consist of: encoded, then decoded;
 * decoders with their input cut off at every length. */
#include "base/ebcdic.h"
#include "format/ptable.h"
#include "format/vtoc.h"
#include "format/zipl_menu.h"
#include "format/zipl_stage1.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct ipl_span span(const struct ipl_wr *w)
{
	assert_false(w->overflow);
	return (struct ipl_span){ w->p, w->at, 0 };
}

/* --- partition tables --- */

static void test_mbr(void **state)
{
	const struct mbr mbr = {
		.id = 0x12345678,
		.part = { { MBR_TYPE_LINUX, 2048, 100 },
			  { 0, 0, 0 },
			  { MBR_TYPE_GPT, 1, UINT32_MAX },
			  { MBR_TYPE_NO_FS, 9, 7 } },
	};
	uint8_t bytes[MBR_LEN] = { 0 };
	struct ipl_wr w = { .p = bytes,
			    .len = sizeof(bytes),
			    .at = MBR_ID_OFF };
	struct mbr found;
	struct ipl_err err;

	(void)state;
	mbr_encode(&w, &mbr);
	assert_int_equal(mbr_decode(span(&w), &found, &err), 0);
	assert_int_equal(found.id, mbr.id);
	for (size_t i = 0; i < MBR_PARTITIONS; i++) {
		assert_int_equal(found.part[i].type, mbr.part[i].type);
		assert_int_equal(found.part[i].first, mbr.part[i].first);
		assert_int_equal(found.part[i].count, mbr.part[i].count);
	}
	assert_int_equal(bytes[510] << 8 | bytes[511], 0x55aa);
	for (size_t n = 0; n < sizeof(bytes); n++)
		assert_int_equal(mbr_decode((struct ipl_span){ bytes, n, 0 },
					    &found, &err),
				 IPL_ETRUNC);
	bytes[446] = 1; /* neither bootable nor not */
	assert_int_equal(mbr_decode(span(&w), &found, &err), IPL_ENOTFOUND);
	bytes[446] = 0x80;
	assert_int_equal(mbr_decode(span(&w), &found, &err), 0);
	bytes[511] = 0;
	assert_int_equal(mbr_decode(span(&w), &found, &err), IPL_ENOTFOUND);
}

static void test_gpt_header(void **state)
{
	const struct gpt_header h = { .self = 1,
				      .other = 999,
				      .first = 34,
				      .last = 966,
				      .guid = { 1, 2, 3 },
				      .entries = 2,
				      .n_entries = 128,
				      .entry_len = 128,
				      .entries_crc = 77 };
	uint8_t bytes[GPT_HEADER_LEN];
	struct ipl_wr w = { .p = bytes, .len = sizeof(bytes) };
	struct gpt_header found;
	struct ipl_err err;

	(void)state;
	gpt_header_encode(&w, &h);
	assert_int_equal(gpt_header_decode(span(&w), &found, &err), 0);
	assert_int_equal(found.self, 1);
	assert_int_equal(found.other, 999);
	assert_int_equal(found.first, 34);
	assert_int_equal(found.last, 966);
	assert_int_equal(found.guid[2], 3);
	assert_int_equal(found.entries, 2);
	assert_int_equal(found.n_entries, 128);
	assert_int_equal(found.entries_crc, 77);
	for (size_t n = 0; n < sizeof(bytes); n++)
		assert_int_equal(
			gpt_header_decode((struct ipl_span){ bytes, n, 0 },
					  &found, &err),
			IPL_ETRUNC);
	for (size_t i = 8; i < sizeof(bytes); i++) {
		bytes[i] ^= 0x10;
		assert_int_equal(gpt_header_decode(span(&w), &found, &err),
				 IPL_EBAD);
		bytes[i] ^= 0x10;
	}
}

/* The sum that everybody has for these nine characters. */
static void test_crc(void **state)
{
	(void)state;
	assert_int_equal(gpt_crc("123456789", 9), 0xcbf43926);
	assert_int_equal(gpt_crc("", 0), 0);
}

static void test_gpt_entry(void **state)
{
	struct gpt_entry e = { .first = 40, .last = 50, .name = "boot" };
	uint8_t bytes[GPT_ENTRY_LEN];
	struct ipl_wr w = { .p = bytes, .len = sizeof(bytes) };
	struct gpt_entry found;
	struct ipl_err err;

	(void)state;
	memcpy(e.type, gpt_type_linux, sizeof(e.type));
	gpt_entry_encode(&w, &e);
	assert_int_equal(w.at, GPT_ENTRY_LEN);
	assert_int_equal(gpt_entry_decode(span(&w), &found, &err), 0);
	assert_true(gpt_entry_is_used(&found));
	assert_int_equal(found.first, 40);
	assert_int_equal(found.last, 50);
	assert_memory_equal(bytes + 56, "b\0o\0o\0t\0\0", 9);
	for (size_t n = 0; n < sizeof(bytes); n++)
		assert_int_equal(
			gpt_entry_decode((struct ipl_span){ bytes, n, 0 },
					 &found, &err),
			IPL_ETRUNC);
	bytes[32] = 60; /* ends before it begins */
	assert_int_equal(gpt_entry_decode(span(&w), &found, &err), IPL_EBAD);
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(gpt_entry_decode(span(&w), &found, &err), 0);
	assert_false(gpt_entry_is_used(&found));
}

/* --- VTOC --- */

static const struct vtoc_volume volume = {
	.serial = "LNX001",
	.geo = { .heads = 15, .sectors = 12 },
	.cylinders = 100,
	.block_size = 4096,
	.year = 2026,
	.day = 328,
	.part = { { 2, 500, true }, { 600, 900, true } },
	.n_parts = 2,
};

static void test_vol1(void **state)
{
	uint8_t bytes[84];
	struct ipl_wr w = { .p = bytes, .len = sizeof(bytes) };
	struct zipl_chs chs;
	struct ipl_err err;

	(void)state;
	vtoc_vol1_encode(&w, &volume);
	assert_int_equal(w.at, sizeof(bytes));
	assert_int_equal(vtoc_address_decode(span(&w), &chs, &err), 0);
	assert_int_equal(chs.cyl, 0);
	assert_int_equal(chs.head, 1);
	assert_int_equal(chs.sec, 1);
	for (size_t n = 0; n < 20; n++)
		assert_int_equal(
			vtoc_address_decode((struct ipl_span){ bytes, n, 0 },
					    &chs, &err),
			IPL_ETRUNC);
	bytes[4] = 0;
	assert_int_equal(vtoc_address_decode(span(&w), &chs, &err),
			 IPL_ENOTFOUND);
}

static void check_labels(const struct vtoc_volume *v,
			 const enum vtoc_kind *kinds, unsigned n_kinds)
{
	uint8_t bytes[8 * VTOC_LABEL_LEN];
	struct ipl_wr w = { .p = bytes, .len = sizeof(bytes) };
	unsigned n = vtoc_encode(&w, v), part = 0;
	struct ipl_err err;

	assert_int_equal(n, n_kinds);
	assert_int_equal(w.at, n * VTOC_LABEL_LEN);
	for (unsigned i = 0; i < n; i++) {
		struct ipl_span in =
			ipl_sub(span(&w), i * VTOC_LABEL_LEN, VTOC_LABEL_LEN);
		struct vtoc_extent x;
		enum vtoc_kind kind;

		assert_int_equal(vtoc_label_decode(in, &kind, &x, &err), 0);
		assert_int_equal(kind, kinds[i]);
		if (kind != VTOC_PARTITION)
			continue;
		assert_int_equal(x.low.cyl * 15 + x.low.head,
				 v->part[part].first);
		assert_int_equal(x.high.cyl * 15 + x.high.head,
				 v->part[part].first + v->part[part].count - 1);
		part++;
	}
}

static void test_vtoc(void **state)
{
	static const enum vtoc_kind small[] = { VTOC_OTHER, VTOC_OTHER,
						VTOC_PARTITION,
						VTOC_PARTITION };
	static const enum vtoc_kind large[] = { VTOC_OTHER, VTOC_OTHER,
						VTOC_OTHER, VTOC_PARTITION,
						VTOC_PARTITION };
	struct vtoc_volume v = volume;

	(void)state;
	check_labels(&volume, small, 4);
	v.cylinders = 10017;
	check_labels(&v, large, 5);
}

static void test_label_cut(void **state)
{
	uint8_t bytes[VTOC_LABEL_LEN] = { 0 };
	struct vtoc_extent x;
	enum vtoc_kind kind;
	struct ipl_err err;

	(void)state;
	for (size_t n = 0; n < sizeof(bytes); n++)
		assert_int_equal(
			vtoc_label_decode((struct ipl_span){ bytes, n, 0 },
					  &kind, &x, &err),
			IPL_ETRUNC);
	assert_int_equal(
		vtoc_label_decode((struct ipl_span){ bytes, sizeof(bytes), 0 },
				  &kind, &x, &err),
		0);
	assert_int_equal(kind, VTOC_END);
}

/* Track 1 of a volume. */
static struct ipl_span track1(const struct vtoc_volume *v, uint8_t *bytes,
			      size_t len)
{
	struct ipl_wr w = { .p = bytes, .len = len };

	memset(bytes, 0, len);
	vtoc_encode(&w, v);
	assert_false(w.overflow);
	return (struct ipl_span){ bytes, len, 0 };
}

static void test_like_fdasd(void **state)
{
	uint8_t bytes[12 * VTOC_LABEL_LEN];
	struct vtoc_volume v = volume;
	struct ipl_span in = track1(&v, bytes, sizeof(bytes));
	struct ipl_err err;

	(void)state;
	assert_int_equal(vtoc_check_fdasd(in, &err), 0);
	for (size_t n = 0; n < 2u * VTOC_LABEL_LEN; n++)
		assert_int_equal(
			vtoc_check_fdasd((struct ipl_span){ bytes, n, 0 },
					 &err),
			IPL_ETRUNC);
	v.cylinders = 10017;
	in = track1(&v, bytes, sizeof(bytes));
	assert_int_equal(vtoc_check_fdasd(in, &err), 0);
}

/* One byte that makes a VTOC another one than fdasd's. */
static void test_unlike_fdasd(void **state)
{
	static const struct {
		size_t label, at;
		uint8_t byte;
	} changes[] = {
		{ 0, 44, 0xf1 },  /* no format 4 */
		{ 0, 114, 2 },	  /* which has two tracks */
		{ 0, 110, 3 },	  /* or others */
		{ 2, 59, 2 },	  /* a data set of two extents */
		{ 3, 115, 1 },	  /* of which one is there */
		{ 3, 125, 0x81 }, /* or the third */
		{ 2, 44, 0xf3 },  /* format 3: still more extents */
		{ 2, 44, 0 },	  /* freed, but there are others behind it */
		{ 5, 44, 0xf1 },  /* a label behind a free one */
		{ 11, 139, 1 },	  /* anything behind the last label */
	};
	uint8_t bytes[12 * VTOC_LABEL_LEN];
	struct ipl_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct ipl_span in = track1(&volume, bytes, sizeof(bytes));

		bytes[changes[i].label * VTOC_LABEL_LEN + changes[i].at] =
			changes[i].byte;
		assert_int_equal(vtoc_check_fdasd(in, &err), IPL_EUNSUP);
	}
}

/* --- channel programs --- */

static void check_reads(const struct zipl_reads *a, const struct zipl_reads *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		assert_int_equal(a->at[i].block, b->at[i].block);
		assert_int_equal(a->at[i].chs.cyl, b->at[i].chs.cyl);
		assert_int_equal(a->at[i].chs.head, b->at[i].chs.head);
		assert_int_equal(a->at[i].chs.sec, b->at[i].chs.sec);
	}
}

static struct zipl_reads reads(size_t n, bool eckd)
{
	const struct zipl_geometry geo = zipl_geometry(4096);
	struct zipl_reads r = { .n = n };

	for (size_t i = 0; i < n; i++) {
		if (eckd)
			r.at[i].chs = zipl_block_chs(&geo, 179 + 7 * i);
		else
			r.at[i].block = 100000 + i;
	}
	return r;
}

static void test_stage1b(void **state)
{
	(void)state;
	for (size_t n = 1; n <= ZIPL_STAGE2_BLOCKS; n++) {
		uint8_t bytes[ZIPL_STAGE1B_LEN];
		struct ipl_wr w = { .p = bytes, .len = sizeof(bytes) };
		struct zipl_reads in = reads(n, true), out;

		zipl_stage1b_encode_eckd(&w, 512, &in);
		assert_int_equal(w.at, sizeof(bytes));
		assert_int_equal(
			zipl_stage1b_decode(&zipl_seek, span(&w), &out, NULL),
			0);
		check_reads(&in, &out);
		in = reads(n, false);
		w.at = 0;
		zipl_stage1b_encode_fba(&w, &in);
		assert_int_equal(w.at, sizeof(bytes));
		assert_int_equal(
			zipl_stage1b_decode(&zipl_locate, span(&w), &out, NULL),
			0);
		check_reads(&in, &out);
	}
}

/* The same bytes as zipl writes, with two blocks of stage 1b at cylinder 1. */
static void test_stage1(void **state)
{
	static const uint8_t eckd[] = {
		0x07, 0,    0, 0x60, 0x60, 0, 0,    6, 0x31, 0, 0,
		0x62, 0x60, 0, 0,    5,	   8, 0,    0, 0x20, 0, 0,
		0,    0,    6, 0,    0xe0, 0, 0x60, 0, 2,    0,
	};
	uint8_t bytes[ZIPL_STAGE1_LEN];
	struct ipl_wr w = { .p = bytes, .len = sizeof(bytes) };
	struct zipl_reads in = reads(2, true), out;

	(void)state;
	zipl_stage1_encode_cdl(&w, 512, &in);
	assert_int_equal(w.at, sizeof(bytes));
	assert_memory_equal(bytes,
			    "\0\x08\0\0\x80\0\x20\x18\x06\0\0\x18\x60\0"
			    "\0\x80\x08\0\0\x18\0\0\0\0",
			    24);
	assert_memory_equal(bytes + 24, eckd, sizeof(eckd));
	assert_int_equal(zipl_reads_decode(&zipl_seek,
					   ipl_sub(span(&w), 0x60, 16), 2, &out,
					   NULL),
			 0);
	check_reads(&in, &out);
	w.at = 0;
	zipl_stage1_encode_ldl(&w, 512, &in);
	assert_int_equal(w.at, sizeof(bytes));
	assert_memory_equal(bytes,
			    "\0\x08\0\0\x80\0\x20\x18\x16\0\x20\0\x60\0"
			    "\0\x16\x06\0\0\0\x60\0\0\x98",
			    24);
	in = reads(2, false);
	w.at = 0;
	zipl_stage1_encode_fba(&w, &in);
	assert_int_equal(w.at, sizeof(bytes));
	assert_memory_equal(bytes,
			    "\0\x08\0\0\x80\0\x20\x18\x02\0\0\0\x60\0\0"
			    "\x98\x08\0\0\x18\0\0\0\0",
			    24);
	assert_int_equal(zipl_reads_decode(&zipl_locate,
					   ipl_sub(span(&w), 0x40, 16), 2, &out,
					   NULL),
			 0);
	check_reads(&in, &out);
}

/* --- the menu --- */

static void test_menu(void **state)
{
	static const char banner[] = "zIPL v1 menu\n ", line[] = " 3. three";
	uint8_t text[sizeof(line)], head[sizeof(banner)], bytes[512];
	struct ipl_wr w = { .p = bytes, .len = sizeof(bytes), .at = 40 };
	struct zipl_menu menu = { .prompt = true, .timeout_s = 300 }, found;

	(void)state;
	memset(bytes, 0, sizeof(bytes));
	ipl_ascii_to_ebcdic_buf(head, banner, strlen(banner));
	ipl_ascii_to_ebcdic_buf(text, line, strlen(line));
	menu.banner = (struct ipl_span){ head, strlen(banner), 0 };
	menu.text[3] = (struct ipl_span){ text, strlen(line), 0 };
	menu.text[62] = menu.text[3];
	zipl_menu_encode(&w, &menu);
	assert_int_equal(zipl_menu_decode(span(&w), &found, NULL), 0);
	assert_true(found.prompt);
	assert_int_equal(found.timeout_s, 300);
	assert_int_equal(found.bad, 0);
	assert_int_equal(found.banner.len, strlen(banner));
	assert_memory_equal(found.banner.p, head, strlen(banner));
	for (unsigned i = 0; i < ZIPL_MENU_ENTRIES; i++) {
		assert_int_equal(found.text[i].p != NULL, i == 3 || i == 62);
		if (found.text[i].p)
			assert_memory_equal(found.text[i].p, text,
					    strlen(line));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mbr),
		cmocka_unit_test(test_gpt_header),
		cmocka_unit_test(test_crc),
		cmocka_unit_test(test_gpt_entry),
		cmocka_unit_test(test_vol1),
		cmocka_unit_test(test_vtoc),
		cmocka_unit_test(test_label_cut),
		cmocka_unit_test(test_like_fdasd),
		cmocka_unit_test(test_unlike_fdasd),
		cmocka_unit_test(test_stage1b),
		cmocka_unit_test(test_stage1),
		cmocka_unit_test(test_menu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
