/* SPDX-License-Identifier: MIT */
/* "install": options and output.
 * May use: everything. */
#ifndef IPL_CLI_INSTALL_H
#define IPL_CLI_INSTALL_H

#include "install/plan.h"

struct ipl_install_args {
	const char *disk;
	const char *image_format; /* raw, qcow2...; NULL: find out */
	struct ipl_job job;
	struct ipl_target_options target;
	struct ipl_install_options plan;
	bool write;
	const char *undo;
	const char *restore;
	bool json;
	bool help; /* nothing else counts */
};

/* Take in the options. Returns 0, or the exit status when one is wrong, which
 * has then been said. The caller does ipl_job_done(). */
int ipl_install_args_parse(struct ipl_install_args *args, int argc,
			   char **argv);

void ipl_install_help(void);

/* Show @plan; @written: it has been carried out. */
void ipl_install_print_text(const struct ipl_install *plan, const char *disk,
			    bool written);
int ipl_install_print_json(const struct ipl_install *plan, const char *disk,
			   bool written, struct ipl_err *err) IPL_MUST_CHECK;

#endif
