/* SPDX-License-Identifier: MIT */
/* --secure and --certs, of the commands that judge signatures.
 * May use: everything. */
#ifndef IPL_CLI_SECURE_ARGS_H
#define IPL_CLI_SECURE_ARGS_H

#include "secure/secure.h"

#include <getopt.h>

struct ipl_secure_args {
	bool wanted;
	const char *dir; /* of certificates; NULL: there are none */
	/* read by ipl_secure_args_read; NULL when it is not wanted */
	struct ipl_certs *certs;
};

enum { IPL_OPT_SECURE = 512, IPL_OPT_CERTS };

/* Rows of the table for getopt. */
#define IPL_SECURE_OPTIONS                                      \
	{ "secure", no_argument, NULL, IPL_OPT_SECURE },        \
	{                                                       \
		"certs", required_argument, NULL, IPL_OPT_CERTS \
	}

/* The lines of the help for them. */
void ipl_secure_args_help(void);

/* Whether @opt is one of them; then it is taken in. */
bool ipl_secure_args_take(struct ipl_secure_args *args, int opt);

/* Read the certificates: before the disk, since no file can be read after it.
 * The caller frees args->certs. */
int ipl_secure_args_read(struct ipl_secure_args *args,
			 struct ipl_err *err) IPL_MUST_CHECK;

#define IPL_SECURE_TEXT_MAX 320

/* What became of the signature of a component: "kernel is signed by CN=..." */
const char *ipl_secure_part_text(const struct ipl_secure_part *part,
				 char text[IPL_SECURE_TEXT_MAX]);

#endif
