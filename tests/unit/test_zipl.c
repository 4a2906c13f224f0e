/* SPDX-License-Identifier: MIT */
/* Every zipl decoder: the right fields from literal bytes, truncation at every
 * length, and decode and encode as inverses. May use: base, format. */
#include "trip.h"

#include "format/zipl.h"

/* Without @magic there is no structure, whatever follows. */
static void needs_magic(trip_fn trip, const uint8_t *bytes, size_t len)
{
	uint8_t *copy = exactly(bytes, len);
	struct ipl_err err = { 0 };
	struct ipl_wr w = { 0 };

	copy[3] ^= 1;
	assert_int_equal(trip((struct ipl_span){ copy, len, 0 }, &w, &err),
			 IPL_EBAD);
	assert_contains(err.msg, "begins with 7a 49 50 4d");
	free(copy);
}

static int trip_boot_record(struct ipl_span in, struct ipl_wr *w,
			    struct ipl_err *err)
{
	struct zipl_boot_record x;
	int rc = zipl_boot_record_decode(&zipl_lin16, in, &x, err);

	if (!rc)
		zipl_boot_record_encode(&zipl_lin16, w, &x);
	return rc;
}

static void make_boot_record(uint8_t b[152])
{
	memset(b, 0, 152);
	memcpy(b, "zIPL\0\0\0\1", 8);
	memcpy(b + 16, "\0\0\0\0\0\0\x12\x34\x02\0\0\0", 12);
}

static void test_boot_record(void **state)
{
	struct zipl_boot_record x;
	uint8_t b[152];

	(void)state;
	make_boot_record(b);
	round_trip(trip_boot_record, b, sizeof(b));
	needs_magic(trip_boot_record, b, sizeof(b));
	assert_int_equal(
		zipl_boot_record_decode(&zipl_lin16,
					(struct ipl_span){ b, sizeof(b), 0 },
					&x, NULL),
		0);
	assert_int_equal(x.version, 1);
	assert_int_equal(x.table.block, 0x1234);
	assert_int_equal(x.table.size, 512);
	assert_false(x.info.present);
}

static void test_boot_info(void **state)
{
	struct zipl_boot_record x;
	uint8_t b[152];

	(void)state;
	make_boot_record(b);
	memcpy(b + 0x70, "zIPL\1\1\2\1", 8);
	memset(b + 0x78, 0xa5, 32);
	round_trip(trip_boot_record, b, sizeof(b));
	assert_int_equal(
		zipl_boot_record_decode(&zipl_lin16,
					(struct ipl_span){ b, sizeof(b), 0 },
					&x, NULL),
		0);
	assert_true(x.info.present);
	assert_int_equal(x.info.boot_type, ZIPL_BOOT_DUMP);
	assert_int_equal(x.info.dev_type, 2);
	assert_int_equal(x.info.data[31], 0xa5);

	b[0x70] = 0; /* an MBR's boot code may be left over there */
	assert_int_equal(
		zipl_boot_record_decode(&zipl_lin16,
					(struct ipl_span){ b, sizeof(b), 0 },
					&x, NULL),
		0);
	assert_false(x.info.present);
	assert_int_equal(x.info.data[31], 0);
}

static int trip_program_table(struct ipl_span in, struct ipl_wr *w,
			      struct ipl_err *err)
{
	struct zipl_program_table x;
	int rc = zipl_program_table_decode(&zipl_lin16, in, &x, err);

	if (!rc)
		zipl_program_table_encode(&zipl_lin16, w, &x);
	return rc;
}

