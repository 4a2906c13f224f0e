/* SPDX-License-Identifier: MIT */
/* Which files are read directly: this process is QEMU as well. May use: device. */
#include "unit.h"

#include "device/direct.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static const char sets[] =
	"{\"return\": [{\"fdset-id\": 1, \"fds\": []}, {\"fdset-id\": 3, "
	"\"fds\": [{\"fd\": 77}]}]}";

/* Greets, and answers what is asked then with @sets. */
static void *qemu(void *arg)
{
	static const char greeting[] = "{\"QMP\": {}}",
			  ok[] = "{\"return\": {}}";
	int fd = *(int *)arg;
	char sink[4096];

	(void)!write(fd, greeting, strlen(greeting));
	if (read(fd, sink, sizeof(sink)) > 0)
		(void)!write(fd, ok, strlen(ok));
	while (read(fd, sink, sizeof(sink)) > 0)
		(void)!write(fd, sets, strlen(sets));
	return NULL;
}

static struct {
	struct ipl_qmp *qmp;
	pthread_t thread;
	int fd;
	char dir[32], path[64];
} all;

static int set_up(void **state)
{
	int s[2];

	(void)state;
	strcpy(all.dir, "/tmp/s390-ipl-direct-XXXXXX");
	if (!mkdtemp(all.dir) || socketpair(AF_UNIX, SOCK_STREAM, 0, s) ||
	    setsockopt(s[0], SOL_SOCKET, SO_PASSCRED, &(int){ 1 }, sizeof(int)))
		return -1;
	snprintf(all.path, sizeof(all.path), "%s/disk", all.dir);
	all.fd = s[1];
	if (pthread_create(&all.thread, NULL, qemu, &all.fd))
		return -1;
	return ipl_qmp_open(s[0], &all.qmp, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	ipl_qmp_close(all.qmp);
	pthread_join(all.thread, NULL);
	close(all.fd);
	unlink(all.path);
	return rmdir(all.dir);
}

static void make(size_t size)
{
	int fd = open(all.path, O_CREAT | O_EXCL | O_WRONLY, 0600);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	close(fd);
}

/* Open @path; the size that was found, or 0. */
static uint64_t try(const char *path, const char *says)
{
	struct ipl_err err = { 0 };
	uint64_t size = 0;
	int fd = -1;
	int rc = ipl_direct_open(all.qmp, path, &fd, &size, &err);

	if (rc) {
		assert_int_equal(fd, -1);
		assert_contains(err.msg, says);
		return 0;
	}
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	close(fd);
	return size;
}

static void test_how_it_is_open(void **state)
{
	static const struct {
		int flags;
		bool counts;
	} cases[] = { { O_RDONLY, true },
		      { O_RDWR, true },
		      { O_WRONLY, false },
		      { O_PATH, false } };

	(void)state;
	make(5000);
	assert_int_equal(try(all.path, "does not have this file open"), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int fd = open(all.path, cases[i].flags);

		assert_int_equal(try(all.path, "does not have this file open"),
				 cases[i].counts ? 5000 : 0);
		close(fd);
	}
	unlink(all.path);
}

static void test_another_file_of_that_name(void **state)
{
	int fd;

	(void)state;
	make(5000);
	fd = open(all.path, O_RDWR);
	unlink(all.path);
	assert_int_equal(try(all.path, "No such file"), 0);
	make(6000);
	assert_int_equal(try(all.path, "does not have this file open"), 0);
	close(fd);
	unlink(all.path);
}

static void test_descriptors(void **state)
{
	int fd;

	(void)state;
	make(5000);
	fd = open(all.path, O_RDWR);
	assert_int_equal(dup2(fd, 77), 77);
	close(fd);
	unlink(all.path);
	assert_int_equal(try("/dev/fd/77", ""), 5000);
	assert_int_equal(try("/proc/self/fd/77", ""), 5000);
	assert_int_equal(try("/dev/fdset/3", ""), 5000);
	assert_int_equal(try("/dev/fdset/1", "No such file"), 0);
	assert_int_equal(try("/dev/fdset/2", "No such file"), 0);
	assert_int_equal(try("/dev/fd/77x", "No such file"), 0);
	close(77);
	assert_int_equal(try("/dev/fd/77", "No such file"), 0);
}

static void test_no_disk(void **state)
{
	int fd = open("/tmp", O_RDONLY);

	(void)state;
	assert_int_equal(try("/tmp", "does not have this file open"), 0);
	close(fd);
	fd = open("/dev/null", O_RDWR);
	assert_int_equal(try("/dev/null", "does not have this file open"), 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_how_it_is_open),
		cmocka_unit_test(test_another_file_of_that_name),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_no_disk),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
