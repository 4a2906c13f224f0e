/* SPDX-License-Identifier: MIT */
/* One IPL: which disk, which program, and load it.
 * May use: everything but cli. */
#include "device/ipl.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "device/ask.h"
#include "device/clear.h"
#include "device/direct.h"
#include "device/disks.h"
#include "device/export.h"
#include "device/firmware.h"
#include "device/loadparm.h"
#include "vm/opts.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PSW_WAIT (UINT64_C(1) << 49) /* bit 14 of a short PSW */

/* What was decided for this IPL. */
struct choice {
	const struct ipl_disks *disks;
	const struct ipl_disk *disk;
	struct ipl_menu_choice menu; /* what was chosen there */
	struct ipl_loadparm loadparm;
	bool keep_block; /* the guest's block is for this disk: it stays */
	bool by_guest;	 /* its block says what to IPL, not the profile */
	bool has_bootprog;
	unsigned bootprog;
	uint64_t br_lba;
	struct zipl_chs br_chr; /* record 0: none */
};

/* ---- which disk, which program */

/* The load parameter for @disk, as the user gave it: to the IPL device, else to
 * the disk, else to the machine. */
static int choose_loadparm(const struct ipl_panel *p,
			   const struct ipl_disk *disk,
			   struct ipl_loadparm *ret, struct ipl_err *err)
{
	const char *loadparm = p->profile->loadparm;

	if (!loadparm && p->loadparms)
		loadparm = ipl_opts_get(p->loadparms, disk->id);
	if (!loadparm && disk->loadparm && disk->loadparm[0])
		loadparm = disk->loadparm;
	if (!loadparm)
		loadparm = p->machine_loadparm;
	return ipl_loadparm_parse(loadparm, ret, err);
}

/* The disk that a block names. It can name an adapter, but no disk behind it:
 * then the guest means the disk that it came from. */
static const struct ipl_disk *find_disk(const struct ipl_panel *p,
					const struct ipl_disks *disks,
					const struct iplb *b)
{
	if (b->type == IPLB_FCP)
		return ipl_disks_at_fcp(disks, b->devno, b->wwpn, b->fcp_lun);
	for (size_t i = 0; p->last && i < disks->n; i++) {
		const struct ipl_disk *d = &disks->d[i];

		if (d->has_ccw && d->ssid == b->ssid && d->devno == b->devno &&
		    !strcmp(d->id, p->last))
			return d;
	}
	return ipl_disks_at(disks, b->ssid, b->devno, b->type == IPLB_QEMU_SCSI,
			    b->lun, b->target, b->channel);
}

/* Tell host and console; ends in "\n" there. */
static IPL_PRINTF(4, 5) int say(const struct ipl_panel *p,
				const struct ipl_stub *stub,
				struct ipl_err *err, const char *fmt, ...)
{
	char text[800], line[820];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ipl_log_say(p->log, IPL_LOG_ERROR, "%s", text);
	snprintf(line, sizeof(line), "s390-ipl: %s\n", text);
	return ipl_stub_say(stub, line, err);
}

static int say_no_such_disk(const struct ipl_panel *p,
			    const struct ipl_stub *stub, const struct iplb *b,
			    struct ipl_err *err)
{
	char lun[80] = "";

	if (b->type == IPLB_FCP)
		snprintf(lun, sizeof(lun),
			 ", port 0x%016" PRIx64 ", LUN 0x%016" PRIx64, b->wwpn,
			 b->fcp_lun);
	return say(p, stub, err,
		   "the guest's IPL parameter block (type %#x, device "
		   "fe.%x.%04x%s) names no disk of this VM: IPL as at power-on",
		   b->type, b->ssid, b->devno, lun);
}

/* What the guest itself set with DIAG 308 subcode 5 before it re-IPLed. Leaves
 * @c without a disk when that is none of this VM. */
static int choose_by_block(const struct ipl_panel *p,
			   const struct ipl_stub *stub,
			   const struct ipl_disks *disks, struct ipl_span block,
			   struct choice *c, struct ipl_err *err)
{
	auto_free char *machine = NULL;
	struct iplb b;
	int rc = iplb_decode(block, &b, err);
	bool scsi = !rc && b.type == IPLB_QEMU_SCSI;

