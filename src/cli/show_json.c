/* SPDX-License-Identifier: MIT */
/* "show --json": what "list --json" has, and where on disk and in memory.
 * May use: everything. */
#include "boot/plan.h"
#include "cli/json.h"
#include "cli/show.h"

#define API_LEVEL 1

/* Runs of blocks that are listed without --all: each takes about 1 KB of our
 * memory, and a disk may have millions. */
#define RUNS_MAX 100000

static struct json_object *run_object(const struct ipl_map *map,
				      const struct ipl_extent *x)
{
	struct json_object *obj = json_object_new_object();

	if (x->zero) {
		ipl_json_add_bool(obj, "zeros", true);
	} else {
		ipl_json_add_number(obj, "block", x->off / map->block_size);
		ipl_json_add_number(obj, "offset", x->off);
	}
	ipl_json_add_number(obj, "blocks", x->len / map->block_size);
	return obj;
}

/* NULL if *@left does not suffice for them. */
static struct json_object *runs_array(const struct ipl_map *map,
				      const struct ipl_component *comp,
				      size_t *left)
{
	struct json_object *runs;

	if (comp->n_extents > *left)
		return NULL;
	*left -= comp->n_extents;
	runs = json_object_new_array();
	for (size_t i = 0; i < comp->n_extents; i++)
		ipl_json_append(runs, run_object(map, &comp->extents[i]));
	return runs;
}

/* NULL for what no signature can be for. */
static struct json_object *signature_object(const struct ipl_secure_part *part)
{
	struct json_object *obj;

	if (!part)
		return NULL;
	obj = json_object_new_object();
	ipl_json_add_text(obj, "verdict",
			  ipl_signature_name(part->sig.verdict));
	ipl_json_add_text(obj, "text", part->sig.text);
	return obj;
}

static struct json_object *secure_object(const struct ipl_show_program *p)
{
	struct json_object *obj = json_object_new_object();
	const struct ipl_err *why =
		p->secured ? &p->secured->fault : &p->unjudged;

	ipl_json_add_bool(obj, "accepted", p->secured && !why->code);
	if (why->code)
		ipl_json_add(obj, "error", ipl_json_error(why));
	return obj;
}

static struct json_object *component_object(const struct ipl_map *map,
					    const struct ipl_show_program *p,
					    size_t i, size_t *runs_left)
{
	const struct ipl_component *comp = &p->prog->comps[i];
	struct json_object *obj = ipl_json_component(comp);

	if (p->secured)
		ipl_json_add(obj, "signature",
			     signature_object(ipl_show_signature(p, i)));
	ipl_json_add_number(obj, "entry_offset", comp->entry_off);
	if (comp->type != IPL_COMP_EXECUTE)
		ipl_json_add(obj, "runs", runs_array(map, comp, runs_left));
	return obj;
}

/* Only the fields that its generation has. */
static struct json_object *stage3_object(const struct ipl_stage3 *s)
{
	struct json_object *obj;

	if (!s->present)
		return NULL;
	obj = json_object_new_object();
	ipl_json_add_number(obj, "bytes", s->gen);
	ipl_json_add_hex(obj, "parmline_address", 0, s->parm_addr);
	ipl_json_add_hex(obj, "ramdisk_address", 0, s->initrd_addr);
	ipl_json_add_number(obj, "ramdisk_bytes", s->initrd_len);
	ipl_json_add_hex(obj, "psw", 16, s->load_psw);
	ipl_json_add_bool(obj, "extra_parameters", s->extra_parm != 0);
	if (s->gen == ZIPL_STAGE3_40)
		return obj;
	ipl_json_add_hex(obj, "flags", 16, s->flags);
	if (s->gen == ZIPL_STAGE3_42)
		return obj;
	ipl_json_add_hex(obj, "kernel_address", 0, s->image_addr);
	ipl_json_add_number(obj, "kernel_bytes", s->image_len);
	if (!ipl_origin_has_environment(s))
		return obj;
	ipl_json_add_hex(obj, "environment_address", 0, s->envblk_addr);
	ipl_json_add_number(obj, "environment_bytes", s->envblk_len);
	return obj;
}

