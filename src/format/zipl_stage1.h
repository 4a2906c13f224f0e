/* SPDX-License-Identifier: MIT */
/* Where the channel programs of a DASD read zipl's stage 2 from
 * (docs/formats/eckd.md, docs/formats/fba.md). May use: base. */
#ifndef IPL_FORMAT_ZIPL_STAGE1_H
#define IPL_FORMAT_ZIPL_STAGE1_H

#include "base/err.h"
#include "base/span.h"
#include "format/zipl_ptr.h"

#define ZIPL_STAGE1B_LEN    1024u
#define ZIPL_STAGE1B_BLOCKS 2u
#define ZIPL_STAGE2_BLOCKS  24u /* 16 before zipl 1.24, 8 before 1.20 */

/* The blocks a channel program reads, in its order: runs of one block, without
 * a size. */
struct zipl_reads {
	size_t n;
	struct zipl_ptr at[ZIPL_STAGE2_BLOCKS];
};

/* How a kind of DASD says where to read. */
struct zipl_read_format {
	const char *name;
	uint8_t len;	 /* bytes of an argument */
	uint8_t ccw_len; /* bytes of the commands that go with one */
	/* The address that an argument names; false: it is none. */
	bool (*get)(struct ipl_rd *r, struct zipl_ptr *ret);
};

extern const struct zipl_read_format zipl_seek;	  /* ECKD */
extern const struct zipl_read_format zipl_locate; /* FBA */

/* The arguments at the start of @in, at most @max of them, up to the first that
 * is none. */
int zipl_reads_decode(const struct zipl_read_format *format, struct ipl_span in,
		      size_t max, struct zipl_reads *ret,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* Stage 1b: which blocks stage 2 has. IPL_EBAD when it names none. */
int zipl_stage1b_decode(const struct zipl_read_format *format,
			struct ipl_span in, struct zipl_reads *ret,
			struct ipl_err *err) IPL_MUST_CHECK;

#endif
