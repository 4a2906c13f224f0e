/* SPDX-License-Identifier: MIT */
/* A QMP client over one descriptor: commands wait for their answer, events are
 * kept until asked for. May use: base, json-c. */
#include "vm/qmp.h"

#include "base/cleanup.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* query-block of a VM with hundreds of disks has some 100 KiB. */
#define IPL_LIMIT_QMP_MESSAGE	  (16 << 20)
/* Only the last ones matter; a guest can cause as many as it likes. */
#define IPL_LIMIT_QMP_EVENTS	  256
/* Of all of them; an event has some 200 bytes. */
#define IPL_LIMIT_QMP_EVENT_BYTES (256 << 10)
/* Who only looks has other things to do, however much QEMU says. */
#define IPL_LIMIT_QMP_PUMP	  (64 << 10)
#define READ_SIZE		  4096
/* How often somebody is told that an answer does not come. */
#define ON_WAIT_MS		  1000

struct ipl_qmp {
	int fd;
	int version;
	pid_t peer;
	struct json_tokener *tok;
	struct json_object *events;		  /* array, oldest first */
	size_t event_sizes[IPL_LIMIT_QMP_EVENTS]; /* of each, in bytes */
	size_t event_bytes;
	struct json_object *answers; /* what is no event, likewise */
	size_t asked;	/* answers that are still to come, and the greeting */
	size_t pending; /* bytes of the message that is coming in */
	void (*on_wait)(void *ctx);
	void *on_wait_ctx;
};

static struct json_object *take_first(struct json_object *list)
{
	struct json_object *o;

	if (!json_object_array_length(list))
		return NULL;
	o = json_object_get(json_object_array_get_idx(list, 0));
	json_object_array_del_idx(list, 0, 1);
	return o;
}

static struct json_object *take_event(struct ipl_qmp *q)
{
	struct json_object *event = take_first(q->events);

	if (!event)
		return NULL;
	q->event_bytes -= q->event_sizes[0];
	memmove(q->event_sizes, q->event_sizes + 1,
		sizeof(q->event_sizes) - sizeof(q->event_sizes[0]));
	return event;
}

/* Keep @event of @size bytes, which takes the oldest ones' place. */
static void keep_event(struct ipl_qmp *q, struct json_object *event,
		       size_t size)
{
	size_t n;

	if (size > IPL_LIMIT_QMP_EVENT_BYTES) {
		json_object_put(event); /* none that means anything to us */
		return;
	}
	while ((n = json_object_array_length(q->events)) >=
		       IPL_LIMIT_QMP_EVENTS ||
	       q->event_bytes + size > IPL_LIMIT_QMP_EVENT_BYTES)
		json_object_put(take_event(q));
	q->event_sizes[n] = size;
	q->event_bytes += size;
	json_object_array_add(q->events, event);
}

/* Sort one complete message of @size bytes in. Takes @msg. */
static int take_message(struct ipl_qmp *q, struct json_object *msg, size_t size,
			struct ipl_err *err)
{
	struct json_object *event;

	if (!json_object_is_type(msg, json_type_object)) {
		json_object_put(msg);
		return ipl_fail(err, IPL_EPROTO,
				"QEMU's monitor sent something that is no "
				"JSON object");
	}
	if (json_object_object_get_ex(msg, "event", &event)) {
		keep_event(q, msg, size);
		return 0;
	}
	if (!q->asked) {
		json_object_put(msg);
		return ipl_fail(err, IPL_EPROTO,
				"QEMU's monitor sent an answer, expected none: "
				"nothing was asked");
	}
	q->asked--;
	json_object_array_add(q->answers, msg);
	return 0;
}

static int parse(struct ipl_qmp *q, const char *p, size_t n,
		 struct ipl_err *err)
{
	while (n) {
		struct json_object *msg =
			json_tokener_parse_ex(q->tok, p, (int)n);
		size_t used = json_tokener_get_parse_end(q->tok);
		size_t size = q->pending + used;
		int rc;

		if (json_tokener_get_error(q->tok) == json_tokener_continue) {
			q->pending += n;
			if (q->pending > IPL_LIMIT_QMP_MESSAGE)
				return ipl_fail(err, IPL_ELIMIT,
						"QEMU's monitor sent a message "
						"of more than %d bytes",
						IPL_LIMIT_QMP_MESSAGE);
			return 0;
		}
		q->pending = 0;
		if (!msg)
			return ipl_fail(
				err, IPL_EPROTO,
				"QEMU's monitor sent bad JSON: %s",
				json_tokener_error_desc(
					json_tokener_get_error(q->tok)));
		rc = take_message(q, msg, size, err);
		if (rc)
			return rc;
		p += used;
		n -= used;
		while (n && (*p == '\n' || *p == '\r' || *p == ' ')) {
			p++;
			n--;
		}
	}
	return 0;
}

