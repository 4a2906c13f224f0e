/* SPDX-License-Identifier: MIT */
/* What is said of an IPL: in the log, as an event, on the VM's console.
 * May use: base, format, secure, vm, device/loader, log. */
#include "device/tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PSW_WAIT (UINT64_C(1) << 49) /* bit 14 of a short PSW */

int ipl_tell(const struct ipl_log *log, const struct ipl_stub *stub,
	     struct ipl_err *err, const char *fmt, ...)
{
	char text[800], line[820];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ipl_log_say(log, IPL_LOG_ERROR, "%s", text);
	snprintf(line, sizeof(line), "s390-ipl: %s\n", text);
	return ipl_stub_say(stub, line, err);
}

int ipl_tell_no_such_disk(const struct ipl_log *log,
			  const struct ipl_stub *stub, const struct iplb *b,
			  struct ipl_err *err)
{
	char lun[80] = "";

	if (b->type == IPLB_FCP)
		snprintf(lun, sizeof(lun),
			 ", port 0x%016" PRIx64 ", LUN 0x%016" PRIx64, b->wwpn,
			 b->fcp_lun);
	return ipl_tell(
		log, stub, err,
		"the guest's IPL parameter block (type %#x, device "
		"fe.%x.%04x%s) names no disk of this VM: IPL as at power-on",
		b->type, b->ssid, b->devno, lun);
}

int ipl_tell_program(const struct ipl_log *log, const struct ipl_stub *stub,
		     const struct ipl_choice *c,
		     const struct ipl_load_summary *s, struct ipl_err *err)
{
	const struct ipl_disk *d = c->disk;
	struct json_object *event = ipl_event("program");
	char device[16], line[320];

	snprintf(device, sizeof(device), "fe.%x.%04x", d->ssid, d->devno);
	ipl_log_say(log, IPL_LOG_DEBUG,
		    "this device loads it: the disk has a boot map with boot "
		    "code of its own");
	ipl_log_say(log, IPL_LOG_INFO,
		    "disk %s (%s), program %u (%s): %" PRIu64
		    " KiB in %zu components",
		    d->id, device, s->number, s->name, s->bytes / 1024,
		    s->components);
	ipl_event_text(event, "disk", d->id);
	ipl_event_text(event, "device", device);
	ipl_event_number(event, "number", s->number);
	ipl_event_text(event, "name", s->name);
	ipl_event_text(event, "loadparm", c->loadparm.text);
	ipl_event_number(event, "bytes", s->bytes);
	ipl_event_number(event, "components", s->components);
	ipl_log_event(log, event);
	snprintf(line, sizeof(line),
		 "s390-ipl: disk %.80s (%s), program %u (%s)\n", d->id, device,
		 s->number, s->name);
	/* a console is asked to show ASCII only; and a line is a line */
	for (char *t = line; t[0] && t[1]; t++)
		if (*t < ' ' || *t > '~')
			*t = '?';
	return ipl_stub_say(stub, line, err);
}

int ipl_tell_secure(const struct ipl_log *log, const struct ipl_stub *stub,
		    enum ipl_secure_mode mode, const struct ipl_load_summary *s,
		    struct ipl_err *err)
{
	const char *how = mode == IPL_SECURE_ON ? "secure IPL" : "audit";

	if (mode == IPL_SECURE_OFF)
		return 0;
	if (s->fault[0])
		return ipl_tell(log, stub, err, "%s: would be refused: %s", how,
				s->fault);
	return ipl_tell(log, stub, err,
			"%s: %u components are signed and verified", how,
			s->verified);
}

int ipl_tell_if_it_waits(const struct ipl_log *log, const struct ipl_stub *stub,
			 const struct ipl_load_summary *s, struct ipl_err *err)
{
	char text[160];

	if (!(s->psw & PSW_WAIT))
		return 0;
	snprintf(text, sizeof(text),
		 "s390-ipl: program %u loads data and stops: its PSW is a wait "
		 "state (%016" PRIx64 ")\n",
		 s->number, s->psw);
	ipl_log_say(log, IPL_LOG_ERROR, "%.*s", (int)strcspn(text, "\n") - 10,
		    text + 10);
	return ipl_stub_say(stub, text, err);
}

void ipl_tell_started(const struct ipl_log *log, uint64_t took_us)
{
	struct json_object *event = ipl_event("started");

	ipl_log_say(log, IPL_LOG_INFO, "started after %.1f ms",
		    (double)took_us / 1e3);
	ipl_event_number(event, "microseconds", took_us);
	ipl_log_event(log, event);
}

int ipl_tell_firmware(const struct ipl_log *log, const struct ipl_stub *stub,
		      const struct ipl_disk *d, const char *why,
		      struct ipl_err *err)
{
	struct json_object *event = ipl_event("firmware");
	char device[16], line[200];

	snprintf(device, sizeof(device), "fe.%x.%04x", d->ssid, d->devno);
	ipl_event_text(event, "disk", d->id);
	ipl_event_text(event, "device", device);
	ipl_event_text(event, "reason", why);
	ipl_log_event(log, event);
	ipl_log_say(log, IPL_LOG_INFO,
		    "disk %s (%s) is left to QEMU's firmware: %s", d->id,
		    device, why);
	snprintf(line, sizeof(line),
		 "s390-ipl: disk %.80s (%s), by QEMU's firmware\n", d->id,
		 device);
	return ipl_stub_say(stub, line, err);
}

int ipl_tell_refusal(const struct ipl_log *log, const struct ipl_stub *stub,
		     const struct ipl_err *why, struct ipl_err *err)
{
	struct json_object *event = ipl_event("refused");
	int rc;

	ipl_event_text(event, "message", why->msg);
	ipl_event_text(event, "advice", why->advice[0] ? why->advice : NULL);
	ipl_log_event(log, event);
	rc = ipl_tell(log, stub, err, "%s", why->msg);
	return rc ? rc : ipl_tell(log, stub, err, "trying the next disk");
}
