/* SPDX-License-Identifier: MIT */
/* "list --json": everything that was found, addresses as hexadecimal text.
 * May use: everything. */
#include "base/cleanup.h"
#include "boot/plan.h"
#include "cli/list.h"
#include "cli/text.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>

/* Adding keys keeps the level, changing what one means raises it. */
#define API_LEVEL 1

/*
 * json-c gives NULL when memory runs out, and takes NULL for null. What is
 * made of the rest is whole JSON all the same; only the object itself must be
 * there.
 */

static void add(struct json_object *obj, const char *key,
		struct json_object *value)
{
	json_object_object_add(obj, key, value);
}

static void add_text(struct json_object *obj, const char *key, const char *text)
{
	auto_free char *utf8 = text ? ipl_text_utf8(text) : NULL;

	add(obj, key, utf8 ? json_object_new_string(utf8) : NULL);
}

static void add_number(struct json_object *obj, const char *key, uint64_t n)
{
	add(obj, key, json_object_new_uint64(n));
}

/* null for "there is none" */
static void add_bytes(struct json_object *obj, const char *key, uint64_t n)
{
	add(obj, key, n ? json_object_new_uint64(n) : NULL);
}

static void add_hex(struct json_object *obj, const char *key, int digits,
		    uint64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%0*" PRIx64, digits, n);
	add_text(obj, key, text);
}

static struct json_object *error_object(const struct ipl_err *err)
{
	struct json_object *obj = json_object_new_object();

	add_text(obj, "code", ipl_code_name(err->code));
	add_text(obj, "message", err->msg);
	add_text(obj, "advice", err->advice[0] ? err->advice : NULL);
	return obj;
}

static struct json_object *component_object(const struct ipl_component *comp)
{
	struct json_object *obj = json_object_new_object();

	switch (comp->type) {
	case IPL_COMP_EXECUTE:
		add_text(obj, "type", "execute");
		add_hex(obj, "psw", 16, comp->psw);
		return obj;
	case IPL_COMP_LOAD:
		add_text(obj, "type", "load");
		add_text(obj, "purpose", ipl_purpose_name(comp->purpose));
		add_hex(obj, "address", 0, comp->addr);
		break;
	case IPL_COMP_SIGNATURE:
		add_text(obj, "type", "signature");
		break;
	}
	add_number(obj, "bytes", comp->len);
	add_number(obj, "extents", comp->n_extents);
	return obj;
}

static struct json_object *program_object(const struct ipl_program *prog)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *comps = json_object_new_array();

	add_number(obj, "number", prog->number);
	add_text(obj, "name", prog->name);
	add_text(obj, "cmdline", prog->cmdline);
	add(obj, "default", json_object_new_boolean(prog->is_default));
	add_text(obj, "kernel_version", prog->kernel_version);
	add_bytes(obj, "kernel_bytes", prog->kernel_len);
	add_bytes(obj, "ramdisk_bytes", prog->ramdisk_len);
	for (size_t i = 0; i < prog->n_comps; i++)
		json_object_array_add(comps, component_object(&prog->comps[i]));
	add(obj, "components", comps);
	if (prog->rc)
		add(obj, "error", error_object(&prog->err));
	return obj;
}

int ipl_list_print_json(const struct ipl_map *map, struct ipl_err *err)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *programs = json_object_new_array();
	const char *text;

	add_text(obj, "format", "s390-ipl.list");
	add_number(obj, "api_level", API_LEVEL);
	add_text(obj, "tool", "s390-ipl " IPL_VERSION);
	add_text(obj, "disk", map->src->name);
	add_text(obj, "layout", map->layout->name);
	add_number(obj, "block_size", map->block_size);
	for (size_t i = 0; i < map->n_programs; i++)
		json_object_array_add(programs,
				      program_object(&map->programs[i]));
	add(obj, "programs", programs);

	text = json_object_to_json_string_ext(
		obj, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (text) {
		ipl_text_put_json(text, stdout);
		putchar('\n');
	} else {
		ipl_fail(err, IPL_ENOMEM, "out of memory");
	}
	json_object_put(obj);
	return text ? 0 : IPL_ENOMEM;
}