/* recv(2), which also finds out who sent it. */
static ssize_t receive_from(struct ipl_qmp *q, char *buf, size_t len)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct iovec iov = { .iov_base = buf, .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(q->fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&msg) : NULL;

	if (c && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_CREDENTIALS) {
		struct ucred from;

		memcpy(&from, CMSG_DATA(c), sizeof(from));
		q->peer = from.pid;
	}
	return n;
}

/* Read once, waiting @timeout_ms for something to come. */
static int receive(struct ipl_qmp *q, int timeout_ms, struct ipl_err *err)
{
	struct pollfd pfd = { .fd = q->fd, .events = POLLIN };
	char buf[READ_SIZE];
	ssize_t n;

	do
		n = poll(&pfd, 1, timeout_ms);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return 0;
	do
		n = receive_from(q, buf, sizeof(buf));
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (n <= 0)
		return ipl_fail(err, IPL_EGONE, "QEMU has ended");
	return parse(q, buf, (size_t)n, err);
}

/* Wait for the next message that is no event. There is no limit: a QEMU that
 * is stopped (SIGSTOP) answers when it goes on. */
static int wait_answer(struct ipl_qmp *q, struct json_object **ret,
		       struct ipl_err *err)
{
	while (!(*ret = take_first(q->answers))) {
		int rc = receive(q, q->on_wait ? ON_WAIT_MS : -1, err);

		if (rc)
			return rc;
		if (q->on_wait)
			q->on_wait(q->on_wait_ctx);
	}
	return 0;
}

/* send(2), together with descriptor @fd if there is one. */
static ssize_t send_with(const struct ipl_qmp *q, const char *p, size_t n,
			 int fd)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { .iov_base = (char *)(uintptr_t)p, .iov_len = n };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;

	if (fd >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control.space);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	return sendmsg(q->fd, &msg, MSG_NOSIGNAL);
}

static int send_all(struct ipl_qmp *q, const char *p, int fd,
		    struct ipl_err *err)
{
	size_t n = strlen(p);

