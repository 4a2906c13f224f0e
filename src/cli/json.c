/* SPDX-License-Identifier: MIT */
/* JSON output: addresses as hexadecimal text, sizes and counts as numbers.
 * May use: everything. */
#include "cli/json.h"

#include "base/cleanup.h"
#include "boot/plan.h"
#include "cli/text.h"

#include <inttypes.h>
#include <stdio.h>

void ipl_json_add(struct json_object *obj, const char *key,
		  struct json_object *value)
{
	json_object_object_add(obj, key, value);
}

struct json_object *ipl_json_text(const char *text)
{
	auto_free char *utf8 = text ? ipl_text_utf8(text) : NULL;

	return utf8 ? json_object_new_string(utf8) : NULL;
}

void ipl_json_add_text(struct json_object *obj, const char *key,
		       const char *text)
{
	ipl_json_add(obj, key, ipl_json_text(text));
}

void ipl_json_add_number(struct json_object *obj, const char *key, uint64_t n)
{
	ipl_json_add(obj, key, json_object_new_uint64(n));
}

void ipl_json_add_bytes(struct json_object *obj, const char *key, uint64_t n)
{
	ipl_json_add(obj, key, n ? json_object_new_uint64(n) : NULL);
}

void ipl_json_add_bool(struct json_object *obj, const char *key, bool is)
{
	ipl_json_add(obj, key, json_object_new_boolean(is));
}

void ipl_json_add_hex(struct json_object *obj, const char *key, int digits,
		      uint64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%0*" PRIx64, digits, n);
	ipl_json_add_text(obj, key, text);
}

void ipl_json_append(struct json_object *array, struct json_object *value)
{
	json_object_array_add(array, value);
}

struct json_object *ipl_json_new(const char *format, unsigned level,
				 const char *disk)
{
	struct json_object *obj = json_object_new_object();

	ipl_json_add_text(obj, "format", format);
	ipl_json_add_number(obj, "api_level", level);
	ipl_json_add_text(obj, "tool", "s390-ipl " IPL_VERSION);
	ipl_json_add_text(obj, "disk", disk);
	return obj;
}

int ipl_json_print(struct json_object *obj, struct ipl_err *err)
{
	const char *text = json_object_to_json_string_ext(
		obj, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);

	if (obj && text) {
		ipl_text_put_json(text, stdout);
		putchar('\n');
	} else {
		ipl_fail(err, IPL_ENOMEM, "out of memory");
		text = NULL;
	}
	json_object_put(obj);
	return text ? 0 : IPL_ENOMEM;
}

struct json_object *ipl_json_error(const struct ipl_err *err)
{
	struct json_object *obj = json_object_new_object();

	ipl_json_add_text(obj, "code", ipl_code_name(err->code));
	ipl_json_add_text(obj, "message", err->msg);
	ipl_json_add_text(obj, "advice", err->advice[0] ? err->advice : NULL);
	return obj;
}

struct json_object *ipl_json_component(const struct ipl_component *comp)
{
	struct json_object *obj = json_object_new_object();

	switch (comp->type) {
	case IPL_COMP_EXECUTE:
		ipl_json_add_text(obj, "type", "execute");
		ipl_json_add_hex(obj, "psw", 16, comp->psw);
		return obj;
	case IPL_COMP_LOAD:
		ipl_json_add_text(obj, "type", "load");
		ipl_json_add_text(obj, "purpose",
				  ipl_purpose_name(comp->purpose));
		ipl_json_add_hex(obj, "address", 0, comp->addr);
		break;
	case IPL_COMP_SIGNATURE:
		ipl_json_add_text(obj, "type", "signature");
		break;
	}
	ipl_json_add_number(obj, "bytes", comp->len);
	ipl_json_add_number(obj, "extents", comp->n_extents);
	return obj;
}

struct json_object *ipl_json_program(const struct ipl_program *prog)
{
	struct json_object *obj = json_object_new_object();

	ipl_json_add_number(obj, "number", prog->number);
	ipl_json_add_text(obj, "name", prog->name);
	ipl_json_add_text(obj, "title", prog->title);
	ipl_json_add_text(obj, "title_source",
			  !prog->title	       ? NULL
			  : prog->title_is_bls ? "bls"
					       : "description");
	ipl_json_add_text(obj, "cmdline", prog->cmdline);
	ipl_json_add_bool(obj, "default", prog->is_default);
	ipl_json_add_bool(obj, "kdump", prog->is_kdump);
	ipl_json_add_text(obj, "kernel_version", prog->kernel_version);
	ipl_json_add_bytes(obj, "kernel_bytes", prog->kernel_len);
	ipl_json_add_bytes(obj, "ramdisk_bytes", prog->ramdisk_len);
	return obj;
}
