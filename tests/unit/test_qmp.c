/* SPDX-License-Identifier: MIT */
/* The QMP client against a peer that says what the test wants, in pieces.
 * May use: base, vm. */
#include "unit.h"

#include "vm/qmp.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define GREETING                                                           \
	"{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 2, \"minor\": 2, " \
	"\"major\": 7}}}}\r\n"
#define OK "|{\"return\": {}}\r\n"

/* A peer that sends @text in pieces of @piece bytes and hangs up. At each '|' it
 * waits for a question, or for several in one go, and does not look at it. */
struct peer {
	const char *text;
	size_t piece;
	int fd;
	pthread_t thread;
};

static void *talk(void *arg)
{
	struct peer *p = arg;
	const char *at = p->text;
	char sink[4096];

	while (*at) {
		size_t n = strcspn(at, "|");

		if (!n) {
			if (read(p->fd, sink, sizeof(sink)) <= 0)
				break;
			at++;
			continue;
		}
		n = n < p->piece ? n : p->piece;
		if (send(p->fd, at, n, MSG_NOSIGNAL) < 0)
			break;
		at += n;
	}
	shutdown(p->fd, SHUT_WR);
	while (read(p->fd, sink, sizeof(sink)) > 0)
		;
	close(p->fd);
	return NULL;
}