	while (n) {
		ssize_t done = send_with(q, p, n, fd);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return ipl_fail(err, IPL_EGONE, "QEMU has ended");
		fd = -1; /* with the first bytes */
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

/* { "QMP": { "version": { "qemu": { "major": 7, "minor": 2, ... */
static int greeting_version(struct json_object *o)
{
	static const char *const path[] = { "QMP", "version", "qemu" };
	struct json_object *major, *minor;

	for (size_t i = 0; i < sizeof(path) / sizeof(*path); i++)
		if (!json_object_object_get_ex(o, path[i], &o))
			return 0;
	if (!json_object_object_get_ex(o, "major", &major) ||
	    !json_object_object_get_ex(o, "minor", &minor))
		return 0;
	return IPL_QEMU_VERSION(json_object_get_int(major),
				json_object_get_int(minor));
}

int ipl_qmp_open(int fd, struct ipl_qmp **ret, struct ipl_err *err)
{
	struct ipl_qmp *q = calloc(1, sizeof(*q));
	auto_json struct json_object *greeting = NULL;
	int rc;

	if (!q) {
		close(fd);
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	}
	q->fd = fd;
	q->asked = 1; /* it greets by itself */
	q->tok = json_tokener_new();
	q->events = json_object_new_array();
	q->answers = json_object_new_array();
	if (!q->tok || !q->events || !q->answers) {
		ipl_qmp_close(q);
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	}
	rc = wait_answer(q, &greeting, err);
	if (!rc) {
		q->version = greeting_version(greeting);
		rc = ipl_qmp_run(q, "qmp_capabilities", NULL, NULL, err);
	}
	if (rc) {
		ipl_qmp_close(q);
		return rc;
	}
	*ret = q;
	return 0;
}

void ipl_qmp_close(struct ipl_qmp *q)
{
	if (!q)
		return;
	close(q->fd);
	if (q->tok)
		json_tokener_free(q->tok);
	json_object_put(q->events);
	json_object_put(q->answers);
	free(q);
}

void ipl_qmp_on_wait(struct ipl_qmp *q, void (*on_wait)(void *ctx), void *ctx)
{
	q->on_wait = on_wait;
	q->on_wait_ctx = ctx;
}

int ipl_qmp_version(const struct ipl_qmp *q)
{
	return q->version;
}

pid_t ipl_qmp_peer(const struct ipl_qmp *q)
{
	return q->peer;
}

int ipl_qmp_fd(const struct ipl_qmp *q)
{
	return q->fd;
}

/* What @answer returns, or QEMU's own words for why not. */
static int unwrap(const char *command, struct json_object *answer,
		  struct json_object **ret, struct ipl_err *err)
{
	struct json_object *o, *desc;

	if (json_object_object_get_ex(answer, "return", &o)) {
		if (ret)
			*ret = json_object_get(o);
		return 0;
	}
	if (json_object_object_get_ex(answer, "error", &o) &&
	    json_object_object_get_ex(o, "desc", &desc))
		return ipl_fail(err, IPL_ENOTFOUND, "QEMU refuses %s: %s",
				command, json_object_get_string(desc));
	return ipl_fail(err, IPL_EPROTO,
			"QEMU's answer to %s has neither return nor error",
			command);
}

/* Takes @args, and sends @fd along if there is one. */
static int send_command(struct ipl_qmp *q, const char *command,
			struct json_object *args, int fd, struct ipl_err *err)
{
	auto_json struct json_object *msg = json_object_new_object();

	q->asked++;
	json_object_object_add(msg, "execute", json_object_new_string(command));
	if (args)
		json_object_object_add(msg, "arguments", args);
	return send_all(
		q, json_object_to_json_string_ext(msg, JSON_C_TO_STRING_PLAIN),
		fd, err);
}

static int receive_answer(struct ipl_qmp *q, const char *command,
			  struct json_object **ret, struct ipl_err *err)
{
	auto_json struct json_object *answer = NULL;
	int rc = wait_answer(q, &answer, err);

	return rc ? rc : unwrap(command, answer, ret, err);
}

int ipl_qmp_run(struct ipl_qmp *q, const char *command,
		struct json_object *args, struct json_object **ret,
		struct ipl_err *err)
{
	int rc = send_command(q, command, args, -1, err);

	return rc ? rc : receive_answer(q, command, ret, err);
}

int ipl_qmp_give_fd(struct ipl_qmp *q, const char *name, int fd,
		    struct ipl_err *err)
{
	struct json_object *args = json_object_new_object();
	int rc;

	json_object_object_add(args, "fdname", json_object_new_string(name));
	rc = send_command(q, "getfd", args, fd, err);
	return rc ? rc : receive_answer(q, "getfd", NULL, err);
}

/* Run a command whose answer is one value, as text. */
static int run_text(struct ipl_qmp *q, const char *command,
		    struct json_object *args, char **ret, struct ipl_err *err)
{
	struct json_object *o = NULL;
	int rc = ipl_qmp_run(q, command, args, &o, err);

	if (rc)
		return rc;
	*ret = strdup(json_object_get_string(o) ? json_object_get_string(o)
						: "");
	json_object_put(o);
	return *ret ? 0 : ipl_fail(err, IPL_ENOMEM, "out of memory");
}

static struct json_object *property_args(const char *path, const char *property)
{
	struct json_object *args = json_object_new_object();

	json_object_object_add(args, "path", json_object_new_string(path));
	json_object_object_add(args, "property",
			       json_object_new_string(property));
	return args;
}

int ipl_qmp_get(struct ipl_qmp *q, const char *path, const char *property,
		char **ret, struct ipl_err *err)
{
	return run_text(q, "qom-get", property_args(path, property), ret, err);
}

int ipl_qmp_get_many(struct ipl_qmp *q, struct ipl_qmp_property *p, size_t n,
		     struct ipl_err *err)
{
	struct ipl_err refused;
	int rc = 0;

	for (size_t i = 0; !rc && i < n; i++)
		rc = send_command(q, "qom-get",
				  property_args(p[i].path, p[i].name), -1, err);
	for (size_t i = 0; !rc && i < n; i++) {
		auto_json struct json_object *o = NULL;

		rc = receive_answer(q, "qom-get", &o, &refused);
		if (rc == IPL_ENOTFOUND) {
			rc = 0; /* it has no such property */
		} else if (rc) {
			*err = refused;
		} else {
			const char *text = json_object_get_string(o);

			p[i].text = strdup(text ? text : "");
		}
	}
	return rc;
}

int ipl_qmp_human(struct ipl_qmp *q, int cpu, const char *line, char **ret,
		  struct ipl_err *err)
{
	struct json_object *args = json_object_new_object();

	json_object_object_add(args, "command-line",
			       json_object_new_string(line));
	json_object_object_add(args, "cpu-index", json_object_new_int(cpu));
	return run_text(q, "human-monitor-command", args, ret, err);
}

int ipl_qmp_pump(struct ipl_qmp *q, struct ipl_err *err)
{
	struct pollfd pfd = { .fd = q->fd, .events = POLLIN };

	for (size_t n = 0; n < IPL_LIMIT_QMP_PUMP && poll(&pfd, 1, 0) > 0;
	     n += READ_SIZE) {
		int rc = receive(q, 0, err);

		if (rc)
			return rc;
	}
	return 0;
}

struct json_object *ipl_qmp_event(struct ipl_qmp *q)
{
	return take_event(q);
}
