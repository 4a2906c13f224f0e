/* SPDX-License-Identifier: MIT */
/* Errors, cursors and the small helpers of base.
 * May use: base. */
#include "unit.h"

#include "base/cleanup.h"
#include "base/rd.h"
#include "base/sort.h"

#include <errno.h>
#include <fcntl.h>

static void test_fail_fills_in(void **state)
{
	struct ipl_err err = { 0 };

	(void)state;
	strcpy(err.advice, "old");
	assert_int_equal(ipl_fail(&err, IPL_EBAD, "found %d", 7), IPL_EBAD);
	assert_int_equal(err.code, IPL_EBAD);
	assert_int_equal(err.sys_errno, 0);
	assert_string_equal(err.msg, "found 7");
	assert_string_equal(err.advice, "");
}

static void test_fail_without_object(void **state)
{
	(void)state;
	assert_int_equal(ipl_fail(NULL, IPL_ELOOP, "x"), IPL_ELOOP);
	assert_int_equal(ipl_fail_errno(NULL, ENOENT, "x"), IPL_ESYS);
	ipl_err_wrap(NULL, "x");
	ipl_err_advise(NULL, "x");
}

static void test_fail_errno(void **state)
{
	struct ipl_err err;

	(void)state;
	assert_int_equal(ipl_fail_errno(&err, ENOENT, "open %s", "it"),
			 IPL_ESYS);
	assert_int_equal(err.sys_errno, ENOENT);
	assert_string_equal(err.msg, "open it: No such file or directory");
}

static void test_wrap_and_advise(void **state)
{
	struct ipl_err err;

	(void)state;
	ipl_fail(&err, IPL_EBAD, "inner");
	ipl_err_wrap(&err, "outer %d", 1);
	assert_string_equal(err.msg, "outer 1: inner");
	ipl_err_advise(&err, "first");
	ipl_err_advise(&err, "second");
	assert_string_equal(err.advice, "first");
}

/* A message may be cut, never written past its end. */
static void test_long_messages(void **state)
{
	char text[2000];
	struct ipl_err err;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ipl_fail(&err, IPL_EBAD, "%s", text);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
	ipl_err_wrap(&err, "%s", text);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
	ipl_err_advise(&err, "%s", text);
	assert_int_equal(strlen(err.advice), sizeof(err.advice) - 1);
	ipl_fail_errno(&err, ENOENT, "%s", text);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
}

static void test_codes(void **state)
{
	(void)state;
	assert_string_equal(ipl_code_name(IPL_ERANGE), "range");
	assert_string_equal(ipl_code_name((enum ipl_code) - 99), "bug");
	assert_int_equal(ipl_code_exit_status(IPL_OK), 0);
	assert_int_equal(ipl_code_exit_status(IPL_ENOTFOUND), 1);
	assert_int_equal(ipl_code_exit_status(IPL_EINVAL), 2);
	assert_int_equal(ipl_code_exit_status(IPL_EIO), 3);
	assert_int_equal(ipl_code_exit_status(IPL_ELOOP), 4);
	assert_int_equal(ipl_code_exit_status(IPL_EUNSUP), 5);
	assert_int_equal(ipl_code_exit_status(IPL_EPROTO), 7);
	assert_int_equal(ipl_code_exit_status(IPL_ETIMEOUT), 8);
	assert_int_equal(ipl_code_exit_status(IPL_EBUG), 70);
	assert_int_equal(ipl_code_exit_status((enum ipl_code) - 99), 70);
}

static void test_codes_of_data(void **state)
{
	(void)state;
	assert_true(ipl_code_is_data(IPL_EBAD));
	assert_true(ipl_code_is_data(IPL_ELOOP));
	assert_false(ipl_code_is_data(IPL_OK));
	assert_false(ipl_code_is_data(IPL_EIO));
	assert_false(ipl_code_is_data(IPL_EUNSUP));
	assert_false(ipl_code_is_data(IPL_ENOMEM));
}

static void test_rd_reads_big_endian(void **state)
{
	static const uint8_t b[] = { 1, 2,  3,	4,  5,	6,  7, 8,
				     9, 10, 11, 12, 13, 14, 15 };
	struct ipl_rd r = { .in = { b, sizeof(b), 0 } };

	(void)state;
	assert_int_equal(ipl_u8(&r), 1);
	assert_int_equal(ipl_be16(&r), 0x0203);
	assert_int_equal(ipl_be32(&r), 0x04050607);
	assert_int_equal(ipl_be64(&r), 0x08090a0b0c0d0e0f);
	assert_int_equal(ipl_rd_done(&r, NULL), 0);
}

