/* SPDX-License-Identifier: MIT */
/* "check": the same verdict as JSON and as text.
 * May use: everything. */
#ifndef IPL_CLI_CHECK_H
#define IPL_CLI_CHECK_H

#include "boot/check.h"
#include "secure/secure.h"

/* A verdict and what it is about. */
struct ipl_checked {
	const char *disk;
	const struct ipl_map *map; /* NULL if it could not be read */
	struct ipl_verdict verdict;
};

/* Check for a secure IPL too: adds what becomes of each component's signature, and
 * makes programs fail that secure=on would refuse. */
int ipl_check_secure(struct ipl_checked *c, const struct ipl_certs *certs,
		     struct ipl_err *err) IPL_MUST_CHECK;

int ipl_check_print_json(const struct ipl_checked *c,
			 struct ipl_err *err) IPL_MUST_CHECK;
int ipl_check_print_text(const struct ipl_checked *c,
			 struct ipl_err *err) IPL_MUST_CHECK;

#endif