	if (rc)
		return rc;
	if (b.type == IPLB_CCW || b.type == IPLB_FCP || scsi)
		c->disk = find_disk(p, disks, &b);
	if (!c->disk)
		return say_no_such_disk(p, stub, &b, err);
	c->keep_block = !scsi;
	c->by_guest = true;
	c->has_bootprog = b.type == IPLB_FCP && b.bootprog;
	c->bootprog = b.bootprog;
	c->br_lba = b.br_lba;
	if (!scsi)
		return ipl_loadparm_parse(b.loadparm, &c->loadparm, err);
	/* QEMU 7.2 makes a block of its own for its boot device behind
	 * virtio-scsi; what the guest said is left in the machine's property. */
	rc = ipl_qmp_get(p->qmp, "/machine", "loadparm", &machine, err);
	return rc ? rc : ipl_loadparm_parse(machine, &c->loadparm, err);
}

/* ---- load it */

/* Straight from the file where that is the same as what QEMU would give. */
static bool open_direct(const struct ipl_panel *p, const struct ipl_disk *d,
			struct ipl_loader_disk *ret)
{
	struct ipl_err why = { 0 };

	if (!d->file)
		return false;
	if (!ipl_direct_open(p->qmp, d->file, &ret->fd, &ret->size, &why))
		return true;
	ipl_log_say(p->log, IPL_LOG_INFO,
		    "disk %s is read through QEMU: %s: %s", d->id, d->file,
		    why.msg);
	return false;
}

static int open_source(const struct ipl_panel *p, const struct ipl_disk *d,
		       struct ipl_loader_disk *ret, struct ipl_err *err)
{
	if (!d->node)
		return ipl_fail(err, IPL_ENOTFOUND,
				"no medium, expected a disk to read from");
	ret->name = d->file ?: d->node;
	ret->is_nbd = !open_direct(p, d, ret);
	if (!ret->is_nbd)
		return 0;
	return ipl_export_open(p->qmp, d->node, &ret->fd, err);
}

int ipl_panel_open_disk(struct ipl_panel *p, const struct ipl_disk *d,
			struct ipl_err *err)
{
	struct ipl_loader_disk disk = { .fd = -1, .options = p->map_options };
	int rc;

	ipl_panel_close_disk(p);
	rc = open_source(p, d, &disk, err);
	if (rc)
		return rc;
	p->open = d;
	p->exported = disk.is_nbd;
	rc = ipl_loader_open(p->loader, &disk, err);
	if (rc)
		ipl_panel_close_disk(p);
	return rc;
}

void ipl_panel_close_disk(struct ipl_panel *p)
{
	if (!p->open)
		return;
	ipl_loader_close(p->loader);
	if (p->exported)
		ipl_export_end(p->qmp);
	p->open = NULL;
}

/* Fields that only a block of FCP type has. */
static bool wants_fcp(const struct ipl_profile *profile)
{
	return profile->scpdata || profile->has_bootprog || profile->has_br_lba;
}

/* The IPL parameter block that the program sees. */
static int make_block(const struct ipl_panel *p, const struct choice *c,
		      struct ipl_span old, uint8_t *buf, struct ipl_span *ret,
		      struct ipl_err *err)
{
	const struct ipl_disk *d = c->disk;
	const char *scpdata = p->profile->scpdata ?: "";
	struct ipl_wr w = { .p = buf, .len = IPLB_MAX };
	struct iplb b = { .ssid = d->ssid,
			  .devno = d->devno,
			  .wwpn = d->wwpn,
			  .fcp_lun = iplb_fcp_lun(d->lun),
			  .bootprog = c->bootprog,
			  .br_lba = c->br_lba,
			  .scpdata = { (const uint8_t *)scpdata,
				       strlen(scpdata), 0 } };

	*ret = old;
	if (c->keep_block)
		return 0;
	memcpy(b.loadparm, c->loadparm.text, sizeof(b.loadparm));
	if (!wants_fcp(p->profile))
		iplb_encode_ccw(&b, &w);
	else if (d->ssid)
		return ipl_fail(err, IPL_EUNSUP,
				"bootprog, br_lba and scpdata need an IPL "
				"parameter block of FCP type, which has no "
				"place for fe.%x.%04x: only for fe.0",
				d->ssid, d->devno);
	else
		iplb_encode_fcp(&b, &w);
	*ret = (struct ipl_span){ .p = buf, .len = w.at };
	return 0;
}

/* A program that only loads data ends in a wait at once, which QEMU's TCG does
 * not tell anybody. */
