/* SPDX-License-Identifier: MIT */
/* "show": the boot map of a disk, every address and every block.
 * May use: everything. */
#include "cli/show.h"

#include "cli/cmd.h"
#include "cli/disk.h"
#include "cli/disk_args.h"
#include "cli/secure_args.h"

#include <stdio.h>

static void print_help(void)
{
	printf("Usage: s390-ipl show [OPTION...] DISK\n"
	       "Show the boot map of DISK: its tables, each component with "
	       "addresses and blocks,\nwhat stage 3 is told, and what memory "
	       "looks like afterwards.\n"
	       "\n"
	       "  -p, --program N    only program N\n"
	       "  -m, --memory SIZE  draw the memory of a VM of that SIZE "
	       "(default: 1G; without\n"
	       "                     a letter in MiB, as for QEMU's -m)\n"
	       "  -a, --all          all blocks of each component\n");
	ipl_secure_args_help();
	ipl_disk_args_help();
	fputs(IPL_SANDBOX_HELP, stdout);
}

bool ipl_show_wants(const struct ipl_show *show, const struct ipl_program *prog)
{
	return show->only ? prog == show->only : true;
}

/* What cannot be loaded has no verdicts, but all else of it is shown. */
static void judge(const struct ipl_show *show, struct ipl_show_program *p)
{
	if (ipl_plan_make(show->map, p->prog, show->memory, &p->plan,
			  &p->unjudged))
		return;
	if (ipl_secure_read(p->plan, p->prog, show->certs, &p->secured,
			    &p->unjudged))
		p->secured = NULL;
}

int ipl_show_program_init(const struct ipl_show *show,
			  const struct ipl_program *prog,
			  struct ipl_show_program *ret, struct ipl_err *err)
{
	int rc;

	*ret = (struct ipl_show_program){ .prog = prog };
	rc = ipl_origin_find(show->map, prog, &ret->origin, err);
	if (!rc)
		rc = ipl_memory_map_make(prog, show->memory, &ret->memory, err);
	if (!rc && show->certs && !prog->rc)
		judge(show, ret);
	return rc;
}

const struct ipl_secure_part *
ipl_show_signature(const struct ipl_show_program *p, size_t entry)
{
	for (size_t i = 0; p->secured && i < p->secured->plan.n_segments; i++) {
		if (p->secured->parts[i].entry == entry)
			return &p->secured->parts[i];
	}
	return NULL;
}

void ipl_show_program_done(struct ipl_show_program *p)
{
	ipl_secured_free(p->secured);
	ipl_plan_free(p->plan);
	ipl_memory_map_free(p->memory);
}

static int show(const struct ipl_disk_args *args, struct ipl_show *show)
{
	struct ipl_disk disk;
	struct ipl_err err;
	int status;
	int rc;

	rc = ipl_disk_open(args, &disk, &err);
	show->map = disk.map;
	show->memory = args->memory;
	if (!rc && args->number >= 0)
		rc = ipl_disk_program(disk.map, (unsigned)args->number,
				      &show->only, &err);
	if (!rc && args->json)
		rc = ipl_show_print_json(show, &err);
	else if (!rc)
		rc = ipl_show_print_text(show, &err);
	/* what is wrong with a program was shown with it */
	status = rc ? ipl_cmd_fail(args->path, &err)
		    : ipl_disk_damage_status(disk.map, show->only);
	ipl_disk_close(&disk);
	return status;
}

int ipl_cmd_show(int argc, char **argv)
{
	static const struct option options[] = {
		IPL_DISK_OPTIONS,
		IPL_MEMORY_OPTION,
		IPL_SANDBOX_OPTION,
		IPL_SECURE_OPTIONS,
		{ "all", no_argument, NULL, 'a' },
		{ 0 },
	};
	struct ipl_disk_args args = IPL_DISK_ARGS_INIT;
	struct ipl_secure_args secure = { 0 };
	struct ipl_show s = { 0 };
	struct ipl_err err;
	int opt, status = 0;

	args.sandbox = true;
	while (!status && !args.help &&
	       (opt = getopt_long(argc, argv, IPL_DISK_SHORT_OPTIONS "m:a",
				  options, NULL)) != -1) {
		if (opt == 'a')
			s.all = true;
		else if (!ipl_secure_args_take(&secure, opt))
			status = ipl_disk_args_take(&args, argv[0], opt);
	}
	if (args.help) {
		print_help();
		return 0;
	}
	if (!status)
		status = ipl_arg_disk(argc, argv, &args.path);
	if (status)
		return status;
	if (ipl_secure_args_read(&secure, &err))
		return ipl_cmd_fail("show", &err);
	if (secure.wanted)
		s.certs = secure.certs;
	status = show(&args, &s);
	ipl_certs_free(secure.certs);
	return status;
}
