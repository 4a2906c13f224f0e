/* SPDX-License-Identifier: MIT */
/* Keys, certificates and signatures for tests, made with GnuTLS.
 * May use: base, GnuTLS. */
#ifndef TEST_SIGN_H
#define TEST_SIGN_H

#include "secure/certs.h"

struct signer;

enum signer_key {
	KEY_P256,
	KEY_P224,
	KEY_RSA_2048,
	KEY_RSA_1024,
	KEY_PSS_2048,
	KEY_PSS_1024,
};

/* Somebody with a key and a certificate of their own making that is valid from
 * @from to @to, in seconds from now. */
struct signer *signer_new(const char *name, enum signer_key key, long from,
			  long to);
void signer_free(struct signer *s);

/* One with a certificate that has @extra bytes more than it needs. */
struct signer *signer_new_large(const char *name, size_t extra);

/* The certificate, DER; lent. */
struct ipl_span signer_cert(const struct signer *s);

/* How a signature is made. */
enum sign_flags {
	SIGN_PLAIN = 0,	     /* as the kernel's sign-file does */
	SIGN_EMBED = 1,	     /* the data is in it */
	SIGN_ATTRIBUTES = 2, /* signed attributes, with a time */
	SIGN_SHA1 = 4,
};

/* @a and, unless it is NULL, @b sign @data; the caller frees what is returned. */
uint8_t *sign(const struct signer *a, const struct signer *b,
	      struct ipl_span data, unsigned flags, size_t *len);

#endif
