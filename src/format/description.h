/* SPDX-License-Identifier: MIT */
/* Descriptions of programs in a boot map: titles that the map itself has no
 * room for (docs/formats/description.md). Bytes to structs and back.
 * May use: base. */
#ifndef IPL_FORMAT_DESCRIPTION_H
#define IPL_FORMAT_DESCRIPTION_H

#include "base/err.h"
#include "base/span.h"

/* Type of the entry behind EXECUTE that points at a description; its value is
 * the length of the text in bytes. */
#define IPL_DESCRIPTION_TYPE 0x10u

/* First line of the text, with the version of the format. */
#define IPL_DESCRIPTION_MAGIC "s390-ipl-description 1\n"

/* Bytes of one value; a longer one counts as wrong. */
#define IPL_DESCRIPTION_VALUE_MAX 1024u

/* What the text says. Values are parts of what was decoded, UTF-8 without
 * control characters; what is not there has p NULL. */
struct ipl_description {
	struct ipl_span title;	 /* "Debian GNU/Linux 12 (bookworm)" */
	struct ipl_span version; /* of the kernel: "6.1.0-28-s390x" */
	struct ipl_span id;	 /* of the boot loader entry, its file name */
	struct ipl_span machine_id; /* 32 hexadecimal digits */
	struct ipl_span sort_key;   /* as boot loader entries have it */
	struct ipl_span writer;	    /* the program that wrote the boot map */
	unsigned bad;		    /* lines that are wrong, and left out */
};

/* Instead of the number of a program: the lines in front of any "[N]". */
#define IPL_DESCRIPTION_OWN (-1)

/* Take from the text @in what it says about program @number, or in general
 * (IPL_DESCRIPTION_OWN). IPL_EBAD when it is no description, IPL_EUNSUP when
 * its version is another, IPL_ENOTFOUND when it has no lines for @number. */
int ipl_description_decode(struct ipl_span in, int number,
			   struct ipl_description *ret,
			   struct ipl_err *err) IPL_MUST_CHECK;

/* Append the lines of @d to @w, behind IPL_DESCRIPTION_MAGIC where @w is still
 * empty and behind "[@number]" where that is not IPL_DESCRIPTION_OWN.
 * IPL_EINVAL, with nothing written, when a value cannot be written: too long,
 * not UTF-8, or with control characters. */
int ipl_description_encode(struct ipl_wr *w, int number,
			   const struct ipl_description *d,
			   struct ipl_err *err) IPL_MUST_CHECK;

/* How many bytes of @text can be a value: all of them, or up to the last whole
 * character that fits, or up to what no value can have. */
size_t ipl_description_fit(struct ipl_span text);

/* The slot of a program table that no loader takes for a program, but that
 * says where the component table with the descriptions of all programs is.
 * Only tables with pointers of 16 bytes have one: it is the last slot. */
#define IPL_DESCRIPTION_SLOT	 30u
#define IPL_DESCRIPTION_SLOT_LEN 16u

/* The block of that component table; 0 when @slot does not name one. */
uint32_t ipl_description_slot_decode(struct ipl_span slot);
void ipl_description_slot_encode(struct ipl_wr *w, uint32_t block);

#endif
