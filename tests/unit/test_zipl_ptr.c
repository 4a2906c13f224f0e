/* SPDX-License-Identifier: MIT */
/* Block pointers in each format, tables of them, and the addresses of records.
 * May use: base, format. */
#include "trip.h"

#include "format/zipl.h"

static const struct zipl_ptr_format *format; /* on its way through the trip */

static int trip_ptr(struct ipl_span in, struct ipl_wr *w, struct ipl_err *err)
{
	struct zipl_ptr x;
	int rc = zipl_ptr_decode(format, in, &x, err);

	if (!rc)
		format->put(w, &x);
	return rc;
}

static struct zipl_ptr decode(const struct zipl_ptr_format *f, const void *b)
{
	struct zipl_ptr x = { 0 };

	format = f;
	round_trip(trip_ptr, b, f->len);
	assert_int_equal(
		zipl_ptr_decode(f, (struct ipl_span){ b, f->len, 0 }, &x, NULL),
		0);
	return x;
}

static void test_lin16(void **state)
{
	struct zipl_ptr x =
		decode(&zipl_lin16, "\1\2\3\4\5\6\7\x8\x10\0\xff\xff\0\0\0\0");

	(void)state;
	assert_int_equal(x.kind, ZIPL_PTR_RUN);
	assert_int_equal(x.block, 0x0102030405060708);
	assert_int_equal(x.size, 4096);
	assert_int_equal(x.count, 65536);
	/* without a block it is none, whatever else there is */
	x = decode(&zipl_lin16, "\0\0\0\0\0\0\0\0\2\0\0\1\0\0\0\0");
	assert_int_equal(x.kind, ZIPL_PTR_NULL);
}

static void test_lin8(void **state)
{
	struct zipl_ptr x = decode(&zipl_lin8, "\1\2\3\4\2\0\xff\xff");

	(void)state;
	assert_int_equal(x.kind, ZIPL_PTR_RUN);
	assert_int_equal(x.block, 0x01020304);
	assert_int_equal(x.size, 512);
	assert_int_equal(x.count, 65536);
	x = decode(&zipl_lin8, "\0\0\0\0\2\0\0\1");
	assert_int_equal(x.kind, ZIPL_PTR_ZEROS);
	assert_int_equal(x.count, 2);
	x = decode(&zipl_lin8, "\0\0\0\0\0\0\0\0");
	assert_int_equal(x.kind, ZIPL_PTR_NULL);
}

static void check_chs(const struct zipl_ptr_format *f)
{
	struct zipl_ptr x =
		decode(f, "\x12\x34\xab\xce\x0c\x10\0\xff\0\0\0\0\0\0\0\0");

	assert_int_equal(x.kind, ZIPL_PTR_RUN);
	assert_int_equal(x.chs.cyl, 0xabc1234);
	assert_int_equal(x.chs.head, 14);
	assert_int_equal(x.chs.sec, 12);
	assert_int_equal(x.size, 4096);
	assert_int_equal(x.count, 256);
	x = decode(f, "\0\0\0\0\0\2\0\1\0\0\0\0\0\0\0\0");
	assert_int_equal(x.kind, ZIPL_PTR_ZEROS);
	x = decode(f, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
	assert_int_equal(x.kind, ZIPL_PTR_NULL);
}

static void test_chs(void **state)
{
	(void)state;
	check_chs(&zipl_chs8);
	check_chs(&zipl_chs16);
}

static void test_ldchs16(void **state)
{
	struct zipl_ptr x = decode(&zipl_ldchs16,
				   "\1\2\3\4\x0e\x0c\0\0\0\0\xff\xff\0\0\0\0");

	(void)state;
	assert_int_equal(x.kind, ZIPL_PTR_RUN);
	assert_int_equal(x.chs.cyl, 0x01020304);
	assert_int_equal(x.chs.head, 14);
	assert_int_equal(x.chs.sec, 12);
	assert_int_equal(x.count, 65536);
	x = decode(&zipl_ldchs16, "\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0");
	assert_int_equal(x.kind, ZIPL_PTR_NULL);
}

static void test_same(void **state)
{
	struct zipl_ptr a = { .kind = ZIPL_PTR_RUN, .chs.head = 1, .count = 1 };
	struct zipl_ptr b = a;

	(void)state;
	assert_true(zipl_ptr_same(&a, &b));
	b.chs.sec = 1;
	assert_false(zipl_ptr_same(&a, &b));
}

static void test_geometry(void **state)
{
	static const unsigned sizes[] = { 512, 1024, 2048, 4096 };
	static const unsigned sectors[] = { 49, 33, 21, 12 };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct zipl_geometry geo = zipl_geometry(sizes[i]);

		assert_int_equal(geo.heads, 15);
		assert_int_equal(geo.sectors, sectors[i]);
		/* both ways, across tracks, cylinders, 16 and 28 bits */
		for (uint64_t block = 0; block < UINT64_C(0x2000000000);
		     block = block * 3 / 2 + 7) {
			struct zipl_chs chs = zipl_block_chs(&geo, block);
			uint64_t back;

			assert_int_equal(
				zipl_chs_block(&geo, &chs, &back, NULL), 0);
			assert_int_equal(back, block);
		}
	}
	assert_int_equal(zipl_geometry(8192).sectors, 0);
	assert_int_equal(zipl_geometry(0).sectors, 0);
}

