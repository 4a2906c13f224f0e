/* SPDX-License-Identifier: MIT */
/* One option argument of QEMU ("driver,key=value" or JSON) as a JSON object.
 * May use: base, json-c. */
#include "vm/opts.h"

#include "base/cleanup.h"

#include <stdio.h>
#include <string.h>

/* Copy up to the next single comma, ",," becoming one; returns what follows
 * it. */
static const char *next_word(const char *p, char *out)
{
	while (*p && !(p[0] == ',' && p[1] != ',')) {
		if (*p == ',')
			p++;
		*out++ = *p++;
	}
	*out = '\0';
	return *p ? p + 1 : p;
}

static void add_word(struct json_object *o, char *word, const char *implied)
{
	const char *key = word, *value = "on";
	char *eq = strchr(word, '=');

	if (eq) {
		*eq = '\0';
		value = eq + 1;
	} else if (implied && strcmp(word, "help") && strcmp(word, "?")) {
		key = implied;
		value = word;
	}
	json_object_object_add(o, key, json_object_new_string(value));
}

int ipl_opts_parse(const char *text, const char *implied,
		   struct json_object **ret, struct ipl_err *err)
{
	auto_free char *word = malloc(strlen(text) + 1);
	struct json_object *o;

	if (!word)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (*text == '{') {
		o = json_tokener_parse(text);
		if (!json_object_is_type(o, json_type_object)) {
			json_object_put(o);
			return ipl_fail(err, IPL_EINVAL,
					"'%s' is not a JSON object", text);
		}
		*ret = o;
		return 0;
	}
	o = json_object_new_object();
	while (*text) {
		text = next_word(text, word);
		add_word(o, word, implied);
		implied = NULL;
	}
	*ret = o;
	return 0;
}

const char *ipl_opts_get(struct json_object *opts, const char *key)
{
	struct json_object *v;

	if (!json_object_object_get_ex(opts, key, &v) || !v)
		return NULL;
	if (json_object_is_type(v, json_type_boolean))
		return json_object_get_boolean(v) ? "on" : "off";
	return json_object_get_string(v);
}

bool ipl_opts_wants_help(struct json_object *opts)
{
	return ipl_opts_get(opts, "help") || ipl_opts_get(opts, "?");
}

static void print_word(FILE *f, const char *key, const char *value)
{
	if (key)
		fprintf(f, "%s=", key);
	for (; value && *value; value++) {
		if (*value == ',')
			fputc(',', f);
		fputc(*value, f);
	}
}

char *ipl_opts_print(struct json_object *opts, const char *implied, bool json)
{
	const char *first = implied ? ipl_opts_get(opts, implied) : NULL;
	char *text = NULL;
	size_t len;
	FILE *f;

	if (json)
		return strdup(json_object_to_json_string_ext(
			opts, JSON_C_TO_STRING_PLAIN));
	f = open_memstream(&text, &len);
	if (!f)
		return NULL;
	if (first)
		print_word(f, NULL, first);
	json_object_object_foreach(opts, key, value)
	{
		(void)value;
		if (implied && !strcmp(key, implied))
			continue;
		if (ftell(f) > 0)
			fputc(',', f);
		print_word(f, key, ipl_opts_get(opts, key));
	}
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

int ipl_opts_size(const char *text, uint64_t unit, uint64_t *ret,
		  struct ipl_err *err)
{
	static const char letters[] = "bkmgtpe";
	char *end;
	long double n = strtold(text, &end);

	if (end != text && *end) {
		const char *l = strchr(letters, *end | 0x20);

		if (!l || end[1])
			end = NULL;
		else
			unit = UINT64_C(1) << (10 * (l - letters));
	}
	if (!end || end == text || !(n >= 0) || n * (long double)unit > 0x1p62L)
		return ipl_fail(err, IPL_EINVAL,
				"'%s' is not a size (expected a number with b, "
				"k, M, G, T, P, E or without)",
				text);
	*ret = (uint64_t)(n * (long double)unit);
	return 0;
}