static int say_if_it_waits(const struct ipl_panel *p,
			   const struct ipl_stub *stub,
			   const struct ipl_load_summary *s,
			   struct ipl_err *err)
{
	char text[160];

	if (!(s->psw & PSW_WAIT))
		return 0;
	snprintf(text, sizeof(text),
		 "s390-ipl: program %u loads data and stops: its PSW is a wait "
		 "state (%016" PRIx64 ")\n",
		 s->number, s->psw);
	ipl_log_say(p->log, IPL_LOG_ERROR, "%.*s",
		    (int)strcspn(text, "\n") - 10, text + 10);
	return ipl_stub_say(stub, text, err);
}

/* What the loader is asked for; *@append belongs to it. */
static int make_request(const struct ipl_panel *p, const struct choice *c,
			struct ipl_load_request *ret, char **append,
			struct ipl_err *err)
{
	int rc;

	rc = ipl_ask_append(p, c->menu.params, append, err);
	if (rc)
		return rc;
	ret->append = *append;
	if (c->menu.kind == IPL_MENU_PROGRAM)
		ret->number = c->menu.number;
	else if (c->has_bootprog)
		ret->number = c->bootprog;
	else if (c->loadparm.kind == IPL_LOADPARM_NUMBER)
		ret->number = c->loadparm.number;
	else if (c->loadparm.kind == IPL_LOADPARM_NAME)
		ret->name = c->loadparm.name;
	return 0; /* PROMPT without a choice: the default */
}

/* The certificates of this moment; *@ret belongs to the request. */
static int add_certs(const struct ipl_panel *p, struct ipl_load_request *r,
		     uint8_t **ret, struct ipl_err *err)
{
	struct ipl_wr w = { .len = IPL_CERTS_PACKED_MAX };
	struct ipl_certs *certs = NULL;
	int rc = 0;

	r->secure = p->profile->secure;
	if (r->secure == IPL_SECURE_OFF)
		return 0;
	*ret = w.p = malloc(w.len);
	if (!w.p)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	rc = ipl_certs_read(p->profile->certs, &certs, err);
	if (rc)
		return rc;
	ipl_certs_pack(certs, &w);
	ipl_certs_free(certs);
	assert(!w.overflow);
	r->certs = (struct ipl_span){ .p = w.p, .len = w.at };
	return 0;
}

static int say_secure(const struct ipl_panel *p, const struct ipl_stub *stub,
		      const struct ipl_load_summary *s, struct ipl_err *err)
{
	const char *how =
		p->profile->secure == IPL_SECURE_ON ? "secure IPL" : "audit";

	if (p->profile->secure == IPL_SECURE_OFF)
		return 0;
	if (s->fault[0])
		return say(p, stub, err, "%s: would be refused: %s", how,
			   s->fault);
	return say(p, stub, err, "%s: %u components are signed and verified",
		   how, s->verified);
}

/* Tell who wants to know what is loaded; a person at the console in a line. */
static int say_program(const struct ipl_panel *p, const struct ipl_stub *stub,
		       const struct choice *c, const struct ipl_load_summary *s,
		       struct ipl_err *err)
{
	const struct ipl_disk *d = c->disk;
	struct json_object *event = ipl_event("program");
	char device[16], line[320];

	snprintf(device, sizeof(device), "fe.%x.%04x", d->ssid, d->devno);
	ipl_log_say(p->log, IPL_LOG_DEBUG,
		    "this device loads it: the disk has a boot map with boot "
		    "code of its own");
	ipl_log_say(p->log, IPL_LOG_INFO,
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
	ipl_log_event(p->log, event);
	snprintf(line, sizeof(line),
		 "s390-ipl: disk %.80s (%s), program %u (%s)\n", d->id, device,
		 s->number, s->name);
	/* a console is asked to show ASCII only; and a line is a line */
	for (char *t = line; t[0] && t[1]; t++)
		if (*t < ' ' || *t > '~')
			*t = '?';
	return ipl_stub_say(stub, line, err);
}

/* What the load panel says of memory. */
static int clear_memory(const struct ipl_panel *p, const struct ipl_stub *stub,
			struct ipl_start *start, struct ipl_err *err)
{
	int rc;

