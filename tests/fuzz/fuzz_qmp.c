/* SPDX-License-Identifier: MIT */
/* Any bytes as what a QEMU says on its monitor, to all that asks it something.
 * May use: vm, device. */
#include "promise.h"

#include "device/disks.h"
#include "vm/qmp.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

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
	struct ipl_err err = { 0 };
	struct ipl_qmp *q = NULL;
	bool greet = size && data[0] == 'g';
	int fd[2], rc;

	if (size > 60000 || socketpair(AF_UNIX, SOCK_STREAM, 0, fd))
		return 0;
	/* all of it fits into the socket: nobody waits for anybody */
	if (greet && write(fd[1], greeting, sizeof(greeting) - 1) < 0)
		abort();
	if (write(fd[1], data + greet, size - greet) < 0)
		abort();
	shutdown(fd[1], SHUT_WR);
	rc = ipl_qmp_open(fd[0], &q, &err);
	promise_err(rc, &err);
	if (!rc)
		ask(q);
	ipl_qmp_close(q);
	close(fd[1]);
	return 0;
}
