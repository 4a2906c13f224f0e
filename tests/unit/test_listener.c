/* SPDX-License-Identifier: MIT */
/* A socket that listens without a name, and how QEMU gets it.
 * May use: base, vm. */
#include "unit.h"

#include "vm/listener.h"
#include "vm/qmp.h"

#include <dirent.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/test-listener-XXXXXX";

static unsigned files_in(const char *path)
{
	unsigned n = 0;
	DIR *d = opendir(path);

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2; /* . and .. */
}

static void test_connected(void **state)
{
	sigset_t before, after;
	mode_t mask = umask(022);
	int listener = -1, connection = -1, peer;
	char c;

	(void)state;
	sigprocmask(SIG_SETMASK, NULL, &before);
	assert_int_equal(ipl_listener_make(&listener, &connection, NULL), 0);
	assert_int_equal(files_in(dir), 0);
	peer = accept(listener, NULL, NULL);
	assert_true(peer >= 0);
	assert_int_equal(send(peer, "x", 1, 0), 1);
	assert_int_equal(recv(connection, &c, 1, 0), 1);
	close(peer);
	close(listener);
	close(connection);
	/* and nothing else has changed */
	sigprocmask(SIG_SETMASK, NULL, &after);
	for (int sig = 1; sig < 32; sig++)
		assert_int_equal(sigismember(&before, sig),
				 sigismember(&after, sig));
	assert_int_equal(umask(mask), 022);
}

static void test_no_directory(void **state)
{
	struct ipl_err err = { 0 };
	int listener = -1, connection = -1;

	(void)state;
	setenv("TMPDIR", "/dev/null", 1);
	assert_true(ipl_listener_make(&listener, &connection, &err) < 0);
	assert_string_equal(err.msg, "cannot make a socket in the directory "
				     "/dev/null: Not a directory");
	assert_int_equal(listener, -1);
	assert_int_equal(connection, -1);
	setenv("TMPDIR", dir, 1);
}

/* Read what is sent to @fd up to the message that comes with a descriptor. */
static int take_descriptor(int fd, char *buf, size_t len)
{
	for (;;) {
		union {
			struct cmsghdr align;
			char space[CMSG_SPACE(sizeof(int))];
		} control = { 0 };
		struct iovec iov = { .iov_base = buf, .iov_len = len - 1 };
		struct msghdr msg = { .msg_iov = &iov,
				      .msg_iovlen = 1,
				      .msg_control = &control,
				      .msg_controllen = sizeof(control) };
		ssize_t n = recvmsg(fd, &msg, MSG_DONTWAIT);
		struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
		int ret;

		assert_true(n > 0);
		if (!c)
			continue;
		assert_int_equal(c->cmsg_type, SCM_RIGHTS);
		memcpy(&ret, CMSG_DATA(c), sizeof(ret));
		buf[n] = '\0';
		return ret;
	}
}

static void test_handed_over(void **state)
{
	static const char text[] =
		"{\"QMP\": {}}{\"return\": {}}{\"return\": {}}"
		"{\"error\": {\"desc\": \"no room\"}}";
	struct ipl_qmp *q = NULL;
	struct ipl_err err = { 0 };
	struct stat a, b;
	char buf[200];
	int s[2], given;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
	assert_int_equal(send(s[1], text, strlen(text), 0), strlen(text));
	assert_int_equal(ipl_qmp_open(s[0], &q, &err), 0);
	assert_int_equal(ipl_qmp_give_fd(q, "it", s[1], &err), 0);
	given = take_descriptor(s[1], buf, sizeof(buf));
	assert_non_null(strstr(buf, "{\"execute\":\"getfd\",\"arguments\":"
				    "{\"fdname\":\"it\"}}"));
	assert_int_equal(fstat(s[1], &a) | fstat(given, &b), 0);
	assert_int_equal(a.st_ino, b.st_ino);
	assert_true(given != s[1]);
	close(given);
	assert_int_equal(ipl_qmp_give_fd(q, "it", s[1], &err), IPL_ENOTFOUND);
	assert_string_equal(err.msg, "QEMU refuses getfd: no room");
	ipl_qmp_close(q);
	close(s[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connected),
		cmocka_unit_test(test_no_directory),
		cmocka_unit_test(test_handed_over),
	};
	int failed;

	if (!mkdtemp(dir))
		return 1;
	setenv("TMPDIR", dir, 1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(dir);
	return failed;
}