static void test_program_table(void **state)
{
	struct zipl_program_table x;
	uint8_t b[512] = { 'z', 'I', 'P', 'L' };

	(void)state;
	for (unsigned i = 0; i <= 30; i++) {
		b[16 + 16 * i + 7] = (uint8_t)(100 + i);
		b[16 + 16 * i + 8] = 2;
	}
	round_trip(trip_program_table, b, sizeof(b));
	needs_magic(trip_program_table, b, sizeof(b));
	assert_int_equal(
		zipl_program_table_decode(&zipl_lin16,
					  (struct ipl_span){ b, sizeof(b), 0 },
					  &x, NULL),
		0);
	assert_int_equal(x.slot[0].block, 100);
	assert_int_equal(x.slot[30].block, 130);
	assert_int_equal(x.slot[30].size, 512);
	assert_int_equal(x.slot[30].count, 1);
	assert_int_equal(zipl_slot_off(&zipl_lin16, 30), 496);
}

static int trip_comp_header(struct ipl_span in, struct ipl_wr *w,
			    struct ipl_err *err)
{
	uint8_t type;
	int rc = zipl_comp_header_decode(in, &type, err);

	if (!rc)
		zipl_comp_header_encode(w, type);
	return rc;
}

static void test_comp_header(void **state)
{
	uint8_t b[32] = { 'z', 'I', 'P', 'L', 1 };

	(void)state;
	round_trip(trip_comp_header, b, sizeof(b));
	needs_magic(trip_comp_header, b, sizeof(b));
}

static int trip_comp_entry(struct ipl_span in, struct ipl_wr *w,
			   struct ipl_err *err)
{
	struct zipl_comp_entry x;
	int rc = zipl_comp_entry_decode(&zipl_lin16, in, &x, err);

	if (!rc)
		zipl_comp_entry_encode(&zipl_lin16, w, &x);
	return rc;
}

static void test_comp_entry(void **state)
{
	uint8_t b[32] = { 0 };
	struct ipl_span in = { b, sizeof(b), 0 };
	struct zipl_comp_entry x;

	(void)state;
	b[7] = 9;
	b[8] = 2;
	b[23] = ZIPL_COMP_LOAD;
	b[29] = 1;
	round_trip(trip_comp_entry, b, sizeof(b));
	assert_int_equal(zipl_comp_entry_decode(&zipl_lin16, in, &x, NULL), 0);
	assert_int_equal(x.segments.block, 9);
	assert_int_equal(x.type, ZIPL_COMP_LOAD);
	assert_int_equal(x.value, 0x10000);
	assert_false(x.blank);

	memset(b, 0, sizeof(b));
	assert_int_equal(zipl_comp_entry_decode(&zipl_lin16, in, &x, NULL), 0);
	assert_true(x.blank);
	b[31] = 1;
	assert_int_equal(zipl_comp_entry_decode(&zipl_lin16, in, &x, NULL), 0);
	assert_false(x.blank);
}

static size_t segment_block; /* of the table on its way through the trip */

static int trip_segment_table(struct ipl_span in, struct ipl_wr *w,
			      struct ipl_err *err)
{
	struct zipl_segment_table x;
	int rc = zipl_segment_table_decode(&zipl_lin16, in, &x, err);

	if (!rc)
		zipl_segment_table_encode(&zipl_lin16, w, segment_block, &x);
	return rc;
}

static void fill_segments(uint8_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		b[16 * i + 6] = (uint8_t)((i + 1) >> 8);
		b[16 * i + 7] = (uint8_t)(i + 1);
		b[16 * i + 8] = 2;
	}
}

