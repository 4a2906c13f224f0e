/* SPDX-License-Identifier: MIT */
/* The load panel's properties and load parameters: what is taken, what is
 * refused and in which words. May use: base, vm, device. */
#include "unit.h"

#include "device/loadparm.h"
#include "device/profile.h"
#include "vm/opts.h"

#include <unistd.h>

static void test_loadparm(void **state)
{
	static const struct {
		const char *text;
		int rc;
		enum ipl_loadparm_kind kind;
		unsigned number;
		const char *normal;
	} cases[] = {
		{ "", 0, IPL_LOADPARM_NUMBER, 0, "" },
		{ "        ", 0, IPL_LOADPARM_NUMBER, 0, "" },
		{ "3", 0, IPL_LOADPARM_NUMBER, 3, "3" },
		{ "  7 ", 0, IPL_LOADPARM_NUMBER, 7, "7" },
		{ "07", 0, IPL_LOADPARM_NUMBER, 7, "07" },
		{ "30", 0, IPL_LOADPARM_NUMBER, 30, "30" },
		{ "99999999", 0, IPL_LOADPARM_NUMBER, 99999999, "99999999" },
		{ "s1", 0, IPL_LOADPARM_NUMBER, 0, "S1" },
		{ "S0", 0, IPL_LOADPARM_NUMBER, 0, "S0" },
		{ "ss", 0, IPL_LOADPARM_NUMBER, 0, "SS" },
		{ "3s1", 0, IPL_LOADPARM_NUMBER, 3, "3S1" },
		{ "12SS", 0, IPL_LOADPARM_NUMBER, 12, "12SS" },
		{ "2g1.3", 0, IPL_LOADPARM_NUMBER, 2, "2G1.3" },
		{ "PROMPT", 0, IPL_LOADPARM_PROMPT, 0, "PROMPT" },
		{ " prompt  ", 0, IPL_LOADPARM_PROMPT, 0, "PROMPT" },
		{ "S12", 0, IPL_LOADPARM_NAME, 0, "" },
		{ "G1", 0, IPL_LOADPARM_NAME, 0, "" },
		{ "12abc", 0, IPL_LOADPARM_NAME, 0, "" },
		{ "rescue", 0, IPL_LOADPARM_NAME, 0, "" },
		{ "a longer name", 0, IPL_LOADPARM_NAME, 0, "" },
		{ "-1", 0, IPL_LOADPARM_NAME, 0, "" },
		{ "1 2", 0, IPL_LOADPARM_NAME, 0, "" },
		{ "123456789", IPL_EINVAL, 0, 0, NULL },
		{ "a\tb", IPL_EINVAL, 0, 0, NULL },
		{ "a\x7f", IPL_EINVAL, 0, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ipl_loadparm p = { 0 };

		assert_int_equal(ipl_loadparm_parse(cases[i].text, &p, NULL),
				 cases[i].rc);
		if (cases[i].rc)
			continue;
		assert_int_equal(p.kind, cases[i].kind);
		assert_int_equal(p.number, cases[i].number);
		assert_string_equal(p.text, cases[i].normal);
	}
}

static void test_loadparm_names(void **state)
{
	char text[IPL_ENTRY_NAME_MAX + 2];
	struct ipl_loadparm p;
	struct ipl_err err;

	(void)state;
	assert_int_equal(ipl_loadparm_parse("  Debian 12, rescue ", &p, NULL),
			 0);
	assert_string_equal(p.name, "Debian 12, rescue");
	memset(text, 'x', sizeof(text));
	text[IPL_ENTRY_NAME_MAX + 1] = '\0';
	assert_int_equal(ipl_loadparm_parse(text, &p, &err), IPL_EINVAL);
	assert_contains(err.msg, "of 128 characters");
	text[IPL_ENTRY_NAME_MAX] = '\0';
	assert_int_equal(ipl_loadparm_parse(text, &p, NULL), 0);
	assert_string_equal(p.name, text);
	ipl_loadparm_of_number(17, &p);
	assert_string_equal(p.text, "17");
	assert_int_equal(p.number, 17);
}

static int read_device(const char *text, struct ipl_profile *p,
		       struct ipl_err *err)
{
	struct json_object *o = NULL;
	int rc;

	assert_int_equal(ipl_opts_parse(text, "driver", &o, NULL), 0);
	rc = ipl_profile_read(NULL, o, p, err);
	json_object_put(o);
	return rc;
}

static void test_defaults(void **state)
{
	struct ipl_profile p;

	(void)state;
	assert_int_equal(ipl_profile_read(NULL, NULL, &p, NULL), 0);
	assert_null(p.iplid);
	assert_null(p.loadparm);
	assert_null(p.scpdata);
	assert_null(p.append);
	assert_false(p.has_bootprog || p.has_br_lba || p.has_br_chr || p.clear);
	assert_int_equal(p.menu, IPL_MENU_AUTO);
	assert_int_equal(p.mode, IPL_MODE_AUTO);
	assert_int_equal(p.timeout_s, IPL_TIMEOUT_UNSET);
	ipl_profile_done(&p);
}

static void test_properties(void **state)
{
	struct ipl_profile p;
	struct ipl_err err = { 0 };

	(void)state;
	assert_int_equal(
		read_device("s390-ipl,id=x,iplid=a,loadparm= b1,bootprog=30,"
			    "br_lba=0x800,br_chr=0x10/14/3,scpdata=a=b c,,d,"
			    "append==x y,menu=on,timeout=0,mode=firmware,"
			    "clear=on",
			    &p, &err),
		0);
	assert_string_equal(p.iplid, "a");
	assert_string_equal(p.loadparm, " b1");
	assert_true(p.has_bootprog);
	assert_int_equal(p.bootprog, 30);
	assert_true(p.has_br_lba);
	assert_int_equal(p.br_lba, 0x800);
	assert_true(p.has_br_chr);
	assert_int_equal(p.br_chr.cyl, 16);
	assert_int_equal(p.br_chr.head, 14);
	assert_int_equal(p.br_chr.sec, 3);
	assert_string_equal(p.scpdata, "a=b c,d");
	assert_string_equal(p.append, "=x y");
	assert_int_equal(p.menu, IPL_MENU_ON);
	assert_int_equal(p.timeout_s, 0);
	assert_int_equal(p.mode, IPL_MODE_FIRMWARE);
	assert_true(p.clear);
	ipl_profile_done(&p);
}

static void test_bad_values(void **state)
{
	static const struct {
		const char *device, *words;
	} cases[] = {
		{ "s390-ipl,ilpid=x", "no property 'ilpid', expected one of: "
				      "iplid, loadparm" },
		{ "s390-ipl,iplid=", "iplid: ''" },
		{ "s390-ipl,loadparm=123456789", "'123456789' has 9 digits" },
		{ "s390-ipl,bootprog=31", "bootprog: '31' is not a number "
					  "from 0 to 30" },
		{ "s390-ipl,bootprog=-1", "'-1' is not a number" },
		{ "s390-ipl,bootprog=", "'' is not a number" },
		{ "s390-ipl,bootprog=1x", "'1x' is not a number" },
		{ "s390-ipl,bootprog= 1", "' 1' is not a number" },
		{ "s390-ipl,br_lba=99999999999999999999", "br_lba: '9999" },
		{ "s390-ipl,br_lba=0x", "'0x' is not a number" },
		{ "s390-ipl,br_chr=1/2", "br_chr: '1/2' is not" },
		{ "s390-ipl,br_chr=1/15/1", "'1/15/1' is not" },
		{ "s390-ipl,br_chr=1/2/0", "the first record of a track" },
		{ "s390-ipl,br_chr=1/2/3/4", "'1/2/3/4' is not" },
		{ "s390-ipl,menu=yes", "menu: 'yes' is not one of: auto, on, "
				       "off" },
		{ "s390-ipl,timeout=65536", "timeout: '65536' is not" },
		{ "s390-ipl,mode=x", "mode: 'x' is not one of: auto, "
				     "external, firmware" },
		{ "s390-ipl,clear=1", "clear: '1' is not one of: off, on" },
		{ "s390-ipl,secure=yes", "expected on, audit or off" },
		{ "s390-ipl,secure=on", "secure needs certs" },
		{ "s390-ipl,secure=audit,certs=d,mode=firmware",
		  "mode=firmware verifies nothing" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ipl_profile p;
		struct ipl_err err;

		assert_int_equal(read_device(cases[i].device, &p, &err),
				 IPL_EINVAL);
		assert_contains(err.msg, cases[i].words);
	}
}

static void test_long_scpdata(void **state)
{
	static char text[IPLB_SCPDATA_MAX + 100] = "s390-ipl,scpdata=";
	size_t at = strlen(text);
	struct ipl_profile p;
	struct ipl_err err;

	(void)state;
	memset(text + at, 's', IPLB_SCPDATA_MAX);
	assert_int_equal(read_device(text, &p, NULL), 0);
	assert_int_equal(strlen(p.scpdata), IPLB_SCPDATA_MAX);
	ipl_profile_done(&p);
	text[at + IPLB_SCPDATA_MAX] = 's';
	assert_int_equal(read_device(text, &p, &err), IPL_EINVAL);
	assert_contains(err.msg, "3453 bytes, expected 3452 at most");
}

/* A file with @text, which is gone when the test ends. */
static int read_file(const char *text, const char *device,
		     struct ipl_profile *p, struct ipl_err *err)
{
	char path[] = "/tmp/s390-ipl-profile-XXXXXX";
	struct json_object *o = NULL;
	int fd = mkstemp(path), rc;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	if (device)
		assert_int_equal(ipl_opts_parse(device, "driver", &o, NULL), 0);
	rc = ipl_profile_read(path, o, p, err);
	json_object_put(o);
	unlink(path);
	return rc;
}

static void test_file(void **state)
{
	struct ipl_profile p;
	struct ipl_err err;

	(void)state;
	assert_int_equal(read_file("# how this VM starts\n\n  iplid = disk0 \r\n"
				   "append=a=b, c\nloadparm=2\n\tclear=on",
				   "s390-ipl,loadparm=3", &p, &err),
			 0);
	assert_string_equal(p.iplid, "disk0");
	assert_string_equal(p.append, "a=b, c");
	assert_string_equal(p.loadparm, "3");
	assert_true(p.clear);
	ipl_profile_done(&p);

	assert_int_equal(read_file("iplid=a\nmode=fast\n", NULL, &p, &err),
			 IPL_EINVAL);
	assert_contains(err.msg, ", line 2: s390-ipl: mode: 'fast' is not");
	assert_int_equal(read_file("iplid\n", NULL, &p, &err), IPL_EINVAL);
	assert_contains(err.msg, "'iplid' is not PROPERTY=VALUE");
	assert_int_equal(ipl_profile_read("/nonexistent/p", NULL, &p, &err),
			 IPL_ESYS);
	assert_contains(err.msg, "/nonexistent/p");
}

static void test_long_line(void **state)
{
	static char text[20000];
	struct ipl_profile p;
	struct ipl_err err;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_int_equal(read_file(text, NULL, &p, &err), IPL_EINVAL);
	assert_contains(err.msg, "line 1: more than 8190 bytes");
}

static void test_boot_menu(void **state)
{
	static const struct {
		const char *device, *boot;
		enum ipl_menu_mode menu;
		int timeout_s;
	} cases[] = {
		{ "s390-ipl", "menu=on,splash-time=2500", IPL_MENU_ON, 3 },
		{ "s390-ipl", "menu=off", IPL_MENU_OFF, IPL_TIMEOUT_UNSET },
		{ "s390-ipl,menu=off,timeout=7", "menu=on,splash-time=1000",
		  IPL_MENU_OFF, 7 },
		{ "s390-ipl", "splash-time=4294967295", IPL_MENU_AUTO,
		  IPL_TIMEOUT_MAX },
		{ "s390-ipl", "splash-time=0", IPL_MENU_AUTO, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct json_object *o = NULL;
		struct ipl_profile p;

		assert_int_equal(read_device(cases[i].device, &p, NULL), 0);
		assert_int_equal(
			ipl_opts_parse(cases[i].boot, "order", &o, NULL), 0);
		ipl_profile_default_menu(&p, o);
		ipl_profile_default_menu(&p, NULL);
		assert_int_equal(p.menu, cases[i].menu);
		assert_int_equal(p.timeout_s, cases[i].timeout_s);
		ipl_profile_done(&p);
		json_object_put(o);
	}
}

static void test_help(void **state)
{
	char *text = ipl_profile_help();

	(void)state;
	assert_contains(text, "\n  iplid=<str>              - the disk: id");
	assert_contains(text, "\n  mode=<auto|external|firmware>\n       ");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loadparm),
		cmocka_unit_test(test_loadparm_names),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_long_scpdata),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_boot_menu),
		cmocka_unit_test(test_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
