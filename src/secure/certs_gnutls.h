/* SPDX-License-Identifier: MIT */
/* GnuTLS's view of a certificate, for signature.c. May use: GnuTLS. */
#ifndef IPL_SECURE_CERTS_GNUTLS_H
#define IPL_SECURE_CERTS_GNUTLS_H

#include "secure/certs.h"

#include <gnutls/x509.h>

/* Certificate @i; lent. */
gnutls_x509_crt_t ipl_certs_crt(const struct ipl_certs *certs, size_t i);

#endif
