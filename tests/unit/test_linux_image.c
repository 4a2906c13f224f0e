/* SPDX-License-Identifier: MIT */
/* The parameter area of a kernel image.
 * May use: base, format. */
#include "unit.h"

#include "format/linux_image.h"

static void make_image(uint8_t b[LINUX_IMAGE_HEAD_LEN])
{
	memset(b, 0, LINUX_IMAGE_HEAD_LEN);
	memcpy(b + 8, "S390EP", 6);
	b[0x408 + 7] = 1;
	b[0x410 + 7] = 2;
	b[0x428 + 7] = 3;
	b[0x430 + 6] = 0x10;
}

static void test_fields(void **state)
{
	uint8_t b[LINUX_IMAGE_HEAD_LEN];
	struct ipl_span in = { b, sizeof(b), 0 };
	struct linux_image img;

	(void)state;
	make_image(b);
	assert_int_equal(linux_image_decode(in, &img, NULL), 0);
	assert_int_equal(img.initrd_addr, 1);
	assert_int_equal(img.initrd_len, 2);
	assert_int_equal(img.version_off, 3);
	assert_int_equal(img.cmdline_max, 4096);

	b[0x430 + 6] = 0;
	assert_int_equal(linux_image_decode(in, &img, NULL), 0);
	assert_int_equal(img.cmdline_max, 896);
}

static void test_no_image(void **state)
{
	uint8_t b[LINUX_IMAGE_HEAD_LEN];
	struct ipl_span in = { b, sizeof(b), 0 };
	struct linux_image img;
	struct ipl_err err;

	(void)state;
	make_image(b);
	b[8] = 's';
	assert_int_equal(linux_image_decode(in, &img, &err), IPL_EBAD);
}

static void test_truncated(void **state)
{
	uint8_t b[LINUX_IMAGE_HEAD_LEN];

	(void)state;
	make_image(b);
	for (size_t n = 0; n < sizeof(b); n++) {
		uint8_t *part = exactly(b, n);
		struct ipl_span in = { part, n, 0 };
		struct linux_image img;

		assert_int_equal(linux_image_decode(in, &img, NULL),
				 IPL_ETRUNC);
		free(part);
	}
}

static size_t release_len(const char *text, size_t len)
{
	uint8_t *p = exactly(text, len);
	size_t n = linux_image_release_len((struct ipl_span){ p, len, 0 });

	free(p);
	return n;
}

static void test_release(void **state)
{
	static const char text[] = "6.1.0-28-s390x (debian) #1 SMP";
	char digits[100];

	(void)state;
	assert_int_equal(release_len(text, sizeof(text)), 14);
	assert_int_equal(release_len("5.3", 4), 3);
	/* cut off, empty, not a release */
	for (size_t n = 0; n <= 14; n++)
		assert_int_equal(release_len(text, n), 0);
	assert_int_equal(release_len("", 1), 0);
	assert_int_equal(release_len("Linux 6", 8), 0);
	assert_int_equal(release_len("6.1\x1b[2J ", 8), 0);
	assert_int_equal(release_len("6.1\xff ", 5), 0);

	memset(digits, '1', sizeof(digits));
	digits[64] = ' ';
	assert_int_equal(release_len(digits, sizeof(digits)), 64);
	digits[64] = '1';
	digits[65] = ' ';
	assert_int_equal(release_len(digits, sizeof(digits)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_no_image),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
