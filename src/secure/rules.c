/* SPDX-License-Identifier: MIT */
/* What secure IPL demands of a program. Each rule says the first thing that is
 * against it. May use: base, boot. */
#include "secure/rules.h"

#include <inttypes.h>
#include <stdio.h>

#define LOWCORE_SIZE 0x2000u
#define PSW_ADDR     UINT64_C(0x7fffffff)

static const char *name(const struct ipl_secure_part *p, char text[64])
{
	snprintf(text, 64, "'%s' (0x%" PRIx64 "-0x%" PRIx64 ")",
		 ipl_entry_name(p->purpose, p->entry).text, p->addr,
		 p->addr + p->len - 1);
	return text;
}

#define DENY(err, ...) ipl_fail(err, IPL_EDENIED, __VA_ARGS__)

static bool is_verified(const struct ipl_secure_part *p)
{
	return p->sig.verdict == IPL_SIG_VERIFIED;
}

static size_t count(const struct ipl_secured *s, bool verified)
{
	size_t n = 0;

	for (size_t i = 0; i < s->plan.n_segments; i++)
		n += !s->parts[i].is_ours &&
		     is_verified(&s->parts[i]) == verified;
	return n;
}

/* ---- the rules */

static int check_table(const struct ipl_program *prog, struct ipl_err *err)
{
	for (size_t i = 0; i < prog->n_comps; i++)
		if (prog->comps[i].type == IPL_COMP_SIGNATURE &&
		    (i + 1 == prog->n_comps ||
		     prog->comps[i + 1].type != IPL_COMP_LOAD ||
		     !prog->comps[i + 1].len))
			return DENY(err,
				    "entry %zu is a signature, but no "
				    "component follows that it signs",
				    i);
	return 0;
}

static int check_part(const struct ipl_secure_part *p, struct ipl_err *err)
{
	char text[64];

	if (p->sig.verdict != IPL_SIG_NONE && !is_verified(p))
		return DENY(err, "component %s: signature %s: %s",
			    name(p, text), ipl_signature_name(p->sig.verdict),
			    p->sig.text);
	if (p->addr < LOWCORE_SIZE && !p->is_ours)
		return DENY(err,
			    "component %s lies below 0x%x, where the machine "
			    "has its own data",
			    name(p, text), LOWCORE_SIZE);
	if (p->sclab.present && p->sclab.flags & SCLAB_OLA &&
	    p->sclab.load_addr != p->addr)
		return DENY(err,
			    "component %s has to be loaded to 0x%" PRIx64
			    ", says its signer",
			    name(p, text), p->sclab.load_addr);
	if (p->sclab.flags & (SCLAB_NUC | SCLAB_SC) &&
	    !(p->sclab.flags & SCLAB_OPSW))
		return DENY(err,
			    "component %s: loading attributes 0x%04x make no "
			    "sense without a PSW",
			    name(p, text), p->sclab.flags);
	return 0;
}

static int check_parts(const struct ipl_secured *s, struct ipl_err *err)
{
	for (size_t i = 0; i < s->plan.n_segments; i++) {
		int rc = check_part(&s->parts[i], err);

		if (rc)
			return rc;
	}
	if (!count(s, true))
		return DENY(err, "no component is signed");
	return 0;
}

static int check_start(const struct ipl_secured *s,
		       const struct ipl_secure_part *p, struct ipl_err *err)
{
	uint64_t addr = s->plan.psw & PSW_ADDR;
	char text[64];

	if (!is_verified(p))
		return DENY(err,
			    "the program starts at 0x%" PRIx64
			    ", in component %s, which is not signed",
			    addr, name(p, text));
	if (!(p->sclab.flags & SCLAB_OPSW)) {
		if (addr == p->addr)
			return 0;
		return DENY(err,
			    "the program starts at 0x%" PRIx64
			    ", in the middle of component %s, and its signer "
			    "does not say that it may",
			    addr, name(p, text));
	}
	if (p->sclab.load_psw != s->plan.psw)
		return DENY(err,
			    "the program starts with PSW 0x%016" PRIx64
			    ", the signer of component %s says 0x%016" PRIx64,
			    s->plan.psw, name(p, text), p->sclab.load_psw);
	if (p->sclab.flags & SCLAB_NUC && count(s, false))
		return DENY(err,
			    "there are unsigned components, which the signer "
			    "of component %s does not want",
			    name(p, text));
	if (p->sclab.flags & SCLAB_SC && count(s, true) != 1)
		return DENY(err,
			    "there are other signed components, which the "
			    "signer of component %s does not want",
			    name(p, text));
	return 0;
}

static int check_psw(const struct ipl_secured *s, struct ipl_err *err)
{
	uint64_t addr = s->plan.psw & PSW_ADDR;

	for (size_t i = 0; i < s->plan.n_segments; i++) {
		const struct ipl_secure_part *p = &s->parts[i];

		if (addr >= p->addr && addr - p->addr < p->len)
			return check_start(s, p, err);
	}
	return DENY(err,
		    "the program starts at 0x%" PRIx64
		    ", where nothing is loaded",
		    addr);
}

void ipl_secure_judge(struct ipl_secured *s, const struct ipl_program *prog)
{
	struct ipl_err *err = &s->fault;
	int rc = check_table(prog, err);

	if (!rc)
		rc = check_parts(s, err);
	if (!rc)
		rc = check_psw(s, err);
	if (!rc)
		return;
	ipl_err_wrap(err, "secure IPL");
	ipl_err_advise(err, "sign the kernel and stage 3 with the key of one "
			    "of the certificates, run zipl with secure=1; or "
			    "IPL with secure=audit or off");
}
