/* SPDX-License-Identifier: MIT */
/* "list": the programs on a disk.
 * May use: everything. */
#include "cli/list.h"

#include "cli/cmd.h"
#include "cli/disk.h"

#include <getopt.h>
#include <stdio.h>

static void print_help(void)
{
	const struct ipl_layout *layout;

	printf("Usage: s390-ipl list [OPTION...] DISK\n"
	       "Show the programs that DISK can IPL: an image, a block device "
	       "or an NBD URI.\n\n");
	ipl_disk_args_help();
	fputs(IPL_SANDBOX_HELP, stdout);
	printf("\nKinds of boot maps:");
	for (size_t i = 0; (layout = ipl_layout_at(i)); i++)
		printf(" %s", layout->name);
	printf("\n"
	       "A program that is damaged is listed with what is wrong with "
	       "it; the exit\nstatus is then 4 (or 3 where the disk could not "
	       "be read).\n");
}

static int list(const struct ipl_disk_args *args)
{
	struct ipl_disk disk;
	struct ipl_err err;
	int status;
	int rc = ipl_disk_open(args, &disk, &err);

	if (!rc && args->json)
		rc = ipl_list_print_json(disk.map, &err);
	else if (!rc)
		rc = ipl_list_print_table(disk.map, &err);
	status = rc ? ipl_cmd_fail(args->path, &err) :
		      ipl_disk_report_damage(disk.map);
	ipl_disk_close(&disk);
	return status;
}

int ipl_cmd_list(int argc, char **argv)
{
	static const struct option options[] = { IPL_DISK_COMMON_OPTIONS,
						 IPL_SANDBOX_OPTION,
						 { 0 } };
	struct ipl_disk_args args = IPL_DISK_ARGS_INIT;
	int opt, status;

	args.sandbox = true;
	while ((opt = getopt_long(argc, argv, "jh", options, NULL)) != -1) {
		status = ipl_disk_args_take(&args, argv[0], opt);
		if (status)
			return status;
	}
	if (args.help) {
		print_help();
		return 0;
	}
	status = ipl_arg_disk(argc, argv, &args.path);
	return status ? status : list(&args);
}
