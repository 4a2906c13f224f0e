/* SPDX-License-Identifier: MIT */
/* zipl.conf, line by line, as zipl's scanner takes it (zipl.conf(5), and
 * zipl/src/scan.c of s390-tools). What sections mean is for the caller.
 * May use: base. */
#ifndef IPL_FORMAT_ZIPL_CONF_H
#define IPL_FORMAT_ZIPL_CONF_H

#include "base/err.h"
#include "format/text.h"

enum zipl_conf_key {
	ZIPL_CONF_DEFAULT,
	ZIPL_CONF_DEFAULTAUTO,
	ZIPL_CONF_DEFAULTMENU,
	ZIPL_CONF_DUMPTO,
	ZIPL_CONF_DUMPTOFS,
	ZIPL_CONF_IMAGE,
	ZIPL_CONF_KDUMP,
	ZIPL_CONF_MVDUMP,
	ZIPL_CONF_PARAMETERS,
	ZIPL_CONF_PARMFILE,
	ZIPL_CONF_PROMPT,
	ZIPL_CONF_RAMDISK,
	ZIPL_CONF_SECURE,
	ZIPL_CONF_SEGMENT,
	ZIPL_CONF_TAPE,
	ZIPL_CONF_TARGET,
	ZIPL_CONF_TARGETBASE,
	ZIPL_CONF_TARGETBLOCKSIZE,
	ZIPL_CONF_TARGETGEOMETRY,
	ZIPL_CONF_TARGETOFFSET,
	ZIPL_CONF_TARGETTYPE,
	ZIPL_CONF_TIMEOUT,
	ZIPL_CONF_KEYS, /* how many there are */
};

enum zipl_conf_kind {
	ZIPL_CONF_SECTION, /* [text] */
	ZIPL_CONF_MENU,	   /* :text */
	ZIPL_CONF_SET,	   /* key = text */
	ZIPL_CONF_ENTRY,   /* number = text */
};

struct zipl_conf_line {
	enum zipl_conf_kind kind;
	unsigned line; /* from 1 */
	enum zipl_conf_key key;
	unsigned number;
	struct ipl_span text; /* without quotes; empty with defaultauto */
};

/* The next line that says something: 1, 0 at the end, or IPL_EBAD with a
 * message that begins with the number of the line. @lines->in is the file. */
int zipl_conf_next(struct ipl_lines *lines, struct zipl_conf_line *ret,
		   struct ipl_err *err) IPL_MUST_CHECK;

/* "image" */
const char *zipl_conf_key_name(enum zipl_conf_key key);

/* A file and where to load it: "/boot/image,0x10000". zipl takes the address as
 * hexadecimal, with or without 0x. */
struct zipl_conf_file {
	struct ipl_span path;
	bool has_addr;
	uint64_t addr; /* 0 if there is none */
};

struct zipl_conf_file zipl_conf_file_decode(struct ipl_span text);

#endif
