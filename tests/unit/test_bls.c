/* SPDX-License-Identifier: MIT */
/* Boot loader entries: keys, what is wrong, names of files, and the order.
 * May use: base, format. */
#include "unit.h"

#include "format/bls.h"
#include "format/text.h"

static struct ipl_span span(const char *text)
{
	return (struct ipl_span){ (const uint8_t *)text, strlen(text), 0 };
}

static void assert_span(struct ipl_span found, const char *wanted)
{
	assert_int_equal(found.len, strlen(wanted));
	assert_memory_equal(found.p, wanted, found.len);
}

static struct bls_entry decode(const char *text)
{
	struct bls_entry e = { 0 };
	struct ipl_err err = { 0 };

	if (bls_decode(span(text), &e, &err))
		fail_msg("%s", err.msg);
	return e;
}

static void fails(const char *text, int rc, const char *why)
{
	struct bls_entry e = { .kernel_line = 77 };
	struct ipl_err err = { 0 };

	assert_int_equal(bls_decode(span(text), &e, &err), rc);
	assert_contains(err.msg, why);
	assert_int_equal(e.kernel_line, 77);
}

static const char fedora[] =
	"title Fedora Linux (6.8.5-301.fc40.s390x) 40 (Server)\n"
	"version 6.8.5-301.fc40.s390x\n"
	"linux /vmlinuz-6.8.5-301.fc40.s390x\n"
	"initrd /initramfs-6.8.5-301.fc40.s390x.img $tuned_initrd\n"
	"options root=/dev/mapper/root ro $tuned_params\n"
	"grub_users $grub_users\n"
	"grub_arg --unrestricted\n"
	"grub_class fedora\n";

static void test_fedora(void **state)
{
	struct bls_entry e = decode(fedora);

	(void)state;
	assert_span(e.title, "Fedora Linux (6.8.5-301.fc40.s390x) 40 (Server)");
	assert_span(e.version, "6.8.5-301.fc40.s390x");
	assert_span(e.kernel, "/vmlinuz-6.8.5-301.fc40.s390x");
	assert_int_equal(e.kernel_line, 3);
	assert_int_equal(e.n_initrds, 1);
	assert_span(e.initrd[0], "/initramfs-6.8.5-301.fc40.s390x.img");
	assert_int_equal(e.variables, 1);
	assert_int_equal(e.n_options, 1);
	assert_span(e.options[0], "root=/dev/mapper/root ro $tuned_params");
	assert_int_equal(e.sort_key.len, 0);
}

static void test_everything(void **state)
{
	struct bls_entry e =
		decode("# a comment\r\n\r\n\t title \t A  title \r\n"
		       "machine-id\tabc\nsort-key debian\narchitecture s390x\n"
		       "version 1\nversion 2\n"
		       "options a=1  b\noptions\noptions ${x} c\n"
		       "linux /k\ninitrd /i1\ninitrd /i2\n#linux /other\n"
		       "devicetree /d\ntitles no\nlinux-extra no\noptions  d ");
	uint8_t buf[64];
	struct ipl_wr w = { buf, sizeof(buf), 0, false };

	(void)state;
	assert_span(e.title, "A  title");
	assert_span(e.machine_id, "abc");
	assert_span(e.sort_key, "debian");
	assert_span(e.architecture, "s390x");
	assert_span(e.version, "2");
	assert_span(e.kernel, "/k");
	assert_int_equal(e.n_initrds, 2);
	assert_span(e.initrd[1], "/i2");
	assert_int_equal(e.initrd_line, 14);
	bls_put_options(&w, &e);
	assert_span((struct ipl_span){ buf, w.at, 0 }, "a=1  b ${x} c d");
}

static void test_wrong(void **state)
{
	char many[400] = "linux /k\n";

	(void)state;
	fails("", IPL_EBAD, "there is no 'linux'");
	fails("title x\nlinux\n", IPL_EBAD, "there is no 'linux'");
	fails("efi /x.efi\n", IPL_EUNSUP, "for EFI");
	fails("linux /k\nti=tle x\n", IPL_EBAD,
	      "line 2: 'ti=tle' is no key, expected one like");
	fails("\x7f"
	      "ELF\x02\x01\n",
	      IPL_EBAD, "line 1: '' is no key");
	for (int i = 0; i < 17; i++)
		strcat(many, "initrd /initrd-00\n");
	fails(many, IPL_ELIMIT, "line 18: more than 16 times 'initrd'");
	for (char *p = many; (p = strstr(p, "initrd /initrd-00"));)
		memcpy(p, "options initrd-00", 17);
	fails(many, IPL_ELIMIT, "line 18: more than 16 times 'options'");
}

static void test_nul(void **state)
{
	static const uint8_t text[] = "linux /k\0x\n";
	struct bls_entry e;
	struct ipl_err err;

	(void)state;
	assert_int_equal(bls_decode((struct ipl_span){ text, sizeof(text), 0 },
				    &e, &err),
			 IPL_EBAD);
	assert_contains(err.msg, "line 1: has a NUL");
}

