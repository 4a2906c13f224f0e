/* SPDX-License-Identifier: MIT */
/* Any bytes as what a QEMU says on its monitor, to all that asks it something.
 * May use: vm, device. */
#include "promise.h"

#include "device/disks.h"
#include "vm/qmp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX 60000

/* What the client waits for comes a line at a time, when it waits: all that comes
 * before it has asked is nothing but an error. */
static struct {
	const uint8_t *p;
	size_t left;
	int fd;
} say;

/* In place of libc's. */
int poll(struct pollfd *fds, nfds_t n, int timeout)
{
	const struct timespec now = { 0 };
	const uint8_t *end;
	size_t len;
	int rc = ppoll(fds, n, &now, NULL);

	if (rc || !timeout)
		return rc;
	if (!say.left) {
		shutdown(say.fd, SHUT_WR);
		return ppoll(fds, n, NULL, NULL);
	}
	end = memchr(say.p, '\n', say.left);
	len = end ? (size_t)(end - say.p) + 1 : say.left;
	if (write(say.fd, say.p, len) < 0)
		abort();
	say.p += len;
	say.left -= len;
	return ppoll(fds, n, NULL, NULL);
}

static void all_events(struct ipl_qmp *q)
{
	struct json_object *event;
	unsigned n = 0;

	while ((event = ipl_qmp_event(q))) {
		json_object_put(event);
		promise(++n <= 1000, "events are limited in number");
	}
}

static void ask(struct ipl_qmp *q)
{
	struct ipl_disks disks = { 0 };
	struct ipl_err err = { 0 };
	char *text = NULL;
	int rc = ipl_qmp_get(q, "/machine", "loadparm", &text, &err);

	promise_err(rc, &err);
	free(text);
	all_events(q);
	rc = ipl_disks_query(q, &disks, &err);
	promise_err(rc, &err);
	if (!rc)
		ipl_disks_free(&disks);
	rc = ipl_qmp_run(q, "query-kvm", NULL, NULL, &err);
	promise_err(rc, &err);
	rc = ipl_qmp_pump(q, &err);
	promise_err(rc, &err);
	all_events(q);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char greeting[] =
		"{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 0, \"minor\": "
		"2, \"major\": 7}}, \"capabilities\": []}}\n{\"return\": {}}\n";
	static uint8_t both[sizeof(greeting) + MAX];
	struct ipl_err err = { 0 };
	struct ipl_qmp *q = NULL;
	bool greet = size && data[0] == 'g';
	int fd[2], rc;

	if (size > MAX || socketpair(AF_UNIX, SOCK_STREAM, 0, fd))
		return 0;
	/* all of it fits into the socket: nobody waits for anybody */
	say.fd = fd[1];
	say.p = greet ? both : data;
	say.left = greet ? sizeof(greeting) - 1 + size - 1 : size;
	if (greet) {
		memcpy(both, greeting, sizeof(greeting) - 1);
		memcpy(both + sizeof(greeting) - 1, data + 1, size - 1);
	}
	rc = ipl_qmp_open(fd[0], &q, &err);
	promise_err(rc, &err);
	if (!rc)
		ask(q);
	ipl_qmp_close(q);
	close(fd[1]);
	return 0;
}
