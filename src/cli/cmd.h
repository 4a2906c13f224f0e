/* SPDX-License-Identifier: MIT */
/* What commands share: the table's row, errors, usage.
 * May use: everything. */
#ifndef IPL_CLI_CMD_H
#define IPL_CLI_CMD_H

#include "base/err.h"

#define IPL_EXIT_USAGE 2

/* A command gets its own arguments; argv[0] is "s390-ipl NAME". It returns the
 * exit status; main() flushes stdout afterwards and looks for errors there. */
struct ipl_cmd {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *args;    /* "DISK [--json]", for the list of commands */
	const char *summary; /* one line, no full stop */
};

int ipl_cmd_list(int argc, char **argv);
int ipl_cmd_show(int argc, char **argv);
int ipl_cmd_check(int argc, char **argv);
int ipl_cmd_extract(int argc, char **argv);
int ipl_cmd_install(int argc, char **argv);
int ipl_cmd_run(int argc, char **argv); /* run.c */

/* Print "s390-ipl: WHAT: message" and, where there is one, the advice on a line
 * of its own; @what may be NULL. Returns the exit status for @err. */
int ipl_cmd_fail(const char *what, const struct ipl_err *err);

/* Print what is wrong with the arguments of @cmd ("s390-ipl list") and where
 * to read on; @fmt may be NULL when getopt has said it already. Returns
 * IPL_EXIT_USAGE. */
int ipl_cmd_usage(const char *cmd, const char *fmt, ...) IPL_PRINTF(2, 3);

#endif
