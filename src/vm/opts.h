/* SPDX-License-Identifier: MIT */
/* One option argument of QEMU ("driver,key=value" or JSON) as a JSON object.
 * May use: base, json-c. */
#ifndef IPL_VM_OPTS_H
#define IPL_VM_OPTS_H

#include "base/err.h"

#include <json-c/json.h>
#include <stdbool.h>

/* Parse @text. A first value without a key belongs to @implied ("driver"),
 * other words without '=' mean "on" ("help" stays "help": see
 * ipl_opts_wants_help). ",," stands for a comma. Text that begins with '{' is
 * JSON. The caller does json_object_put. */
int ipl_opts_parse(const char *text, const char *implied,
		   struct json_object **ret,
		   struct ipl_err *err) IPL_MUST_CHECK;

/* The value of @key as text, lent, or NULL. */
const char *ipl_opts_get(struct json_object *opts, const char *key);

/* Whether "help" or "?" is among the words. */
bool ipl_opts_wants_help(struct json_object *opts);

/* Text that QEMU reads as @opts: JSON if @json, else with @implied's value
 * first. Caller frees; NULL when out of memory. */
char *ipl_opts_print(struct json_object *opts, const char *implied, bool json);

/* A number of bytes as QEMU writes sizes: digits, an optional fraction,
 * b k M G T P E; without a letter in units of @unit bytes. */
int ipl_opts_size(const char *text, uint64_t unit, uint64_t *ret,
		  struct ipl_err *err) IPL_MUST_CHECK;

#endif