static void test_segment_table_512(void **state)
{
	struct zipl_segment_table x;
	uint8_t b[512] = { 0 };
	struct ipl_span in = { b, sizeof(b), 0 };

	(void)state;
	segment_block = sizeof(b);
	fill_segments(b, 32);
	round_trip(trip_segment_table, b, sizeof(b));
	assert_int_equal(zipl_segment_table_decode(&zipl_lin16, in, &x, NULL),
			 0);
	assert_int_equal(x.n, 31);
	assert_int_equal(x.data[30].block, 31);
	assert_int_equal(x.chain.block, 32);

	memset(b + 16 * 5, 0, sizeof(b) - 16 * 5);
	round_trip(trip_segment_table, b, sizeof(b));
	assert_int_equal(zipl_segment_table_decode(&zipl_lin16, in, &x, NULL),
			 0);
	assert_int_equal(x.n, 5);
	assert_int_equal(x.chain.block, 0);

	b[16 * 5 + 8] = 2; /* a block size does not make it a pointer */
	assert_int_equal(zipl_segment_table_decode(&zipl_lin16, in, &x, NULL),
			 0);
	assert_int_equal(x.n, 5);

	b[511 - 8] = 7; /* behind the end of the data nobody looks */
	assert_int_equal(zipl_segment_table_decode(&zipl_lin16, in, &x, NULL),
			 0);
	assert_int_equal(x.chain.block, 0);
}

static void test_segment_table_4096(void **state)
{
	struct zipl_segment_table x;
	uint8_t b[4096] = { 0 };
	struct ipl_span in = { b, sizeof(b), 0 };

	(void)state;
	fill_segments(b, 256);
	segment_block = sizeof(b);
	assert_int_equal(zipl_segment_table_decode(&zipl_lin16, in, &x, NULL),
			 0);
	assert_int_equal(x.n, 255);
	assert_int_equal(x.chain.block, 256);
	memset(b, 0, sizeof(b));
	assert_int_equal(zipl_segment_table_decode(&zipl_lin16, in, &x, NULL),
			 0);
	assert_int_equal(x.n, 0);

	in.len = 8192; /* no caller has such a block */
	assert_int_equal(zipl_segment_table_decode(&zipl_lin16, in, &x, NULL),
			 IPL_EBUG);
}

static enum zipl_stage3_gen stage3_gen;

static int trip_stage3(struct ipl_span in, struct ipl_wr *w,
		       struct ipl_err *err)
{
	struct ipl_stage3 x;
	int rc = zipl_stage3_decode(in, stage3_gen, &x, err);

	if (!rc)
		zipl_stage3_encode(w, &x);
	return rc;
}

static void test_stage3(void **state)
{
	static const enum zipl_stage3_gen gens[] = { ZIPL_STAGE3_40,
						     ZIPL_STAGE3_42,
						     ZIPL_STAGE3_80 };
	struct ipl_stage3 x;
	uint8_t b[80];

	(void)state;
	for (unsigned i = 0; i < sizeof(b); i++)
		b[i] = (uint8_t)(i + 1);
	for (unsigned i = 0; i < 3; i++) {
		stage3_gen = gens[i];
		round_trip(trip_stage3, b, gens[i]);
	}
	assert_int_equal(zipl_stage3_decode((struct ipl_span){ b, 80, 0 },
					    ZIPL_STAGE3_80, &x, NULL),
			 0);
	assert_true(x.present);
	assert_int_equal(x.parm_addr, 0x0102030405060708);
	assert_int_equal(x.load_psw, 0x191a1b1c1d1e1f20);
	assert_int_equal(x.image_len, 0x3132333435363738);
	assert_int_equal(x.envblk_len, 0x494a4b4c4d4e4f50);

	assert_int_equal(zipl_stage3_decode((struct ipl_span){ b, 42, 0 },
					    ZIPL_STAGE3_42, &x, NULL),
			 0);
	assert_int_equal(x.flags, 0x292a000000000000);
	assert_int_equal(x.image_len, 0);
	assert_int_equal(zipl_stage3_decode((struct ipl_span){ b, 40, 0 },
					    ZIPL_STAGE3_40, &x, NULL),
			 0);
	assert_int_equal(x.flags, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boot_record),
		cmocka_unit_test(test_boot_info),
		cmocka_unit_test(test_program_table),
		cmocka_unit_test(test_comp_header),
		cmocka_unit_test(test_comp_entry),
		cmocka_unit_test(test_segment_table_512),
		cmocka_unit_test(test_segment_table_4096),
		cmocka_unit_test(test_stage3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
