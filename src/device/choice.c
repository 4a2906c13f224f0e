/* SPDX-License-Identifier: MIT */
/* What is to be IPLed: which disk, which program, and what the program is told of
 * it. May use: base, format, vm, device. */
#include "device/choice.h"

#include "base/cleanup.h"
#include "device/tell.h"
#include "vm/opts.h"

#include <inttypes.h>
#include <string.h>

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

int ipl_choice_by_profile(const struct ipl_panel *p, struct ipl_choice *ret,
			  struct ipl_err *err)
{
	const struct ipl_profile *profile = p->profile;

	ret->has_bootprog = profile->has_bootprog;
	ret->bootprog = profile->bootprog;
	ret->br_lba = profile->br_lba;
	ret->br_chr = profile->br_chr;
	return choose_loadparm(p, ret->disk, &ret->loadparm, err);
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

int ipl_choice_by_block(const struct ipl_panel *p, const struct ipl_stub *stub,
			struct ipl_span block, struct ipl_choice *ret,
			struct ipl_err *err)
{
	auto_free char *machine = NULL;
	struct iplb b;
	int rc = iplb_decode(block, &b, err);
	bool scsi = !rc && b.type == IPLB_QEMU_SCSI;

	if (rc)
		return rc;
	if (b.type == IPLB_CCW || b.type == IPLB_FCP || scsi)
		ret->disk = find_disk(p, ret->disks, &b);
	if (!ret->disk)
		return ipl_tell_no_such_disk(p->log, stub, &b, err);
	ret->keep_block = !scsi;
	ret->has_bootprog = b.type == IPLB_FCP && b.bootprog;
	ret->bootprog = b.bootprog;
	ret->br_lba = b.br_lba;
	if (!scsi)
		return ipl_loadparm_parse(b.loadparm, &ret->loadparm, err);
	/* QEMU 7.2 makes a block of its own for its boot device behind
	 * virtio-scsi; what the guest said is left in the machine's property. */
	rc = ipl_qmp_get(p->qmp, "/machine", "loadparm", &machine, err);
	return rc ? rc : ipl_loadparm_parse(machine, &ret->loadparm, err);
}

/* Fields that only a block of FCP type has. */
static bool wants_fcp(const struct ipl_profile *profile)
{
	return profile->scpdata || profile->has_bootprog || profile->has_br_lba;
}

int ipl_choice_block(const struct ipl_panel *p, const struct ipl_choice *c,
		     struct ipl_span old, uint8_t buf[static IPLB_MAX],
		     struct ipl_span *ret, struct ipl_err *err)
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
