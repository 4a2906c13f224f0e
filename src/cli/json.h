/* SPDX-License-Identifier: MIT */
/* JSON output: the one way in which all commands write it.
 * May use: everything. */
#ifndef IPL_CLI_JSON_H
#define IPL_CLI_JSON_H

#include "base/err.h"
#include "boot/map.h"

#include <json-c/json.h>

/*
 * json-c gives NULL when memory runs out, and takes NULL for null. What is
 * made of the rest is whole JSON all the same; only the object itself must be
 * there, and ipl_json_print() sees to that.
 */

/* The object that a command writes: format ("s390-ipl.list"), api_level, tool
 * and disk. Adding keys keeps @level, changing what one means raises it. */
struct json_object *ipl_json_new(const char *format, unsigned level,
				 const char *disk);

/* Print @obj, which goes away. */
int ipl_json_print(struct json_object *obj, struct ipl_err *err) IPL_MUST_CHECK;

/* @text as UTF-8, see ipl_text_utf8(); NULL: null. */
struct json_object *ipl_json_text(const char *text);

void ipl_json_add(struct json_object *obj, const char *key,
		  struct json_object *value);
void ipl_json_add_text(struct json_object *obj, const char *key,
		       const char *text); /* NULL: null */
void ipl_json_add_number(struct json_object *obj, const char *key, uint64_t n);
void ipl_json_add_bytes(struct json_object *obj, const char *key,
			uint64_t n); /* 0: null, for "there is none" */
void ipl_json_add_bool(struct json_object *obj, const char *key, bool is);
/* "0x" and at least @digits digits. */
void ipl_json_add_hex(struct json_object *obj, const char *key, int digits,
		      uint64_t n);
/* Appends to the array @array. */
void ipl_json_append(struct json_object *array, struct json_object *value);

/* What several commands say about an error, a component and a program. */
struct json_object *ipl_json_error(const struct ipl_err *err);
struct json_object *ipl_json_component(const struct ipl_component *comp);

/* What lists and shows say about a map besides its programs: menu, zipl,
 * volume, other_layout, notes. */
void ipl_json_add_map(struct json_object *obj, const struct ipl_map *map);

/* All but the components of @prog, and its error. */
struct json_object *ipl_json_program(const struct ipl_program *prog);

#endif
