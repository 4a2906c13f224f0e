/* SPDX-License-Identifier: MIT */
/* The report that a program is handed after a secure IPL.
 * May use: base, format, boot. */
#include "format/iirb.h"
#include "secure/secure.h"

#include <stdlib.h>

static size_t round_up(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

/* Which certificates are in the report, in order: those that something was
 * verified with. */
struct used {
	size_t n;
	size_t cert[IPL_CERTS_MAX];
	uint16_t place[IPL_CERTS_MAX];
};

static struct used find_used(const struct ipl_secured *s)
{
	struct used u = { 0 };
	bool wanted[IPL_CERTS_MAX] = { 0 };

	for (size_t i = 0; i < s->plan.n_segments; i++)
		if (s->parts[i].sig.verdict == IPL_SIG_VERIFIED)
			wanted[s->parts[i].sig.certificate] = true;
	for (size_t i = 0; i < IPL_CERTS_MAX; i++) {
		if (!wanted[i])
			continue;
		u.place[i] = (uint16_t)u.n;
		u.cert[u.n++] = i;
	}
	return u;
}

static size_t certs_len(const struct ipl_secured *s, const struct used *u)
{
	size_t len = 0;

	for (size_t i = 0; i < u->n; i++)
		len += round_up(ipl_certs_der(s->certs, u->cert[i]).len);
	return len;
}

static size_t list_len(const struct ipl_secured *s, const struct used *u)
{
	return round_up(iirb_len(&(struct iirb){
		.n_components = s->plan.n_segments, .n_certificates = u->n }));
}

size_t ipl_secured_report_len(const struct ipl_secured *s,
			      struct ipl_span block)
{
	struct used u = find_used(s);

	return round_up(block.len) + list_len(s, &u) + certs_len(s, &u);
}

static void put_padded(struct ipl_wr *w, const void *p, size_t len)
{
	ipl_put(w, p, len);
	ipl_put(w, NULL, round_up(len) - len);
}

static void put_list(const struct ipl_secured *s, const struct used *u,
		     uint64_t certs_at, struct ipl_wr *w)
{
	struct iirb_certificate certs[IPL_CERTS_MAX];
	struct iirb_component *comps =
		calloc(s->plan.n_segments ?: 1, sizeof(*comps));

	if (!comps) {
		w->overflow = true;
		return;
	}
	for (size_t i = 0; i < u->n; i++) {
		size_t len = ipl_certs_der(s->certs, u->cert[i]).len;

		certs[i] = (struct iirb_certificate){ certs_at, len };
		certs_at += round_up(len);
	}
	for (size_t i = 0; i < s->plan.n_segments; i++) {
		const struct ipl_secure_part *p = &s->parts[i];
		bool verified = p->sig.verdict == IPL_SIG_VERIFIED;

		comps[i] = (struct iirb_component){
			.addr = p->addr,
			.len = p->len,
			.is_signed = p->sig.verdict != IPL_SIG_NONE,
			.is_verified = verified,
			.certificate =
				verified ? u->place[p->sig.certificate] : 0,
		};
	}
	iirb_encode(&(struct iirb){ .components = comps,
				    .n_components = s->plan.n_segments,
				    .certificates = certs,
				    .n_certificates = u->n },
		    w);
	ipl_put(w, NULL, round_up(w->at) - w->at);
	free(comps);
}

void ipl_secured_report(const struct ipl_secured *s, struct ipl_span block,
			bool secure, uint64_t addr, struct ipl_wr *w)
{
	struct used u = find_used(s);
	size_t start = w->at;

	put_padded(w, block.p, block.len);
	if (!w->overflow && block.len > IIRB_BLOCK_FLAGS)
		w->p[start + IIRB_BLOCK_FLAGS] |=
			(uint8_t)(IIRB_BLOCK_IPLSR |
				  (secure ? IIRB_BLOCK_SIPL : 0));
	put_list(s, &u, addr + round_up(block.len) + list_len(s, &u), w);
	for (size_t i = 0; i < u.n; i++) {
		struct ipl_span der = ipl_certs_der(s->certs, u.cert[i]);

		put_padded(w, der.p, der.len);
	}
}
