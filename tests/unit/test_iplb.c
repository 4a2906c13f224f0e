/* SPDX-License-Identifier: MIT */
/* IPL parameter blocks and service calls: what the guest and its console get.
 * May use: base, format, the ABI. */
#include "unit.h"

#include "base/ebcdic.h"
#include "format/iplb.h"
#include "format/sclp.h"
#include "s390-ipl/abi.h"

static void test_ccw_there_and_back(void **state)
{
	const struct iplb in = { .ssid = 2, .devno = 0xabcd, .loadparm = "S1" };
	uint8_t buf[IPLB_MAX] = { 0 };
	struct ipl_wr w = { .p = buf, .len = sizeof(buf) };
	struct iplb out;

	(void)state;
	iplb_encode_ccw(&in, &w);
	assert_false(w.overflow);
	assert_int_equal(w.at, IPLB_CCW_LEN);
	assert_int_equal(
		iplb_decode((struct ipl_span){ .p = buf, .len = sizeof(buf) },
			    &out, NULL),
		0);
	assert_int_equal(out.type, IPLB_CCW);
	assert_int_equal(out.ssid, 2);
	assert_int_equal(out.devno, 0xabcd);
	assert_true(out.has_loadparm);
	assert_string_equal(out.loadparm, "S1");
	/* the bytes themselves: QEMU, struct IplParameterBlock */
	assert_memory_equal(buf, "\0\0\0\xc8\0\0\0\0\0\0\0\xc0\2\x80\0\0", 16);
	assert_memory_equal(buf + 16, "\xe2\xf1\x40\x40\x40\x40\x40\x40", 8);
	assert_memory_equal(buf + 109, "\2\xab\xcd", 3);
}

static void test_block_cut_off_anywhere(void **state)
{
	const struct iplb in = { .devno = 0x1234, .loadparm = "3" };
	uint8_t buf[IPLB_CCW_LEN];
	struct ipl_wr w = { .p = buf, .len = sizeof(buf) };
	struct ipl_err err;
	struct iplb out;

	(void)state;
	iplb_encode_ccw(&in, &w);
	for (size_t len = 0; len < sizeof(buf); len++) {
		uint8_t *p = exactly(buf, len);

		assert_int_equal(
			iplb_decode((struct ipl_span){ .p = p, .len = len },
				    &out, &err),
			IPL_EBAD);
		assert_contains(err.msg, "IPL parameter block: length");
		free(p);
	}
}

/* Length fields that lie: qemu.md's list. */
static void test_block_lengths(void **state)
{
	static const uint32_t bad[] = { 0, 8, 23, 199, 4097, UINT32_MAX };
	uint8_t buf[IPLB_MAX] = { 0 };
	struct ipl_span in = { .p = buf, .len = sizeof(buf) };
	struct iplb out;

	(void)state;
	buf[12] = IPLB_CCW;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct ipl_wr w = { .p = buf, .len = 4 };

		ipl_put_be(&w, bad[i], 4);
		assert_int_equal(iplb_decode(in, &out, NULL), IPL_EBAD);
	}
	memcpy(buf, "\0\0\x10\0", 4);
	assert_int_equal(iplb_decode(in, &out, NULL), 0);
	assert_int_equal(out.len, 4096);
	assert_false(out.has_loadparm);
}

static void test_strange_loadparm(void **state)
{
	uint8_t buf[IPLB_MAX] = { 0, 0, 0, 200 };
	struct iplb out;

	(void)state;
	buf[12] = IPLB_CCW;
	buf[13] = 0x80;
	memcpy(buf + 16, "\x81\xff\0\x5b\x4b\xf9\x40\0", 8); /* a ? . 9 */
	assert_int_equal(
		iplb_decode((struct ipl_span){ .p = buf, .len = sizeof(buf) },
			    &out, NULL),
		0);
	assert_string_equal(out.loadparm, "A? ?.9");
}

