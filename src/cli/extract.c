/* SPDX-License-Identifier: MIT */
/* "extract": kernel, ramdisk and the rest of a program as files.
 * May use: everything. */
#include "cli/extract.h"

#include "base/cleanup.h"
#include "cli/cmd.h"
#include "cli/disk.h"
#include "cli/disk_args.h"
#include "cli/json.h"
#include "cli/text.h"
#include "cli/wrap.h"

#include <inttypes.h>
#include <stdio.h>

#define API_LEVEL 1

#define NAME_WIDTH 20u

static void print_help(void)
{
	printf("Usage: s390-ipl extract [OPTION...] -o DIR DISK\n"
	       "Write what a program on DISK consists of to files in DIR: "
	       "kernel, ramdisk,\ncmdline, and what zipl added.\n"
	       "\n"
	       "  -p, --program N    of program N (default: the one that is "
	       "IPLed by default)\n"
	       "  -o, --output DIR   the directory, which is made if it is "
	       "missing\n"
	       "  -f, --force        replace files that are there already\n");
	ipl_disk_args_help();
}

static void print_text(const struct ipl_extract *x)
{
	auto_free char *dir = ipl_text_printable(x->dir);

	printf("Program %u to %s:\n", x->prog->number, dir ? dir : "?");
	for (size_t i = 0; i < x->files.n; i++) {
		const struct ipl_file *file = &x->files.files[i];

		printf("  %-*s %10" PRIu64 " bytes\n", (int)NAME_WIDTH,
		       file->name, ipl_file_size(file));
		if (file->note[0]) {
			printf("    ");
			ipl_wrap_print(4, 4, file->note);
		}
	}
}

static struct json_object *file_object(const struct ipl_file *file)
{
	struct json_object *obj = json_object_new_object();

	ipl_json_add_text(obj, "file", file->name);
	ipl_json_add_number(obj, "bytes", ipl_file_size(file));
	ipl_json_add_number(obj, "zero_bytes_in_front", file->zeros);
	ipl_json_add_number(obj, "missing_bytes", file->missing);
	ipl_json_add_text(obj, "note", file->note[0] ? file->note : NULL);
	return obj;
}

static int print_json(const struct ipl_extract *x, struct ipl_err *err)
{
	struct json_object *obj =
		ipl_json_new("s390-ipl.extract", API_LEVEL, x->map->src->name);
	struct json_object *files = json_object_new_array();

	ipl_json_add_number(obj, "number", x->prog->number);
	ipl_json_add_text(obj, "directory", x->dir);
	for (size_t i = 0; i < x->files.n; i++)
		ipl_json_append(files, file_object(&x->files.files[i]));
	ipl_json_add(obj, "files", files);
	return ipl_json_print(obj, err);
}

/* What is there was written; but the disk has less than it says. */
static int report_missing(const struct ipl_extract *x)
{
	int status = 0;

	for (size_t i = 0; i < x->files.n; i++) {
		const struct ipl_file *file = &x->files.files[i];
		struct ipl_err err;

		if (!file->missing)
			continue;
		ipl_fail(&err, IPL_EBAD,
			 "program %u: the last %" PRIu64
			 " bytes of the %s are not in the boot map",
			 x->prog->number, file->missing, file->name);
		ipl_err_advise(&err, "run zipl again");
		status = ipl_cmd_fail(x->map->src->name, &err);
	}
	return status;
}

static int extract(const struct ipl_disk_args *args, struct ipl_extract *x)
{
	/* 0 is the default */
	unsigned number = args->number < 0 ? 0 : (unsigned)args->number;
	const char *where = args->path; /* what a failure is about */
	struct ipl_disk disk;
	struct ipl_err err;
	int status;
	int rc;

	rc = ipl_disk_open(args, &disk, &err);
	x->disk = args->path;
	x->map = disk.map;
	if (!rc)
		rc = ipl_map_find(disk.map, number, &x->prog, &err);
	if (!rc)
		rc = ipl_files_find(disk.map, x->prog, &x->files, &err);
	if (!rc) {
		rc = ipl_extract_write(x, &err);
		if (rc == IPL_ESYS)
			where = x->dir;
	}
	if (!rc && args->json)
		rc = print_json(x, &err);
	else if (!rc)
		print_text(x);
	status = rc ? ipl_cmd_fail(where, &err) : report_missing(x);
	ipl_files_done(&x->files);
	ipl_disk_close(&disk);
	return status;
}

int ipl_cmd_extract(int argc, char **argv)
{
	static const struct option options[] = {
		IPL_DISK_OPTIONS,
		{ "output", required_argument, NULL, 'o' },
		{ "force", no_argument, NULL, 'f' },
		{ 0 },
	};
	struct ipl_disk_args args = IPL_DISK_ARGS_INIT;
	struct ipl_extract x = { 0 };
	int opt, status = 0;

	while (!status && !args.help &&
	       (opt = getopt_long(argc, argv, IPL_DISK_SHORT_OPTIONS "o:f",
				  options, NULL)) != -1) {
		if (opt == 'o')
			x.dir = optarg;
		else if (opt == 'f')
			x.force = true;
		else
			status = ipl_disk_args_take(&args, argv[0], opt);
	}
	if (args.help) {
		print_help();
		return 0;
	}
	if (!status && !x.dir)
		status = ipl_cmd_usage(argv[0], "no directory given (-o DIR)");
	if (!status)
		status = ipl_arg_disk(argc, argv, &args.path);
	return status ? status : extract(&args, &x);
}
