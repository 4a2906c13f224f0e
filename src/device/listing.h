/* SPDX-License-Identifier: MIT */
/* What a boot menu shows of the programs of a disk, as plain data.
 * May use: base, format, boot. */
#ifndef IPL_DEVICE_LISTING_H
#define IPL_DEVICE_LISTING_H

#include "boot/map.h"

#define IPL_LISTING_MAX	 64	 /* programs: zipl's tables have 63 slots */
#define IPL_LISTING_TEXT 0xe000u /* bytes of texts, with their NULs */

/* One program. Texts are offsets into those of the listing, and are bytes from
 * the disk; 0: there is none. */
struct ipl_listing_entry {
	uint32_t number;
	bool is_default;
	bool is_editable; /* its kernel parameters can be changed */
	bool is_signed;
	bool is_bad;
	uint32_t title;
	uint32_t version; /* of the kernel */
	uint32_t cmdline; /* maybe only its beginning */
	uint32_t why;	  /* it is bad */
};

struct ipl_listing {
	/* What the disk says of its menu. */
	bool prompt;
	unsigned timeout_s; /* 0: none */
	unsigned n;
	struct ipl_listing_entry entry[IPL_LISTING_MAX];
	uint32_t text_len;
	char text[IPL_LISTING_TEXT]; /* ends with a NUL */
};

/* List the programs of @map. A program that is only a copy of another for the
 * default is left out, the other is marked. Texts are cut where there is no
 * room for all. */
void ipl_listing_make(const struct ipl_map *map, struct ipl_listing *ret);

/* What there is to say of one program. */
struct ipl_listing_details {
	char *cmdline; /* all of it; never NULL */
	char *text;    /* lines for people */
};

/* The details of program @number; caller: ipl_listing_details_done. */
int ipl_listing_describe(const struct ipl_map *map, unsigned number,
			 struct ipl_listing_details *ret,
			 struct ipl_err *err) IPL_MUST_CHECK;

void ipl_listing_details_done(struct ipl_listing_details *d);

#endif
