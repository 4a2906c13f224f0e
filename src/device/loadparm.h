/* SPDX-License-Identifier: MIT */
/* Load parameters: what they say to whoever loads, and what the program gets.
 * May use: base, format. */
#ifndef IPL_DEVICE_LOADPARM_H
#define IPL_DEVICE_LOADPARM_H

#include "base/err.h"
#include "format/iplb.h"

/* The longest name of an entry that can be asked for. */
#define IPL_ENTRY_NAME_MAX 127

enum ipl_loadparm_kind {
	IPL_LOADPARM_NUMBER, /* a program by number; none means 0, the default */
	IPL_LOADPARM_PROMPT, /* a boot menu */
	IPL_LOADPARM_NAME,   /* of an entry: ours, no machine has it */
};

struct ipl_loadparm {
	enum ipl_loadparm_kind kind;
	unsigned number; /* 0 unless IPL_LOADPARM_NUMBER */
	/* What the program is to see, in its normal form: upper case, no blanks
	 * at the ends. "" for a name, in whose place the number comes. */
	char text[IPL_LOADPARM_LEN + 1];
	char name[IPL_ENTRY_NAME_MAX + 1]; /* IPL_LOADPARM_NAME, as given */
};

/*
 * Read a load parameter as zipl's stage 2 and stage 3 do, in any case and with
 * blanks at the ends: "", "3"; "S1" to "S9", "S0" and "SS" (a site of the
 * environment block: the default program), also behind a number ("3S1"); "2G..."
 * (what grub2-emu on SLES is told behind a number); "PROMPT". All else is the
 * name of an entry, which may be longer than a machine's 8 characters.
 * IPL_EINVAL for control characters, for more than 8 digits and for more than
 * IPL_ENTRY_NAME_MAX characters.
 */
int ipl_loadparm_parse(const char *text, struct ipl_loadparm *ret,
		       struct ipl_err *err) IPL_MUST_CHECK;

/* What a program by number shows as load parameter. */
void ipl_loadparm_of_number(unsigned number, struct ipl_loadparm *ret);

#endif
