/* SPDX-License-Identifier: MIT */
/* "check --json": the verdict, program by program, and all findings.
 * May use: everything. */
#include "cli/check.h"
#include "cli/json.h"

#define API_LEVEL 1

static struct json_object *program_object(const struct ipl_program *prog,
					  const struct ipl_program_verdict *v)
{
	struct json_object *obj = json_object_new_object();

	ipl_json_add_number(obj, "number", prog->number);
	ipl_json_add_text(obj, "name", prog->name);
	ipl_json_add_bool(obj, "default", prog->is_default);
	ipl_json_add_text(obj, "outcome", ipl_outcome_name(v->outcome));
	ipl_json_add_bytes(obj, "needed_bytes", v->needed);
	return obj;
}

static struct json_object *finding_object(const struct ipl_map *map,
					  const struct ipl_finding *f)
{
	struct json_object *obj = json_object_new_object();
	bool placed = f->structure[0] != '\0';
	struct json_object *program = NULL, *block = NULL, *offset = NULL;

	if (f->program != IPL_WHOLE_DISK)
		program = json_object_new_int(f->program);
	if (placed)
		offset = json_object_new_uint64(f->off);
	if (placed && map)
		block = json_object_new_uint64(f->off / map->block_size);
	ipl_json_add_text(obj, "severity", ipl_severity_name(f->severity));
	ipl_json_add_text(obj, "code", f->code);
	ipl_json_add(obj, "program", program);
	ipl_json_add_text(obj, "structure", placed ? f->structure : NULL);
	ipl_json_add(obj, "block", block);
	ipl_json_add(obj, "offset", offset);
	ipl_json_add_text(obj, "found", f->found);
	ipl_json_add_text(obj, "expected", f->expected[0] ? f->expected : NULL);
	ipl_json_add_text(obj, "advice", f->advice[0] ? f->advice : NULL);
	return obj;
}

int ipl_check_print_json(const struct ipl_checked *c, struct ipl_err *err)
{
	struct json_object *obj =
		ipl_json_new("s390-ipl.check", API_LEVEL, c->disk);
	struct json_object *programs = json_object_new_array();
	struct json_object *findings = json_object_new_array();
	const struct ipl_verdict *v = &c->verdict;

	ipl_json_add_text(obj, "layout", c->map ? c->map->layout->name : NULL);
	ipl_json_add_number(obj, "memory_bytes", v->memory);
	ipl_json_add_bool(obj, "boots", v->boots);
	for (size_t i = 0; c->map && i < v->n_programs; i++) {
		if (v->programs[i].checked)
			ipl_json_append(programs,
					program_object(&c->map->programs[i],
						       &v->programs[i]));
	}
	ipl_json_add(obj, "programs", programs);
	for (size_t i = 0; i < v->report.n; i++)
		ipl_json_append(findings,
				finding_object(c->map, &v->report.findings[i]));
	ipl_json_add(obj, "findings", findings);
	return ipl_json_print(obj, err);
}