static void test_truncated(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(fedora); n++) {
		uint8_t *part = exactly(fedora, n);
		struct bls_entry e = { 0 };
		int rc = bls_decode((struct ipl_span){ part, n, 0 }, &e, NULL);
		const char *kernel = strstr(fedora, "/vmlinuz");

		/* the NUL at the end is not part of the file */
		if (n == sizeof(fedora))
			assert_int_equal(rc, IPL_EBAD);
		else if (n > (size_t)(kernel - fedora))
			assert_int_equal(rc, 0);
		else
			assert_int_equal(rc, IPL_EBAD);
		free(part);
	}
}

static void test_names(void **state)
{
	static const struct {
		const char *name, *id;
		bool is_entry, is_bad;
	} cases[] = {
		{ "a.conf", "a", true, false },
		{ "x-6.1.0-28-s390x.conf", "x-6.1.0-28-s390x", true, false },
		{ ".conf", ".conf", false, false },
		{ ".hidden.conf", ".hidden.conf", false, false },
		{ "conf", "conf", false, false },
		{ "a.conf~", "a.conf~", false, false },
		{ "", "", false, false },
		{ "a+3.conf", "a", true, false },
		{ "a+3-1.conf", "a", true, false },
		{ "a+0-3.conf", "a", true, true },
		{ "a+00.conf", "a", true, true },
		{ "a+.conf", "a+", true, false },
		{ "a-3.conf", "a-3", true, false },
		{ "6+2.conf", "6", true, false },
		{ "+2.conf", "", true, false },
		{ "62.conf", "62", true, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct bls_name n = bls_name_decode(cases[i].name);

		assert_span(n.id, cases[i].id);
		assert_int_equal(n.is_entry, cases[i].is_entry);
		assert_int_equal(n.is_bad, cases[i].is_bad);
	}
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void test_versions(void **state)
{
	/* each list ascends */
	static const char *const lists[][12] = {
		{ "~1", "", "a", "1", NULL },
		{ "122.1", "123~rc1-1", "123", "123-a", "123-a.1", "123-1",
		  "123-1.1", "123^post1", "123.a-1", "123.1-1", "123a-1",
		  "124-1" },
		{ "6.1.0-9-s390x", "6.1.0-10-s390x", "6.1.0-28-s390x",
		  "6.1.1-1-s390x", "6.9.1-1", "6.10.0-1", "10.0-1", NULL },
		{ "6.8.5-301.fc40.s390x", "6.8.11-300.fc40.s390x",
		  "6.11.0-0.rc1.fc42.s390x", "6.11.0-1.fc42.s390x", NULL },
		{ "0-rescue-0123", "4.18.0-80.el8", "4.18.0-193.el8", NULL },
		{ "a", "aa", "ab", "b", "1", "2", "11", NULL },
		{ "1.0~rc1", "1.0~rc2", "1.0", "1.0^git1", "1.0.1", NULL },
	};

	(void)state;
	for (size_t l = 0; l < sizeof(lists) / sizeof(*lists); l++) {
		const char *const *v = lists[l];

		for (size_t i = 0; i < 12 && v[i]; i++) {
			for (size_t k = 0; k < 12 && v[k]; k++) {
				int want = (i > k) - (i < k);
				int got = bls_version_compare(span(v[i]),
							      span(v[k]));

				if (sign(got) != want)
					fail_msg("%s, %s: %d", v[i], v[k], got);
			}
		}
	}
}

static void test_equal_versions(void **state)
{
	static const char *const same[][2] = {
		{ "", "" },
		{ "1", "001" },
		{ "1_2", "1=2" },
		{ "00", "0" },
		{ "-~", "-~" },
		{ "a.b", "a.b" },
		{ "a.\377b", "a.\377\377b" },
		{ "a.\3771", "a.\3771" },
		{ "\xff"
		  "1",
		  "1" },
		{ "..", ".." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		assert_int_equal(
			bls_version_compare(span(same[i][0]), span(same[i][1])),
			0);
	assert_true(bls_version_compare(span("~1"), span("")) < 0);
	assert_true(bls_version_compare(span(""), span("1")) < 0);
}

static void test_order(void **state)
{
	/* as they are to be shown */
	static const struct {
		const char *name, *text;
	} entries[] = {
		{ "x.conf", "linux /k\nsort-key a\nversion 2\n" },
		{ "y.conf", "linux /k\nsort-key a\nversion 1\n" },
		{ "a.conf", "linux /k\nsort-key a\nmachine-id 1\nversion 3\n" },
		{ "b.conf", "linux /k\nsort-key b\nversion 9\n" },
		{ "m-6.10.conf", "linux /k\nversion 1\n" },
		{ "m-6.9.conf", "linux /k\nversion 2\n" },
		{ "m-0-rescue.conf", "linux /k\n" },
		{ "z+0-3.conf", "linux /k\nsort-key a\n" },
		{ "m+0.conf", "linux /k\n" },
	};
	enum { N = sizeof(entries) / sizeof(*entries) };

	(void)state;
	for (int i = 0; i < N; i++) {
		struct bls_entry a = decode(entries[i].text);
		struct bls_name an = bls_name_decode(entries[i].name);

		for (int k = 0; k < N; k++) {
			struct bls_entry b = decode(entries[k].text);
			struct bls_name bn = bls_name_decode(entries[k].name);
			int got = bls_compare(&a, &an, &b, &bn);

			if (sign(got) != sign(i - k))
				fail_msg("%s, %s: %d", entries[i].name,
					 entries[k].name, got);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fedora),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_equal_versions),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
