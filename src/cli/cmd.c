/* SPDX-License-Identifier: MIT */
/* What commands share: errors and usage.
 * May use: everything. */
#include "cli/cmd.h"

#include "base/cleanup.h"
#include "cli/text.h"

#include <stdio.h>

int ipl_cmd_fail(const char *what, const struct ipl_err *err)
{
	auto_free char *name = what ? ipl_text_printable(what) : NULL;
	auto_free char *msg = ipl_text_printable(err->msg);

	fflush(stdout); /* a terminal shows both in the order they were made */
	fprintf(stderr, "s390-ipl: %s%s%s\n", name ? name : "",
		name ? ": " : "", msg ? msg : "out of memory");
	if (err->advice[0])
		fprintf(stderr, "s390-ipl: hint: %s\n", err->advice);
	return ipl_code_exit_status(err->code);
}

int ipl_cmd_usage(const char *cmd, const char *fmt, ...)
{
	va_list ap;

	if (fmt) {
		fprintf(stderr, "%s: ", cmd);
		va_start(ap, fmt);
		vfprintf(stderr, fmt, ap);
		va_end(ap);
		fputc('\n', stderr);
	}
	fprintf(stderr, "Try '%s --help' for more information.\n", cmd);
	return IPL_EXIT_USAGE;
}
