/* SPDX-License-Identifier: MIT */
/* Where the engine says what it does: the library itself never prints.
 * May use: base. */
#include "device/log.h"

#include <stdio.h>

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
