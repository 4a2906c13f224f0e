/* SPDX-License-Identifier: MIT */
/* Descriptions: keys and sections, what is left out, UTF-8, the slot, and
 * encoding as the inverse. May use: base, format. */
#include "unit.h"

#include "format/description.h"

#define MAGIC IPL_DESCRIPTION_MAGIC

static struct ipl_span span(const char *text)
{
	return (struct ipl_span){ (const uint8_t *)text, strlen(text), 0 };
}

static void assert_span(struct ipl_span found, const char *wanted)
{
	if (!wanted) {
		assert_null(found.p);
		return;
	}
	assert_non_null(found.p);
	assert_int_equal(found.len, strlen(wanted));
	assert_memory_equal(found.p, wanted, found.len);
}

static struct ipl_description decode(const char *text, int number)
{
	struct ipl_description d = { 0 };
	struct ipl_err err = { 0 };

	assert_int_equal(ipl_description_decode(span(text), number, &d, &err),
			 0);
	return d;
}

static void test_keys(void **state)
{
	struct ipl_description d =
		decode(MAGIC "title=A = b\nversion=6.1\nid=x\nmachine-id=0\n"
			     "sort-key=k\nwriter=w\n",
		       IPL_DESCRIPTION_OWN);

	(void)state;
	assert_span(d.title, "A = b");
	assert_span(d.version, "6.1");
	assert_span(d.id, "x");
	assert_span(d.machine_id, "0");
	assert_span(d.sort_key, "k");
	assert_span(d.writer, "w");
	assert_int_equal(d.bad, 0);
}

static void test_ignored(void **state)
{
	struct ipl_description d = decode(
		MAGIC "\n#title=comment\ntitle\n=title\n title=blank\n"
		      "titles=more\ntit=less\nTITLE=big\nversion=\ntitle=it\n"
		      "title=again\nid=no end",
		IPL_DESCRIPTION_OWN);

	(void)state;
	assert_span(d.title, "it");
	assert_span(d.version, NULL);
	assert_span(d.id, "no end");
	assert_int_equal(d.bad, 0);
}

static void test_sections(void **state)
{
	static const char text[] =
		MAGIC "title=own\n[1]\ntitle=one\n[30]\ntitle=thirty\n[x]\n"
		      "title=x\n[]\nid=y\n[031]\nid=z\n[1]\nid=one again\n";
	struct ipl_description d;
	struct ipl_err err;

	(void)state;
	assert_span(decode(text, IPL_DESCRIPTION_OWN).title, "own");
	assert_span(decode(text, IPL_DESCRIPTION_OWN).id, NULL);
	assert_span(decode(text, 1).title, "one");
	assert_span(decode(text, 1).id, "one again");
	assert_span(decode(text, 30).title, "thirty");
	assert_int_equal(ipl_description_decode(span(text), 2, &d, &err),
			 IPL_ENOTFOUND);
}

static void test_magic(void **state)
{
	struct ipl_description d = { .bad = 77 };
	struct ipl_err err;

	(void)state;
	assert_int_equal(ipl_description_decode(span("s390-ipl description 1"),
						-1, &d, &err),
			 IPL_EBAD);
	assert_int_equal(
		ipl_description_decode(span("s390-ipl-description 12\n"), -1,
				       &d, &err),
		IPL_EUNSUP);
	assert_contains(err.msg, "version \"12\", expected 1");
	assert_int_equal(
		ipl_description_decode(span("s390-ipl-description \001\n"), -1,
				       &d, &err),
		IPL_EUNSUP);
	assert_int_equal(d.bad, 77);
}

/* Any part of a text is a text: only its first line has to be whole. */
static void test_truncated(void **state)
{
	static const char text[] = MAGIC "title=Gr\u00fc\u00dfe\n[1]\nid=1\n";

	(void)state;
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		uint8_t *part = exactly(text, n);
		struct ipl_span in = { part, n, 0 };
		struct ipl_description d;
		int rc = ipl_description_decode(in, -1, &d, NULL);

		if (n < strlen("s390-ipl-description "))
			assert_int_equal(rc, IPL_ETRUNC);
		else if (n < strlen(MAGIC) - 1)
			assert_int_equal(rc, IPL_EUNSUP);
		else
			assert_int_equal(rc, 0);
		rc = ipl_description_decode(in, 1, &d, NULL);
		assert_true(rc == 0 || rc == IPL_ENOTFOUND ||
			    n < strlen(MAGIC));
		free(part);
	}
}

static size_t fit(const char *text, size_t len)
{
	uint8_t *p = exactly(text, len);
	size_t n = ipl_description_fit((struct ipl_span){ p, len, 0 });

	free(p);
	return n;
}

