/* SPDX-License-Identifier: MIT */
/* The EBCDIC tables, against the C library's.
 * May use: base. */
#include "unit.h"

#include "base/ebcdic.h"

#include <iconv.h>

static void test_inverse(void **state)
{
	(void)state;
	for (unsigned c = 0; c < 256; c++) {
		uint8_t e = ipl_ascii_to_ebcdic((uint8_t)c);

		assert_int_equal(ipl_ebcdic_to_ascii(e), c);
	}
}

/* One character through iconv; -1 if it does not know it. */
static int convert(iconv_t cd, uint8_t c)
{
	char in = (char)c;
	char out = 0;
	char *from = &in;
	char *to = &out;
	size_t from_left = 1;
	size_t to_left = 1;

	if (iconv(cd, &from, &from_left, &to, &to_left) == (size_t)-1)
		return -1;
	return (uint8_t)out;
}

static void test_against_iconv(void **state)
{
	iconv_t cd = iconv_open("ISO-8859-1", "IBM037");

	(void)state;
	if (cd == (iconv_t)-1)
		skip(); /* glibc's modules may be a package of their own */
	for (unsigned c = 0; c < 256; c++) {
		/* line ends: see ebcdic.h */
		if (c != 0x15 && c != 0x25)
			assert_int_equal(ipl_ebcdic_to_ascii((uint8_t)c),
					 convert(cd, (uint8_t)c));
	}
	iconv_close(cd);
}

/* What load parameters and labels are made of is the same in code page 1047,
 * which zipl's and Linux' console texts are written in. */
static void test_common_characters(void **state)
{
	iconv_t cd = iconv_open("ISO-8859-1", "IBM1047");

	(void)state;
	if (cd == (iconv_t)-1)
		skip();
	for (const char *p = "ABCXYZabcxyz0189 .=-_/,()*'\"+&<>:;?%#@$"; *p;
	     p++) {
		uint8_t e = ipl_ascii_to_ebcdic((uint8_t)*p);

		assert_int_equal(convert(cd, e), *p);
	}
	iconv_close(cd);
}

static void test_known(void **state)
{
	char text[] = "VOL1\n";

	(void)state;
	ipl_ascii_to_ebcdic_buf(text, text, 5);
	assert_memory_equal(text, "\xe5\xd6\xd3\xf1\x15", 5);
	ipl_ebcdic_to_ascii_buf(text, text, 5);
	assert_memory_equal(text, "VOL1\n", 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inverse),
		cmocka_unit_test(test_against_iconv),
		cmocka_unit_test(test_common_characters),
		cmocka_unit_test(test_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
