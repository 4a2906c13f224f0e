/* SPDX-License-Identifier: MIT */
/* Verifying a detached PKCS#7 signature. May use: base. */
#ifndef IPL_SECURE_SIGNATURE_H
#define IPL_SECURE_SIGNATURE_H

#include "secure/certs.h"

enum ipl_signature {
	IPL_SIG_NONE,	   /* not signed */
	IPL_SIG_VERIFIED,  /* signed, by the owner of one of the certificates */
	IPL_SIG_FAILED,	   /* by one of them, but it does not match */
	IPL_SIG_UNKNOWN,   /* by someone else */
	IPL_SIG_EXPIRED,   /* the certificate is not valid now */
	IPL_SIG_WEAK,	   /* less than SHA-256, RSA-2048, ECDSA-256 */
	IPL_SIG_MALFORMED, /* no PKCS#7, or no detached signature */
};

/* "unsigned", "verified", "failed"...: for messages and JSON. */
const char *ipl_signature_name(enum ipl_signature s);

struct ipl_signed {
	enum ipl_signature verdict;
	size_t certificate; /* which one it is about, but for UNKNOWN */
	char text[192];	    /* why: no full stop; empty for NONE */
};

/* Verify the signature @sig (DER) over @data. The signer's own certificate has to
 * be among @certs: no chain is followed, as the machine follows none. Of several
 * signers one that verifies is enough. */
void ipl_signature_verify(const struct ipl_certs *certs, struct ipl_span sig,
			  struct ipl_span data, struct ipl_signed *ret);

#endif
