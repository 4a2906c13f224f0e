/* SPDX-License-Identifier: MIT */
/* QEMU's command line: what is taken, what
 * stays, what is refused. May use: base, vm, device. */
#include "unit.h"

#include "device/profile.h"
#include "vm/cmdline.h"
#include "vm/opts.h"

/* Parse a command line given as one string with blanks. */
static int parse(const char *line, struct ipl_cmdline **ret,
		 struct ipl_err *err)
{
	char *copy = strdup(line), *argv[32], *save = NULL;
	int argc = 0, rc;

	assert_non_null(copy);
	for (char *w = strtok_r(copy, " ", &save); w;
	     w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	rc = ipl_cmdline_parse(argc, argv, false, ret, err);
	free(copy);
	return rc;
}

static struct ipl_cmdline *parsed(const char *line)
{
	struct ipl_err err = { 0 };
	struct ipl_cmdline *cl = NULL;

	if (parse(line, &cl, &err))
		print_error("%s: %s\n", line, err.msg);
	assert_non_null(cl);
	return cl;
}

/* The command line that QEMU gets, as one string. */
static const char *joined(const struct ipl_cmdline *cl)
{
	static char text[4096];
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 1; i < cl->argc; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s",
				       i > 1 ? " " : "", cl->argv[i]);
	assert_true(at < sizeof(text));
	return text;
}

static void test_untouched(void **state)
{
	static const char *const lines[] = {
		"-machine none -qmp stdio",
		"-M none",
		"--version",
		"-h",
		"-device help",
		"-machine help",
		"-nographic",
		"-kernel image -append -device",
		"-bios mine -hda disk",
		"-m 1G -mem-path /dev/shm -nographic",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct ipl_cmdline *cl = parsed(lines[i]);

		assert_non_null(cl->aside);
		/* the order of what is put back does not matter */
		assert_int_equal(strlen(joined(cl)), strlen(lines[i]));
		ipl_cmdline_free(cl);
	}
}

static void test_takes_its_device(void **state)
{
	struct ipl_cmdline *cl = parsed(
		"-device s390-ipl,iplid=d0,loadparm=3 -append -device "
		"-hda disk -device virtio-blk-ccw,id=d0,loadparm=7,drive=x");

	(void)state;
	assert_null(cl->aside);
	assert_string_equal(ipl_opts_get(cl->device, "loadparm"), "3");
	assert_string_equal(ipl_opts_get(cl->loadparms, "d0"), "7");
	assert_string_equal(joined(cl), "-append -device -hda disk -device "
					"virtio-blk-ccw,id=d0,drive=x");
	ipl_cmdline_free(cl);
}

static void test_json(void **state)
{
	struct ipl_cmdline *cl = parsed(
		"-drive if=none -device {\"driver\":\"s390-ipl\",\"loadparm\":"
		"\"2\"} -device {\"driver\":\"scsi-hd\",\"loadparm\":\"5\"}");

	(void)state;
	assert_string_equal(ipl_opts_get(cl->device, "loadparm"), "2");
	assert_string_equal(ipl_opts_get(cl->loadparms, "s390-ipl-disk0"), "5");
	assert_string_equal(joined(cl),
			    "-drive if=none -device {\"driver\":\"scsi-hd\","
			    "\"id\":\"s390-ipl-disk0\"}");
	ipl_cmdline_free(cl);
}