static void test_characters(void **state)
{
	static const struct {
		const char *text;
		size_t len, fits;
	} cases[] = {
		{ "plain ~", 7, 7 },
		{ "a\tb", 3, 1 },
		{ "a\0b", 3, 1 },
		{ "a\x7f", 2, 1 },
		{ "\xc2\xa0", 2, 2 },
		{ "\xc2\x80", 2, 0 }, /* a control character */
		{ "\xc2\x9f", 2, 0 },
		{ "\xc3", 1, 0 },
		{ "\x80", 1, 0 },
		{ "\xbf", 1, 0 },
		{ "\xc0\xaf", 2, 0 }, /* overlong */
		{ "\xe0\x9f\xbf", 3, 0 },
		{ "\xe0\xa0\x80", 3, 3 },
		{ "\xed\x9f\xbf", 3, 3 },
		{ "\xed\xa0\x80", 3, 0 }, /* surrogate */
		{ "\xee\x80\x80", 3, 3 },
		{ "\xe2\x82", 2, 0 },
		{ "\xe2\x82.", 3, 0 },
		{ "\xf0\x8f\xbf\xbf", 4, 0 },
		{ "\xf0\x90\x80\x80", 4, 4 },
		{ "\xf4\x8f\xbf\xbf", 4, 4 },
		{ "\xf4\x90\x80\x80", 4, 0 },
		{ "\xf8\x88\x80\x80\x80", 5, 0 },
		{ "\xff", 1, 0 },
	};
	char longest[IPL_DESCRIPTION_VALUE_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(fit(cases[i].text, cases[i].len),
				 cases[i].fits);
	memset(longest, 'x', sizeof(longest));
	assert_int_equal(fit(longest, sizeof(longest)),
			 IPL_DESCRIPTION_VALUE_MAX);
	/* not half a character */
	memcpy(longest + IPL_DESCRIPTION_VALUE_MAX - 1, "\xc3\xbc", 2);
	assert_int_equal(fit(longest, sizeof(longest)),
			 IPL_DESCRIPTION_VALUE_MAX - 1);
}

static void test_bad_values(void **state)
{
	struct ipl_description d = decode(
		MAGIC "title=\xff\nid=a\rb\nversion=1\ntitle=good\n", -1);

	(void)state;
	assert_int_equal(d.bad, 2);
	assert_span(d.title, "good");
	assert_span(d.id, NULL);
	assert_span(d.version, "1");
}

static void test_encode(void **state)
{
	struct ipl_description a = { .title = span("Eins"),
				     .version = span("6.1"),
				     .machine_id = span("") };
	struct ipl_description b = { .title = span("Zw\u00f6lf"),
				     .writer = span("w") };
	uint8_t buf[256];
	struct ipl_wr w = { buf, sizeof(buf), 0, false };
	static const char wanted[] = MAGIC "title=Eins\nversion=6.1\n[12]\n"
					   "title=Zw\u00f6lf\nwriter=w\n"
					   "[3]\ntitle=Eins\nversion=6.1\n";

	(void)state;
	assert_int_equal(ipl_description_encode(&w, -1, &a, NULL), 0);
	assert_int_equal(ipl_description_encode(&w, 12, &b, NULL), 0);
	assert_int_equal(ipl_description_encode(&w, 3, &a, NULL), 0);
	assert_false(w.overflow);
	assert_int_equal(w.at, strlen(wanted));
	assert_memory_equal(buf, wanted, w.at);
}

static void test_encode_refuses(void **state)
{
	static const char *const bad[] = { "two\nlines", "\xff", "\x1b[1m" };
	uint8_t buf[256];
	struct ipl_wr w = { buf, sizeof(buf), 0, false };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct ipl_description d = { .title = span(bad[i]) };
		struct ipl_err err;

		assert_int_equal(ipl_description_encode(&w, -1, &d, &err),
				 IPL_EINVAL);
		assert_contains(err.msg, "title: ");
	}
	assert_int_equal(w.at, 0);
}

static void test_slot(void **state)
{
	static const uint8_t raw[] = { 0,   0,	 0,   0,   0, 0, 0, 0,
				       'd', 's', 'c', 'r', 1, 2, 3, 4 };
	uint8_t buf[IPL_DESCRIPTION_SLOT_LEN];
	struct ipl_wr w = { buf, sizeof(buf), 0, false };

	(void)state;
	ipl_description_slot_encode(&w, 0x01020304);
	assert_false(w.overflow);
	assert_memory_equal(buf, raw, sizeof(raw));
	assert_int_equal(ipl_description_slot_decode(
				 (struct ipl_span){ raw, sizeof(raw), 0 }),
			 0x01020304);
	for (size_t n = 0; n < sizeof(raw); n++) {
		uint8_t *part = exactly(raw, n);

		assert_int_equal(ipl_description_slot_decode(
					 (struct ipl_span){ part, n, 0 }),
				 0);
		free(part);
	}
	for (size_t i = 0; i < 12; i++) {
		memcpy(buf, raw, sizeof(raw));
		buf[i] ^= 1;
		assert_int_equal(ipl_description_slot_decode((struct ipl_span){
					 buf, sizeof(buf), 0 }),
				 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_ignored),
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_magic),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_encode),
		cmocka_unit_test(test_encode_refuses),
		cmocka_unit_test(test_slot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
