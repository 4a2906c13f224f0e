/* SPDX-License-Identifier: MIT */
/* "list": the programs on a disk.
 * May use: everything. */
#include "cli/list.h"

#include "cli/cmd.h"

#include <getopt.h>
#include <stdio.h>

static void print_help(void)
{
	printf("Usage: s390-ipl list [OPTION...] DISK\n"
	       "Show the programs that DISK, a raw image or a block device, "
	       "can IPL.\n"
	       "\n"
	       "  -j, --json  everything that was found, as JSON\n"
	       "  -h, --help  show this help and exit\n"
	       "\n"
	       "A program that is damaged is listed with what is wrong with "
	       "it; the exit\nstatus is then 4 (or 3 where the disk could not "
	       "be read).\n");
}

/* Say what is wrong with single programs. One that is merely not for IPL, such
 * as a dump program, is no fault of the disk. */
static int report_damage(const struct ipl_map *map)
{
	int status = 0;

	for (size_t i = 0; i < map->n_programs; i++) {
		const struct ipl_program *prog = &map->programs[i];
		struct ipl_err err;

		if (!prog->rc || prog->copy_of)
			continue;
		ipl_program_fail(prog, &err);
		ipl_cmd_fail(map->src->name, &err);
		if (!status && prog->rc != IPL_EUNSUP)
			status = ipl_code_exit_status(err.code);
	}
	return status;
}

static int list(const char *path, bool json)
{
	struct ipl_src *src = NULL;
	struct ipl_map *map = NULL;
	struct ipl_err err;
	int status = 0;
	int rc;

	rc = ipl_src_open(path, NULL, &src, &err);
	if (!rc)
		rc = ipl_map_read(src, &map, &err);
	if (!rc && json)
		rc = ipl_list_print_json(map, &err);
	else if (!rc)
		rc = ipl_list_print_table(map, &err);
	if (rc)
		status = ipl_cmd_fail(path, &err);
	else
		status = report_damage(map);
	ipl_map_free(map);
	ipl_src_close(src);
	return status;
}

int ipl_cmd_list(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	bool json = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "jh", options, NULL)) != -1) {
		switch (opt) {
		case 'j':
			json = true;
			break;
		case 'h':
			print_help();
			return 0;
		default:
			return ipl_cmd_usage(argv[0], NULL);
		}
	}
	if (optind == argc)
		return ipl_cmd_usage(argv[0], "no disk given");
	if (optind + 1 < argc)
		return ipl_cmd_usage(argv[0], "one disk only, found '%s' too",
				     argv[optind + 1]);
	return list(argv[optind], json);
}
