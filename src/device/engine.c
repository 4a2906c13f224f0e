/* SPDX-License-Identifier: MIT */
/* The IPL engine of one VM: waits for IPL requests and answers them.
 * May use: everything but cli. */
#include "device/engine.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "device/ipl.h"
#include "device/reboot.h"
#include "s390-ipl/abi.h"
#include "vm/attach.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* A guest that IPLs itself over and over shall not keep the host busy: so many at
 * once, then one in so many milliseconds. */
#define IPLS_AT_ONCE 100
#define IPL_EVERY_MS 200

/* After something that leads to an IPL, look at the mailbox often at first, and then
 * every 50th part of the time that has passed: a host with hundreds of VMs has
 * other things to do, and an IPL that was waited for so long is not much later.
 * After a while once a second is enough, since events come by QMP. */
#define HOT_US	     5000000
#define HOT_TICK_US  200
#define WARM_TICK_US 20000
#define WARM_PART    50
#define COLD_TICK_MS 1000

/* Of the events: raised when one goes away or means something else. */
#define EVENT_API_LEVEL 1

struct engine {
	const struct ipl_engine_config *c;
	struct ipl_qmp *qmp;
	struct ipl_mem mem;
	uint64_t stub_base;
	struct ipl_panel panel; /* what an IPL needs to know */
	uint64_t served;	/* generation of the last request */
	bool reset_seen;	/* since then */
	bool reset_by_guest;
	bool kvm_known;	      /* panel.has_kvm is */
	const char *action;   /* QEMU's at a panic, once we have set it */
	bool panic_caught;    /* QEMU stops at a panic, for us to look */
	bool panic_passed_on; /* the next panic is one that we let happen */
	struct json_object *panic; /* what a panic to be looked at said */
	uint64_t hot_since_us;
	uint64_t paid_until_ms; /* IPLs are paid for with time */
	bool said_too_many;
};

static void say_err(const struct engine *e, const struct ipl_err *err)
{
	ipl_log_say(&e->c->log, IPL_LOG_ERROR, "%s", err->msg);
	if (err->advice[0])
		ipl_log_say(&e->c->log, IPL_LOG_ERROR, "%s", err->advice);
}

/* ---- panics and what looks like them */

static const char *user_action(const struct engine *e)
{
	return e->c->panic_action ?: "shutdown";
}

/* When there is no program: a script that starts a VM wants to see that in QEMU's
 * exit status, if its writer did not ask for something else. */
static const char *not_ipled_action(const struct engine *e)
{
	return e->c->panic_action || e->c->no_shutdown ? user_action(e)
						       : "exit-failure";
}

static int set_action(struct engine *e, const char *action, struct ipl_err *err)
{
	int rc;

	if (e->action && !strcmp(e->action, action))
		return 0;
	rc = ipl_reboot_set_action(e->qmp, action, err);
	if (!rc)
		e->action = action;
	return rc;
}

/* A program is about to run. Not earlier: whatever happens to us until then, QEMU
 * does what the user said. */
static int catch_panics(void *ctx, struct ipl_err *err)
{
	struct engine *e = ctx;

	e->panic_caught = !e->panel.has_kvm;
	return set_action(e, e->panic_caught ? "pause" : user_action(e), err);
}

/* Nobody looks at panics any more. */
static void release_panics(struct engine *e)
{
	struct ipl_stub stub;
	struct ipl_err err = { 0 };

	if (e->action && set_action(e,
				    ipl_stub_find(&e->mem, e->stub_base, &stub)
					    ? not_ipled_action(e)
					    : user_action(e),
				    &err))
		say_err(e, &err);
}

