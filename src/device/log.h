/* SPDX-License-Identifier: MIT */
/* Where the engine says what it does: the library itself never prints.
 * May use: base. */
#ifndef IPL_DEVICE_LOG_H
#define IPL_DEVICE_LOG_H

#include "base/err.h"

enum ipl_log_level { IPL_LOG_ERROR, IPL_LOG_INFO, IPL_LOG_DEBUG };

/* Takes one line without its end. */
struct ipl_log {
	void (*line)(void *ctx, enum ipl_log_level level, const char *text);
	void *ctx;
};

void ipl_log_say(const struct ipl_log *log, enum ipl_log_level level,
		 const char *fmt, ...) IPL_PRINTF(3, 4);

#endif
