/* SPDX-License-Identifier: MIT */
/* zipl.conf, line by line. May use: base, format. */
#include "unit.h"

#include "format/zipl_conf.h"

static struct ipl_span span(const char *text)
{
	return (struct ipl_span){ (const uint8_t *)text, strlen(text), 0 };
}

static void assert_span(struct ipl_span found, const char *wanted)
{
	assert_int_equal(found.len, strlen(wanted));
	assert_memory_equal(found.p, wanted, found.len);
}

static const char example[] =
	"# disks of the first floor\n"
	"[defaultboot]\n"
	"defaultauto\n"
	"  prompt=1\n"
	"\ttimeout =\t10 \n"
	"target = /boot\n"
	"\n"
	"[linux-6.1_a]  \r\n"
	"\timage=/boot/vmlinuz,0x10000\n"
	"\tparameters = \" root=/dev/dasda1 quiet='yes' \"\n"
	"ramdisk='/boot/init rd'\n"
	":menu1\n"
	"1=linux-6.1_a\n"
	"30 = \"linux\"\n"
	"default=";

static void next(struct ipl_lines *lines, enum zipl_conf_kind kind,
		 unsigned line, unsigned key_or_number, const char *text)
{
	struct zipl_conf_line l;
	struct ipl_err err = { 0 };

	if (zipl_conf_next(lines, &l, &err) != 1)
		fail_msg("line %u: %s", line, err.msg);
	assert_int_equal(l.kind, kind);
	assert_int_equal(l.line, line);
	if (kind == ZIPL_CONF_SET)
		assert_int_equal(l.key, key_or_number);
	if (kind == ZIPL_CONF_ENTRY)
		assert_int_equal(l.number, key_or_number);
	assert_span(l.text, text);
}

static void test_example(void **state)
{
	struct ipl_lines lines = { .in = span(example) };
	struct zipl_conf_line l;

	(void)state;
	next(&lines, ZIPL_CONF_SECTION, 2, 0, "defaultboot");
	next(&lines, ZIPL_CONF_SET, 3, ZIPL_CONF_DEFAULTAUTO, "");
	next(&lines, ZIPL_CONF_SET, 4, ZIPL_CONF_PROMPT, "1");
	next(&lines, ZIPL_CONF_SET, 5, ZIPL_CONF_TIMEOUT, "10");
	next(&lines, ZIPL_CONF_SET, 6, ZIPL_CONF_TARGET, "/boot");
	next(&lines, ZIPL_CONF_SECTION, 8, 0, "linux-6.1_a");
	next(&lines, ZIPL_CONF_SET, 9, ZIPL_CONF_IMAGE,
	     "/boot/vmlinuz,0x10000");
	next(&lines, ZIPL_CONF_SET, 10, ZIPL_CONF_PARAMETERS,
	     " root=/dev/dasda1 quiet='yes' ");
	next(&lines, ZIPL_CONF_SET, 11, ZIPL_CONF_RAMDISK, "/boot/init rd");
	next(&lines, ZIPL_CONF_MENU, 12, 0, "menu1");
	next(&lines, ZIPL_CONF_ENTRY, 13, 1, "linux-6.1_a");
	next(&lines, ZIPL_CONF_ENTRY, 14, 30, "linux");
	next(&lines, ZIPL_CONF_SET, 15, ZIPL_CONF_DEFAULT, "");
	assert_int_equal(zipl_conf_next(&lines, &l, NULL), 0);
	assert_int_equal(zipl_conf_next(&lines, &l, NULL), 0);
}

static void test_keys(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ZIPL_CONF_KEYS; i++) {
		char text[64];
		struct ipl_lines lines = { 0 };

		snprintf(text, sizeof(text), "%s = a = b",
			 zipl_conf_key_name(i));
		lines.in = span(text);
		next(&lines, ZIPL_CONF_SET, 1, i, "a = b");
	}
}

