/* SPDX-License-Identifier: MIT */
/* JSON output: what there is to say about a boot map as a whole.
 * May use: everything. */
#include "cli/json.h"

/* NULL for null: the boot map has no menu. */
static struct json_object *menu_object(const struct ipl_menu *menu)
{
	struct json_object *obj;

	if (!menu->present)
		return NULL;
	obj = json_object_new_object();
	ipl_json_add_bool(obj, "prompt", menu->prompt);
	ipl_json_add_number(obj, "timeout", menu->timeout_s);
	return obj;
}

static struct json_object *volume_object(const struct ipl_volume *volume)
{
	struct json_object *obj;

	if (!volume->label[0])
		return NULL;
	obj = json_object_new_object();
	ipl_json_add_text(obj, "label", volume->label);
	ipl_json_add_text(obj, "serial", volume->serial);
	return obj;
}

static struct json_object *note_object(const struct ipl_note *note)
{
	struct json_object *obj = json_object_new_object();

	ipl_json_add_text(obj, "code", note->code);
	ipl_json_add_text(obj, "message", note->text);
	return obj;
}

void ipl_json_add_map(struct json_object *obj, const struct ipl_map *map)
{
	struct json_object *notes = json_object_new_array();

	ipl_json_add(obj, "menu", menu_object(&map->menu));
	ipl_json_add_text(obj, "zipl", map->menu.zipl);
	ipl_json_add(obj, "volume", volume_object(&map->volume));
	ipl_json_add_text(obj, "other_layout",
			  map->other ? map->other->layout->name : NULL);
	for (size_t i = 0; i < map->n_notes; i++)
		ipl_json_append(notes, note_object(&map->notes[i]));
	ipl_json_add(obj, "notes", notes);
}
