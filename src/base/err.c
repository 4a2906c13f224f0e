/* SPDX-License-Identifier: MIT */
/* Errors: filling them in, and what a code means to other programs.
 * May use: libc only. */
#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static IPL_PRINTF(4, 0) int fail(struct ipl_err *err, enum ipl_code code,
				 int sys_errno, const char *fmt, va_list ap)
{
	if (!err)
		return code;
	err->code = code;
	err->sys_errno = sys_errno;
	err->advice[0] = '\0';
	err->structure[0] = '\0';
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	return code;
}

int (ipl_fail)(struct ipl_err *err, enum ipl_code code, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = fail(err, code, 0, fmt, ap);
	va_end(ap);
	return rc;
}

static void append(struct ipl_err *err, const char *sep, const char *text)
{
	size_t len = strlen(err->msg);

	snprintf(err->msg + len, sizeof(err->msg) - len, "%s%s", sep, text);
}

int (ipl_fail_errno)(struct ipl_err *err, int sys_errno, const char *fmt, ...)
{
	va_list ap;
	char text[128];
	int rc;

	va_start(ap, fmt);
	rc = fail(err, IPL_ESYS, sys_errno, fmt, ap);
	va_end(ap);
	/* the GNU strerror_r: the result may be elsewhere than in text */
	if (err)
		append(err, ": ", strerror_r(sys_errno, text, sizeof(text)));
	return rc;
}

void ipl_err_wrap(struct ipl_err *err, const char *fmt, ...)
{
	char inner[sizeof(err->msg)];
	va_list ap;

	if (!err)
		return;
	memcpy(inner, err->msg, sizeof(inner));
	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	append(err, ": ", inner);
}

void ipl_err_advise(struct ipl_err *err, const char *fmt, ...)
{
	va_list ap;

	if (!err || err->advice[0])
		return;
	va_start(ap, fmt);
	vsnprintf(err->advice, sizeof(err->advice), fmt, ap);
	va_end(ap);
}

void ipl_err_at(struct ipl_err *err, const char *structure, uint64_t off)
{
	if (!err || err->structure[0])
		return;
	snprintf(err->structure, sizeof(err->structure), "%s", structure);
	err->off = off;
}

/* One row a code: what JSON calls it and how a command ends after it. */
static const struct {
	enum ipl_code code;
	int exit_status;
	const char *name;
} codes[] = {
	{ IPL_OK, 0, "ok" },
	{ IPL_ENOTFOUND, 1, "not-found" },
	{ IPL_EUNSUP, 5, "unsupported" },
	{ IPL_EFOREIGN, 5, "unsupported" },
	{ IPL_EDIED, 70, "died" },
	{ IPL_EDENIED, 1, "denied" },
	{ IPL_EIO, 3, "io" },
	{ IPL_ETRUNC, 3, "truncated" },
	{ IPL_EPROTO, 7, "protocol" },
	{ IPL_ETIMEOUT, 8, "timeout" },
	{ IPL_EGONE, 7, "gone" },
	{ IPL_EBAD, 4, "bad" },
	{ IPL_ERANGE, 4, "range" },
	{ IPL_ELIMIT, 4, "limit" },
	{ IPL_ELOOP, 4, "loop" },
	{ IPL_EINVAL, 2, "invalid" },
	{ IPL_ENOMEM, 3, "no-memory" },
	{ IPL_ESYS, 3, "system" },
	{ IPL_EBUG, 70, "bug" },
};

const char *ipl_code_name(enum ipl_code code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (codes[i].code == code)
			return codes[i].name;
	}
	return "bug";
}

bool ipl_code_is_data(enum ipl_code code)
{
	return code <= IPL_EBAD && code > IPL_EINVAL;
}

int ipl_code_exit_status(enum ipl_code code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (codes[i].code == code)
			return codes[i].exit_status;
	}
	return 70;
}