static void test_qemu_scsi(void **state)
{
	uint8_t buf[IPLB_MAX] = { 0, 0, 0, 200 };
	struct iplb out;

	(void)state;
	buf[12] = IPLB_QEMU_SCSI;
	memcpy(buf + 24, "\0\0\0\7\0\3\0\1", 8);
	memcpy(buf + 109, "\0\x12\x34", 3);
	assert_int_equal(
		iplb_decode((struct ipl_span){ .p = buf, .len = sizeof(buf) },
			    &out, NULL),
		0);
	assert_int_equal(out.lun, 7);
	assert_int_equal(out.target, 3);
	assert_int_equal(out.channel, 1);
	assert_int_equal(out.devno, 0x1234);
}

/* ---- service calls */

/* Walk the list as the stub does; returns how many calls. */
static size_t walk(const uint8_t *p, size_t len, const uint8_t *sccb[8],
		   uint32_t command[8])
{
	size_t at = 0, n = 0;

	for (;;) {
		struct ipl_rd r = { .in = { .p = p + at, .len = 4 } };

		assert_true(at + 4 <= len);
		assert_int_equal(at % 8, 0);
		command[n] = ipl_be32(&r);
		if (!command[n])
			return n;
		sccb[n++] = p + at + SERVC_SCCB;
		at += SERVC_SCCB;
		at += ((size_t)p[at] << 8 | p[at + 1]) + 7;
		at &= ~(size_t)7;
	}
}

static void test_message(void **state)
{
	uint8_t buf[STUB_BUFFER_SIZE];
	struct ipl_wr w = { .p = buf, .len = sizeof(buf) };
	const uint8_t *sccb[8];
	uint32_t command[8];
	char ebcdic[] = "second";

	(void)state;
	ipl_sclp_put_message(&w, "first\nsecond\n");
	assert_false(w.overflow);
	assert_int_equal(walk(buf, w.at, sccb, command), 3);
	assert_int_equal(command[0], 0x00780005);
	assert_int_equal(command[1], 0x00760005);
	assert_int_equal(sccb[1][10], 0x1a); /* ASCII console */
	assert_memory_equal(sccb[1] + 14, "first\r\nsecond\r\n", 15);
	assert_int_equal(sccb[2][10], 0x02); /* line mode */
	ipl_ascii_to_ebcdic_buf(ebcdic, ebcdic, 6);
	assert_non_null(
		memmem(sccb[2], w.at - (size_t)(sccb[2] - buf), ebcdic, 6));
}

/* Whoever writes a disk's titles cannot make lines of his own, nor ring. */
static void test_message_not_ascii(void **state)
{
	static const char text[] = "a\xc3\x85"
				   "b\xe2\x80\xa6"
				   "c\x85\rd\x1b\n";
	static const char shown[] = "a?b?c??d?";
	char ebcdic[sizeof(shown)];
	uint8_t buf[STUB_BUFFER_SIZE];
	struct ipl_wr w = { .p = buf, .len = sizeof(buf) };
	const uint8_t *sccb[8];
	uint32_t command[8];
	size_t len = sizeof(shown) - 1;

	(void)state;
	ipl_sclp_put_message(&w, text);
	assert_false(w.overflow);
	assert_int_equal(walk(buf, w.at, sccb, command), 3);
	assert_int_equal(sccb[1][0] << 8 | sccb[1][1], 8 + 6 + len + 2);
	assert_memory_equal(sccb[1] + 14, shown, len);
	assert_memory_equal(sccb[1] + 14 + len, "\r\n", 2);
	ipl_ascii_to_ebcdic_buf(ebcdic, shown, len);
	assert_non_null(
		memmem(sccb[2], w.at - (size_t)(sccb[2] - buf), ebcdic, len));
}

static void test_message_too_long(void **state)
{
	char text[2 * STUB_BUFFER_SIZE];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (size_t len = 0; len < 512; len++) {
		uint8_t *buf = exactly(text, len);
		struct ipl_wr w = { .p = buf, .len = len };

		ipl_sclp_put_message(&w, text);
		assert_true(w.overflow);
		free(buf);
	}
}

static const struct iplb fcp = {
	.devno = 0x1234,
	.loadparm = "3",
	.wwpn = UINT64_C(0x500507630300c562),
	.fcp_lun = UINT64_C(0x4010403200000000),
	.bootprog = 2,
	.br_lba = UINT64_C(0x100000002),
	.scpdata = { (const uint8_t *)"root=/dev/sda", 13, 0 },
};