static void test_memory(void **state)
{
	static const struct {
		const char *line;
		enum ipl_memory kind;
		uint64_t size;
	} cases[] = {
		{ "-hda d", IPL_MEMORY_OURS, UINT64_C(128) << 20 },
		{ "-hda d -m 512", IPL_MEMORY_OURS, UINT64_C(512) << 20 },
		{ "-hda d -m size=2G,slots=2,maxmem=4G", IPL_MEMORY_OURS,
		  UINT64_C(2) << 30 },
		{ "-hda d -m 1.5G", IPL_MEMORY_OURS, UINT64_C(1536) << 20 },
		{ "-hda d -m 1G -object memory-backend-memfd,id=m,size=1G "
		  "-machine memory-backend=m",
		  IPL_MEMORY_IN_QEMU, 0 },
		{ "-hda d -machine s390-ccw-virtio,memory-backend=m -object "
		  "memory-backend-file,id=m,size=1G,share=on,"
		  "mem-path=/nonexistent/file",
		  IPL_MEMORY_FILE, 0 },
		{ "-hda d -m 1G -mem-path /dev/shm", IPL_MEMORY_IN_QEMU,
		  UINT64_C(1) << 30 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ipl_cmdline *cl = parsed(cases[i].line);

		assert_null(cl->aside);
		assert_int_equal(cl->memory, cases[i].kind);
		assert_int_equal(cl->memory_size, cases[i].size);
		ipl_cmdline_free(cl);
	}
}

static void test_private_memory_is_shared(void **state)
{
	struct ipl_cmdline *cl =
		parsed("-hda d -object memory-backend-ram,id=m,size=1G "
		       "-machine memory-backend=m");

	(void)state;
	assert_contains(joined(cl),
			"memory-backend-memfd,id=m,size=1G,share=on");
	ipl_cmdline_free(cl);
}

static void test_finish(void **state)
{
	const struct ipl_cmdline_fds fds = { .stub = 3, .memory = 4, .qmp = 5 };
	struct ipl_cmdline *cl = parsed("-hda d -m 256");

	(void)state;
	assert_int_equal(ipl_cmdline_finish(cl, &fds, NULL), 0);
	assert_contains(joined(cl), "-bios /proc/self/fd/3");
	assert_contains(joined(cl), "size=268435456,mem-path=/proc/self/fd/4");
	assert_contains(joined(cl), "socket,id=s390-ipl-monitor,fd=5");
	assert_contains(joined(cl), "-action panic=exit-failure");
	ipl_cmdline_free(cl);
}

/* What the user wants at a panic stays. */
static void test_action_of_the_user(void **state)
{
	const struct ipl_cmdline_fds fds = { .stub = 3, .memory = 4, .qmp = 5 };
	static const char *const lines[] = {
		"-hda d -action panic=pause",
		"-hda d -action panic=none,reboot=reset",
		"-hda d -no-shutdown",
		"-hda d -action shutdown=pause",
		"-hda d -kernel k -device s390-ipl", /* the kernel's panics */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct ipl_cmdline *cl = parsed(lines[i]);

		assert_int_equal(ipl_cmdline_finish(cl, &fds, NULL), 0);
		assert_null(strstr(joined(cl), "exit-failure"));
		ipl_cmdline_free(cl);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *line;
		const char *says;
	} cases[] = {
		{ "-device s390-ipl -device s390-ipl", "more than one" },
		{ "-device s390-ipl -bios x", "both -bios" },
		{ "-hda d -m 12Q", "'12Q' is not a size" },
		{ "-hda d -m -1", "'-1' is not a size" },
		{ "-hda d -device {broken", "is not a JSON object" },
		{ "-hda d -object memory-backend-file,id=m,size=1G,mem-path=/x "
		  "-machine memory-backend=m",
		  "expected share=on" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ipl_cmdline *cl = NULL;
		struct ipl_err err = { 0 };

		assert_int_equal(parse(cases[i].line, &cl, &err), IPL_EINVAL);
		assert_contains(err.msg, cases[i].says);
		assert_null(cl);
	}
}

/* ---- option syntax */

static void test_opts_there_and_back(void **state)
{
	static const char *const texts[] = {
		"virtio-blk-ccw,drive=d,id=x",
		"a,,b,path=/x,,y,flag=on",
		"{\"driver\":\"x\",\"on\":true,\"n\":7}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct json_object *o = NULL;
		char *text;

		assert_int_equal(ipl_opts_parse(texts[i], "driver", &o, NULL),
				 0);
		text = ipl_opts_print(o, "driver", *texts[i] == '{');
		assert_string_equal(text, texts[i]);
		free(text);
		json_object_put(o);
	}
}

static void test_sizes(void **state)
{
	uint64_t n;

	(void)state;
	assert_int_equal(ipl_opts_size("8k", 1, &n, NULL), 0);
	assert_int_equal(n, 8192);
	assert_int_equal(ipl_opts_size("0x10", 1 << 20, &n, NULL), 0);
	assert_int_equal(n, 16 << 20);
	assert_int_equal(ipl_opts_size("", 1, &n, NULL), IPL_EINVAL);
	assert_int_equal(ipl_opts_size("nan", 1, &n, NULL), IPL_EINVAL);
	assert_int_equal(ipl_opts_size("inf", 1, &n, NULL), IPL_EINVAL);
	assert_int_equal(ipl_opts_size("99999999E", 1, &n, NULL), IPL_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_untouched),
		cmocka_unit_test(test_takes_its_device),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_private_memory_is_shared),
		cmocka_unit_test(test_finish),
		cmocka_unit_test(test_action_of_the_user),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_opts_there_and_back),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
