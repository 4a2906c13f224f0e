/* SPDX-License-Identifier: MIT */
/* What the commands that look at a disk share: opening it, its programs, and
 * the options that most of them have. May use: everything. */
#include "cli/disk.h"

#include "boot/titles.h"
#include "cli/cmd.h"
#include "vm/opts.h"
#include "vm/process.h"
#include "vm/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MIB (UINT64_C(1) << 20)

#define CPU_S 120 /* as for the loader of a VM with 30 GiB */

/* Of what the one who called us had open the new process needs no more than where it
 * writes to: whatever else could be read in the sandbox. */
static int give_up_descriptors(const struct ipl_src *src, struct ipl_err *err)
{
	const int disk = ipl_src_descriptor(src);
	int null = open("/dev/null", O_PATH | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0)
		return ipl_fail_errno(err, errno, "cannot open /dev/null");
	ipl_process_close_all_but(&disk, 1);
	return 0;
}

/* Go on in the sandbox, in a process of its own. The one before waits for it, closes
 * the source, which may take more rights (a qemu-nbd), and ends like it. */
static int split_off(struct ipl_src *src, struct ipl_err *err)
{
	const struct ipl_sandbox limits = { .kind = IPL_SANDBOX_READER,
					    .file_max = UINT64_MAX,
					    .cpu_s = CPU_S };
	struct ipl_sandbox_report report;
	struct ipl_process child;
	int status = 0;
	int rc;

	fflush(NULL);
	rc = ipl_process_fork(&child, err);
	if (rc)
		return rc;
	if (!child.pid) {
		rc = give_up_descriptors(src, err);
		if (!rc)
			rc = ipl_sandbox_enter(&limits, &report, err);
		if (rc)
			ipl_err_advise(err, "if this host cannot do that, "
					    "--sandbox=off goes without");
		return rc;
	}
	rc = ipl_process_wait(&child, "the process that reads it", &status,
			      err);
	if (rc)
		status = ipl_cmd_fail(src->name, err);
	ipl_src_close(src);
	exit(status);
}

int ipl_disk_open(const struct ipl_disk_args *args, struct ipl_disk *ret,
		  struct ipl_err *err)
{
	int rc;

	*ret = (struct ipl_disk){ 0 };
	rc = ipl_src_open(args->path, args->format, &ret->src, err);
	if (!rc && args->sandbox) {
		rc = split_off(ret->src, err);
		ret->in_sandbox = !rc;
	}
	if (!rc)
		rc = ipl_map_read_with(ret->src, &args->map, &ret->map, err);
	if (!rc)
		rc = ipl_titles_find(ret->map, err);
	return rc;
}

void ipl_disk_close(struct ipl_disk *disk)
{
	ipl_map_free(disk->map);
	if (!disk->in_sandbox)
		ipl_src_close(disk->src);
	*disk = (struct ipl_disk){ 0 };
}

static bool is_damaged(const struct ipl_program *prog,
		       const struct ipl_program *only)
{
	return prog->rc && (only ? prog == only : prog->copy_of == 0);
}

int ipl_disk_damage_status(const struct ipl_map *map,
			   const struct ipl_program *only)
{
	for (size_t i = 0; i < map->n_programs; i++) {
		const struct ipl_program *prog = &map->programs[i];

		if (is_damaged(prog, only) && prog->rc != IPL_EUNSUP)
			return ipl_code_exit_status(prog->err.code);
	}
	return 0;
}

int ipl_disk_report_damage(const struct ipl_map *map)
{
	for (size_t i = 0; i < map->n_programs; i++) {
		struct ipl_err err;

		if (!is_damaged(&map->programs[i], NULL))
			continue;
		ipl_program_fail(&map->programs[i], &err);
		ipl_cmd_fail(map->src->name, &err);
	}
	return ipl_disk_damage_status(map, NULL);
}

int ipl_disk_program(const struct ipl_map *map, unsigned number,
		     const struct ipl_program **ret, struct ipl_err *err)
{
	for (size_t i = 0; i < map->n_programs; i++) {
		if (map->programs[i].number == number) {
			*ret = &map->programs[i];
			return 0;
		}
	}
	return ipl_map_find(map, number, ret, err); /* says which there are */
}

int ipl_arg_number(const char *text, int *ret, struct ipl_err *err)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || end == text || *end || n < 0 || n > 999)
		return ipl_fail(err, IPL_EINVAL,
				"'%s' is not the number of a program", text);
	*ret = (int)n;
	return 0;
}

int ipl_arg_block(const char *text, uint64_t *ret, struct ipl_err *err)
{
	char *end;

	errno = 0;
	*ret = strtoull(text, &end, 0);
	if (*text < '0' || *text > '9' || *end || errno)
		return ipl_fail(err, IPL_EINVAL,
				"'%s' is not the number of a block", text);
	return 0;
}

int ipl_arg_memory(const char *text, uint64_t *ret, struct ipl_err *err)
{
	uint64_t size;
	int rc = ipl_opts_size(text, MIB, &size, err);

	if (rc)
		return rc;
	if (size < MIB)
		return ipl_fail(err, IPL_EINVAL,
				"'%s' is too little memory for a VM", text);
	*ret = size;
	return 0;
}

int ipl_arg_disk(int argc, char **argv, const char **ret)
{
	if (optind == argc)
		return ipl_cmd_usage(argv[0], "no disk given");
	if (optind + 1 < argc)
		return ipl_cmd_usage(argv[0], "one disk only, found '%s' too",
				     argv[optind + 1]);
	*ret = argv[optind];
	return 0;
}