/* The VM has stopped after the panic that e->panic tells of. */
static int on_panic(struct engine *e, struct ipl_err *err)
{
	auto_json struct json_object *data = ipl_steal(e->panic);
	int rc = ipl_reboot_rescue(e->qmp, &e->mem, data, err);

	if (rc == 1) {
		ipl_log_say(
			&e->c->log, IPL_LOG_INFO,
			"the guest re-IPLs itself with DIAG 308 subcode 4, which "
			"QEMU does not have: subcode 3 instead");
		return 0;
	}
	if (rc == IPL_EGONE)
		return rc;
	if (rc)
		say_err(e, err); /* all the more a panic */
	e->panic_passed_on = true;
	e->panic_caught = false;
	e->action = user_action(e);
	return ipl_reboot_panic_again(e->qmp, &e->mem, data, user_action(e),
				      err);
}

/* The loader gets ready while the machine does; @mem as in ipl_loader_prepare. Not
 * where an IPL without it, or none, is to be expected: it would stay for nothing. */
static void prepare_loader(const struct engine *e, const struct ipl_mem *mem)
{
	if (!e->c->has_kernel && e->c->profile->mode != IPL_MODE_FIRMWARE)
		ipl_loader_prepare(e->panel.loader, mem);
}

static void on_reset(struct engine *e, struct json_object *data)
{
	e->reset_seen = true;
	e->reset_by_guest =
		json_object_get_boolean(json_object_object_get(data, "guest"));
	e->panic_passed_on = false;
	e->hot_since_us = ipl_clock_us();
	prepare_loader(e, &e->mem);
}

static int on_event(struct engine *e, struct json_object *event,
		    struct ipl_err *err)
{
	const char *name =
		json_object_get_string(json_object_object_get(event, "event"));
	struct json_object *data = json_object_object_get(event, "data");

	if (!name)
		return 0;
	ipl_log_say(&e->c->log, IPL_LOG_DEBUG, "event %s %s", name,
		    data ? json_object_get_string(data) : "");
	if (!strcmp(name, "RESET")) {
		on_reset(e, data);
	} else if (!strcmp(name, "RESUME")) {
		e->hot_since_us = ipl_clock_us();
	} else if (!strcmp(name, "GUEST_PANICKED") && e->panic_caught &&
		   !e->panic_passed_on) {
		json_object_put(e->panic);
		e->panic = json_object_get(data);
	} else if (!strcmp(name, "STOP") && e->panic) {
		/* not before: QEMU would stop after our cont */
		return on_panic(e, err);
	}
	return 0;
}

static int handle_events(struct engine *e, struct ipl_err *err)
{
	struct json_object *event;
	int rc = ipl_qmp_pump(e->qmp, err);

	while (!rc && (event = ipl_qmp_event(e->qmp))) {
		rc = on_event(e, event, err);
		json_object_put(event);
	}
	return rc;
}

/* ---- requests */

static int pump(void *ctx, struct ipl_err *err)
{
	struct engine *e = ctx;
	int rc = handle_events(e, err);

	/* an IPL is for one reset only */
	return !rc && e->reset_seen
		       ? ipl_fail(err, IPL_ERESET,
				  "the VM was reset during the IPL")
		       : rc;
}

/* QEMU takes its time to answer, as on a host with too much to do: the stub, which
 * waits for 30 s, shall not think that nobody is there. */
static void on_qmp_wait(void *ctx)
{
	const struct ipl_stub *stub = ctx;

	if (ipl_stub_is_current(stub))
		ipl_stub_alive(stub);
}

/* Tell the VM why, and stop it. */
static int refuse(struct engine *e, const struct ipl_stub *stub,
		  const struct ipl_err *why, struct ipl_err *err)
{
	struct json_object *event = ipl_event("failed");
	char text[1000];
	int rc;

	say_err(e, why);
	ipl_event_text(event, "message", why->msg);
	ipl_event_text(event, "advice", why->advice[0] ? why->advice : NULL);
	ipl_event_number(event, "wait_code", WAIT_NOT_IPLED);
	ipl_log_event(&e->c->log, event);
	ipl_log_say(&e->c->log, IPL_LOG_ERROR,
		    "this VM cannot be IPLed and stops (wait code %x)",
		    WAIT_NOT_IPLED);
	snprintf(text, sizeof(text),
		 "s390-ipl: %.500s\n%s%.250s%s"
		 "s390-ipl: this VM cannot be IPLed and stops (wait code %x)\n",
		 why->msg, why->advice[0] ? "s390-ipl: " : "", why->advice,
		 why->advice[0] ? "\n" : "", WAIT_NOT_IPLED);
	rc = ipl_stub_say(stub, text, err);
	if (!rc)
		rc = set_action(e, not_ipled_action(e), err);
	e->panic_caught = false;
	return rc ? rc : ipl_stub_stop(stub, WAIT_NOT_IPLED, err);
}

