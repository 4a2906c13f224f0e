/* SPDX-License-Identifier: MIT */
/* The load panel: what the user chose for the IPL device.
 * May use: base, json-c. */
#ifndef IPL_DEVICE_PROFILE_H
#define IPL_DEVICE_PROFILE_H

#include "base/err.h"
#include "format/iplb.h"

#include <json-c/json.h>

struct ipl_profile {
	char *iplid;	/* id of a disk device or block node, or NULL */
	char *loadparm; /* or NULL */
};

/* Read the properties of -device s390-ipl; @device may be NULL (no such
 * option). Unknown properties and bad values are IPL_EINVAL. */
int ipl_profile_read(struct json_object *device, struct ipl_profile *ret,
		     struct ipl_err *err) IPL_MUST_CHECK;

void ipl_profile_done(struct ipl_profile *p);

/* What -device s390-ipl,help shows. */
const char *ipl_profile_help(void);

/* Bring a load parameter into its normal form: upper case, no blanks at the
 * ends. IPL_EINVAL for more than 8 characters or other than [A-Za-z0-9. ]. */
int ipl_loadparm_normalize(const char *text, char ret[IPL_LOADPARM_LEN + 1],
			   struct ipl_err *err) IPL_MUST_CHECK;

/* The program that a (normalized) load parameter means: a number, or 0 for
 * none or for a site ("S1", "SS", which zipl's stage 3 looks at). Anything
 * else is an error and not a silent default. */
int ipl_loadparm_program(const char *loadparm, unsigned *ret,
			 struct ipl_err *err) IPL_MUST_CHECK;

#endif
