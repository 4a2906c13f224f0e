/* SPDX-License-Identifier: MIT */
/* Any bytes as a signature of the text "data", and as a certificate.
 * May use: secure. */
#include "fuzz_cert.h"
#include "promise.h"

#include "secure/signature.h"

/* Certificates as they come through a socket; what was taken can be sent on. */
static void packed(struct ipl_span in)
{
	struct ipl_certs *certs = NULL, *again = NULL;
	struct ipl_wr w = { .len = IPL_CERTS_PACKED_MAX };
	struct ipl_err err = { 0 };
	int rc = ipl_certs_unpack(in, &certs, &err);

	promise_err(rc, &err);
	if (rc)
		return;
	w.p = malloc(w.len);
	promise(w.p, "memory");
	ipl_certs_pack(certs, &w);
	promise(!w.overflow, "they fit");
	rc = ipl_certs_unpack((struct ipl_span){ .p = w.p, .len = w.at },
			      &again, NULL);
	promise(!rc && ipl_certs_count(again) == ipl_certs_count(certs),
		"certificates come back as they were");
	ipl_certs_free(again);
	ipl_certs_free(certs);
	free(w.p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t text[] = { 'd', 'a', 't', 'a' };
	const struct ipl_span in = { .p = data, .len = size };
	const struct ipl_span good = { .p = text, .len = 4 };
	const struct ipl_span other = { .p = text, .len = 3 };
	const struct ipl_span crt = { .p = fuzz_cert,
				      .len = sizeof(fuzz_cert) };
	struct ipl_certs *certs = NULL;
	struct ipl_err err = { 0 };
	struct ipl_signed s;
	int rc;

	if (ipl_certs_new(&certs, NULL) ||
	    ipl_certs_add(certs, "fuzz", crt, NULL))
		abort();
	ipl_signature_verify(certs, in, good, &s);
	promise(s.verdict != IPL_SIG_NONE && s.text[0],
		"a signature has a verdict, and a reason");
	ipl_signature_verify(certs, in, other, &s);
	promise(s.verdict != IPL_SIG_VERIFIED,
		"nobody has signed another text");
	rc = ipl_certs_add(certs, "input", in, &err);
	promise_err(rc, &err);
	for (size_t i = 0; i < ipl_certs_count(certs); i++)
		promise(ipl_certs_name(certs, i) && ipl_certs_der(certs, i).len,
			"a certificate has a name");
	ipl_certs_free(certs);
	packed(in);
	return 0;
}