/* What matters once a program has run, so that the first IPL need not wait for it:
 * KVM has no stale translations and knows DIAG 308 subcode 4. */
static int ask_kvm(struct engine *e, struct ipl_err *err)
{
	auto_json struct json_object *kvm = NULL;
	int rc = e->kvm_known
			 ? 0
			 : ipl_qmp_run(e->qmp, "query-kvm", NULL, &kvm, err);

	if (rc || e->kvm_known)
		return rc;
	e->kvm_known = true;
	e->panel.has_kvm =
		json_object_get_boolean(json_object_object_get(kvm, "enabled"));
	if (!e->panel.has_kvm || !e->panic_caught)
		return 0;
	e->panic_caught = false;
	return set_action(e, user_action(e), err);
}

static void say_requested(const struct engine *e)
{
	struct json_object *event = ipl_event("requested");

	ipl_event_text(event, "by",
		       e->panel.first	   ? "power-on"
		       : e->panel.by_guest ? "guest"
					   : "reset");
	ipl_log_event(&e->c->log, event);
}

static int serve(struct engine *e, struct ipl_stub *stub, struct ipl_err *err)
{
	struct ipl_err why = { 0 };
	int rc;

	e->panel.by_guest = e->reset_seen && e->reset_by_guest;
	/* with -kernel, a system has run before the first request */
	e->panel.first = !e->served && !e->reset_seen;
	e->served = stub->generation;
	e->reset_seen = false;
	say_requested(e);
	stub->pump = pump;
	stub->pump_ctx = e;
	ipl_stub_alive(stub);
	rc = e->panel.first ? 0 : ask_kvm(e, err);
	if (rc)
		return rc;
	ipl_qmp_on_wait(e->qmp, on_qmp_wait, stub);
	rc = ipl_panel_load(&e->panel, stub, &why);
	ipl_qmp_on_wait(e->qmp, NULL, NULL);
	if (!rc)
		rc = ask_kvm(e, &why);
	if (rc && rc != IPL_ERESET && rc != IPL_EGONE)
		rc = refuse(e, stub, &why, err);
	if (rc == IPL_ERESET) {
		ipl_log_say(&e->c->log, IPL_LOG_INFO,
			    "reset during the IPL: starting over");
		ipl_log_event(&e->c->log, ipl_event("reset"));
		e->hot_since_us = ipl_clock_us();
		rc = 0;
	}
	return rc;
}

/* A request counts when it follows a reset that QEMU knows of, so that a guest
 * with a copy of the stub cannot make one. */
static bool is_new(const struct engine *e, const struct ipl_stub *stub)
{
	return stub->generation != e->served && (!e->served || e->reset_seen);
}

/* Whether it has to wait, since there were too many. */
static bool is_too_soon(struct engine *e)
{
	const uint64_t now = ipl_clock_ms(),
		       credit = UINT64_C(1) * IPLS_AT_ONCE * IPL_EVERY_MS;

	if (e->paid_until_ms < now)
		e->paid_until_ms = now;
	if (e->paid_until_ms > now + credit) {
		if (!e->said_too_many)
			ipl_log_say(&e->c->log, IPL_LOG_INFO,
				    "more than %d IPLs a second: they have to "
				    "wait",
				    1000 / IPL_EVERY_MS);
		e->said_too_many = true;
		return true;
	}
	e->paid_until_ms += IPL_EVERY_MS;
	return false;
}

