/* SPDX-License-Identifier: MIT */
/* "install": programs from zipl.conf and boot loader entries.
 * May use: everything. */
#include "cli/install.h"
#include "install/conf.h"

static bool is_given(const struct ipl_job_file *file)
{
	return file->where != IPL_JOB_NOWHERE;
}

bool ipl_install_has_inputs(const struct ipl_install_args *args)
{
	return is_given(&args->config) || is_given(&args->bls);
}

static int read_job(struct ipl_install_args *args,
		    const struct ipl_place *place, struct ipl_err *err)
{
	if (!is_given(&args->config))
		return ipl_job_read_bls(&args->job, place, args->bls.path, err);
	return ipl_job_read_conf(&args->job, place, args->config.path,
				 is_given(&args->bls) ? args->bls.path : NULL,
				 err);
}

/* What options say goes before what a file says. */
static int read_and_number(struct ipl_install_args *args,
			   const struct ipl_place *place, struct ipl_err *err)
{
	struct ipl_job *job = &args->job;
	unsigned number = job->default_number, timeout = job->timeout_s;
	bool prompt = job->prompt;
	int rc = read_job(args, place, err);

	if (rc)
		return rc;
	if (number)
		job->default_number = number;
	if (args->has_timeout)
		job->timeout_s = timeout;
	if (args->has_prompt)
		job->prompt = prompt;
	return ipl_job_number(job, err);
}

static int check(const struct ipl_install_args *args,
		 const struct ipl_job_file *first, struct ipl_err *err)
{
	bool on_disk = first->where == IPL_JOB_ON_DISK;

	if (args->job.n_entries)
		return ipl_fail(err, IPL_EINVAL,
				"--config and --bls tell all programs: there "
				"is no --kernel or --name beside them");
	if (is_given(&args->bls) && (args->bls.where != first->where ||
				     args->bls.partition != first->partition))
		return ipl_fail(err, IPL_EINVAL,
				"--config and --bls must be in the same place: "
				"this machine, or one file system of the disk");
	if (on_disk && args->is_new)
		return ipl_fail(err, IPL_EINVAL,
				"a new disk has no files yet, and so no "
				"'disk:%s'",
				first->path);
	if (on_disk && args->root)
		return ipl_fail(err, IPL_EINVAL,
				"--root is for files of this machine");
	return 0;
}

int ipl_install_read_inputs(struct ipl_install_args *args,
			    const struct ipl_target *target,
			    struct ipl_err *err)
{
	const struct ipl_job_file *first =
		is_given(&args->config) ? &args->config : &args->bls;
	struct ipl_place place = { .root = args->root };
	int rc;

	if (!target) {
		rc = check(args, first, err);
		if (rc)
			return rc;
	}
	/* the disk comes later, and this machine came before */
	if ((first->where == IPL_JOB_ON_DISK) != (target != NULL))
		return 0;
	if (!target)
		return read_and_number(args, &place, err);
	rc = ipl_place_on_disk(target, first->partition, &place, err);
	if (!rc)
		rc = read_and_number(args, &place, err);
	ipl_place_done(&place);
	return rc;
}
