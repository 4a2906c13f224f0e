/* SPDX-License-Identifier: MIT */
/* The loader, as the engine sees it: starts the process, asks it, and looks at
 * how it ends. Believes nothing that it says. May use: base, vm. */
#include "device/loader.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "device/loader_main.h"
#include "device/loader_socket.h"
#include "vm/process.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Longer than any disk takes that can be used at all: an NBD server may be
 * silent for 30 s, and there may be some reads. */
#define READ_S	      120
/* While it loads it shows after each piece that it goes on. */
#define SILENT_S      60
/* How often the stub gets a sign of life; it waits 30 s. */
#define ALIVE_MS      1000
/* How often QMP is looked at: at first, when most IPLs are over, and later. */
#define TICK_MS	      2
#define TICKS	      100
#define LATER_TICK_MS 20
/* After a reset the loader has something else to do than to answer only when a
 * disk is slow. */
#define RESET_MS      200

struct ipl_loader {
	const struct ipl_log *log;
	bool sandbox;
	struct ipl_process process;
	int socket;		   /* -1: there is no process */
	uint32_t number;	   /* of the last message */
	const struct ipl_mem *mem; /* NULL: not yet known */
	bool has_memory;	   /* it was sent */
	bool ready;
	struct ipl_stub stub; /* of the IPL that goes on */
	bool prompt;	      /* what the open disk says of its menu */
	unsigned timeout_s;
};

int ipl_loader_new(bool sandbox, const struct ipl_log *log,
		   struct ipl_loader **ret, struct ipl_err *err)
{
	struct ipl_loader *l = calloc(1, sizeof(*l));

	if (!l)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	*l = (struct ipl_loader){ .log = log,
				  .sandbox = sandbox,
				  .socket = -1 };
	*ret = l;
	return 0;
}

void ipl_loader_free(struct ipl_loader *l)
{
	if (!l)
		return;
	ipl_loader_close(l);
	free(l);
}

/* ---- its process */

static int start_process(struct ipl_loader *l, struct ipl_err *err)
{
	char *const argv[] = { (char[]){ IPL_LOADER_NAME },
			       l->sandbox ? (char[]){ "on" }
					  : (char[]){ "off" },
			       NULL };
	int s[2];
	int rc;

	if (l->socket >= 0)
		return 0;
	/* packets: each has its end, and none is mixed with another */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s) < 0)
		return ipl_fail_errno(err, errno, "cannot make a socket");
	rc = ipl_process_start_self(argv, s[1], IPL_LOADER_SOCKET, &l->process,
				    err);
	close(s[1]);
	if (rc) {
		close(s[0]);
		return rc;
	}
	l->socket = s[0];
	l->has_memory = false;
	l->ready = false;
	return 0;
}

void ipl_loader_close(struct ipl_loader *l)
{
	if (l->socket < 0)
		return;
	close(l->socket);
	l->socket = -1;
	ipl_process_kill(&l->process);
}

/* It has ended, or has to. Say why. */
static int bury(struct ipl_loader *l, struct ipl_err *err)
{
	int rc;

	close(l->socket);
	l->socket = -1;
	rc = ipl_process_reap(&l->process, "the loader's process", err);
	if (rc == IPL_EDIED)
		ipl_err_advise(err,
			       "the disk may be made to do harm, or this "
			       "is an error in s390-ipl: please report it");
	return rc;
}

/* ---- messages */

static int send_message(struct ipl_loader *l, struct ipl_loader_msg *m, int fd,
			struct ipl_err *err)
{
	int rc;

	m->number = ++l->number;
	rc = ipl_loader_send(l->socket, m, fd, err);
	return rc == IPL_EDIED ? bury(l, err) : rc;
}

static int send_memory(struct ipl_loader *l, struct ipl_err *err)
{
	struct ipl_loader_msg m = { .type = IPL_LOADER_MEMORY };
	int rc;

	if (l->has_memory)
		return 0;
	m.u.memory.size = l->mem->size;
	rc = send_message(l, &m, l->mem->fd, err);
	l->has_memory = !rc;
	return rc;
}

void ipl_loader_prepare(struct ipl_loader *l, const struct ipl_mem *mem)
{
	struct ipl_err ignored;
	int rc = start_process(l, &ignored);

	l->mem = mem;
	if (!rc && mem)
		rc = send_memory(l, &ignored);
	(void)rc;
}

/* What the loader waits for, and since when. */
struct watch {
	uint64_t since;
	uint64_t limit_ms;
	bool loads; /* not just reads: it gives signs of life itself */
	uint64_t alive;
	uint64_t alive_at; /* when we gave one */
	unsigned ticks;
};

