/* SPDX-License-Identifier: MIT */
/* Boot loader entries: text files of type 1 of the Boot Loader Specification
 * (UAPI.1), and their order (also UAPI.10, version format). Bytes to spans.
 * May use: base. */
#ifndef IPL_FORMAT_BLS_H
#define IPL_FORMAT_BLS_H

#include "base/err.h"
#include "base/span.h"

/* Files that make one ramdisk, and lines of parameters: distributions write one
 * or two of each. */
#define BLS_INITRDS_MAX 16u
#define BLS_OPTIONS_MAX 16u

/* Values are parts of what was decoded, without blanks at their ends; what is
 * not there has length 0. Of keys that may be there once, the last one counts,
 * as for other readers. */
struct bls_entry {
	struct ipl_span title;
	struct ipl_span version;
	struct ipl_span machine_id;
	struct ipl_span sort_key;
	struct ipl_span architecture;
	struct ipl_span kernel; /* always there */
	struct ipl_span initrd[BLS_INITRDS_MAX];
	struct ipl_span options[BLS_OPTIONS_MAX];
	unsigned n_initrds, n_options;
	unsigned kernel_line; /* where that was, from 1 */
	unsigned initrd_line; /* the last of these */
	/* Words of 'initrd' that are variables of another boot loader
	 * ("$tuned_initrd") and were left out. */
	unsigned variables;
};

/* Decode one file. IPL_EBAD when it has no kernel, or what is no line of such a
 * file; IPL_EUNSUP when it is for EFI only; IPL_ELIMIT. Messages begin with the
 * number of the line, where there is one. Keys that are not known are passed
 * over. */
int bls_decode(struct ipl_span in, struct bls_entry *ret,
	       struct ipl_err *err) IPL_MUST_CHECK;

/* Append the kernel parameters: all lines, with a blank in between. */
void bls_put_options(struct ipl_wr *w, const struct bls_entry *entry);

/* The name of a file in the directory of entries, taken apart. */
struct bls_name {
	struct ipl_span id; /* without ".conf" and boot counters */
	bool is_entry;	    /* ends in ".conf", and is not hidden */
	bool is_bad;	    /* all tries of the boot counter failed */
};

struct bls_name bls_name_decode(const char *name);

/* The order of two versions (UAPI.10, which agrees with rpm's): <0, 0, >0. */
int bls_version_compare(struct ipl_span a, struct ipl_span b);

/* The order in which two entries are shown, the first is the default: what
 * failed comes last; entries with a sort-key come first, by that, by machine-id,
 * by version, the newest first; then by id, the newest first. zipl goes by
 * the file names only. */
int bls_compare(const struct bls_entry *a, const struct bls_name *a_name,
		const struct bls_entry *b, const struct bls_name *b_name);

#endif
