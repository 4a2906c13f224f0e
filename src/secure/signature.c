/* SPDX-License-Identifier: MIT */
/* Verifying a detached PKCS#7 signature. May use: base, GnuTLS. */
#include "secure/signature.h"

#include "secure/certs_gnutls.h"

#include <gnutls/pkcs7.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Signers of one signature that are looked at: each may cost an operation with
 * the key of each certificate. */
#define SIGNERS_MAX 4

#define RSA_BITS_MIN   2048
#define ECDSA_BITS_MIN 256

static const char *const names[] = {
	[IPL_SIG_NONE] = "unsigned",	   [IPL_SIG_VERIFIED] = "verified",
	[IPL_SIG_FAILED] = "failed",	   [IPL_SIG_UNKNOWN] = "no-certificate",
	[IPL_SIG_EXPIRED] = "expired",	   [IPL_SIG_WEAK] = "weak",
	[IPL_SIG_MALFORMED] = "malformed",
};

const char *ipl_signature_name(enum ipl_signature s)
{
	return (size_t)s < sizeof(names) / sizeof(*names) ? names[s] : "?";
}

static gnutls_datum_t datum(struct ipl_span s)
{
	return (gnutls_datum_t){ .data = (void *)(uintptr_t)s.p,
				 .size = (unsigned)s.len };
}

static void say(struct ipl_signed *r, enum ipl_signature verdict,
		const char *text, const char *more)
{
	r->verdict = verdict;
	snprintf(r->text, sizeof(r->text), "%.90s%.100s", text, more);
}

/* ---- one signer */

/* Whether the signer that @info tells of is the owner of @crt. */
static bool is_signer(gnutls_x509_crt_t crt,
		      const gnutls_pkcs7_signature_info_st *info)
{
	gnutls_datum_t dn = { 0 };
	uint8_t id[128];
	size_t len = sizeof(id);
	bool same;

	if (info->signer_serial.size) {
		if (gnutls_x509_crt_get_serial(crt, id, &len) < 0 ||
		    len != info->signer_serial.size ||
		    memcmp(id, info->signer_serial.data, len) != 0 ||
		    gnutls_x509_crt_get_raw_issuer_dn(crt, &dn) < 0)
			return false;
		same = dn.size == info->issuer_dn.size &&
		       !memcmp(dn.data, info->issuer_dn.data, dn.size);
		gnutls_free(dn.data);
		return same;
	}
	return info->issuer_keyid.size &&
	       gnutls_x509_crt_get_subject_key_id(crt, id, &len, NULL) >= 0 &&
	       len == info->issuer_keyid.size &&
	       !memcmp(id, info->issuer_keyid.data, len);
}

/* What is not known is not strong. */
static bool is_strong_key(gnutls_x509_crt_t crt)
{
	unsigned bits = 0;

	switch (gnutls_x509_crt_get_pk_algorithm(crt, &bits)) {
	case GNUTLS_PK_RSA:
	case GNUTLS_PK_RSA_PSS:
		return bits >= RSA_BITS_MIN;
	case GNUTLS_PK_ECDSA:
		return bits >= ECDSA_BITS_MIN;
	default:
		return false;
	}
}

static bool is_strong(gnutls_x509_crt_t crt,
		      const gnutls_pkcs7_signature_info_st *info)
{
	gnutls_digest_algorithm_t hash =
		gnutls_sign_get_hash_algorithm(info->algo);
	return is_strong_key(crt) &&
	       (hash == GNUTLS_DIG_SHA256 || hash == GNUTLS_DIG_SHA384 ||
		hash == GNUTLS_DIG_SHA512) &&
	       gnutls_sign_is_secure(info->algo);
}

static bool is_in_time(gnutls_x509_crt_t crt)
{
	time_t now = time(NULL);

	return now >= gnutls_x509_crt_get_activation_time(crt) &&
	       now <= gnutls_x509_crt_get_expiration_time(crt);
}

