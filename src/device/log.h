/* SPDX-License-Identifier: MIT */
/* Where the engine says what it does: the library itself never prints.
 * May use: base, json-c. */
#ifndef IPL_DEVICE_LOG_H
#define IPL_DEVICE_LOG_H

#include "base/err.h"

#include <json-c/json.h>
#include <stdint.h>

enum ipl_log_level { IPL_LOG_ERROR, IPL_LOG_INFO, IPL_LOG_DEBUG };

struct ipl_log {
	/* Takes one line without its end. */
	void (*line)(void *ctx, enum ipl_log_level level, const char *text);
	/* Takes an event, which stays the caller's; NULL if nobody listens. */
	void (*event)(void *ctx, struct json_object *event);
	void *ctx;
};

void ipl_log_say(const struct ipl_log *log, enum ipl_log_level level,
		 const char *fmt, ...) IPL_PRINTF(3, 4);

/* An event called @name, for ipl_log_event; see s390-ipl-json(5). Bytes of a text
 * that are not ASCII become '?'. NULL for a text leaves the key out. */
struct json_object *ipl_event(const char *name);
void ipl_event_text(struct json_object *event, const char *key,
		    const char *text);
void ipl_event_number(struct json_object *event, const char *key, uint64_t n);

/* Tell it, and free it. */
void ipl_log_event(const struct ipl_log *log, struct json_object *event);

#endif