static struct json_object *region_object(const struct ipl_region *r)
{
	struct json_object *obj = json_object_new_object();

	ipl_json_add_text(obj, "kind", ipl_region_name(r->kind));
	ipl_json_add_hex(obj, "address", 0, r->addr);
	ipl_json_add_number(obj, "bytes", r->len);
	if (r->kind != IPL_REGION_COMPONENT)
		return obj;
	ipl_json_add_number(obj, "component", r->entry);
	ipl_json_add_text(obj, "purpose", ipl_purpose_name(r->comp->purpose));
	ipl_json_add(obj, "overlaps",
		     r->overlaps ? json_object_new_uint64(r->overlaps->entry)
				 : NULL);
	ipl_json_add_bool(obj, "past_memory", r->is_past_memory);
	ipl_json_add_bool(obj, "over_firmware", r->is_over_firmware);
	return obj;
}

static struct json_object *memory_object(const struct ipl_memory_map *map)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *regions = json_object_new_array();

	ipl_json_add_number(obj, "bytes", map->memory);
	ipl_json_add_number(obj, "needed_bytes", map->needed);
	ipl_json_add_number(obj, "free_bytes", map->free_bytes);
	ipl_json_add_number(obj, "largest_free_bytes", map->free_largest);
	ipl_json_add_hex(obj, "firmware_address", 0, map->firmware);
	for (size_t i = 0; i < map->n_regions; i++)
		ipl_json_append(regions, region_object(&map->regions[i]));
	ipl_json_add(obj, "regions", regions);
	return obj;
}

static struct json_object *program_object(const struct ipl_map *map,
					  const struct ipl_show_program *p,
					  size_t *runs_left)
{
	struct json_object *obj = ipl_json_program(p->prog);
	struct json_object *comps = json_object_new_array();

	ipl_json_add(obj, "copy_of",
		     p->prog->copy_of ? json_object_new_uint64(p->prog->copy_of)
				      : NULL);
	ipl_json_add_text(obj, "written_by", p->origin.text);
	ipl_json_add_bytes(obj, "table_offset", p->prog->table_off);
	ipl_json_add(obj, "stage3", stage3_object(&p->prog->stage3));
	for (size_t i = 0; i < p->prog->n_comps; i++)
		ipl_json_append(comps, component_object(map, p, i, runs_left));
	ipl_json_add(obj, "components", comps);
	ipl_json_add(obj, "memory", memory_object(p->memory));
	if (p->secured || p->unjudged.code)
		ipl_json_add(obj, "secure", secure_object(p));
	if (p->prog->rc)
		ipl_json_add(obj, "error", ipl_json_error(&p->prog->err));
	return obj;
}

static int add_programs(const struct ipl_show *show, struct json_object *obj,
			struct ipl_err *err)
{
	struct json_object *programs = json_object_new_array();
	size_t runs_left = show->all ? SIZE_MAX : RUNS_MAX;

	ipl_json_add(obj, "programs", programs);
	for (size_t i = 0; i < show->map->n_programs; i++) {
		struct ipl_show_program p;
		int rc;

		if (!ipl_show_wants(show, &show->map->programs[i]))
			continue;
		rc = ipl_show_program_init(show, &show->map->programs[i], &p,
					   err);
		if (rc)
			return rc;
		ipl_json_append(programs,
				program_object(show->map, &p, &runs_left));
		ipl_show_program_done(&p);
	}
	return 0;
}

int ipl_show_print_json(const struct ipl_show *show, struct ipl_err *err)
{
	const struct ipl_map *map = show->map;
	struct json_object *obj =
		ipl_json_new("s390-ipl.show", API_LEVEL, map->src->name);
	int rc;

	ipl_json_add_text(obj, "layout", map->layout->name);
	ipl_json_add_number(obj, "disk_bytes", map->src->size);
	ipl_json_add_number(obj, "block_size", map->block_size);
	ipl_json_add_number(obj, "program_table_offset", map->table_off);
	ipl_json_add_number(obj, "boot_record_offset", map->record_off);
	ipl_json_add_map(obj, map);
	rc = add_programs(show, obj, err);
	if (rc) {
		json_object_put(obj);
		return rc;
	}
	return ipl_json_print(obj, err);
}