static void test_records_that_cannot_be(void **state)
{
	struct zipl_geometry geo = zipl_geometry(4096);
	struct zipl_chs chs = { .cyl = 7, .head = 15, .sec = 1 };
	struct ipl_err err = { 0 };
	uint64_t block = 99;

	(void)state;
	assert_int_equal(zipl_chs_block(&geo, &chs, &block, &err), IPL_EBAD);
	assert_contains(err.msg, "cylinder 7, head 15, record 1: expected head "
				 "0 to 14");
	chs.head = 14;
	chs.sec = 0;
	assert_int_equal(zipl_chs_block(&geo, &chs, &block, &err), IPL_EBAD);
	chs.sec = 13;
	assert_int_equal(zipl_chs_block(&geo, &chs, &block, &err), IPL_EBAD);
	assert_contains(err.msg, "expected record 1 to 12");
	assert_int_equal(block, 99);
	chs = (struct zipl_chs){ .cyl = UINT32_MAX, .head = 14, .sec = 12 };
	assert_int_equal(zipl_chs_block(&geo, &chs, &block, &err), 0);
	assert_int_equal(block, (UINT64_C(1) << 32) * 15 * 12 - 1);
}

/* Tables with the short pointers of zipl before 1.20. */
static int trip_old_table(struct ipl_span in, struct ipl_wr *w,
			  struct ipl_err *err)
{
	struct zipl_program_table x;
	int rc = zipl_program_table_decode(&zipl_chs8, in, &x, err);

	if (!rc)
		zipl_program_table_encode(&zipl_chs8, w, &x);
	return rc;
}

static int trip_old_entry(struct ipl_span in, struct ipl_wr *w,
			  struct ipl_err *err)
{
	struct zipl_comp_entry x;
	int rc = zipl_comp_entry_decode(&zipl_lin8, in, &x, err);

	if (!rc)
		zipl_comp_entry_encode(&zipl_lin8, w, &x);
	return rc;
}

static int trip_old_segments(struct ipl_span in, struct ipl_wr *w,
			     struct ipl_err *err)
{
	struct zipl_segment_table x;
	int rc = zipl_segment_table_decode(&zipl_chs8, in, &x, err);

	if (!rc)
		zipl_segment_table_encode(&zipl_chs8, w, in.len, &x);
	return rc;
}

static void test_short_pointers(void **state)
{
	struct zipl_segment_table seg;
	struct zipl_program_table table;
	uint8_t b[512] = { 'z', 'I', 'P', 'L' };
	struct ipl_span in = { b, sizeof(b), 0 };

	(void)state;
	for (unsigned i = 0; i <= 62; i++)
		memcpy(b + 8 * (i + 1), "\0\1\0\2\3\2\0\0", 8);
	b[511] = 9;
	round_trip(trip_old_table, b, sizeof(b));
	assert_int_equal(
		zipl_program_table_decode(&zipl_chs8, in, &table, NULL), 0);
	assert_int_equal(zipl_slots(&zipl_chs8), 63);
	assert_int_equal(zipl_slot_off(&zipl_chs8, 62), 504);
	assert_int_equal(table.slot[62].chs.sec, 3);
	assert_int_equal(table.slot[62].count, 10);

	memset(b, 0, 32);
	memcpy(b, "\0\0\1\0\2\0\0\1", 8);
	b[23] = ZIPL_COMP_LOAD;
	b[31] = 0x10;
	round_trip(trip_old_entry, b, 32);

	memset(b, 0, sizeof(b));
	for (unsigned i = 0; i < 64; i++)
		memcpy(b + 8 * i, "\0\1\0\2\3\2\0\0", 8);
	memset(b + 16, 0, 5); /* a pointer of zeros does not end the list */
	round_trip(trip_old_segments, b, sizeof(b));
	assert_int_equal(zipl_segment_table_decode(&zipl_chs8, in, &seg, NULL),
			 0);
	assert_int_equal(seg.n, 63);
	assert_int_equal(seg.data[2].kind, ZIPL_PTR_ZEROS);
	memset(b + 16, 0, 8);
	assert_int_equal(zipl_segment_table_decode(&zipl_chs8, in, &seg, NULL),
			 0);
	assert_int_equal(seg.n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lin16),
		cmocka_unit_test(test_lin8),
		cmocka_unit_test(test_chs),
		cmocka_unit_test(test_ldchs16),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_geometry),
		cmocka_unit_test(test_records_that_cannot_be),
		cmocka_unit_test(test_short_pointers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
