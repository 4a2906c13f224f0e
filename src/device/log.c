/* SPDX-License-Identifier: MIT */
/* Where the engine says what it does: the library itself never prints.
 * May use: base, json-c. */
#include "device/log.h"

#include "base/cleanup.h"

#include <stdio.h>
#include <string.h>

void ipl_log_say(const struct ipl_log *log, enum ipl_log_level level,
		 const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log->line(log->ctx, level, text);
}

struct json_object *ipl_event(const char *name)
{
	struct json_object *event = json_object_new_object();

	ipl_event_text(event, "event", name);
	return event;
}

void ipl_event_text(struct json_object *event, const char *key,
		    const char *text)
{
	auto_free char *ascii = text ? strdup(text) : NULL;

	if (!ascii)
		return;
	for (char *c = ascii; *c; c++)
		if (*c & 0x80)
			*c = '?';
	json_object_object_add(event, key, json_object_new_string(ascii));
}

void ipl_event_number(struct json_object *event, const char *key, uint64_t n)
{
	json_object_object_add(event, key, json_object_new_int64((int64_t)n));
}

void ipl_log_event(const struct ipl_log *log, struct json_object *event)
{
	if (log->event)
		log->event(log->ctx, event);
	json_object_put(event);
}
