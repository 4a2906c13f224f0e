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
	       "Show the programs that DISK, a raw image or a block device, "
	       "can IPL.\n"
	       "\n"
	       "  -j, --json         everything that was found, as JSON\n"
	       "      --layout NAME  look for this kind of boot map only:\n"
	       "                    ");
	for (size_t i = 0; (layout = ipl_layout_at(i)); i++)
		printf(" %s", layout->name);
	printf("\n"
	       "      --br-lba N     SCSI: the boot record is in block N\n"
	       "  -h, --help         show this help and exit\n"
	       "\n"
	       "A program that is damaged is listed with what is wrong with "
	       "it; the exit\nstatus is then 4 (or 3 where the disk could not "
	       "be read).\n");
}

static int list(const char *path, const struct ipl_map_options *opts, bool json)
{
	struct ipl_disk disk;
	struct ipl_err err;
	int status;
	int rc;

	rc = ipl_disk_open_with(path, opts, &disk, &err);
	if (!rc && json)
		rc = ipl_list_print_json(disk.map, &err);
	else if (!rc)
		rc = ipl_list_print_table(disk.map, &err);
	status = rc ? ipl_cmd_fail(path, &err)
		    : ipl_disk_report_damage(disk.map);
	ipl_disk_close(&disk);
	return status;
}

int ipl_cmd_list(int argc, char **argv)
{
	enum { OPT_LAYOUT = 256, OPT_BR_LBA };
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "layout", required_argument, NULL, OPT_LAYOUT },
		{ "br-lba", required_argument, NULL, OPT_BR_LBA },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct ipl_map_options opts = { 0 };
	struct ipl_err err;
	bool json = false;
	const char *path;
	int opt, status;

	while ((opt = getopt_long(argc, argv, "jh", options, NULL)) != -1) {
		switch (opt) {
		case 'j':
			json = true;
			break;
		case OPT_LAYOUT:
			opts.layout = optarg;
			break;
		case OPT_BR_LBA:
			if (!ipl_arg_block(optarg, &opts.br_lba, &err))
				break;
			return ipl_cmd_usage(argv[0], "--br-lba: %s", err.msg);
		case 'h':
			print_help();
			return 0;
		default:
			return ipl_cmd_usage(argv[0], NULL);
		}
	}
	status = ipl_arg_disk(argc, argv, &path);
	return status ? status : list(path, &opts, json);
}
