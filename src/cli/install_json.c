/* SPDX-License-Identifier: MIT */
/* "install": the plan for programs.
 * May use: everything. */
#include "cli/install.h"
#include "cli/json.h"
#include "format/linux_image.h"

#include <stdio.h>

static struct json_object *file_json(const struct ipl_install_file *file,
				     uint64_t addr)
{
	struct json_object *obj = json_object_new_object();

	ipl_json_add_text(obj, "path", file->job->path);
	ipl_json_add_bool(obj, "copied", file->src != NULL);
	ipl_json_add_number(obj, "bytes", file->len);
	ipl_json_add_hex(obj, "address", 1, addr);
	return obj;
}

static struct json_object *entry_json(const struct ipl_install *plan, size_t i)
{
	const struct ipl_job_entry *e = &plan->job->entries[i];
	const struct ipl_install_files *files = &plan->files;
	struct json_object *obj = json_object_new_object();
	struct json_object *ramdisks = json_object_new_array();

	ipl_json_add_number(obj, "number", e->number);
	ipl_json_add_bool(obj, "default",
			  e->number == plan->job->default_number);
	ipl_json_add_text(obj, "name", e->name);
	ipl_json_add(
		obj, "kernel",
		file_json(&files->v[files->of[i].kernel], LINUX_IMAGE_ENTRY));
	for (size_t k = 0; k < e->n_initrds; k++)
		json_object_array_add(
			ramdisks, file_json(&files->v[files->of[i].initrd[k]],
					    plan->places[i].file_addr[k]));
	ipl_json_add(obj, "ramdisks", ramdisks);
	ipl_json_add_text(obj, "cmdline", e->cmdline ? e->cmdline : "");
	return obj;
}

static struct json_object *write_json(const struct ipl_write *w)
{
	struct json_object *obj = json_object_new_object();

	ipl_json_add_number(obj, "offset", w->off);
	ipl_json_add_number(obj, "bytes", w->len);
	ipl_json_add_text(obj, "what", w->what);
	ipl_json_add_bool(obj, "record", w->is_record);
	return obj;
}

/* Data first, then records: the order in which they are written. */
static struct json_object *writes_json(const struct ipl_writes *w)
{
	struct json_object *array = json_object_new_array();

	for (int records = 0; records < 2; records++) {
		for (size_t i = 0; i < w->n; i++) {
			if (w->v[i].is_record == (records != 0))
				ipl_json_append(array, write_json(&w->v[i]));
		}
	}
	return array;
}

static struct json_object *area_json(const struct ipl_install *plan)
{
	struct json_object *obj = json_object_new_object();

	ipl_json_add_text(obj, "place", plan->area);
	if (plan->partition)
		ipl_json_add_number(obj, "partition", plan->partition);
	else
		ipl_json_add(obj, "partition", NULL);
	ipl_json_add_number(obj, "first_block", plan->took.first);
	ipl_json_add_number(obj, "blocks", plan->took.count);
	return obj;
}

int ipl_install_print_json(const struct ipl_install *plan, const char *disk,
			   bool written, struct ipl_err *err)
{
	struct json_object *obj = ipl_json_new("s390-ipl.install", 1, disk);
	struct json_object *entries = json_object_new_array();
	struct json_object *notes = json_object_new_array();
	const struct ipl_target *t = plan->target;

	ipl_json_add_text(obj, "scheme", t->scheme->name);
	ipl_json_add_number(obj, "block_size", t->block_size);
	ipl_json_add_text(obj, "table", t->table);
	ipl_json_add(obj, "area", area_json(plan));
	ipl_json_add_bool(obj, "keeps_old", plan->keeps_old);
	for (size_t i = 0; i < plan->job->n_entries; i++)
		ipl_json_append(entries, entry_json(plan, i));
	ipl_json_add(obj, "entries", entries);
	for (size_t i = 0; i < plan->job->n_notes; i++)
		ipl_json_append(notes, ipl_json_text(plan->job->notes[i]));
	ipl_json_add(obj, "notes", notes);
	ipl_json_add(obj, "writes", writes_json(&plan->writes));
	ipl_json_add_bool(obj, "written", written);
	return ipl_json_print(obj, err);
}