	if (!p->profile->clear)
		return 0;
	rc = ipl_clear(stub, start->store_back, err);
	if (!rc)
		ipl_log_say(p->log, IPL_LOG_DEBUG, "memory is cleared");
	start->store_back = false;
	return rc;
}

static void say_started(const struct ipl_panel *p, uint64_t began)
{
	struct json_object *event = ipl_event("started");
	uint64_t took = ipl_clock_us() - began;

	ipl_log_say(p->log, IPL_LOG_INFO, "started after %.1f ms",
		    (double)took / 1e3);
	ipl_event_number(event, "microseconds", took);
	ipl_log_event(p->log, event);
}

/* What the firmware cannot be told. */
static int check_firmware(const struct ipl_panel *p, const struct choice *c,
			  struct ipl_err *err)
{
	const struct ipl_profile *f = p->profile;
	const char *what = f->append	   ? "append"
			   : f->scpdata	   ? "scpdata"
			   : f->has_br_lba ? "br_lba"
			   : f->has_br_chr ? "br_chr"
			   : f->secure	   ? "secure"
					   : NULL;

	if (what)
		return ipl_fail(err, IPL_EUNSUP,
				"QEMU's firmware has nothing like %s=", what);
	if (c->loadparm.kind == IPL_LOADPARM_NAME && !c->has_bootprog)
		return ipl_fail(err, IPL_EUNSUP,
				"loadparm '%s': QEMU's firmware knows programs "
				"by their numbers only",
				c->loadparm.name);
	return 0;
}

/* The boot menu, if one is wanted: may choose another disk. */
static int ask(struct ipl_panel *p, const struct ipl_stub *stub,
	       struct choice *c, struct ipl_err *err)
{
	const struct ipl_question question = {
		.disks = c->disks,
		.loadparm = &c->loadparm,
		.has_number = c->has_bootprog,
		.has_firmware = p->profile->mode != IPL_MODE_EXTERNAL &&
				!check_firmware(p, c, NULL),
	};
	const struct ipl_disk *asked = c->disk;
	int rc = ipl_ask(p, stub, &question, &c->disk, &c->menu, err);

	if (c->disk != asked)
		c->keep_block = false;
	return rc;
}

static int load_program(struct ipl_panel *p, const struct ipl_stub *stub,
			struct choice *c, struct ipl_span old_block,
			struct ipl_err *err)
{
	struct ipl_load_request request = { .memory = stub->mem->size };
	struct ipl_start start = { .store_back = !p->first && !p->has_kvm };
	auto_free char *append = NULL;
	uint8_t buf[IPLB_MAX];
	struct ipl_load_summary s;
	uint64_t began = ipl_clock_us();
	auto_free uint8_t *certs = NULL;
	int rc = make_request(p, c, &request, &append, err);

	if (!rc)
		rc = add_certs(p, &request, &certs, err);
	if (!rc)
		rc = ipl_loader_plan(p->loader, &request, &s, err);
	if (rc)
		return rc;
	/* a name is ours alone: the program gets the number */
	if (request.name)
		ipl_loadparm_of_number(s.number, &c->loadparm);
	start.schid = c->disk->schid;
	rc = make_block(p, c, old_block, buf, &start.block, err);
	if (!rc)
		rc = say_program(p, stub, c, &s, err);
	if (!rc)
		rc = say_secure(p, stub, &s, err);
	if (!rc)
		rc = say_if_it_waits(p, stub, &s, err);
	if (!rc)
		rc = clear_memory(p, stub, &start, err);
	if (!rc)
		rc = p->on_start(p->on_start_ctx, err);
	if (!rc)
		rc = ipl_loader_start(p->loader, &start, err);
	if (!rc)
		say_started(p, began);
	return rc;
}

/* A loader that was killed says nothing about the disk; one that comes to harm
 * by it does so twice. */
static bool is_worth_a_new_one(const struct ipl_panel *p,
			       const struct ipl_stub *stub, int rc,
			       const struct ipl_err *err)
{
	if (rc != IPL_EDIED || !ipl_stub_is_current(stub))
		return false;
	ipl_log_say(p->log, IPL_LOG_ERROR, "%s", err->msg);
	ipl_log_say(p->log, IPL_LOG_ERROR, "trying with a new one");
	return true;
}

/* Open the disk, show the menu, load what was chosen. */
static int open_and_load(struct ipl_panel *p, const struct ipl_stub *stub,
			 struct choice *c, struct ipl_span block,
			 struct ipl_err *err)
{
	int rc = ipl_panel_open_disk(p, c->disk, err);

