/* SPDX-License-Identifier: MIT */
/* Sources: bounds, kinds of files, files that shrink.
 * May use: base, disk. */
#include "unit.h"

#include "disk/src.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/s390-ipl-src-XXXXXX";

static const char *in_dir(const char *name, char path[64])
{
	snprintf(path, 64, "%s/%s", dir, name);
	return path;
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	char path[64];

	(void)state;
	unlink(in_dir("file", path));
	unlink(in_dir("pipe", path));
	return rmdir(dir);
}

static void check_bounds(struct ipl_src *src)
{
	struct ipl_err err = { 0 };
	char buf[16];

	assert_int_equal(src->size, 10);
	assert_int_equal(ipl_src_read(src, 0, buf, 10, &err), 0);
	assert_memory_equal(buf, "0123456789", 10);
	assert_int_equal(ipl_src_read(src, 7, buf, 3, &err), 0);
	assert_memory_equal(buf, "789", 3);
	assert_int_equal(ipl_src_read(src, 10, buf, 0, &err), 0);
	assert_int_equal(err.code, 0);

	assert_int_equal(ipl_src_read(src, 7, buf, 4, &err), IPL_ERANGE);
	assert_string_equal(err.msg, "4 bytes at byte 0x7 end past the disk, "
				     "which has 10 bytes");
	assert_contains(err.advice, "truncated");
	assert_int_equal(ipl_src_read(src, 11, buf, 0, NULL), IPL_ERANGE);
	assert_int_equal(ipl_src_read(src, UINT64_MAX, buf, 2, NULL),
			 IPL_ERANGE);
	assert_int_equal(ipl_src_read(src, 1, buf, SIZE_MAX, NULL), IPL_ERANGE);
}

static void test_mem(void **state)
{
	struct ipl_src *src;

	(void)state;
	assert_int_equal(ipl_src_open_mem("0123456789", 10, "name", &src, NULL),
			 0);
	assert_string_equal(src->name, "name");
	check_bounds(src);
	ipl_src_close(src);
	ipl_src_close(NULL);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void test_file(void **state)
{
	char path[64];
	struct ipl_src *src;

	(void)state;
	write_file(in_dir("file", path), "0123456789");
	assert_int_equal(ipl_src_open_file(path, &src, NULL), 0);
	assert_string_equal(src->name, path);
	check_bounds(src);
	ipl_src_close(src);
}

static void test_file_that_shrinks(void **state)
{
	char path[64];
	struct ipl_src *src;
	struct ipl_err err;
	char buf[10];

	(void)state;
	write_file(in_dir("file", path), "0123456789");
	assert_int_equal(ipl_src_open_file(path, &src, NULL), 0);
	assert_int_equal(truncate(path, 5), 0);
	assert_int_equal(ipl_src_read(src, 2, buf, 8, &err), IPL_ETRUNC);
	assert_contains(err.msg, "ends at byte 0x5, although it had 10 bytes");
	ipl_src_close(src);
}

static void test_fd_is_owned(void **state)
{
	char path[64];
	struct ipl_src *src;
	int fd;

	(void)state;
	write_file(in_dir("file", path), "0123456789");
	fd = open(path, O_RDONLY);
	assert_int_equal(ipl_src_open_fd(fd, "x", &src, NULL), 0);
	check_bounds(src);
	ipl_src_close(src);
	assert_int_equal(fcntl(fd, F_GETFD), -1);

	fd = open("/dev/null", O_RDONLY);
	assert_int_equal(ipl_src_open_fd(fd, "x", &src, NULL), IPL_EUNSUP);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void test_failed_read(void **state)
{
	char path[64];
	struct ipl_src *src;
	struct ipl_err err;
	char buf[10];

	(void)state;
	write_file(in_dir("file", path), "0123456789");
	assert_int_equal(ipl_src_open_fd(open(path, O_WRONLY), "x", &src, NULL),
			 0);
	assert_int_equal(ipl_src_read(src, 2, buf, 8, &err), IPL_EIO);
	assert_int_equal(err.code, IPL_EIO);
	assert_int_equal(err.sys_errno, EBADF);
	assert_contains(err.msg, "cannot read 8 bytes at byte 0x2: ");
	ipl_src_close(src);
}

static void refuse(const char *path, int code, const char *text)
{
	struct ipl_src *src;
	struct ipl_err err;

	assert_int_equal(ipl_src_open_file(path, &src, &err), code);
	assert_int_equal(err.code, code);
	assert_contains(err.msg, text);
}

/* A pipe that nobody writes to must not stop us either. */
static void test_refused(void **state)
{
	char path[64];

	(void)state;
	refuse(in_dir("none", path), IPL_EIO, "No such file");
	refuse(dir, IPL_EUNSUP, "is a directory");
	refuse("/dev/null", IPL_EUNSUP, "is a character device");
	assert_int_equal(mkfifo(in_dir("pipe", path), 0600), 0);
	refuse(path, IPL_EUNSUP, "is a pipe");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mem),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_file_that_shrinks),
		cmocka_unit_test(test_fd_is_owned),
		cmocka_unit_test(test_failed_read),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
