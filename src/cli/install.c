/* SPDX-License-Identifier: MIT */
/* "install": write a boot map.
 * May use: everything. */
#include "cli/install.h"

#include "base/clock.h"
#include "cli/cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Work that takes longer than this says how far it is, to a terminal. */
#define PATIENCE_MS 1000

struct bar {
	uint64_t begin;
	int shown; /* per cent; -1: nothing yet */
};

static void show_progress(void *ctx, uint64_t done, uint64_t total)
{
	struct bar *bar = ctx;
	int percent = total ? (int)(done * 100 / total) : 100;

	if (ipl_clock_ms() - bar->begin <= PATIENCE_MS || percent == bar->shown)
		return;
	bar->shown = percent;
	fprintf(stderr, "\rwriting: %3d %%", percent);
}

static int apply(const struct ipl_install *plan,
		 const struct ipl_install_args *args, struct ipl_err *err)
{
	struct bar bar = { .begin = ipl_clock_ms(), .shown = -1 };
	struct ipl_apply_options opts = { .undo = args->undo, .ctx = &bar };
	int rc;

	if (isatty(STDERR_FILENO))
		opts.progress = show_progress;
	rc = ipl_install_apply(plan, &opts, err);
	if (bar.shown >= 0)
		fputc('\n', stderr);
	return rc;
}

static int print(const struct ipl_install *plan,
		 const struct ipl_install_args *args, struct ipl_err *err)
{
	if (args->json)
		return ipl_install_print_json(plan, args->disk, args->write,
					      err);
	ipl_install_print_text(plan, args->disk, args->write);
	return 0;
}

/* A disk as a source, with what it rests on. */
struct disk {
	struct ipl_writes writes; /* of one that is not there yet */
	struct ipl_src *base;
	struct ipl_src *src;
};

static void close_disk(struct disk *disk)
{
	ipl_src_close(disk->src);
	ipl_src_close(disk->base);
	ipl_writes_done(&disk->writes);
}

static int open_disk(struct ipl_install_args *args, struct disk *disk,
		     struct ipl_err *err)
{
	struct ipl_src **ret = &disk->src;

	if (args->is_new)
		return ipl_install_make_disk(args, &disk->writes, &disk->base,
					     ret, err);
	return args->write
		       ? ipl_src_open_writable(args->disk, args->image_format,
					       ret, err)
		       : ipl_src_open(args->disk, args->image_format, ret, err);
}

static int install(struct ipl_install_args *args)
{
	struct ipl_install *plan = NULL;
	struct ipl_target target = { 0 };
	struct disk disk = { 0 };
	struct ipl_err err;
	int rc = open_disk(args, &disk, &err);
	bool made = !rc && args->is_new && args->write;

	if (!rc)
		rc = ipl_target_read(disk.src, &args->target, &target, &err);
	if (!rc && ipl_install_has_inputs(args))
		rc = ipl_install_read_inputs(args, &target, &err);
	if (!rc)
		rc = ipl_install_plan(&target, &args->job, &args->plan, &plan,
				      &err);
	if (!rc && args->write)
		rc = apply(plan, args, &err);
	if (!rc)
		rc = print(plan, args, &err);
	ipl_install_free(plan);
	ipl_target_done(&target);
	close_disk(&disk);
	/* half a disk is none */
	if (rc && made)
		unlink(args->disk);
	return rc ? ipl_cmd_fail(args->disk, &err) : 0;
}

static int restore(const struct ipl_install_args *args)
{
	struct ipl_src *src = NULL;
	struct ipl_err err;
	uint64_t bytes = 0;
	int rc = ipl_src_open_writable(args->disk, args->image_format, &src,
				       &err);

	if (!rc)
		rc = ipl_undo_restore(src, args->restore, &bytes, &err);
	ipl_src_close(src);
	if (rc)
		return ipl_cmd_fail(args->disk, &err);
	printf("%" PRIu64 " bytes are as they were\n", bytes);
	return 0;
}

int ipl_cmd_install(int argc, char **argv)
{
	struct ipl_install_args args = { 0 };
	int status = ipl_install_args_parse(&args, argc, argv);

	if (!status && args.help)
		ipl_install_help();
	else if (!status)
		status = args.restore ? restore(&args) : install(&args);
	ipl_job_done(&args.job);
	free(args.config.path);
	free(args.bls.path);
	free(args.plan.file.path);
	return status;
}
