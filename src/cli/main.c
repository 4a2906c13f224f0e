/* SPDX-License-Identifier: MIT */
/* s390-ipl: the table of commands.
 * May use: everything. */
#include "cli/cmd.h"
#include "device/loader_main.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct ipl_cmd commands[] = {
	{ "list", ipl_cmd_list, "DISK [--json]",
	  "show the programs on a disk" },
	{ "show", ipl_cmd_show, "DISK [-p N] [--json]",
	  "show the boot map of a disk" },
	{ "check", ipl_cmd_check, "DISK [--json]",
	  "tell whether a disk would boot" },
	{ "extract", ipl_cmd_extract, "DISK -p N -o DIR",
	  "write kernel, ramdisk... to files" },
	{ "install", ipl_cmd_install, "DISK --kernel FILE...",
	  "write a boot map" },
	{ "run", ipl_cmd_run, "QEMU-OPTION...",
	  "start a VM with the IPL device" },
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct ipl_cmd *find_command(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	}
	return NULL;
}

static void print_help(void)
{
	printf("Usage: s390-ipl COMMAND [OPTION...] ARGUMENT...\n"
	       "IPL (boot) IBM Z disks outside the guest, with an unmodified "
	       "QEMU.\n\nCommands:\n");
	for (size_t i = 0; i < N_COMMANDS; i++)
		printf("  %-8s %-20s %s\n", commands[i].name, commands[i].args,
		       commands[i].summary);
	printf("\nOptions:\n"
	       "  -h, --help     show this help and exit\n"
	       "  -V, --version  show the version and exit\n"
	       "\n"
	       "'s390-ipl COMMAND --help' shows the options of a command.\n"
	       "Exit status: 0 done, 1 no, 2 wrong usage, 3 the disk cannot be "
	       "read,\n4 the disk makes no sense, 5 not supported, 7 QEMU, "
	       "8 timeout, 70 a bug.\n");
}

/* Run @cmd under its full name, for the messages of getopt. */
static int run_command(const struct ipl_cmd *cmd, int argc, char **argv)
{
	char name[32];

	snprintf(name, sizeof(name), "s390-ipl %s", cmd->name);
	argv[0] = name;
	optind = 0; /* getopt starts anew */
	return cmd->main(argc, argv);
}

static int parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	const struct ipl_cmd *cmd;

	argv[0] = (char[]){ "s390-ipl" };
	/* '+': what follows the command is the command's */
	switch (getopt_long(argc, argv, "+hV", options, NULL)) {
	case 'h':
		print_help();
		return 0;
	case 'V':
		printf("s390-ipl %s\n", IPL_VERSION);
		return 0;
	case -1:
		break;
	default:
		return ipl_cmd_usage("s390-ipl", NULL);
	}
	if (optind == argc)
		return ipl_cmd_usage("s390-ipl", "no command given");
	cmd = find_command(argv[optind]);
	if (!cmd)
		return ipl_cmd_usage("s390-ipl", "there is no command '%s'",
				     argv[optind]);
	return run_command(cmd, argc - optind, argv + optind);
}

/* Output that got lost is a failure, even if all else went well. */
static int close_stdout(int status)
{
	struct ipl_err err = { 0 };

	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	ipl_fail_errno(&err, errno, "cannot write to the standard output");
	return ipl_cmd_fail(NULL, &err);
}

/* A descriptor of the first three that is closed would be given to what is opened
 * next: a disk, into which stdio would then write. Whoever closed it gets what he
 * would get without this: end of file, or EBADF for each byte. */
static int fill_standard_fds(struct ipl_err *err)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
		if (fd < 0)
			return ipl_fail_errno(err, errno,
					      "cannot open /dev/null");
	} while (fd <= STDERR_FILENO);
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	struct ipl_err err = { 0 };
	const char *slash;
	const char *name;

	if (argc < 1)
		return IPL_EXIT_USAGE;
	signal(SIGCHLD, SIG_DFL); /* ignored: no child's end is known */
	if (!strcmp(argv[0], IPL_LOADER_NAME))
		return ipl_loader_main(argc, argv);
	if (fill_standard_fds(&err))
		return ipl_cmd_fail(NULL, &err);
	setlocale(LC_CTYPE, "");
	slash = strrchr(argv[0], '/');
	name = slash ? slash + 1 : argv[0];
	/* the drop-in for QEMU: all arguments are those of "run" */
	if (!strcmp(name, "qemu-s390-ipl") && find_command("run"))
		return close_stdout(find_command("run")->main(argc, argv));
	return close_stdout(parse(argc, argv));
}
