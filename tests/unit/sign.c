/* SPDX-License-Identifier: MIT */
/* Keys, certificates and signatures for tests. May use: base, GnuTLS. */
#include "unit.h"

#include "sign.h"

#include <gnutls/abstract.h>
#include <gnutls/pkcs7.h>
#include <gnutls/x509.h>
#include <time.h>

struct signer {
	gnutls_x509_privkey_t x509_key;
	gnutls_privkey_t key;
	gnutls_x509_crt_t crt;
	gnutls_datum_t der;
};

#define OK(call) assert_true((call) >= 0)

static const struct {
	gnutls_pk_algorithm_t kind;
	unsigned bits;
} keys[] = {
	[KEY_P256] = { GNUTLS_PK_ECDSA,
		       GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1) },
	[KEY_P224] = { GNUTLS_PK_ECDSA,
		       GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP224R1) },
	[KEY_RSA_2048] = { GNUTLS_PK_RSA, 2048 },
	[KEY_RSA_1024] = { GNUTLS_PK_RSA, 1024 },
	[KEY_PSS_2048] = { GNUTLS_PK_RSA_PSS, 2048 },
	[KEY_PSS_1024] = { GNUTLS_PK_RSA_PSS, 1024 },
};

static struct signer *make(const char *name, enum signer_key key, long from,
			   long to, size_t extra)
{
	struct signer *s = calloc(1, sizeof(*s));
	static unsigned char serial;

	OK(gnutls_x509_privkey_init(&s->x509_key));
	OK(gnutls_x509_privkey_generate(s->x509_key, keys[key].kind,
					keys[key].bits, 0));
	OK(gnutls_privkey_init(&s->key));
	OK(gnutls_privkey_import_x509(s->key, s->x509_key, 0));
	OK(gnutls_x509_crt_init(&s->crt));
	serial++;
	OK(gnutls_x509_crt_set_version(s->crt, 3));
	OK(gnutls_x509_crt_set_serial(s->crt, &serial, 1));
	OK(gnutls_x509_crt_set_activation_time(s->crt, time(NULL) + from));
	OK(gnutls_x509_crt_set_expiration_time(s->crt, time(NULL) + to));
	OK(gnutls_x509_crt_set_dn_by_oid(s->crt, GNUTLS_OID_X520_COMMON_NAME, 0,
					 name, (unsigned)strlen(name)));
	if (extra) {
		void *zeros = calloc(1, extra);

		OK(gnutls_x509_crt_set_extension_by_oid(
			s->crt, "1.3.6.1.4.1.99999.1", zeros, extra, 0));
		free(zeros);
	}
	OK(gnutls_x509_crt_set_key(s->crt, s->x509_key));
	OK(gnutls_x509_crt_sign2(s->crt, s->crt, s->x509_key, GNUTLS_DIG_SHA256,
				 0));
	OK(gnutls_x509_crt_export2(s->crt, GNUTLS_X509_FMT_DER, &s->der));
	return s;
}

struct signer *signer_new(const char *name, enum signer_key key, long from,
			  long to)
{
	return make(name, key, from, to, 0);
}

struct signer *signer_new_large(const char *name, size_t extra)
{
	return make(name, KEY_P256, -1000, 1000, extra);
}

void signer_free(struct signer *s)
{
	gnutls_free(s->der.data);
	gnutls_x509_crt_deinit(s->crt);
	gnutls_privkey_deinit(s->key);
	gnutls_x509_privkey_deinit(s->x509_key);
	free(s);
}

struct ipl_span signer_cert(const struct signer *s)
{
	return (struct ipl_span){ .p = s->der.data, .len = s->der.size };
}

uint8_t *sign(const struct signer *a, const struct signer *b,
	      struct ipl_span data, unsigned flags, size_t *len)
{
	const struct signer *both[] = { a, b };
	gnutls_datum_t datum = { .data = (void *)(uintptr_t)data.p,
				 .size = (unsigned)data.len };
	gnutls_datum_t der;
	gnutls_pkcs7_t p7;
	uint8_t *ret;

	OK(gnutls_pkcs7_init(&p7));
	for (size_t i = 0; i < 2 && both[i]; i++)
		OK(gnutls_pkcs7_sign(
			p7, both[i]->crt, both[i]->key, &datum, NULL, NULL,
			flags & SIGN_SHA1 ? GNUTLS_DIG_SHA1 : GNUTLS_DIG_SHA256,
			(flags & SIGN_EMBED ? GNUTLS_PKCS7_EMBED_DATA : 0u) |
				(flags & SIGN_ATTRIBUTES
					 ? GNUTLS_PKCS7_INCLUDE_TIME
					 : 0u)));
	OK(gnutls_pkcs7_export2(p7, GNUTLS_X509_FMT_DER, &der));
	gnutls_pkcs7_deinit(p7);
	ret = malloc(der.size);
	memcpy(ret, der.data, der.size);
	*len = der.size;
	gnutls_free(der.data);
	return ret;
}
