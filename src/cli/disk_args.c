/* SPDX-License-Identifier: MIT */
/* Options that the commands about a single disk share.
 * May use: everything. */
#include "cli/disk_args.h"

#include "cli/cmd.h"
#include "cli/disk.h"

#include <stdio.h>
#include <string.h>

void ipl_disk_args_help(void)
{
	printf("      --layout NAME  look for this kind of boot map only, see "
	       "'list --help'\n"
	       "      --br-lba N     SCSI: the boot record is in block N\n"
	       "      --format NAME  the image has this format: raw, qcow2... "
	       "(default: as its\n"
	       "                     first bytes say)\n"
	       "  -j, --json         tell it as JSON\n"
	       "  -h, --help         show this help and exit\n");
}

int ipl_disk_args_take(struct ipl_disk_args *args, const char *cmd, int opt)
{
	struct ipl_err err;
	int rc = 0;

	switch (opt) {
	case 'p':
		rc = ipl_arg_number(optarg, &args->number, &err);
		break;
	case 'm':
		rc = ipl_arg_memory(optarg, &args->memory, &err);
		break;
	case IPL_OPT_LAYOUT:
		args->map.layout = optarg;
		break;
	case IPL_OPT_BR_LBA:
		rc = ipl_arg_block(optarg, &args->map.br_lba, &err);
		break;
	case IPL_OPT_FORMAT:
		args->format = optarg;
		break;
	case IPL_OPT_SANDBOX:
		args->sandbox = strcmp(optarg, "off") != 0;
		if (args->sandbox && strcmp(optarg, "on"))
			rc = ipl_fail(&err, IPL_EINVAL,
				      "--sandbox is on or off, not '%s'",
				      optarg);
		if (!rc && !args->sandbox)
			fputs("s390-ipl: --sandbox=off: the disk is read with "
			      "all rights of this user\n",
			      stderr);
		break;
	case 'j':
		args->json = true;
		break;
	case 'h':
		args->help = true;
		break;
	default:
		return ipl_cmd_usage(cmd, NULL);
	}
	return rc ? ipl_cmd_usage(cmd, "%s", err.msg) : 0;
}
