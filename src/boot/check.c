/* SPDX-License-Identifier: MIT */
/* Would it boot? Puts the single checks together to a verdict.
 * May use: base, format, disk. */
#include "boot/check.h"

#include "boot/check_parts.h"
#include "boot/plan.h"

#include <stdlib.h>

struct ipl_finding *ipl_check_add(const struct ipl_check *c,
				  enum ipl_severity severity, const char *code)
{
	return ipl_report_add(c->report, severity, code, (int)c->prog->number);
}

const struct ipl_component *ipl_check_comp_at(const struct ipl_program *prog,
					      uint64_t addr)
{
	for (size_t i = 0; i < prog->n_comps; i++) {
		const struct ipl_component *comp = &prog->comps[i];

		if (comp->type == IPL_COMP_LOAD && addr >= comp->addr &&
		    addr - comp->addr < comp->len)
			return comp;
	}
	return NULL;
}

static bool has_errors(const struct ipl_check *c)
{
	return ipl_report_count(c->report, IPL_ERROR, (int)c->prog->number) > 0;
}

/* The plan has the last word: whatever it refuses is an error, even if none of
 * the checks saw it. */
static int check_plan(const struct ipl_check *c, struct ipl_err *err)
{
	struct ipl_plan *plan = NULL;
	struct ipl_err why;
	int rc;

	rc = ipl_plan_make(c->map, c->prog, c->memory->memory, &plan, &why);
	ipl_plan_free(plan);
	if (rc == IPL_ENOMEM)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (rc && !has_errors(c))
		ipl_report_add_err(c->report, IPL_ERROR, "plan",
				   (int)c->prog->number, &why);
	return 0;
}

static int check_whole(struct ipl_check *c, uint64_t memory,
		       struct ipl_program_verdict *ret, struct ipl_err *err)
{
	struct ipl_memory_map *map;
	int rc;

	rc = ipl_memory_map_make(c->prog, memory, &map, err);
	if (rc)
		return rc;
	c->memory = map;
	ipl_check_load(c);
	ipl_check_stage3(c);
	rc = check_plan(c, err);
	ret->needed = map->needed;
	ipl_memory_map_free(map);
	ret->outcome = has_errors(c) ? IPL_FAILS : IPL_BOOTS;
	return rc;
}

static int check_program(struct ipl_check *c, uint64_t memory,
			 struct ipl_program_verdict *ret, struct ipl_err *err)
{
	bool not_for_ipl = c->prog->rc == IPL_EUNSUP;

	ret->checked = true;
	if (!c->prog->rc)
		return check_whole(c, memory, ret, err);
	ret->outcome = not_for_ipl ? IPL_NOT_FOR_IPL : IPL_FAILS;
	ipl_report_add_err(c->report, not_for_ipl ? IPL_NOTE : IPL_ERROR,
			   not_for_ipl ? "not-for-ipl" : "damaged",
			   (int)c->prog->number, &c->prog->err);
	return 0;
}

static int check_programs(const struct ipl_map *map,
			  const struct ipl_program *only, struct ipl_verdict *v,
			  struct ipl_err *err)
{
	size_t n[IPL_FAILS + 1] = { 0 };

	for (size_t i = 0; i < map->n_programs; i++) {
		struct ipl_check c = { .map = map,
				       .prog = &map->programs[i],
				       .report = &v->report };
		int rc;

		/* a copy has nothing of its own to say */
		if (only ? c.prog != only : c.prog->copy_of != 0)
			continue;
		rc = check_program(&c, v->memory, &v->programs[i], err);
		if (rc)
			return rc;
		n[v->programs[i].outcome]++;
	}
	v->boots = n[IPL_BOOTS] > 0 && n[IPL_FAILS] == 0;
	return 0;
}

/* The last step: a verdict that is not whole is none. */
static int finish(struct ipl_verdict *v, int rc, struct ipl_verdict *ret,
		  struct ipl_err *err)
{
	if (!rc)
		ipl_report_sort(&v->report);
	if (!rc && v->report.out_of_memory)
		rc = ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (rc) {
		ipl_verdict_done(v);
		return rc;
	}
	*ret = *v;
	return 0;
}

/* Who asks about one program does not ask about the others. */
static void keep_only(struct ipl_report *report, int number)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n; i++) {
		const struct ipl_finding *f = &report->findings[i];

		if (f->program == IPL_WHOLE_DISK || f->program == number)
			report->findings[n++] = *f;
	}
	report->n = n;
}

int ipl_check_map(const struct ipl_map *map, const struct ipl_program *only,
		  uint64_t memory, struct ipl_verdict *ret, struct ipl_err *err)
{
	struct ipl_verdict v = { .memory = memory,
				 .n_programs = map->n_programs };
	int rc;

	v.programs = calloc(map->n_programs, sizeof(*v.programs));
	if (!v.programs)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	rc = ipl_check_disk(map, &v.report, err);
	if (only)
		keep_only(&v.report, (int)only->number);
	if (!rc)
		rc = check_programs(map, only, &v, err);
	return finish(&v, rc, ret, err);
}

int ipl_check_no_map(const struct ipl_err *why, uint64_t memory,
		     struct ipl_verdict *ret, struct ipl_err *err)
{
	struct ipl_verdict v = { .memory = memory };

	ipl_report_add_err(&v.report, IPL_ERROR, "no-boot-map", IPL_WHOLE_DISK,
			   why);
	return finish(&v, 0, ret, err);
}

void ipl_verdict_done(struct ipl_verdict *verdict)
{
	ipl_report_done(&verdict->report);
	free(verdict->programs);
	*verdict = (struct ipl_verdict){ 0 };
}

const char *ipl_outcome_name(enum ipl_outcome outcome)
{
	static const char *const names[] = {
		[IPL_BOOTS] = "boots",
		[IPL_NOT_FOR_IPL] = "not-for-ipl",
		[IPL_FAILS] = "fails",
	};

	return names[outcome];
}
