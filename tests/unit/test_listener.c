/* SPDX-License-Identifier: MIT */
/* A socket that listens without a name, and how QEMU gets it.
 * May use: base, vm. */
#include "unit.h"

#include "vm/listener.h"
#include "vm/qmp.h"

#include <dirent.h>
#include <pthread.h>
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

/* What a QEMU is told, and what came with it. */
struct peer {
	int fd;
	int given; /* -1: nothing */
	char text[3][200];
};

static void hear(struct peer *p, char *text, size_t size)
{
	char room[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { .iov_base = text, .iov_len = size - 1 };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = room,
			      .msg_controllen = sizeof(room) };
	ssize_t n = recvmsg(p->fd, &msg, 0);
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	text[n > 0 ? n : 0] = '\0';
	if (n > 0 && c && c->cmsg_type == SCM_RIGHTS)
		memcpy(&p->given, CMSG_DATA(c), sizeof(p->given));
}

static void *talk(void *arg)
{
	static const char *const answers[] = {
		"{\"return\": {}}", "{\"return\": {}}",
		"{\"error\": {\"desc\": \"no room\"}}"
	};
	struct peer *p = arg;

	dprintf(p->fd, "{\"QMP\": {}}");
	for (size_t i = 0; i < 3; i++) {
		hear(p, p->text[i], sizeof(p->text[i]));
		dprintf(p->fd, "%s", answers[i]);
	}
	return NULL;
}

static void test_handed_over(void **state)
{
	struct peer p = { .given = -1 };
	struct ipl_qmp *q = NULL;
	struct ipl_err err = { 0 };
	struct stat a, b;
	pthread_t thread;
	int s[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
	p.fd = s[1];
	assert_int_equal(pthread_create(&thread, NULL, talk, &p), 0);
	assert_int_equal(ipl_qmp_open(s[0], &q, &err), 0);
	assert_int_equal(ipl_qmp_give_fd(q, "it", s[1], &err), 0);
	assert_int_equal(ipl_qmp_give_fd(q, "it", -1, &err), IPL_ENOTFOUND);
	assert_string_equal(err.msg, "QEMU refuses getfd: no room");
	pthread_join(thread, NULL);
	assert_non_null(strstr(p.text[1],
			       "{\"execute\":\"getfd\",\"arguments\":"
			       "{\"fdname\":\"it\"}}"));
	assert_int_equal(fstat(s[1], &a) | fstat(p.given, &b), 0);
	assert_int_equal(a.st_ino, b.st_ino);
	assert_true(p.given != s[1]);
	close(p.given);
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