static void test_fcp_there_and_back(void **state)
{
	uint8_t buf[IPLB_MAX];
	struct ipl_wr w = { .p = buf, .len = sizeof(buf) };
	struct iplb out;

	(void)state;
	iplb_encode_fcp(&fcp, &w);
	assert_false(w.overflow);
	assert_int_equal(w.at, IPLB_FCP_LEN + 13);
	assert_int_equal(buf[328], 0x10); /* IPL, not dump */
	assert_int_equal(
		iplb_decode((struct ipl_span){ buf, w.at, 0 }, &out, NULL), 0);
	assert_int_equal(out.type, IPLB_FCP);
	assert_string_equal(out.loadparm, "3");
	assert_int_equal(out.devno, fcp.devno);
	assert_int_equal(out.wwpn, fcp.wwpn);
	assert_int_equal(out.fcp_lun, fcp.fcp_lun);
	assert_int_equal(out.bootprog, fcp.bootprog);
	assert_int_equal(out.br_lba, fcp.br_lba);
	assert_int_equal(out.scpdata.len, 13);
	assert_memory_equal(out.scpdata.p, "root=/dev/sda", 13);
}

/* QEMU takes blocks without room for SCP data, and any lengths in them. */
static void test_fcp_lengths(void **state)
{
	uint8_t buf[IPLB_MAX];
	struct ipl_wr w = { .p = buf, .len = sizeof(buf) };
	struct iplb out;
	struct ipl_err err;

	(void)state;
	iplb_encode_fcp(&fcp, &w);
	for (uint32_t len = 0; len <= w.at; len++) {
		struct ipl_wr head = { .p = buf, .len = 4 };
		uint8_t *block = NULL;
		int rc;

		ipl_put_be(&head, len, 4);
		block = exactly(buf, len);
		if (len >= 4)
			memcpy(block, buf, 4);
		rc = iplb_decode((struct ipl_span){ block, len, 0 }, &out,
				 &err);
		assert_int_equal(rc, len == w.at ? 0 : IPL_EBAD);
		free(block);
	}
	memset(buf + 380, 0, 4); /* no SCP data */
	for (uint32_t len = 380; len <= 400; len++) {
		struct ipl_wr head = { .p = buf, .len = 4 };

		ipl_put_be(&head, len, 4);
		assert_int_equal(iplb_decode((struct ipl_span){ buf, len, 0 },
					     &out, &err),
				 len < 384 ? IPL_EBAD : 0);
	}
}

static void test_most_scpdata(void **state)
{
	static uint8_t data[IPLB_SCPDATA_MAX + 1];
	uint8_t buf[IPLB_MAX];
	struct ipl_wr w = { .p = buf, .len = sizeof(buf) };
	struct iplb b = { .scpdata = { data, IPLB_SCPDATA_MAX, 0 } };

	(void)state;
	iplb_encode_fcp(&b, &w);
	assert_false(w.overflow);
	assert_int_equal(w.at, IPLB_MAX);
	b.scpdata.len++;
	w.at = 0;
	iplb_encode_fcp(&b, &w);
	assert_true(w.overflow);
}

static void test_fcp_lun(void **state)
{
	(void)state;
	assert_int_equal(iplb_fcp_lun(0), 0);
	assert_int_equal(iplb_fcp_lun(255), UINT64_C(0x00ff000000000000));
	assert_int_equal(iplb_fcp_lun(256), UINT64_C(0x4100000000000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ccw_there_and_back),
		cmocka_unit_test(test_block_cut_off_anywhere),
		cmocka_unit_test(test_block_lengths),
		cmocka_unit_test(test_strange_loadparm),
		cmocka_unit_test(test_qemu_scsi),
		cmocka_unit_test(test_fcp_there_and_back),
		cmocka_unit_test(test_fcp_lengths),
		cmocka_unit_test(test_most_scpdata),
		cmocka_unit_test(test_fcp_lun),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_message_not_ascii),
		cmocka_unit_test(test_message_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
