/* SPDX-License-Identifier: MIT */
/* One IPL: which disk, which program, and load it.
 * May use: everything but cli. */
#include "device/ipl.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "device/ask.h"
#include "device/choice.h"
#include "device/clear.h"
#include "device/firmware.h"
#include "device/tell.h"

#include <assert.h>
#include <string.h>

/* What the loader is asked for; *@append belongs to it. */
static int make_request(const struct ipl_panel *p, const struct ipl_choice *c,
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

/* What the firmware cannot be told. */
static int check_firmware(const struct ipl_panel *p, const struct ipl_choice *c,
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
	       struct ipl_choice *c, struct ipl_err *err)
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
			struct ipl_choice *c, struct ipl_span old_block,
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
	rc = ipl_choice_block(p, c, old_block, buf, &start.block, err);
	if (!rc)
		rc = ipl_tell_program(p->log, stub, c, &s, err);
	if (!rc)
		rc = ipl_tell_secure(p->log, stub, p->profile->secure, &s, err);
	if (!rc)
		rc = ipl_tell_if_it_waits(p->log, stub, &s, err);
	if (!rc)
		rc = clear_memory(p, stub, &start, err);
	if (!rc)
		rc = p->on_start(p->on_start_ctx, err);
	if (!rc)
		rc = ipl_loader_start(p->loader, &start, err);
	if (!rc)
		ipl_tell_started(p->log, ipl_clock_us() - began);
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
			 struct ipl_choice *c, struct ipl_span block,
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

/* Leave the disk to QEMU's own firmware. */
static int start_firmware(const struct ipl_panel *p,
			  const struct ipl_stub *stub, struct ipl_choice *c,
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
	rc = ipl_tell_firmware(p->log, stub, c->disk, why, err);
	if (!rc)
		rc = clear_memory(p, stub, &start, err);
	if (!rc)
		rc = p->on_start(p->on_start_ctx, err);
	if (!rc)
		rc = ipl_firmware_start(&fw, stub, &start, &path, err);
	if (!rc)
		ipl_tell_started(p->log, ipl_clock_us() - began);
	return rc;
}

/* One attempt, with a disk that is chosen. */
static int try_disk(struct ipl_panel *p, const struct ipl_stub *stub,
		    struct ipl_choice *c, struct ipl_span block,
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
		       struct ipl_choice *c, struct ipl_span block,
		       struct ipl_err *err)
{
	int rc = ipl_choice_by_profile(p, c, err);

	return rc ? rc : try_disk(p, stub, c, block, err);
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
		struct ipl_choice c = { .disks = disks, .disk = order[i] };
		struct ipl_err why = { 0 };

		rc = try_profile(p, stub, &c, block, &why);
		if (!rc || rc == IPL_ERESET || rc == IPL_EGONE || i + 1 == n) {
			if (rc && err)
				*err = why;
			break;
		}
		rc = ipl_tell_refusal(p->log, stub, &why, err);
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
	struct ipl_choice c = { .disks = disks };
	int rc;

	if (p->by_guest && block.len) {
		rc = ipl_choice_by_block(p, stub, block, &c, err);
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