static void wait_a_bit(const struct engine *e)
{
	struct pollfd pfd = { .fd = ipl_qmp_fd(e->qmp), .events = POLLIN };
	uint64_t passed = ipl_clock_us() - e->hot_since_us;
	uint64_t us = passed / WARM_PART;
	struct timespec ts;

	if (us < HOT_TICK_US)
		us = HOT_TICK_US;
	if (us > WARM_TICK_US)
		us = WARM_TICK_US;
	ts = (struct timespec){ .tv_nsec = (long)us * 1000 };
	if (passed < HOT_US)
		ppoll(&pfd, 1, &ts, NULL);
	else
		poll(&pfd, 1, COLD_TICK_MS);
}

static int loop(struct engine *e, struct ipl_err *err)
{
	for (;;) {
		struct ipl_stub stub = { 0 };
		/* a request comes after its event: look in this order */
		int found = ipl_stub_find(&e->mem, e->stub_base, &stub);
		int rc = handle_events(e, err);

		/* nor may its event be taken for that of a later reset */
		if (!rc && found && ipl_stub_is_current(&stub) &&
		    is_new(e, &stub) && !is_too_soon(e)) {
			ipl_log_say(&e->c->log, IPL_LOG_DEBUG, "IPL requested");
			rc = serve(e, &stub, err);
		}
		if (rc)
			return rc;
		wait_a_bit(e);
	}
}

/* ---- set up */

static void say_ready(const struct engine *e)
{
	struct json_object *event = ipl_event("ready");

	ipl_event_number(event, "api_level", EVENT_API_LEVEL);
	ipl_event_number(event, "memory_bytes", e->mem.size);
	ipl_log_event(&e->c->log, event);
}

static int set_up(struct engine *e, struct ipl_err *err)
{
	const struct ipl_engine_config *c = e->c;
	int rc = ipl_loader_new(!c->no_sandbox, &c->log, &e->panel.loader, err);

	if (rc)
		return rc;
	prepare_loader(e, NULL);
	rc = ipl_qmp_open(c->qmp_fd, &e->qmp, err);
	if (rc)
		return rc;
	if (c->on_ready)
		c->on_ready(c->log.ctx);
	rc = ipl_attach_memory(e->qmp, c->memory_fd, c->memory_path,
			       ipl_qmp_peer(e->qmp) ?: c->qemu, c->memory_size,
			       &e->mem, err);
	if (!rc) {
		e->stub_base = ipl_stub_place(&e->mem, ipl_qmp_version(e->qmp));
		prepare_loader(e, &e->mem);
	}
	if (!rc)
		rc = ipl_qmp_get(e->qmp, "/machine", "loadparm",
				 &e->panel.machine_loadparm, err);
	e->panel.qmp = e->qmp;
	e->panel.profile = c->profile;
	e->panel.qemu = c->qemu_program;
	e->panel.data_dirs = c->data_dirs;
	e->panel.loadparms = c->loadparms;
	e->panel.log = &c->log;
	e->panel.on_start = catch_panics;
	e->panel.on_start_ctx = e;
	if (!rc && c->has_kernel)
		rc = ask_kvm(e, err);
	if (!rc && c->has_kernel)
		rc = catch_panics(e, err);
	if (rc)
		return rc;
	ipl_log_say(&e->c->log, IPL_LOG_DEBUG,
		    "QEMU is there, %llu MiB of memory",
		    (unsigned long long)(e->mem.size >> 20));
	say_ready(e);
	return 0;
}

int ipl_engine_run(const struct ipl_engine_config *config, struct ipl_err *err)
{
	struct engine e = { .c = config,
			    .mem = { .fd = -1 },
			    .hot_since_us = ipl_clock_us() };
	int rc = set_up(&e, err);

	if (!rc)
		rc = loop(&e, err);
	if (rc != IPL_EGONE)
		release_panics(&e);
	ipl_loader_free(e.panel.loader);
	ipl_mem_unmap(&e.mem);
	ipl_qmp_close(e.qmp);
	json_object_put(e.panic);
	free(e.panel.machine_loadparm);
	free(e.panel.last);
	free(e.panel.left);
	return rc == IPL_EGONE ? 0 : rc;
}
