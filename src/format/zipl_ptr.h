/* SPDX-License-Identifier: MIT */
/* zipl's block pointers, one descriptor a format (docs/formats/zipl.md,
 * docs/formats/eckd.md, docs/formats/fba.md). May use: base. */
#ifndef IPL_FORMAT_ZIPL_PTR_H
#define IPL_FORMAT_ZIPL_PTR_H

#include "base/err.h"
#include "base/span.h"

/* How an ECKD volume counts: all have 15 heads to a cylinder. */
struct zipl_geometry {
	unsigned heads;
	unsigned sectors; /* records to a track; 0: not an ECKD disk */
};

#define ZIPL_HEADS 15u

/* The geometry of a 3390 with blocks of @size bytes; no sectors for a size
 * that dasdfmt does not know. */
struct zipl_geometry zipl_geometry(unsigned size);

/* The address of a record. */
struct zipl_chs {
	uint32_t cyl; /* 28 bits, in some formats 32 */
	uint8_t head;
	uint8_t sec; /* the first is 1 */
};

/* The number of the block at @chs. IPL_EBAD when no such record can exist. */
int zipl_chs_block(const struct zipl_geometry *geo, const struct zipl_chs *chs,
		   uint64_t *ret, struct ipl_err *err) IPL_MUST_CHECK;

/* The inverse: where block @block is. */
struct zipl_chs zipl_block_chs(const struct zipl_geometry *geo, uint64_t block);

/* CCHH as seek arguments, labels and pointers have it: the head takes four bits
 * of the second half, and the rest of it continues the cylinder number. */
struct zipl_chs zipl_cchh_get(struct ipl_rd *r);
void zipl_cchh_put(struct ipl_wr *w, const struct zipl_chs *chs);

enum zipl_ptr_kind {
	ZIPL_PTR_NULL,
	ZIPL_PTR_RUN,
	/* No block, but a size: that many zeros. zipl's loader knows it,
	 * though no zipl has been seen writing it. */
	ZIPL_PTR_ZEROS,
};

/* A run of blocks. */
struct zipl_ptr {
	enum zipl_ptr_kind kind; /* from the decoder; encoders ignore it */
	uint64_t block;		 /* where blocks have linear numbers */
	struct zipl_chs chs;	 /* where they have the addresses of records */
	uint16_t size;		 /* bytes per block, where the format tells */
	uint32_t count;		 /* blocks, at least 1 */
};

struct zipl_ptr_format {
	const char *name;
	uint8_t len; /* bytes */
	bool has_chs;
	bool has_size;
	/* Exactly len bytes; fields of a short read are 0. */
	struct zipl_ptr (*get)(struct ipl_rd *r);
	void (*put)(struct ipl_wr *w, const struct zipl_ptr *ptr);
};

extern const struct zipl_ptr_format zipl_lin16;	  /* SCSI, FBA */
extern const struct zipl_ptr_format zipl_lin8;	  /* FBA before zipl 1.20 */
extern const struct zipl_ptr_format zipl_chs16;	  /* ECKD, CCW-type IPL */
extern const struct zipl_ptr_format zipl_chs8;	  /* ECKD before zipl 1.20 */
extern const struct zipl_ptr_format zipl_ldchs16; /* ECKD, list-directed IPL */

#define ZIPL_PTR_LEN_MIN 8u

/* Decode from the start of @in; IPL_ETRUNC leaves *@ret alone. */
int zipl_ptr_decode(const struct zipl_ptr_format *format, struct ipl_span in,
		    struct zipl_ptr *ret, struct ipl_err *err) IPL_MUST_CHECK;

/* Whether both name the same blocks. */
bool zipl_ptr_same(const struct zipl_ptr *a, const struct zipl_ptr *b);

#endif