/* See to the stub, to QMP, and that this does not go on for ever. */
static int tick(struct ipl_loader *l, struct watch *w, struct ipl_err *err)
{
	uint64_t now = ipl_clock_ms();
	int rc = l->stub.pump ? l->stub.pump(l->stub.pump_ctx, err) : 0;

	if (rc)
		return rc;
	if (w->loads) {
		/* not a word to the stub: it may have handed its memory over.
		 * A VM that is stopped does nothing for as long as its owner
		 * likes. */
		if (ipl_stub_life(&l->stub) != w->alive ||
		    ipl_stub_is_busy(&l->stub))
			w->since = now;
		w->alive = ipl_stub_life(&l->stub);
	} else if (now - w->alive_at >= ALIVE_MS) {
		ipl_stub_alive(&l->stub);
		w->alive_at = now;
	}
	if (now - w->since < w->limit_ms)
		return 0;
	return ipl_fail(err, IPL_ETIMEOUT,
			"the disk could not be read within %" PRIu64 " seconds",
			w->limit_ms / 1000);
}

static int wait_readable(struct ipl_loader *l, bool loads, struct ipl_err *err)
{
	struct watch w = {
		.since = ipl_clock_ms(),
		.limit_ms = UINT64_C(1000) * (loads ? SILENT_S : READ_S),
		.loads = loads,
		.alive_at = ipl_clock_ms(),
	};

	for (;;) {
		struct pollfd pfd = { .fd = l->socket, .events = POLLIN };
		int rc;

		if (poll(&pfd, 1, w.ticks++ < TICKS ? TICK_MS : LATER_TICK_MS) >
		    0)
			return 0;
		rc = tick(l, &w, err);
		/* a guest may be so quick that its program asks for the next
		 * IPL before we know that it was started */
		if (rc == IPL_ERESET && poll(&pfd, 1, RESET_MS) > 0)
			return 0;
		if (rc)
			return rc;
	}
}

/* What the loader says went wrong, where it can know. */
static int its_error(const struct ipl_loader *l, const struct ipl_loader_msg *a,
		     struct ipl_err *err)
{
	if (a->rc == IPL_ERESET && ipl_stub_is_current(&l->stub))
		return ipl_fail(err, IPL_EPROTO,
				"the loader tells of a reset that there was "
				"not");
	if (a->rc == IPL_EGONE || a->rc == IPL_EDIED)
		return ipl_fail(err, IPL_EPROTO,
				"the loader tells of the end of somebody else");
	if (a->rc && err)
		*err = a->err;
	return a->rc;
}

/* Wait for the answer to the last message, of type @type. */
static int receive(struct ipl_loader *l, enum ipl_loader_type type,
		   struct ipl_loader_msg *ret, bool loads, struct ipl_err *err)
{
	int rc = wait_readable(l, loads, err);

	if (!rc)
		rc = ipl_loader_receive(l->socket, ret, NULL, err);
	if (rc == IPL_EDIED)
		return bury(l, err);
	if (!rc && (ret->type != type || ret->number != l->number)) {
		rc = ipl_fail(err, IPL_EPROTO,
			      "the loader answers something else: type %d, "
			      "expected %d",
			      (int)ret->type, (int)type);
		ipl_loader_msg_done(ret);
	}
	if (!rc)
		return its_error(l, ret, err);
	ipl_loader_close(l); /* whatever it is doing */
	return rc;
}

static int ask(struct ipl_loader *l, struct ipl_loader_msg *m, int fd,
	       enum ipl_loader_type type, struct ipl_loader_msg *ret,
	       struct ipl_err *err)
{
	bool loads = m->type == IPL_LOADER_START;
	int rc;

	if (l->socket < 0)
		return ipl_fail(err, IPL_EDIED, "no disk is open");
	rc = send_message(l, m, fd, err);
	return rc ? rc : receive(l, type, ret, loads, err);
}

/* Have it in its sandbox, with guest memory. */
static int make_ready(struct ipl_loader *l, struct ipl_err *err)
{
	struct ipl_loader_msg a = { 0 };
	int rc;

	if (l->ready)
		return 0;
	l->mem = l->stub.mem;
	rc = send_memory(l, err);
	if (!rc)
		rc = receive(l, IPL_LOADER_READY, &a, false, err);
	if (rc) {
		if (l->sandbox)
			ipl_err_advise(err, "if this host cannot do that, "
					    "--sandbox=off goes without");
		return rc;
	}
	l->ready = true;
	if (l->sandbox)
		ipl_log_say(l->log, IPL_LOG_INFO,
			    "sandbox: %s%s, Landlock %s%" PRIu32,
			    a.u.ready.user,
			    a.u.ready.filtered ? "" : ", no filter",
			    a.u.ready.landlock ? "version " : "missing: ",
			    a.u.ready.landlock);
	return 0;
}

