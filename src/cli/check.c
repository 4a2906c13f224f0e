/* SPDX-License-Identifier: MIT */
/* "check": would it boot, and what is wrong if not.
 * May use: everything. */
#include "cli/check.h"

#include "cli/cmd.h"
#include "cli/disk.h"
#include "cli/disk_args.h"
#include "cli/secure_args.h"

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
	ipl_secure_args_help();
	ipl_disk_args_help();
	fputs(IPL_SANDBOX_HELP, stdout);
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
static int judge(const struct ipl_disk_args *args,
		 const struct ipl_secure_args *secure, struct ipl_disk *disk,
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
	if (!rc && secure->wanted)
		rc = ipl_check_secure(ret, secure->certs, err);
	return rc;
}

static int check(const struct ipl_disk_args *args,
		 const struct ipl_secure_args *secure)
{
	struct ipl_checked checked;
	struct ipl_disk disk;
	struct ipl_err err;
	int status;
	int rc;

	rc = judge(args, secure, &disk, &checked, &err);
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

static int check_with_certs(const struct ipl_disk_args *args,
			    struct ipl_secure_args *secure)
{
	struct ipl_err err;
	int status;

	if (ipl_secure_args_read(secure, &err))
		return ipl_cmd_fail("check", &err);
	status = check(args, secure);
	ipl_certs_free(secure->certs);
	return status;
}

int ipl_cmd_check(int argc, char **argv)
{
	static const struct option options[] = {
		IPL_DISK_OPTIONS,
		IPL_MEMORY_OPTION,
		IPL_SANDBOX_OPTION,
		IPL_SECURE_OPTIONS,
		{ 0 },
	};
	struct ipl_disk_args args = IPL_DISK_ARGS_INIT;
	struct ipl_secure_args secure = { 0 };
	int opt, status = 0;

	args.sandbox = true;
	while (!status && !args.help &&
	       (opt = getopt_long(argc, argv, IPL_DISK_SHORT_OPTIONS "m:",
				  options, NULL)) != -1) {
		if (!ipl_secure_args_take(&secure, opt))
			status = ipl_disk_args_take(&args, argv[0], opt);
	}
	if (args.help) {
		print_help();
		return 0;
	}
	if (!status)
		status = ipl_arg_disk(argc, argv, &args.path);
	return status ? status : check_with_certs(&args, &secure);
}
