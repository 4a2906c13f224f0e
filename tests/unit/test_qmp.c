/* SPDX-License-Identifier: MIT */
/* The QMP client against a peer that says what the test wants, in pieces.
 * May use: base, vm. */
#include "unit.h"

#include "vm/qmp.h"

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#define GREETING                                                           \
	"{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 2, \"minor\": 2, " \
	"\"major\": 7}}}}\r\n"
#define OK "{\"return\": {}}\r\n"

/* A peer that sends @text in pieces of @piece bytes and hangs up. It does not
 * look at what it is asked. */
struct peer {
	const char *text;
	size_t piece;
	int fd;
	pthread_t thread;
};

static void *talk(void *arg)
{
	struct peer *p = arg;
	size_t len = strlen(p->text);
	char sink[4096];

	for (size_t at = 0; at < len; at += p->piece) {
		size_t n = len - at < p->piece ? len - at : p->piece;

		if (send(p->fd, p->text + at, n, MSG_NOSIGNAL) < 0)
			break;
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
		"{\"return\": \"fe.0.0001\"}\n"
		"{\"event\": \"STOP\"}{\"return\": 7}";

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
		"{\"return\": 1}{\"error\": {\"class\": \"GenericError\", "
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
		{ GREETING OK "{\"return\"", IPL_EGONE, "QEMU has ended" },
		{ "hello\n", IPL_EPROTO, "bad JSON" },
		{ GREETING OK "]", IPL_EPROTO, "bad JSON" },
		{ GREETING OK "[1]", IPL_EPROTO, "no JSON object" },
		{ GREETING OK "{}", IPL_EPROTO, "neither return nor error" },
		{ GREETING OK "{\"error\": {\"desc\": \"no such thing\"}}",
		  IPL_ENOTFOUND, "QEMU refuses qom-get: no such thing" },
		{ GREETING OK "{\"error\": 5}", IPL_EPROTO,
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
	static const char text[] = GREETING OK;
	struct ipl_qmp *q = NULL;
	char *late = NULL;
	int s[2], fd;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
	assert_int_equal(send(s[1], text, strlen(text), 0), strlen(text));
	assert_int_equal(ipl_qmp_open(s[0], &q, NULL), 0);
	fd = s[1];
	ipl_qmp_on_wait(q, give_answer, &fd);
	assert_int_equal(ipl_qmp_get(q, "/a", "b", &late, NULL), 0);
	assert_string_equal(late, "late");
	free(late);
	ipl_qmp_close(q);
	close(s[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_pieces_of_any_size),
		cmocka_unit_test(test_many_at_once),
		cmocka_unit_test(test_what_goes_wrong),
		cmocka_unit_test(test_late_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
