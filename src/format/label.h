/* SPDX-License-Identifier: MIT */
/* Labels of DASD volumes (docs/formats/eckd.md, docs/formats/fba.md).
 * May use: base. */
#ifndef IPL_FORMAT_LABEL_H
#define IPL_FORMAT_LABEL_H

#include "base/err.h"
#include "base/span.h"
#include "format/zipl_ptr.h"

/* Which block has the label. */
#define IPL_LABEL_BLOCK_ECKD 2u
#define IPL_LABEL_BLOCK_FBA  1u

#define IPL_LABEL_LEN 84u

/* Where the list-directed boot record's address is in a VOL1 label. */
#define IPL_LABEL_BR_OFF 78u

struct ipl_label {
	char id[5];	/* "VOL1", "LNX1" or "CMS1" */
	char serial[7]; /* without blanks at the end */
	/* VOL1 on ECKD: where the boot record for list-directed IPL is; not
	 * there when it is blank. */
	bool has_br;
	struct zipl_chs br;
};

/* Decode the label at the start of its block. @has_key: an ECKD volume, where
 * VOL1 is a record with a key. IPL_ENOTFOUND when it is none. */
int ipl_label_decode(struct ipl_span in, bool has_key, struct ipl_label *ret,
		     struct ipl_err *err) IPL_MUST_CHECK;

#endif
