/* SPDX-License-Identifier: MIT */
/* Ask the owner of the VM what to IPL, if that is wanted: the boot menu between
 * the load panel and the loader. May use: everything but cli. */
#ifndef IPL_DEVICE_ASK_H
#define IPL_DEVICE_ASK_H

#include "device/disks.h"
#include "device/loadparm.h"
#include "device/menu.h"
#include "device/panel.h"

/* What is to be IPLed by the load panel; the answer may be another disk. */
struct ipl_question {
	const struct ipl_disks *disks;
	const struct ipl_loadparm *loadparm;
	bool has_number;   /* the load panel has a boot program selector */
	bool has_firmware; /* QEMU's own firmware can be asked for */
};

/* Show the boot menu of *@disk, which the loader has open, if the load panel, the
 * load parameter or the disk ask for it. Afterwards the loader has *@disk open,
 * which may be another. The caller frees ret->params; IPL_MENU_NOTHING: there
 * was no menu, or nobody chose. */
int ipl_ask(struct ipl_panel *panel, const struct ipl_stub *stub,
	    const struct ipl_question *question, const struct ipl_disk **disk,
	    struct ipl_menu_choice *ret, struct ipl_err *err) IPL_MUST_CHECK;

/* The parameters that are appended: those of the profile, then those of the
 * menu, unless they begin with '=' and replace all. NULL for none; the caller
 * frees. IPL_ENOMEM. */
int ipl_ask_append(const struct ipl_panel *panel, const char *params,
		   char **ret, struct ipl_err *err) IPL_MUST_CHECK;

#endif
