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

/*
 * Encoders. The channel programs are such as the machine needs for a CCW-type
 * IPL; addresses in them are those that what they are part of is loaded to.
 */

/* What stands in front of the boot_info at absolute 0x70: the records of the
 * disk begin with a PSW, which starts stage 2, and go on with the program. */
#define ZIPL_STAGE1_LEN 0x70u

/* Where stage 1b and stage 2 are loaded to; stage 2 is entered behind its
 * first 24 bytes. */
#define ZIPL_STAGE1B_ADDR 0xe000u
#define ZIPL_STAGE2_ADDR  0x2000u
#define ZIPL_STAGE2_ENTRY 0x2018u
#define ZIPL_STAGE2_LEN	  0x3000u
#define ZIPL_STAGE0_LEN	  24u /* PSW and two CCWs, loaded to absolute 0 */

/* All ZIPL_STAGE1_LEN bytes, for blocks of @size bytes, with one or two blocks
 * of stage 1b in @stage1b. CDL: the first 24 bytes are for the IPL1 record, the
 * others for the IPL2 record. */
void zipl_stage1_encode_cdl(struct ipl_wr *w, unsigned size,
			    const struct zipl_reads *stage1b);
void zipl_stage1_encode_ldl(struct ipl_wr *w, unsigned size,
			    const struct zipl_reads *stage1b);
void zipl_stage1_encode_fba(struct ipl_wr *w, const struct zipl_reads *stage1b);

/* ZIPL_STAGE1B_LEN bytes that read @stage2. */
void zipl_stage1b_encode_eckd(struct ipl_wr *w, unsigned size,
			      const struct zipl_reads *stage2);
void zipl_stage1b_encode_fba(struct ipl_wr *w, const struct zipl_reads *stage2);

#endif
