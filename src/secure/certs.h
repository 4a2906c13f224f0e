/* SPDX-License-Identifier: MIT */
/* The certificates that signatures are verified with. May use: base. */
#ifndef IPL_SECURE_CERTS_H
#define IPL_SECURE_CERTS_H

#include "base/err.h"
#include "base/span.h"

/* A machine has room for 64. */
#define IPL_CERTS_MAX	     64
/* Bytes of one certificate's DER form: one with RSA-4096 has some 1500. */
#define IPL_CERT_LEN_MAX     16384
/* Bytes of all of them, as ipl_certs_pack has them: 64 with RSA-4096 and a long
 * name each. They go in one message to the process that verifies, see
 * IPL_LOADER_MSG_MAX. */
#define IPL_CERTS_PACKED_MAX 131072 /* 2048 for each */

struct ipl_certs;

/* Read all certificates in the directory @dir: its files *.pem, *.crt, *.cer and
 * *.der, PEM (any number in a file) or DER. A file that is no certificate, and a
 * directory without any, are errors. */
int ipl_certs_read(const char *dir, struct ipl_certs **ret,
		   struct ipl_err *err) IPL_MUST_CHECK;

/* An empty store, and adding to it from memory: one certificate or several, PEM
 * or DER. IPL_ELIMIT when there are more than IPL_CERTS_MAX or when they have more
 * than IPL_CERTS_PACKED_MAX bytes. @name is for messages. */
int ipl_certs_new(struct ipl_certs **ret, struct ipl_err *err) IPL_MUST_CHECK;
int ipl_certs_add(struct ipl_certs *certs, const char *name,
		  struct ipl_span data, struct ipl_err *err) IPL_MUST_CHECK;

/* All of them as one string of bytes, for another process: each DER form behind
 * its length (4 bytes, big-endian). They have no more than IPL_CERTS_PACKED_MAX
 * bytes. Unpacking adds to nothing: a new store. */
void ipl_certs_pack(const struct ipl_certs *certs, struct ipl_wr *w);
int ipl_certs_unpack(struct ipl_span in, struct ipl_certs **ret,
		     struct ipl_err *err) IPL_MUST_CHECK;

void ipl_certs_free(struct ipl_certs *certs);

size_t ipl_certs_count(const struct ipl_certs *certs);

/* The DER form of certificate @i; lent. */
struct ipl_span ipl_certs_der(const struct ipl_certs *certs, size_t i);

/* What a person calls certificate @i: its subject, in ASCII. */
const char *ipl_certs_name(const struct ipl_certs *certs, size_t i);

#endif