	if (is_worth_a_new_one(p, stub, rc, err))
		rc = ipl_panel_open_disk(p, c->disk, err);
	if (!rc)
		rc = ask(p, stub, c, err);
	if (rc || c->menu.kind == IPL_MENU_FIRMWARE)
		return rc;
	rc = load_program(p, stub, c, block, err);
	if (!is_worth_a_new_one(p, stub, rc, err))
		return rc;
	rc = ipl_panel_open_disk(p, c->disk, err);
	return rc ? rc : load_program(p, stub, c, block, err);
}

static int say_firmware(const struct ipl_panel *p, const struct ipl_stub *stub,
			const struct ipl_disk *d, const char *why,
			struct ipl_err *err)
{
	struct json_object *event = ipl_event("firmware");
	char device[16], line[200];

	snprintf(device, sizeof(device), "fe.%x.%04x", d->ssid, d->devno);
	ipl_event_text(event, "disk", d->id);
	ipl_event_text(event, "device", device);
	ipl_event_text(event, "reason", why);
	ipl_log_event(p->log, event);
	ipl_log_say(p->log, IPL_LOG_INFO,
		    "disk %s (%s) is left to QEMU's firmware: %s", d->id,
		    device, why);
	snprintf(line, sizeof(line),
		 "s390-ipl: disk %.80s (%s), by QEMU's firmware\n", d->id,
		 device);
	return ipl_stub_say(stub, line, err);
}

/* Leave the disk to QEMU's own firmware. */
static int start_firmware(const struct ipl_panel *p,
			  const struct ipl_stub *stub, struct choice *c,
			  const char *why, struct ipl_err *err)
{
	const struct ipl_profile *f = p->profile;
	const struct ipl_firmware fw = {
		.qemu = p->qemu,
		.dirs = p->data_dirs,
		.menu = f->menu == IPL_MENU_ON,
		.zipl_menu = f->menu == IPL_MENU_AUTO,
		.timeout_ms =
			f->timeout_s > 0 ? (uint32_t)f->timeout_s * 1000 : 0,
	};
	struct iplb b = { .ssid = c->disk->ssid, .devno = c->disk->devno };
	uint8_t buf[IPLB_CCW_LEN];
	struct ipl_wr w = { .p = buf, .len = sizeof(buf) };
	struct ipl_start start = { .block = { .p = buf, .len = sizeof(buf) },
				   .schid = c->disk->schid,
				   .store_back = !p->first && !p->has_kvm };
	auto_free char *path = NULL;
	uint64_t began = ipl_clock_us();
	int rc = check_firmware(p, c, err);

	if (rc)
		return rc;
	if (c->has_bootprog)
		ipl_loadparm_of_number(c->bootprog, &c->loadparm);
	memcpy(b.loadparm, c->loadparm.text, sizeof(b.loadparm));
	iplb_encode_ccw(&b, &w);
	rc = say_firmware(p, stub, c->disk, why, err);
	if (!rc)
		rc = clear_memory(p, stub, &start, err);
	if (!rc)
		rc = p->on_start(p->on_start_ctx, err);
	if (!rc)
		rc = ipl_firmware_start(&fw, stub, &start, &path, err);
	if (!rc)
		say_started(p, began);
	return rc;
}

/* One attempt, with a disk that is chosen. */
static int try_disk(struct ipl_panel *p, const struct ipl_stub *stub,
		    struct choice *c, struct ipl_span block,
		    struct ipl_err *err)
{
	const struct ipl_disk *d;
	int rc;

	p->map_options = (struct ipl_map_options){ .br_lba = c->br_lba,
						   .br_chr = c->br_chr };
	if (p->profile->mode == IPL_MODE_FIRMWARE)
		rc = start_firmware(p, stub, c, "mode=firmware", err);
	else
		rc = open_and_load(p, stub, c, block, err);
	if (!rc && c->menu.kind == IPL_MENU_FIRMWARE)
		rc = start_firmware(p, stub, c, "as chosen in the boot menu",
				    err);
	if (rc == IPL_EFOREIGN && p->profile->mode == IPL_MODE_AUTO)
		rc = start_firmware(p, stub, c, "only it knows such a disk",
				    err);