/* Signer @signer of @p7 is the owner of certificate @i. */
static void judge(gnutls_pkcs7_t p7, unsigned signer,
		  const gnutls_pkcs7_signature_info_st *info,
		  const struct ipl_certs *certs, size_t i,
		  const gnutls_datum_t *data, struct ipl_signed *ret)
{
	gnutls_x509_crt_t crt = ipl_certs_crt(certs, i);
	const char *who = ipl_certs_name(certs, i);

	ret->certificate = i;
	if (!is_strong(crt, info))
		say(ret, IPL_SIG_WEAK,
		    "expected SHA-256, and RSA-2048 or ECDSA-256, or better: "
		    "signed by ",
		    who);
	else if (!is_in_time(crt)) /* GnuTLS would say so, too */
		say(ret, IPL_SIG_EXPIRED,
		    "the certificate is not valid now: ", who);
	else if (gnutls_pkcs7_verify_direct(p7, crt, signer, data, 0) < 0)
		say(ret, IPL_SIG_FAILED, "it does not match the signature by ",
		    who);
	else
		say(ret, IPL_SIG_VERIFIED, "signed by ", who);
}

static void judge_signer(gnutls_pkcs7_t p7, unsigned signer,
			 const struct ipl_certs *certs,
			 const gnutls_datum_t *data, struct ipl_signed *ret)
{
	gnutls_pkcs7_signature_info_st info;

	if (gnutls_pkcs7_get_signature_info(p7, (int)signer, &info) < 0) {
		say(ret, IPL_SIG_MALFORMED, "a signer that makes no sense", "");
		return;
	}
	say(ret, IPL_SIG_UNKNOWN, "the signer's certificate is not there", "");
	for (size_t i = 0;
	     i < ipl_certs_count(certs) && ret->verdict != IPL_SIG_VERIFIED;
	     i++)
		if (is_signer(ipl_certs_crt(certs, i), &info))
			judge(p7, signer, &info, certs, i, data, ret);
	gnutls_pkcs7_signature_info_deinit(&info);
}

/* ---- the whole of it */

/* DER knows its own length; nobody has signed what lies behind it. */
static bool is_whole_der(struct ipl_span s)
{
	struct ipl_rd r = { .in = s };
	uint64_t len;
	size_t n;

	if (ipl_u8(&r) != 0x30)
		return false;
	len = ipl_u8(&r);
	n = len & 0x7f;
	if (len >= 0x80)
		len = n >= 1 && n <= 4 ? ipl_be(&r, n) : UINT64_MAX;
	return !r.short_read && len == s.len - r.at;
}

static bool is_detached(gnutls_pkcs7_t p7)
{
	gnutls_datum_t inner = { 0 };
	int rc = gnutls_pkcs7_get_embedded_data(p7, 0, &inner);

	if (rc >= 0)
		gnutls_free(inner.data);
	return rc < 0;
}

static void verify(gnutls_pkcs7_t p7, const struct ipl_certs *certs,
		   struct ipl_span sig, struct ipl_span data,
		   struct ipl_signed *ret)
{
	const gnutls_datum_t der = datum(sig), bytes = datum(data);
	int n;

	if (!is_whole_der(sig) ||
	    gnutls_pkcs7_import(p7, &der, GNUTLS_X509_FMT_DER) < 0) {
		say(ret, IPL_SIG_MALFORMED, "the signature is not PKCS#7", "");
		return;
	}
	if (!is_detached(p7)) {
		say(ret, IPL_SIG_MALFORMED,
		    "the signature brings its own data, expected a detached "
		    "one",
		    "");
		return;
	}
	n = gnutls_pkcs7_get_signature_count(p7);
	if (n < 1 || n > SIGNERS_MAX)
		say(ret, IPL_SIG_MALFORMED,
		    n < 1 ? "the signature has no signer"
			  : "the signature has too many signers",
		    "");
	for (int i = 0;
	     i < n && n <= SIGNERS_MAX && ret->verdict != IPL_SIG_VERIFIED; i++)
		judge_signer(p7, (unsigned)i, certs, &bytes, ret);
}

void ipl_signature_verify(const struct ipl_certs *certs, struct ipl_span sig,
			  struct ipl_span data, struct ipl_signed *ret)
{
	gnutls_pkcs7_t p7;

	memset(ret, 0, sizeof(*ret));
	/* GnuTLS counts in unsigned int */
	if (sig.len > INT32_MAX || data.len > INT32_MAX) {
		say(ret, IPL_SIG_MALFORMED, "too large for a signature", "");
		return;
	}
	if (gnutls_pkcs7_init(&p7) < 0) {
		say(ret, IPL_SIG_MALFORMED, "out of memory", "");
		return;
	}
	verify(p7, certs, sig, data, ret);
	gnutls_pkcs7_deinit(p7);
}
