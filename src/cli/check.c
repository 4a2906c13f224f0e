/* SPDX-License-Identifier: MIT */
/* "check": would it boot, and what is wrong if not.
 * May use: everything. */
#include "cli/check.h"

#include "cli/cmd.h"
#include "cli/disk.h"
#include "cli/disk_args.h"

#include <stdio.h>

#define EXIT_DOES_NOT_BOOT 1

static void print_help(void)
{
	printf("Usage: s390-ipl check [OPTION...] DISK\n"
	       "Tell whether the programs of DISK would boot, and all that is "
	       "wrong with them.\n"
	       "\n"
	       "  -p, --program N    only program N\n"
	       "  -m, --memory SIZE  in a VM of that SIZE (default: 1G; "
	       "without a letter in MiB,\n"
	       "                     as for QEMU's -m)\n");
	ipl_disk_args_help();
	printf("\n"
	       "Exit status: 0 if they boot, 1 if one does not, 3 if the disk "
	       "cannot be read.\n");
}

/* Failures that say nothing about what is on the disk. */
static bool is_unknown(int rc)
{
	return rc == IPL_EIO || rc == IPL_ENOMEM || rc == IPL_ESYS ||
	       rc == IPL_EPROTO || rc == IPL_EGONE || rc == IPL_ETIMEOUT;
}

/* Fill in @ret, or say why that cannot be done. */
static int judge(const struct ipl_disk_args *args, struct ipl_disk *disk,
		 struct ipl_checked *ret, struct ipl_err *err)
{
	const struct ipl_program *only = NULL;
	struct ipl_err why;
	int rc;

	*ret = (struct ipl_checked){ .disk = args->path };
	rc = ipl_disk_open(args, disk, &why);
	if (rc && (is_unknown(rc) || !disk->src || rc == IPL_EINVAL)) {
		*err = why;
		return rc;
	}
	if (rc)
		return ipl_check_no_map(&why, args->memory, &ret->verdict, err);
	ret->map = disk->map;
	if (args->number >= 0)
		rc = ipl_disk_program(disk->map, (unsigned)args->number, &only,
				      err);
	if (!rc)
		rc = ipl_check_map(disk->map, only, args->memory, &ret->verdict,
				   err);
	return rc;
}

static int check(const struct ipl_disk_args *args)
{
	struct ipl_checked checked;
	struct ipl_disk disk;
	struct ipl_err err;
	int status;
	int rc;

	rc = judge(args, &disk, &checked, &err);
	if (!rc && args->json)
		rc = ipl_check_print_json(&checked, &err);
	else if (!rc)
		rc = ipl_check_print_text(&checked, &err);
	if (rc)
		status = ipl_cmd_fail(args->path, &err);
	else
		status = checked.verdict.boots ? 0 : EXIT_DOES_NOT_BOOT;
	ipl_verdict_done(&checked.verdict);
	ipl_disk_close(&disk);
	return status;
}

int ipl_cmd_check(int argc, char **argv)
{
	static const struct option options[] = {
		IPL_DISK_OPTIONS,
		IPL_MEMORY_OPTION,
		{ 0 },
	};
	struct ipl_disk_args args = IPL_DISK_ARGS_INIT;
	int opt, status = 0;

	while (!status && !args.help &&
	       (opt = getopt_long(argc, argv, IPL_DISK_SHORT_OPTIONS "m:",
				  options, NULL)) != -1)
		status = ipl_disk_args_take(&args, argv[0], opt);
	if (args.help) {
		print_help();
		return 0;
	}
	if (!status)
		status = ipl_arg_disk(argc, argv, &args.path);
	return status ? status : check(&args);
}