	/* nothing is left that could be refused */
	if (rc == IPL_EDIED && !ipl_stub_is_current(stub))
		rc = IPL_ERESET;
	d = c->disk;
	if (!rc) {
		free(p->last);
		p->last = strdup(d->id);
	}
	ipl_panel_close_disk(p);
	free(c->menu.params);
	if (rc)
		ipl_err_wrap(err, "disk %s%s%s%s", d->id, d->file ? " (" : "",
			     d->file ?: "", d->file ? ")" : "");
	return rc;
}

static int try_profile(struct ipl_panel *p, const struct ipl_stub *stub,
		       struct choice *c, struct ipl_span block,
		       struct ipl_err *err)
{
	int rc = choose_loadparm(p, c->disk, &c->loadparm, err);

	c->has_bootprog = p->profile->has_bootprog;
	c->bootprog = p->profile->bootprog;
	c->br_lba = p->profile->br_lba;
	c->br_chr = p->profile->br_chr;
	return rc ? rc : try_disk(p, stub, c, block, err);
}

/* Why the next disk is tried. */
static int say_refusal(const struct ipl_panel *p, const struct ipl_stub *stub,
		       const struct ipl_err *why, struct ipl_err *err)
{
	struct json_object *event = ipl_event("refused");
	int rc;

	ipl_event_text(event, "message", why->msg);
	ipl_event_text(event, "advice", why->advice[0] ? why->advice : NULL);
	ipl_log_event(p->log, event);
	rc = say(p, stub, err, "%s", why->msg);
	return rc ? rc : say(p, stub, err, "trying the next disk");
}

/* The disks in boot order, until one can be IPLed. */
static int try_order(struct ipl_panel *p, const struct ipl_stub *stub,
		     const struct ipl_disks *disks, struct ipl_span block,
		     struct ipl_err *err)
{
	const struct ipl_disk **order = NULL;
	size_t n = 0;
	int rc = ipl_disks_order(disks, &order, &n, err);

	for (size_t i = 0; i < n; i++) {
		struct choice c = { .disks = disks, .disk = order[i] };
		struct ipl_err why = { 0 };

		rc = try_profile(p, stub, &c, block, &why);
		if (!rc || rc == IPL_ERESET || rc == IPL_EGONE || i + 1 == n) {
			if (rc && err)
				*err = why;
			break;
		}
		rc = say_refusal(p, stub, &why, err);
		if (rc)
			break;
	}
	free(order);
	return rc;
}

static int choose_and_load(struct ipl_panel *p, const struct ipl_stub *stub,
			   const struct ipl_disks *disks, struct ipl_span block,
			   struct ipl_err *err)
{
	struct choice c = { .disks = disks };
	int rc;

	if (p->by_guest && block.len) {
		rc = choose_by_block(p, stub, disks, block, &c, err);
		if (rc || c.disk)
			return rc ? rc : try_disk(p, stub, &c, block, err);
	}
	if (!p->profile->iplid)
		return try_order(p, stub, disks, block, err);
	rc = ipl_disks_find(disks, p->profile->iplid, &c.disk, err);
	return rc ? rc : try_profile(p, stub, &c, block, err);
}

/* What a menu that was ended by a reset had in its place, unless -kernel has run
 * since: then memory is that system's. */
static int put_back(struct ipl_panel *p, const struct ipl_stub *stub,
		    struct ipl_err *err)
{
	auto_free struct ipl_menu_left *left = ipl_steal(p->left);
	auto_free char *kernel = NULL;
	int rc = left ? ipl_qmp_get(p->qmp, "/machine", "kernel", &kernel, err)
		      : 0;

	if (rc || !left || (kernel && *kernel))
		return rc;
	return ipl_menu_put_back(stub, left, err);
}

int ipl_panel_load(struct ipl_panel *p, const struct ipl_stub *stub,
		   struct ipl_err *err)
{
	uint8_t buf[IPLB_MAX];
	struct ipl_span block = ipl_stub_block(stub, buf);
	struct ipl_disks disks = { 0 };
	int rc = put_back(p, stub, err);

	if (rc)
		return rc;
	ipl_loader_begin(p->loader, stub);
	rc = ipl_disks_query(p->qmp, &disks, err);
	if (!rc) {
		ipl_log_say(p->log, IPL_LOG_DEBUG, "disks of the VM: %zu",
			    disks.n);
		rc = choose_and_load(p, stub, &disks, block, err);
	}
	ipl_disks_free(&disks);
	/* also one that got ready for nothing */
	ipl_loader_close(p->loader);
	return rc;
}
