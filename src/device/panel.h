/* SPDX-License-Identifier: MIT */
/* The load panel of a running VM: what an IPL needs to know, and the disk that is
 * open for it. May use: everything but cli. */
#ifndef IPL_DEVICE_PANEL_H
#define IPL_DEVICE_PANEL_H

#include "device/disks.h"
#include "device/loader.h"
#include "device/log.h"
#include "device/menu.h"
#include "device/profile.h"
#include "vm/qmp.h"

struct ipl_panel {
	struct ipl_qmp *qmp;
	struct ipl_loader *loader;
	const struct ipl_profile *profile;
	struct json_object *loadparms; /* of disk devices: id -> text, or NULL */
	char *machine_loadparm; /* as the user gave it; guests change QEMU's */
	char *last; /* id of the disk that was IPLed last, or NULL */
	struct ipl_menu_left *left;  /* of a menu that a reset ended, or NULL */
	const struct ipl_disk *open; /* what the loader reads, or NULL */
	bool exported;		     /* through QEMU's NBD server */
	struct ipl_map_options map_options; /* of disks that are opened */
	bool has_kvm;
	bool first;    /* no program has run since QEMU started */
	bool by_guest; /* the guest asked for it, and its block counts */
	/* Called when all is ready but for the program, before it is loaded. */
	int (*on_start)(void *ctx, struct ipl_err *err);
	void *on_start_ctx;
	const struct ipl_log *log;
	const char *qemu;	       /* program, and where its files are: */
	struct json_object *data_dirs; /* see vm/datadir.h */
};

/* Have the loader open a disk of the VM in place of the one before, and read its
 * boot map. On failure none is open. */
int ipl_panel_open_disk(struct ipl_panel *panel, const struct ipl_disk *disk,
			struct ipl_err *err) IPL_MUST_CHECK;
void ipl_panel_close_disk(struct ipl_panel *panel);

#endif
