/* SPDX-License-Identifier: MIT */
/* "check": the same verdict as JSON and as text.
 * May use: everything. */
#ifndef IPL_CLI_CHECK_H
#define IPL_CLI_CHECK_H

#include "boot/check.h"

/* A verdict and what it is about. */
struct ipl_checked {
	const char *disk;
	const struct ipl_map *map; /* NULL if it could not be read */
	struct ipl_verdict verdict;
};

int ipl_check_print_json(const struct ipl_checked *c,
			 struct ipl_err *err) IPL_MUST_CHECK;
int ipl_check_print_text(const struct ipl_checked *c,
			 struct ipl_err *err) IPL_MUST_CHECK;

#endif
