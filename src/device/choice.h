/* SPDX-License-Identifier: MIT */
/* What is to be IPLed: which disk, which program, and what the program is told of
 * it. May use: base, format, vm, device. */
#ifndef IPL_DEVICE_CHOICE_H
#define IPL_DEVICE_CHOICE_H

#include "device/loadparm.h"
#include "device/panel.h"
#include "vm/stub.h"

/* What was decided for this IPL. */
struct ipl_choice {
	const struct ipl_disks *disks;
	const struct ipl_disk *disk;
	struct ipl_menu_choice menu; /* what was chosen in it */
	struct ipl_loadparm loadparm;
	bool keep_block; /* the guest's block is for this disk: it stays */
	bool has_bootprog;
	unsigned bootprog;
	uint64_t br_lba;
	struct zipl_chs br_chr; /* record 0: none */
};

/* The program on ret->disk that the load panel names, for ret->loadparm as the
 * user gave it: to the IPL device, else to the disk, else to the machine. Fails
 * like ipl_loadparm_parse. */
int ipl_choice_by_profile(const struct ipl_panel *panel, struct ipl_choice *ret,
			  struct ipl_err *err) IPL_MUST_CHECK;

/* What the guest itself set with DIAG 308 subcode 5 before it re-IPLed: @block, an
 * IPL parameter block, names one of ret->disks. When that is none of this VM,
 * ret->disk is NULL and the console says so. */
int ipl_choice_by_block(const struct ipl_panel *panel,
			const struct ipl_stub *stub, struct ipl_span block,
			struct ipl_choice *ret,
			struct ipl_err *err) IPL_MUST_CHECK;

/* The IPL parameter block that the program sees: @old, the guest's, or a new one
 * in @buf. IPL_EUNSUP when there is none that could say it. */
int ipl_choice_block(const struct ipl_panel *panel, const struct ipl_choice *c,
		     struct ipl_span old, uint8_t buf[static IPLB_MAX],
		     struct ipl_span *ret, struct ipl_err *err) IPL_MUST_CHECK;

#endif
