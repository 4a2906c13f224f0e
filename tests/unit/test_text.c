/* SPDX-License-Identifier: MIT */
/* Text from a disk never reaches a terminal raw.
 * May use: cli. */
#include "unit.h"

#include "cli/text.h"

#include <locale.h>

static void check(char *(*fn)(const char *), const char *in, const char *out)
{
	char *copy = (char *)exactly(in, strlen(in) + 1);
	char *ret = fn(copy);

	assert_string_equal(ret, out);
	free(ret);
	free(copy);
}

static void test_ascii_terminal(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_ALL, "C"));
	check(ipl_text_printable, "", "");
	check(ipl_text_printable, "root=/dev/sda1 a\\b", "root=/dev/sda1 a\\b");
	check(ipl_text_printable, "\x1b[2J\n\x7f", "\\x1b[2J\\x0a\\x7f");
	check(ipl_text_printable, "\xc3\xa4", "\\xc3\\xa4");
}

static void test_utf8_terminal(void **state)
{
	(void)state;
	if (!setlocale(LC_ALL, "C.UTF-8"))
		skip();
	check(ipl_text_printable, "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80",
	      "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
	check(ipl_text_printable, "\xc3", "\\xc3");	     /* cut off */
	check(ipl_text_printable, "\xc2\x9b", "\\xc2\\x9b"); /* C1: CSI */
	check(ipl_text_printable, "\xe2\x80\xae", "\\xe2\\x80\\xae"); /* RLO */
	check(ipl_text_printable, "\xc0\x9b", "\\xc0\\x9b"); /* overlong */
	check(ipl_text_printable, "\xc1\x81", "\\xc1\\x81"); /* an "A" */
	check(ipl_text_printable, "\xed\xa0\x80", "\\xed\\xa0\\x80");
	check(ipl_text_printable, "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	check(ipl_text_printable, "\xff\xfe", "\\xff\\xfe");
}

static void test_json(void **state)
{
	(void)state;
	check(ipl_text_utf8, "a\x1b\xc3\xa4", "a\x1b\xc3\xa4"); /* json-c's */
	check(ipl_text_utf8, "\xc3", "\xef\xbf\xbd");
	check(ipl_text_utf8,
	      "\xff"
	      "a\xed\xa0\x80",
	      "\xef\xbf\xbd"
	      "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

static void test_put_json(void **state)
{
	static const char in[] = "{\n \"\xc3\xa4\x7f\xc2\x9b\xe2\x80\xae\"}";
	char out[64] = "";
	FILE *f = fmemopen(out, sizeof(out), "w");

	(void)state;
	assert_non_null(f);
	ipl_text_put_json(in, f);
	fclose(f);
	assert_string_equal(out, "{\n \"\xc3\xa4\\u007f\\u009b\\u202e\"}");
}

static void test_size(void **state)
{
	char buf[IPL_TEXT_SIZE];

	(void)state;
	assert_string_equal(ipl_text_size(0, buf), "");
	assert_string_equal(ipl_text_size(512, buf), "0.5 KiB");
	assert_string_equal(ipl_text_size(5066752, buf), "4.8 MiB");
	assert_string_equal(ipl_text_size(UINT64_MAX, buf), "16777216.0 TiB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ascii_terminal),
		cmocka_unit_test(test_utf8_terminal),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_put_json),
		cmocka_unit_test(test_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
