/* SPDX-License-Identifier: MIT */
/* One IPL: which disk, which program, and load it.
 * May use: everything but cli. */
#include "device/ipl.h"

#include "base/cleanup.h"
#include "boot/plan.h"
#include "device/disks.h"
#include "device/export.h"
#include "device/load.h"
#include "vm/opts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* What was decided for this IPL. */
struct choice {
	const struct ipl_disk *disk;
	char loadparm[IPL_LOADPARM_LEN + 1];
	bool keep_block; /* the guest's block is for this disk: it stays */
};

static IPL_PRINTF(3, 4) void say(const struct ipl_panel *p,
				 enum ipl_log_level level, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	p->log(p->log_ctx, level, text);
}

/* ---- which disk, which program */

static int choose_by_profile(const struct ipl_panel *p,
			     const struct ipl_disks *disks, struct choice *c,
			     struct ipl_err *err)
{
	const char *loadparm = p->profile->loadparm;
	const char *given;
	int rc = p->profile->iplid ? ipl_disks_find(disks, p->profile->iplid,
						    &c->disk, err)
				   : ipl_disks_first(disks, &c->disk, err);

	if (rc)
		return rc;
	given = p->loadparms ? ipl_opts_get(p->loadparms, c->disk->id) : NULL;
	if (!loadparm && given)
		loadparm = given;
	if (!loadparm && c->disk->loadparm && c->disk->loadparm[0])
		loadparm = c->disk->loadparm;
	if (!loadparm)
		loadparm = p->machine_loadparm;
	return ipl_loadparm_normalize(loadparm, c->loadparm, err);
}

/* What the guest itself set with DIAG 308 subcode 5 before it re-IPLed. */
static int choose_by_block(const struct ipl_panel *p,
			   const struct ipl_disks *disks, const struct iplb *b,
			   struct choice *c, struct ipl_err *err)
{
	auto_free char *machine = NULL;
	bool scsi = b->type == IPLB_QEMU_SCSI;
	int rc;

	if (b->type == IPLB_CCW || scsi)
		c->disk = ipl_disks_at(disks, b->ssid, b->devno, scsi, b->lun,
				       b->target, b->channel);
	if (!c->disk) {
		say(p, IPL_LOG_ERROR,
		    "the guest's IPL parameter block (type %#x, device "
		    "fe.%x.%04x) names no disk of this VM: IPL as at power-on",
		    b->type, b->ssid, b->devno);
		return choose_by_profile(p, disks, c, err);
	}
	c->keep_block = b->type == IPLB_CCW;
	if (!scsi)
		return ipl_loadparm_normalize(b->loadparm, c->loadparm, err);
	/* QEMU 7.2 makes a block of its own for its boot device behind
	 * virtio-scsi; what the guest said is left in the machine's property. */
	rc = ipl_qmp_get(p->qmp, "/machine", "loadparm", &machine, err);
	return rc ? rc : ipl_loadparm_normalize(machine, c->loadparm, err);
}

static int choose(const struct ipl_panel *p, const struct ipl_disks *disks,
		  struct ipl_span block, struct choice *c, struct ipl_err *err)
{
	struct iplb b;
	int rc;

	if (!p->by_guest || !block.len)
		return choose_by_profile(p, disks, c, err);
	rc = iplb_decode(block, &b, err);
	return rc ? rc : choose_by_block(p, disks, &b, c, err);
}

/* ---- load it */

/* Straight from the file where that is the same as what QEMU would give. */
static int open_disk(const struct ipl_panel *p, const struct ipl_disk *d,
		     struct ipl_src **ret, struct ipl_err *err)
{
	if (!d->node)
		return ipl_fail(err, IPL_ENOTFOUND,
				"no medium, expected a disk to read from");
	if (d->file)
		return ipl_src_open_file(d->file, ret, err);
	return ipl_export_open(p->qmp, d->node, ret, err);
}

static void close_disk(const struct ipl_panel *p, const struct ipl_disk *d,
		       struct ipl_src *src)
{
	if (src && !d->file)
		ipl_export_close(p->qmp, src);
	else
		ipl_src_close(src);
}

/* The IPL parameter block that the program sees. */
static struct ipl_span make_block(const struct choice *c, struct ipl_span old,
				  uint8_t *buf)
{
	struct ipl_wr w = { .p = buf, .len = IPLB_MAX };
	struct iplb b = { .ssid = c->disk->ssid, .devno = c->disk->devno };

	if (c->keep_block)
		return old;
	memcpy(b.loadparm, c->loadparm, sizeof(b.loadparm));
	iplb_encode_ccw(&b, &w);
	return (struct ipl_span){ .p = buf, .len = w.at };
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int load_program(const struct ipl_panel *p, const struct ipl_stub *stub,
			const struct choice *c, struct ipl_src *src,
			struct ipl_span old_block, struct ipl_err *err)
{
	uint8_t buf[IPLB_MAX];
	const struct ipl_start start = {
		.block = make_block(c, old_block, buf),
		.schid = c->disk->schid,
		.store_back = !p->first && !p->has_kvm,
	};
	const struct ipl_program *prog;
	struct ipl_map *map = NULL;
	struct ipl_plan *plan = NULL;
	double began = seconds();
	unsigned number;
	int rc = ipl_loadparm_program(c->loadparm, &number, err);

	if (!rc)
		rc = ipl_map_read(src, &map, err);
	if (!rc)
		rc = ipl_map_find(map, number, &prog, err);
	if (!rc)
		rc = ipl_plan_make(map, prog, stub->mem->size, &plan, err);
	if (!rc) {
		say(p, IPL_LOG_INFO,
		    "disk %s (fe.%x.%04x), program %u (%s): %" PRIu64
		    " KiB in %zu components",
		    c->disk->id, c->disk->ssid, c->disk->devno, number,
		    prog->name, plan->bytes / 1024, plan->n_segments);
		rc = ipl_load(plan, stub, &start, err);
	}
	if (!rc)
		say(p, IPL_LOG_INFO, "started after %.1f ms",
		    1000 * (seconds() - began));
	ipl_plan_free(plan);
	ipl_map_free(map);
	return rc;
}

int ipl_panel_load(const struct ipl_panel *p, const struct ipl_stub *stub,
		   struct ipl_err *err)
{
	uint8_t buf[IPLB_MAX];
	struct ipl_span block = ipl_stub_block(stub, buf);
	struct ipl_disks disks = { 0 };
	struct ipl_src *src = NULL;
	struct choice c = { 0 };
	int rc = ipl_disks_query(p->qmp, &disks, err);

	if (!rc)
		say(p, IPL_LOG_DEBUG, "disks of the VM: %zu", disks.n);
	if (!rc)
		rc = choose(p, &disks, block, &c, err);
	if (!rc)
		rc = open_disk(p, c.disk, &src, err);
	if (!rc)
		rc = load_program(p, stub, &c, src, block, err);
	if (rc && c.disk)
		ipl_err_wrap(err, "disk %s%s%s%s", c.disk->id,
			     c.disk->file ? " (" : "", c.disk->file ?: "",
			     c.disk->file ? ")" : "");
	close_disk(p, c.disk, src);
	ipl_disks_free(&disks);
	return rc;
}
