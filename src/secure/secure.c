/* SPDX-License-Identifier: MIT */
/* Secure IPL: components are read once, into private memory, and judged there.
 * May use: base, format, disk, boot. */
#include "secure/secure.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "boot/extent.h"
#include "secure/rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT_PKCS7 1

int ipl_secure_mode_parse(const char *text, enum ipl_secure_mode *ret,
			  struct ipl_err *err)
{
	static const char *const names[] = { [IPL_SECURE_OFF] = "off",
					     [IPL_SECURE_AUDIT] = "audit",
					     [IPL_SECURE_ON] = "on" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(text, names[i]) != 0)
			continue;
		*ret = (enum ipl_secure_mode)i;
		return 0;
	}
	return ipl_fail(err, IPL_EINVAL, "secure=%s: expected on, audit or off",
			text);
}

/* ---- reading */

/* The bytes of a SIGNATURE entry; *@why says what is wrong with it, and the
 * result is then empty. */
static int read_signature(const struct ipl_plan *plan,
			  const struct ipl_component *comp, uint8_t *buf,
			  struct ipl_span *ret, const char **why,
			  struct ipl_err *err)
{
	const struct ipl_extent_pos pos = { .x = comp->extents,
					    .n = comp->n_extents };

	*ret = (struct ipl_span){ 0 };
	if (comp->sig_format != FORMAT_PKCS7)
		*why = "the signature is of an unknown format";
	else if (comp->sig_len == 0 || comp->sig_len > comp->len)
		*why = "the signature has less bytes than its entry says";
	else if (comp->sig_len > IPL_MAX_SIGNATURE)
		*why = "the signature is too long";
	else
		*ret = (struct ipl_span){ .p = buf, .len = comp->sig_len };
	return ret->len ? ipl_extent_read(plan->src, &pos, buf, ret->len, err)
			: 0;
}

/* Component @i is in @data: is it signed, and by whom? */
static int judge_signature(const struct ipl_plan *plan,
			   const struct ipl_program *prog,
			   struct ipl_secured *s, size_t i,
			   struct ipl_span data, struct ipl_err *err)
{
	struct ipl_secure_part *part = &s->parts[i];
	const struct ipl_component *before;
	uint8_t buf[IPL_MAX_SIGNATURE];
	const char *why = "";
	struct ipl_span sig;
	int rc;

	if (part->is_ours || !part->entry ||
	    prog->comps[part->entry - 1].type != IPL_COMP_SIGNATURE)
		return 0;
	before = &prog->comps[part->entry - 1];
	rc = read_signature(plan, before, buf, &sig, &why, err);
	if (rc) {
		ipl_err_wrap(err, "signature of '%s'",
			     ipl_entry_name(part->purpose, part->entry).text);
		return rc;
	}
	if (sig.len) {
		ipl_signature_verify(s->certs, sig, data, &part->sig);
		return 0;
	}
	part->sig.verdict = IPL_SIG_MALFORMED;
	snprintf(part->sig.text, sizeof(part->sig.text), "%s", why);
	return 0;
}

static int read_part(const struct ipl_plan *plan,
		     const struct ipl_program *prog, struct ipl_secured *s,
		     size_t i, uint64_t at, struct ipl_err *err)
{
	const struct ipl_segment *seg = &plan->segments[i];
	const struct ipl_span data = { .p = s->memory + at, .len = seg->len };
	struct ipl_secure_part *part = &s->parts[i];
	struct ipl_err why = { 0 };
	int rc = ipl_plan_read(plan, seg, seg->addr, s->memory + at, seg->len,
			       err);

	if (rc)
		return rc;
	*part = (struct ipl_secure_part){ .is_ours = seg->bytes != NULL,
					  .entry = seg->entry,
					  .purpose = seg->purpose,
					  .addr = seg->addr,
					  .len = seg->len };
	s->extents[i] = (struct ipl_extent){ .off = at, .len = seg->len };
	s->plan.segments[i] = *seg;
	s->plan.segments[i].extents = &s->extents[i];
	s->plan.segments[i].n_extents = 1;
	s->plan.segments[i].skip = 0;
	s->plan.segments[i].bytes = NULL;
	rc = judge_signature(plan, prog, s, i, data, err);
	/* what nobody signed has no say in how it is loaded */
	if (rc || part->sig.verdict != IPL_SIG_VERIFIED)
		return rc;
	if (sclab_decode(data, &part->sclab, &why)) {
		part->sig.verdict = IPL_SIG_MALFORMED;
		snprintf(part->sig.text, sizeof(part->sig.text), "%.150s",
			 why.msg);
	}
	return 0;
}

static int read_parts(const struct ipl_plan *plan,
		      const struct ipl_program *prog, struct ipl_secured *s,
		      struct ipl_err *err)
{
	uint64_t at = 0;

	for (size_t i = 0; i < plan->n_segments; i++) {
		int rc = read_part(plan, prog, s, i, at, err);

		if (rc)
			return rc;
		at += plan->segments[i].len;
	}
	return 0;
}

static int allocate(const struct ipl_plan *plan, struct ipl_secured *s,
		    struct ipl_err *err)
{
	size_t n = plan->n_segments ?: 1;

	if (plan->bytes > IPL_MAX_SECURE)
		return ipl_fail(err, IPL_ELIMIT,
				"the components have %" PRIu64
				" bytes, a secure IPL takes at most %" PRIu64,
				plan->bytes, IPL_MAX_SECURE);
	s->memory = calloc(1, plan->bytes ?: 1);
	s->parts = calloc(n, sizeof(*s->parts));
	s->extents = calloc(n, sizeof(*s->extents));
	s->plan = *plan;
	s->plan.src = NULL;
	s->plan.owned = NULL;
	s->plan.n_owned = 0;
	s->plan.segments = calloc(n, sizeof(*s->plan.segments));
	if (!s->memory || !s->parts || !s->extents || !s->plan.segments)
		return ipl_fail(
			err, IPL_ENOMEM,
			"no memory for a copy of the components (%" PRIu64
			" bytes)",
			plan->bytes);
	return ipl_src_open_mem(s->memory, plan->bytes, "verified components",
				&s->plan.src, err);
}

int ipl_secure_read(const struct ipl_plan *plan, const struct ipl_program *prog,
		    const struct ipl_certs *certs, struct ipl_secured **ret,
		    struct ipl_err *err)
{
	struct ipl_secured *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	s->certs = certs;
	rc = allocate(plan, s, err);
	if (!rc)
		rc = read_parts(plan, prog, s, err);
	if (rc) {
		ipl_secured_free(s);
		return rc;
	}
	ipl_secure_judge(s, prog);
	*ret = s;
	return 0;
}

void ipl_secured_free(struct ipl_secured *s)
{
	if (!s)
		return;
	ipl_src_close(s->plan.src);
	free(s->plan.segments);
	free(s->extents);
	free(s->parts);
	free(s->memory);
	free(s);
}