/* ---- what the engine wants */

void ipl_loader_begin(struct ipl_loader *l, const struct ipl_stub *stub)
{
	l->stub = *stub;
	l->mem = stub->mem;
}

static int open_disk(struct ipl_loader *l, const struct ipl_loader_disk *disk,
		     struct ipl_err *err)
{
	struct ipl_loader_msg a = { 0 }, m = { .type = IPL_LOADER_OPEN };
	int rc;

	m.u.open.is_nbd = disk->is_nbd;
	m.u.open.size = disk->size;
	m.u.open.br_lba = disk->options.br_lba;
	m.u.open.br_chr = disk->options.br_chr;
	snprintf(m.u.open.name, sizeof(m.u.open.name), "%s", disk->name);
	rc = ask(l, &m, disk->fd, IPL_LOADER_OPENED, &a, err);
	if (rc)
		return rc;
	l->prompt = a.u.opened.prompt;
	l->timeout_s = a.u.opened.timeout_s;
	return 0;
}

int ipl_loader_open(struct ipl_loader *l, const struct ipl_loader_disk *disk,
		    struct ipl_err *err)
{
	auto_close int fd = disk->fd;
	int rc;

	(void)fd; /* the process has its own then */
	rc = start_process(l, err);
	if (!rc)
		rc = make_ready(l, err);
	return rc ? rc : open_disk(l, disk, err);
}

void ipl_loader_menu(const struct ipl_loader *l, bool *ret_prompt,
		     unsigned *ret_timeout_s)
{
	*ret_prompt = l->prompt;
	*ret_timeout_s = l->timeout_s;
}

int ipl_loader_list(struct ipl_loader *l, struct ipl_listing *ret,
		    struct ipl_err *err)
{
	struct ipl_loader_msg a = { 0 }, m = { .type = IPL_LOADER_LIST };
	int rc = ask(l, &m, -1, IPL_LOADER_LISTED, &a, err);

	if (rc)
		return rc;
	if (!a.listing)
		return ipl_fail(err, IPL_EPROTO, "the loader lists nothing");
	*ret = *a.listing;
	ipl_loader_msg_done(&a);
	return 0;
}

int ipl_loader_describe(struct ipl_loader *l, unsigned number,
			struct ipl_listing_details *ret, struct ipl_err *err)
{
	struct ipl_loader_msg m = { .type = IPL_LOADER_DESCRIBE,
				    .u.describe = number };
	struct ipl_loader_msg a = { 0 };
	int rc = ask(l, &m, -1, IPL_LOADER_DESCRIBED, &a, err);

	if (rc)
		return rc;
	ret->cmdline = ipl_steal(a.text[0]);
	ret->text = ipl_steal(a.text[1]);
	ipl_loader_msg_done(&a);
	if (ret->cmdline && ret->text)
		return 0;
	ipl_listing_details_done(ret);
	return ipl_fail(err, IPL_EPROTO, "the loader describes nothing");
}

int ipl_loader_plan(struct ipl_loader *l,
		    const struct ipl_load_request *request,
		    struct ipl_load_summary *ret, struct ipl_err *err)
{
	struct ipl_loader_msg m = { .type = IPL_LOADER_PLAN,
				    .u.plan = *request };
	struct ipl_loader_msg a = { 0 };
	int rc = ask(l, &m, -1, IPL_LOADER_PLANNED, &a, err);

	if (!rc)
		*ret = a.u.planned;
	return rc;
}

int ipl_loader_start(struct ipl_loader *l, const struct ipl_start *start,
		     struct ipl_err *err)
{
	struct ipl_loader_msg a = { 0 }, m = { .type = IPL_LOADER_START };

	m.u.start.base = l->stub.base;
	m.u.start.generation = l->stub.generation;
	m.u.start.schid = start->schid;
	m.u.start.store_back = start->store_back;
	if (start->block.len > sizeof(m.u.start.block))
		return ipl_fail(err, IPL_EBUG, "a parameter block of %zu bytes",
				start->block.len);
	memcpy(m.u.start.block, start->block.p, start->block.len);
	m.u.start.block_len = start->block.len;
	return ask(l, &m, -1, IPL_LOADER_DONE, &a, err);
}
