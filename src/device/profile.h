/* SPDX-License-Identifier: MIT */
/* The load panel: what the user chose for the IPL device.
 * May use: base, format, json-c. */
#ifndef IPL_DEVICE_PROFILE_H
#define IPL_DEVICE_PROFILE_H

#include "base/err.h"
#include "format/iplb.h"
#include "format/zipl_ptr.h"
#include "secure/secure.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

/* Who loads the program. */
enum ipl_mode {
	IPL_MODE_AUTO,	   /* decided for each disk */
	IPL_MODE_EXTERNAL, /* this engine */
	IPL_MODE_FIRMWARE, /* QEMU's own firmware, in the guest */
};

enum ipl_menu_mode {
	IPL_MENU_AUTO, /* when the disk or the load parameter asks for it */
	IPL_MENU_ON,
	IPL_MENU_OFF,
};

#define IPL_BOOTPROG_MAX  30	/* selector on a machine's load panel */
#define IPL_TIMEOUT_MAX	  65535 /* seconds, as zipl's */
#define IPL_TIMEOUT_UNSET (-1)

struct ipl_profile {
	char *iplid; /* id of a disk device or block node, "fe.0.1234", or NULL */
	char *loadparm; /* as given, without blanks at the ends; or NULL */
	char *scpdata;	/* or NULL */
	char *append;	/* or NULL */
	bool has_bootprog;
	unsigned bootprog;
	bool has_br_lba;
	uint64_t br_lba; /* block of the boot record (SCSI) */
	bool has_br_chr;
	struct zipl_chs br_chr; /* where the boot record is (ECKD) */
	enum ipl_menu_mode menu;
	int timeout_s; /* of the menu; 0: for ever; IPL_TIMEOUT_UNSET */
	/* A program in place of our menu (docs/abi.md), or nothing. */
	uint8_t *menu_program;
	size_t menu_program_len;
	enum ipl_mode mode;
	enum ipl_secure_mode secure;
	char *certs; /* directory of certificates, or NULL */
	bool clear;  /* load clear: all of memory that is not loaded is zero */
};

/* Read the properties in @file (NULL: none), lines KEY=VALUE, and those of
 * -device s390-ipl, which count more; @device may be NULL (no such option).
 * Unknown properties and bad values are IPL_EINVAL; the message names them. */
int ipl_profile_read(const char *file, struct json_object *device,
		     struct ipl_profile *ret,
		     struct ipl_err *err) IPL_MUST_CHECK;

/* What QEMU's -boot says of a menu, where the profile says nothing. @boot may be
 * NULL. */
void ipl_profile_default_menu(struct ipl_profile *p, struct json_object *boot);

void ipl_profile_done(struct ipl_profile *p);

/* What -device s390-ipl,help shows: caller frees, NULL when out of memory. */
char *ipl_profile_help(void);

#endif
