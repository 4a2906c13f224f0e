/* SPDX-License-Identifier: MIT */
/* Secure-code loading attributes: what the signer of a component demands of how it
 * is loaded. May use: base. */
#ifndef IPL_FORMAT_SCLAB_H
#define IPL_FORMAT_SCLAB_H

#include "base/err.h"
#include "base/span.h"

/* In the last bytes of a component, so that the signature covers them. Written by
 * s390-tools 2.24 and later into stage3.bin (zipl/boot, "secure boot trailer") and
 * by Linux into its image; judged as QEMU's pc-bios/s390-ccw/secure-ipl.c does. */
#define SCLAB_LEN 32

enum sclab_flag {
	SCLAB_OPSW = 0x8000, /* load_psw is where the program has to start */
	SCLAB_OLA = 0x4000,  /* load_addr is where it has to be loaded */
	SCLAB_NUC = 0x2000,  /* no unsigned components; with OPSW only */
	SCLAB_SC = 0x1000,   /* one signed component only; with OPSW only */
};

struct sclab {
	bool present;
	uint8_t format;
	uint16_t flags; /* enum sclab_flag */
	uint64_t load_psw;
	uint64_t load_addr;
};

/* Look at the end of the component @in. Without the magic, or in a component that
 * is too short for one, it is no error, but not present. IPL_EBAD when there is
 * one that cannot be: another format, or a length that does not fit. */
int sclab_decode(struct ipl_span in, struct sclab *ret,
		 struct ipl_err *err) IPL_MUST_CHECK;

#endif
