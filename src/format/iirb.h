/* SPDX-License-Identifier: MIT */
/* The report of an IPL: which components were loaded where, and which of them are
 * signed. May use: base. */
#ifndef IPL_FORMAT_IIRB_H
#define IPL_FORMAT_IIRB_H

#include "base/err.h"
#include "base/span.h"

/*
 * The report lies behind the IPL parameter block, at the next multiple of 8 bytes,
 * in the memory that the word at absolute 0x14 leads to. Layout: Linux,
 * arch/s390/include/uapi/asm/ipl.h (ipl_rl_hdr, ipl_rb_components,
 * ipl_rb_certificates). Read by zipl's stage 3, which refuses to start a kernel
 * that is not reported as verified, and by Linux.
 */

/* Flags of the parameter block itself, at IIRB_BLOCK_FLAGS: they are what makes
 * anybody look for a report. */
#define IIRB_BLOCK_FLAGS 4
#define IIRB_BLOCK_SIPL	 0x40 /* secure IPL */
#define IIRB_BLOCK_IPLSR 0x20 /* there is a report */

/* Absolute address of the pointer (32 bits). */
#define IIRB_POINTER_AT	 0x14
#define IIRB_POINTER_LEN 4

struct iirb_component {
	uint64_t addr;
	uint64_t len;
	bool is_signed;
	bool is_verified;
	uint16_t certificate; /* index of the one it was verified with */
};

struct iirb_certificate {
	uint64_t addr; /* where its DER bytes are in the guest's memory */
	uint64_t len;
};

struct iirb {
	const struct iirb_component *components;
	size_t n_components;
	const struct iirb_certificate *certificates;
	size_t n_certificates;
};

/* Bytes that iirb_encode writes. */
size_t iirb_len(const struct iirb *report);

void iirb_encode(const struct iirb *report, struct ipl_wr *w);

#endif
