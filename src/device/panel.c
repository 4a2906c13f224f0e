/* SPDX-License-Identifier: MIT */
/* The disk that is open for an IPL: straight from its file, or through QEMU.
 * May use: everything but cli. */
#include "device/panel.h"

#include "device/direct.h"
#include "device/export.h"

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
