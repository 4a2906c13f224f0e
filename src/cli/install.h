/* SPDX-License-Identifier: MIT */
/* "install": options and output.
 * May use: everything. */
#ifndef IPL_CLI_INSTALL_H
#define IPL_CLI_INSTALL_H

#include "install/format.h"
#include "install/plan.h"

struct ipl_install_args {
	const char *disk;
	const char *image_format; /* raw, qcow2...; NULL: find out */
	struct ipl_job job;
	/* these were given: what a file says of them does not count */
	bool has_timeout, has_prompt;
	/* where zipl.conf and the directory of boot loader entries are */
	struct ipl_job_file config;
	struct ipl_job_file bls;
	const char *root; /* of paths in them; NULL: that of this machine */
	struct ipl_target_options target;
	struct ipl_install_options plan;
	bool is_new;		  /* make the disk */
	uint64_t size;		  /* of a new one */
	struct ipl_format format; /* of a new one */
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

/* Whether the programs are told by zipl.conf or boot loader entries. */
bool ipl_install_has_inputs(const struct ipl_install_args *args);

/* Read them into the job. Called with NULL for @target while options are read,
 * and with the disk later: each does what it can. */
int ipl_install_read_inputs(struct ipl_install_args *args,
			    const struct ipl_target *target,
			    struct ipl_err *err) IPL_MUST_CHECK;

/* The new disk of @args as a source: made and written to with --write, else of
 * zeros with what would be written in @writes, which the caller releases after
 * the sources. Of those @ret_base, which may be NULL, is closed last. */
int ipl_install_make_disk(struct ipl_install_args *args,
			  struct ipl_writes *writes, struct ipl_src **ret_base,
			  struct ipl_src **ret,
			  struct ipl_err *err) IPL_MUST_CHECK;

/* Show @plan; @written: it has been carried out. */
void ipl_install_print_text(const struct ipl_install *plan, const char *disk,
			    bool written);
int ipl_install_print_json(const struct ipl_install *plan, const char *disk,
			   bool written, struct ipl_err *err) IPL_MUST_CHECK;

#endif