static int start(struct peer *p, const char *text, size_t piece)
{
	int s[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
	*p = (struct peer){ .text = text, .piece = piece, .fd = s[1] };
	assert_int_equal(pthread_create(&p->thread, NULL, talk, p), 0);
	return s[0];
}

static void test_in_pieces_of_any_size(void **state)
{
	static const char text[] = GREETING OK
		"{\"event\": \"RESET\", \"data\": {\"guest\": true}}\r\n"
		"|{\"return\": \"fe.0.0001\"}\n"
		"{\"event\": \"STOP\"}|{\"return\": 7}";

	(void)state;
	for (size_t piece = 1; piece < sizeof(text); piece++) {
		struct ipl_qmp *q = NULL;
		struct json_object *e;
		struct peer p;
		char *text1 = NULL, *text2 = NULL;
		int fd = start(&p, text, piece);

		assert_int_equal(ipl_qmp_open(fd, &q, NULL), 0);
		assert_int_equal(ipl_qmp_version(q), IPL_QEMU_VERSION(7, 2));
		assert_int_equal(ipl_qmp_get(q, "/a", "b", &text1, NULL), 0);
		assert_string_equal(text1, "fe.0.0001");
		assert_int_equal(ipl_qmp_get(q, "/a", "c", &text2, NULL), 0);
		assert_string_equal(text2, "7");
		e = ipl_qmp_event(q);
		assert_string_equal(json_object_get_string(
					    json_object_object_get(e, "event")),
				    "RESET");
		json_object_put(e);
		e = ipl_qmp_event(q);
		assert_non_null(e);
		json_object_put(e);
		assert_null(ipl_qmp_event(q));
		free(text1);
		free(text2);
		ipl_qmp_close(q);
		pthread_join(p.thread, NULL);
	}
}

static void test_many_at_once(void **state)
{
	static const char text[] = GREETING OK
		"|{\"return\": 1}{\"error\": {\"class\": \"GenericError\", "
		"\"desc\": \"Property 'x' not found\"}}{\"return\": true}";
	struct ipl_qmp_property props[] = { { "/a", "one", NULL },
					    { "/a", "none", NULL },
					    { "/a", "two", NULL } };
	struct ipl_qmp *q = NULL;
	struct peer p;

	(void)state;
	assert_int_equal(ipl_qmp_open(start(&p, text, 4096), &q, NULL), 0);
	assert_int_equal(ipl_qmp_get_many(q, props, 3, NULL), 0);
	assert_string_equal(props[0].text, "1");
	assert_null(props[1].text);
	assert_string_equal(props[2].text, "true");
	free(props[0].text);
	free(props[2].text);
	ipl_qmp_close(q);
	pthread_join(p.thread, NULL);
}

static void test_what_goes_wrong(void **state)
{
	static const struct {
		const char *text;
		int rc;
		const char *says;
	} cases[] = {
		{ "", IPL_EGONE, "QEMU has ended" },
		{ GREETING, IPL_EGONE, "QEMU has ended" },
		{ GREETING OK, IPL_EGONE, "QEMU has ended" },
		{ GREETING OK "|{\"return\"", IPL_EGONE, "QEMU has ended" },
		{ "hello\n", IPL_EPROTO, "bad JSON" },
		{ GREETING OK "|]", IPL_EPROTO, "bad JSON" },
		{ GREETING OK "|[1]", IPL_EPROTO, "no JSON object" },
		{ GREETING OK "|{}", IPL_EPROTO, "neither return nor error" },
		{ GREETING OK "|{\"error\": {\"desc\": \"no such thing\"}}",
		  IPL_ENOTFOUND, "QEMU refuses qom-get: no such thing" },
		{ GREETING OK "|{\"error\": 5}", IPL_EPROTO,
		  "neither return nor error" },
		{ "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
		  IPL_EPROTO, "bad JSON" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ipl_err err = { 0 };
		struct ipl_qmp *q = NULL;
		char *text = NULL;
		struct peer p;
		int rc = ipl_qmp_open(start(&p, cases[i].text, 7), &q, &err);

		if (!rc)
			rc = ipl_qmp_get(q, "/a", "b", &text, &err);
		assert_int_equal(rc, cases[i].rc);
		assert_contains(err.msg, cases[i].says);
		ipl_qmp_close(q);
		pthread_join(p.thread, NULL);
	}
}

static void *greet(void *arg)
{
	static const char greeting[] = GREETING, ok[] = "{\"return\": {}}\r\n";
	char sink[4096];
	int fd = *(int *)arg;

	if (send(fd, greeting, strlen(greeting), MSG_NOSIGNAL) > 0 &&
	    read(fd, sink, sizeof(sink)) > 0)
		(void)!send(fd, ok, strlen(ok), MSG_NOSIGNAL);
	return NULL;
}

/* A client, and the other end of its socket. */
static struct ipl_qmp *connect_to_us(int *ret_fd)
{
	struct ipl_qmp *q = NULL;
	pthread_t thread;
	int s[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
	*ret_fd = s[1];
	assert_int_equal(pthread_create(&thread, NULL, greet, ret_fd), 0);
	assert_int_equal(ipl_qmp_open(s[0], &q, NULL), 0);
	pthread_join(thread, NULL);
	return q;
}

/* Whoever waits is told of it, and here gives the answer. */
static void give_answer(void *ctx)
{
	static const char text[] = "{\"return\": \"late\"}\r\n";
	int *fd = ctx;

	if (*fd < 0)
		return;
	assert_int_equal(send(*fd, text, strlen(text), MSG_NOSIGNAL),
			 strlen(text));
	*fd = -1;
}

static void test_late_answer(void **state)
{
	struct ipl_qmp *q;
	char *late = NULL;
	int theirs, fd;

	(void)state;
	q = connect_to_us(&theirs);
	fd = theirs;
	ipl_qmp_on_wait(q, give_answer, &fd);
	assert_int_equal(ipl_qmp_get(q, "/a", "b", &late, NULL), 0);
	assert_string_equal(late, "late");
	free(late);
	ipl_qmp_close(q);
	close(theirs);
}

/* All of them, not only what was asked for: nothing else would bound them. */
static void test_answers_that_nobody_asked_for(void **state)
{
	static const char answer[] = "{\"return\": 1}\r\n";
	struct ipl_err err = { 0 };
	struct ipl_qmp *q;
	int fd;

	(void)state;
	q = connect_to_us(&fd);
	assert_int_equal(ipl_qmp_pump(q, &err), 0);
	assert_int_equal(send(fd, answer, strlen(answer), 0), strlen(answer));
	assert_int_equal(ipl_qmp_pump(q, &err), IPL_EPROTO);
	assert_contains(err.msg, "nothing was asked");
	ipl_qmp_close(q);
	close(fd);
}

/* As much as fits into the socket. */
static size_t fill(int fd, const char *text)
{
	size_t n = 0;

	while (send(fd, text, strlen(text), MSG_DONTWAIT) ==
	       (ssize_t)strlen(text))
		n += strlen(text);
	return n;
}

/* Bytes that it has not looked at. */
static int left(struct ipl_qmp *q)
{
	int n = -1;

	assert_int_equal(ioctl(ipl_qmp_fd(q), FIONREAD, &n), 0);
	return n;
}

static void test_looking_ends(void **state)
{
	char text[2048];
	struct ipl_qmp *q;
	int fd;

	(void)state;
	q = connect_to_us(&fd);
	/* blanks, so that it may be cut off anywhere */
	memset(text, ' ', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_true(fill(fd, text) > 100000);
	assert_int_equal(ipl_qmp_pump(q, NULL), 0);
	assert_true(left(q) > 0);
	while (left(q))
		assert_int_equal(ipl_qmp_pump(q, NULL), 0);
	ipl_qmp_close(q);
	close(fd);
}

/* An event of @size bytes with @number, and take it in. */
static void send_event(struct ipl_qmp *q, int fd, int number, size_t size)
{
	char *text = malloc(size + 1);
	size_t at;

	assert_non_null(text);
	at = (size_t)sprintf(text, "{\"event\": \"E\", \"n\": %d, \"x\": \"",
			     number);
	memset(text + at, 'x', size - at);
	strcpy(text + size - 2, "\"}");
	for (size_t sent = 0; sent < size || left(q);) {
		ssize_t n = send(fd, text + sent, size - sent, MSG_DONTWAIT);

		if (n > 0)
			sent += (size_t)n;
		assert_int_equal(ipl_qmp_pump(q, NULL), 0);
	}
	free(text);
}

static void test_events_are_bounded(void **state)
{
	size_t bytes = 0;
	struct json_object *e;
	struct ipl_qmp *q;
	int fd, number = -1;

	(void)state;
	q = connect_to_us(&fd);
	for (int i = 0; i < 40; i++)
		send_event(q, fd, i, 64 << 10);
	send_event(q, fd, 40, 2 << 20); /* too much by itself */
	send_event(q, fd, 41, 100);
	while ((e = ipl_qmp_event(q))) {
		int n = json_object_get_int(json_object_object_get(e, "n"));

		assert_true(n == number + 1 || number < 0 || n == 41);
		number = n;
		bytes += strlen(json_object_get_string(e));
		json_object_put(e);
	}
	assert_int_equal(number, 41); /* the last ones stay */
	assert_true(bytes > 100 << 10 && bytes < 1 << 20);
	ipl_qmp_close(q);
	close(fd);
}

static void test_events_are_bounded_in_number(void **state)
{
	struct json_object *e;
	struct ipl_qmp *q;
	int fd, n = 0;

	(void)state;
	q = connect_to_us(&fd);
	for (int i = 0; i < 1000; i++)
		send_event(q, fd, i, 100);
	for (; (e = ipl_qmp_event(q)); n++) {
		assert_int_equal(
			json_object_get_int(json_object_object_get(e, "n")),
			1000 - 256 + n);
		json_object_put(e);
	}
	assert_int_equal(n, 256);
	ipl_qmp_close(q);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_pieces_of_any_size),
		cmocka_unit_test(test_many_at_once),
		cmocka_unit_test(test_what_goes_wrong),
		cmocka_unit_test(test_late_answer),
		cmocka_unit_test(test_answers_that_nobody_asked_for),
		cmocka_unit_test(test_looking_ends),
		cmocka_unit_test(test_events_are_bounded),
		cmocka_unit_test(test_events_are_bounded_in_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