static void test_rd_miss_sticks(void **state)
{
	static const uint8_t b[] = { 1, 2, 3 };
	struct ipl_rd r = { .in = { b, sizeof(b), 0 } };
	struct ipl_err err;

	(void)state;
	assert_int_equal(ipl_be32(&r), 0);
	assert_int_equal(ipl_u8(&r), 0); /* although there is one */
	assert_null(ipl_take(&r, 0));
	assert_int_equal(ipl_rd_done(&r, &err), IPL_ETRUNC);
	assert_contains(err.msg, "ends after 3 bytes");
}

static void test_rd_magic(void **state)
{
	struct ipl_span in = { (const uint8_t *)"zIPM", 4, 0 };
	struct ipl_rd r = { .in = in };
	struct ipl_err err;

	(void)state;
	assert_int_equal(ipl_rd_magic(&r, "zIPL", 4, &err), IPL_EBAD);
	assert_string_equal(err.msg,
			    "begins with 7a 49 50 4d, expected 7a 49 50 4c");
	r = (struct ipl_rd){ .in = in };
	assert_int_equal(ipl_rd_magic(&r, "zIPM", 4, &err), 0);
	assert_int_equal(ipl_rd_magic(&r, "x", 1, &err), 0);
	assert_true(r.short_read);
}

static void test_sub(void **state)
{
	static const uint8_t b[10];
	struct ipl_span s = { b, sizeof(b), 100 };
	struct ipl_span t;

	(void)state;
	t = ipl_sub(s, 4, 3);
	assert_ptr_equal(t.p, b + 4);
	assert_int_equal(t.len, 3);
	assert_int_equal(t.base, 104);
	assert_int_equal(ipl_sub(s, 8, SIZE_MAX).len, 2);
	assert_int_equal(ipl_sub(s, SIZE_MAX, SIZE_MAX).len, 0);
}

static void test_wr(void **state)
{
	uint8_t b[5] = { 0xff, 0xff, 0xff, 0xff, 0xff };
	struct ipl_wr w = { .p = b, .len = sizeof(b) };

	(void)state;
	ipl_put_be(&w, 0x1234, 3);
	assert_memory_equal(b, "\x00\x12\x34\xff", 4);
	ipl_put(&w, NULL, 3); /* does not fit: nothing is written */
	assert_true(w.overflow);
	ipl_put_be(&w, 1, 1);
	assert_int_equal(b[3], 0xff);
}

static void test_cleanup(void **state)
{
	int fd = open("/dev/null", O_RDONLY);

	(void)state;
	assert_true(fd >= 0);
	{
		auto_free char *p = malloc(1);
		auto_close int owned = fd;

		assert_non_null(p);
		(void)owned;
	}
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	{
		auto_free char *p = malloc(1);
		char *q = ipl_steal(p);

		assert_null(p);
		free(q);
	}
}

static int by_value(const void *a, const void *b)
{
	return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

/* Every length up to 40, with values that repeat. */
static void test_sort(void **state)
{
	(void)state;
	for (size_t n = 0; n <= 40; n++) {
		uint16_t v[40];
		unsigned sum = 0;

		for (size_t i = 0; i < n; i++) {
			v[i] = (uint16_t)(i * 7919 % 23 * 300);
			sum += v[i];
		}
		ipl_sort(v, n, sizeof(*v), by_value);
		for (size_t i = 0; i < n; i++) {
			assert_true(i == 0 || v[i - 1] <= v[i]);
			sum -= v[i];
		}
		assert_int_equal(sum, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fail_fills_in),
		cmocka_unit_test(test_fail_without_object),
		cmocka_unit_test(test_fail_errno),
		cmocka_unit_test(test_wrap_and_advise),
		cmocka_unit_test(test_long_messages),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_codes_of_data),
		cmocka_unit_test(test_rd_reads_big_endian),
		cmocka_unit_test(test_rd_miss_sticks),
		cmocka_unit_test(test_rd_magic),
		cmocka_unit_test(test_sub),
		cmocka_unit_test(test_wr),
		cmocka_unit_test(test_cleanup),
		cmocka_unit_test(test_sort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