static void test_wrong(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "[x", "line 1: there is no ']'" },
		{ "[x] y", "line 1: there is something behind ']'" },
		{ "[x]]", "line 1: there is something behind ']'" },
		{ "[]", "line 1: the section has no name" },
		{ "[a b]", "line 1: the section's name has a blank" },
		{ "[\xc3\xbc]", "line 1: the section's name has a blank, or" },
		{ ":", "line 1: the menu has no name" },
		{ ":a b", "line 1: the menu's name has something else" },
		{ ":a-b", "line 1: the menu's name has something else" },
		{ "\n\nimages=x", "line 3: unknown keyword 'images'" },
		{ "Image=x", "line 1: unknown keyword 'Image'" },
		{ "=x", "line 1: unknown keyword ''" },
		{ "image", "line 1: 'image' has no '=' and no value" },
		{ "default auto", "line 1: unknown keyword 'default auto'" },
		{ "1x=a", "line 1: '1x' is no number of a menu" },
		{ "99999999999=a", "line 1: '99999999999' is no number" },
		{ "image='a", "line 1: there is no second '" },
		{ "image=\"", "line 1: there is no second \"" },
		{ "image='a' b", "line 1: there is something behind the sec" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ipl_lines lines = { .in = span(cases[i].text) };
		struct zipl_conf_line l = { .line = 77 };
		struct ipl_err err = { 0 };

		assert_int_equal(zipl_conf_next(&lines, &l, &err), IPL_EBAD);
		assert_contains(err.msg, cases[i].why);
		assert_int_equal(l.line, 77);
	}
}

static void test_truncated(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(example); n++) {
		uint8_t *part = exactly(example, n);
		struct ipl_lines lines = { .in = { part, n, 0 } };
		struct zipl_conf_line l;
		unsigned last = 0;
		int rc;

		while ((rc = zipl_conf_next(&lines, &l, NULL)) == 1) {
			assert_true(l.line > last);
			last = l.line;
		}
		assert_true(rc == 0 || rc == IPL_EBAD);
		free(part);
	}
}

static void test_files(void **state)
{
	static const struct {
		const char *text, *path;
		uint64_t addr;
	} cases[] = {
		{ "/boot/image", "/boot/image", 0 },
		{ "/boot/image,0x10000", "/boot/image", 0x10000 },
		{ "/boot/image , 10000", "/boot/image , 10000", 0 },
		{ "/boot/image ,1aF", "/boot/image", 0x1af },
		{ "a,b,20", "a,b", 0x20 },
		{ "a,", "a,", 0 },
		{ "a,0x", "a,0x", 0 },
		{ "a,0xg", "a,0xg", 0 },
		{ "a,ffffffffffffffff", "a", UINT64_MAX },
		{ "a,10000000000000000", "a,10000000000000000", 0 },
		{ ",10", "", 0x10 },
		{ "", "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t len = strlen(cases[i].text);
		uint8_t *text = exactly(cases[i].text, len);
		struct zipl_conf_file f = zipl_conf_file_decode(
			(struct ipl_span){ text, len, 0 });

		assert_span(f.path, cases[i].path);
		assert_true(f.addr == cases[i].addr);
		assert_int_equal(f.has_addr, len != f.path.len);
		free(text);
	}
}

static void test_numbers(void **state)
{
	uint64_t n = 77;

	(void)state;
	assert_true(ipl_span_number(span("0"), 0, &n) && n == 0);
	assert_true(ipl_span_number(span("0042"), 42, &n) && n == 42);
	assert_false(ipl_span_number(span("43"), 42, &n));
	assert_false(ipl_span_number(span(""), 42, &n));
	assert_false(ipl_span_number(span("-1"), 42, &n));
	assert_false(ipl_span_number(span("1 "), 42, &n));
	assert_false(ipl_span_number(span("1"), 0, &n));
	assert_true(
		ipl_span_number(span("18446744073709551615"), UINT64_MAX, &n) &&
		n == UINT64_MAX);
	assert_false(
		ipl_span_number(span("18446744073709551616"), UINT64_MAX, &n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
