/* SPDX-License-Identifier: MIT */
/* "check --secure": would a secure IPL take it, and what becomes of each signature?
 * May use: everything. */
#include "boot/plan.h"
#include "cli/check.h"
#include "cli/secure_args.h"

static struct ipl_finding *add(struct ipl_verdict *v,
			       enum ipl_severity severity, const char *code,
			       const struct ipl_program *prog,
			       const struct ipl_component *comp)
{
	struct ipl_finding *f =
		ipl_report_add(&v->report, severity, code, (int)prog->number);

	ipl_finding_at(f, "component table",
		       comp ? comp->entry_off : prog->table_off);
	return f;
}

static void add_part(struct ipl_verdict *v, const struct ipl_program *prog,
		     const struct ipl_secure_part *p)
{
	const struct ipl_component *comp = &prog->comps[p->entry];
	char text[IPL_SECURE_TEXT_MAX];
	struct ipl_finding *f;

	switch (p->sig.verdict) {
	case IPL_SIG_NONE:
		f = add(v, IPL_NOTE, "unsigned", prog, comp);
		break;
	case IPL_SIG_VERIFIED:
		f = add(v, IPL_NOTE, "verified", prog, comp);
		break;
	default:
		f = add(v, IPL_ERROR, "signature", prog, comp);
	}
	ipl_finding_found(f, "%s", ipl_secure_part_text(p, text));
}

static int check_program(struct ipl_verdict *v, const struct ipl_map *map,
			 const struct ipl_program *prog,
			 struct ipl_program_verdict *ret,
			 const struct ipl_certs *certs, struct ipl_err *err)
{
	struct ipl_secured *s = NULL;
	struct ipl_plan *plan = NULL;
	int rc = ipl_plan_make(map, prog, v->memory, &plan, err);

	if (!rc)
		rc = ipl_secure_read(plan, prog, certs, &s, err);
	for (size_t i = 0; !rc && i < s->plan.n_segments; i++)
		add_part(v, prog, &s->parts[i]);
	if (!rc && s->fault.code) {
		struct ipl_finding *f = add(v, IPL_ERROR, "denied", prog, NULL);

		ipl_finding_found(f, "%s", s->fault.msg);
		ipl_finding_advise(f, "%s", s->fault.advice);
		ret->outcome = IPL_FAILS;
		v->boots = false;
	}
	ipl_secured_free(s);
	ipl_plan_free(plan);
	return rc;
}

int ipl_check_secure(struct ipl_checked *c, const struct ipl_certs *certs,
		     struct ipl_err *err)
{
	struct ipl_verdict *v = &c->verdict;
	int rc = 0;

	for (size_t i = 0; !rc && i < v->n_programs; i++)
		if (v->programs[i].checked &&
		    v->programs[i].outcome == IPL_BOOTS)
			rc = check_program(v, c->map, &c->map->programs[i],
					   &v->programs[i], certs, err);
	ipl_report_sort(&v->report);
	if (!rc && v->report.out_of_memory)
		rc = ipl_fail(err, IPL_ENOMEM, "out of memory");
	return rc;
}
