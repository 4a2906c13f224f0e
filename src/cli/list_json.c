/* SPDX-License-Identifier: MIT */
/* "list --json": everything that was found.
 * May use: everything. */
#include "cli/json.h"
#include "cli/list.h"

#define API_LEVEL 1

static struct json_object *program_object(const struct ipl_program *prog)
{
	struct json_object *obj = ipl_json_program(prog);
	struct json_object *comps = json_object_new_array();

	for (size_t i = 0; i < prog->n_comps; i++)
		ipl_json_append(comps, ipl_json_component(&prog->comps[i]));
	ipl_json_add(obj, "components", comps);
	if (prog->rc)
		ipl_json_add(obj, "error", ipl_json_error(&prog->err));
	return obj;
}

int ipl_list_print_json(const struct ipl_map *map, struct ipl_err *err)
{
	struct json_object *programs = json_object_new_array();
	struct json_object *obj =
		ipl_json_new("s390-ipl.list", API_LEVEL, map->src->name);

	ipl_json_add_text(obj, "layout", map->layout->name);
	ipl_json_add_number(obj, "block_size", map->block_size);
	for (size_t i = 0; i < map->n_programs; i++)
		ipl_json_append(programs, program_object(&map->programs[i]));
	ipl_json_add(obj, "programs", programs);
	ipl_json_add_map(obj, map);
	return ipl_json_print(obj, err);
}
