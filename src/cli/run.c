/* SPDX-License-Identifier: MIT */
/* s390-ipl run: start a VM with the IPL device, and become its QEMU.
 * May use: everything. */
#include "cli/cmd.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "device/engine.h"
#include "vm/launch.h"
#include "vm/opts.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_QEMU "qemu-system-s390x"

/* What the user said to us and not to QEMU. */
struct run {
	const char *qemu;
	const char *profile; /* file, or NULL */
	const char *events;  /* file or descriptor, or NULL */
	int events_fd;	     /* -1: none */
	int verbose;
	const char *sandbox; /* "on" or "off" */
	uint64_t began;	     /* us */
};

static void print_help(void)
{
	auto_free char *properties = ipl_profile_help();

	printf("Usage: s390-ipl run [--qemu PATH] [--profile FILE] [-v] [--] "
	       "QEMU-OPTION...\n"
	       "Start a VM whose disk is IPLed from outside the guest. Takes "
	       "every option of\nqemu-system-s390x and becomes that program; "
	       "'qemu-s390-ipl' is the same.\n\n"
	       "  --qemu PATH    the QEMU to start (default: $QEMU, else "
	       "qemu-system-s390x)\n"
	       "  --profile FILE properties of the IPL device, a line each: "
	       "KEY=VALUE\n"
	       "  --events FD|FILE\n"
	       "                 tell what happens as JSON lines, see "
	       "s390-ipl-json(5)\n"
	       "  -v, --verbose  tell on stderr what is loaded; twice: each "
	       "step with its time\n"
	       "  --sandbox on|off\n"
	       "                 whether the process that reads the disk gives "
	       "up its rights\n                 (default: on)\n"
	       "  -h, --help     show this help and exit\n\n"
	       "One more device: -device s390-ipl[,iplid=ID][,loadparm=N]...\n%s"
	       "\nExample:\n"
	       "  s390-ipl run -nographic -m 1G -drive "
	       "if=virtio,file=DISK,format=raw\n",
	       properties ?: "");
}

/* Our own options come first; the first other word begins QEMU's. Returns how
 * many words there are, or -1 when help is asked for. */
static int take_own(int argc, char **argv, struct run *run)
{
	int i = 1;

	for (; i < argc; i++) {
		const char *a = argv[i];

		if (!strcmp(a, "--qemu") && i + 1 < argc)
			run->qemu = argv[++i];
		else if (!strncmp(a, "--qemu=", 7))
			run->qemu = a + 7;
		else if (!strcmp(a, "--profile") && i + 1 < argc)
			run->profile = argv[++i];
		else if (!strncmp(a, "--profile=", 10))
			run->profile = a + 10;
		else if (!strcmp(a, "--events") && i + 1 < argc)
			run->events = argv[++i];
		else if (!strncmp(a, "--events=", 9))
			run->events = a + 9;
		else if (!strcmp(a, "-v") || !strcmp(a, "--verbose"))
			run->verbose++;
		else if (!strcmp(a, "-vv"))
			run->verbose += 2;
		else if (!strcmp(a, "--sandbox") && i + 1 < argc)
			run->sandbox = argv[++i];
		else if (!strncmp(a, "--sandbox=", 10))
			run->sandbox = a + 10;
		else if (!strcmp(a, "-h") || !strcmp(a, "--help"))
			return -1;
		else
			break;
	}
	return i < argc && !strcmp(argv[i], "--") ? i + 1 : i;
}

static double seconds_since(uint64_t then_us)
{
	return (double)(ipl_clock_us() - then_us) / 1e6;
}

static void log_line(void *ctx, enum ipl_log_level level, const char *text)
{
	const struct run *run = ctx;

	if ((int)level > run->verbose)
		return;
	if (run->verbose < 2) {
		fprintf(stderr, "s390-ipl: %s\n", text);
		return;
	}
	fprintf(stderr, "s390-ipl: %8.4f %s\n", seconds_since(run->began),
		text);
}

/* A line at a time, so that whoever reads gets whole ones. */
static void write_event(void *ctx, struct json_object *event)
{
	const struct run *run = ctx;
	double seconds = seconds_since(run->began);
	char text[32];

	if (run->events_fd < 0)
		return;
	snprintf(text, sizeof(text), "%.6f", seconds);
	json_object_object_add(event, "seconds",
			       json_object_new_double_s(seconds, text));
	/* when nobody listens any more that is no reason to end */
	(void)!dprintf(
		run->events_fd, "%s\n",
		json_object_to_json_string_ext(event, JSON_C_TO_STRING_PLAIN));
}

/* QEMU does not get the descriptor, but for one of 0 to 2: these it needs, and where
 * one is missing the next file that it opens is taken for the terminal. The engine
 * has others there, and writes to a copy. */
static int inherited_events(int fd)
{
	if (fd <= STDERR_FILENO)
		return fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ? -1 : fd;
}

/* A number is a descriptor that we were given, all else a file. */
static int open_events(struct run *run, struct ipl_err *err)
{
	const char *e = run->events;
	int rc;

	if (!e)
		return 0;
	if (*e && strspn(e, "0123456789") == strlen(e)) {
		run->events_fd = rc =
			inherited_events((int)strtol(e, NULL, 10));
	} else {
		run->events_fd = rc = open(
			e, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY,
			0666);
	}
	if (rc >= 0)
		return 0;
	rc = ipl_fail_errno(err, errno, "cannot write events to %s", e);
	err->code = IPL_EINVAL;
	return rc;
}

/* Whoever waits for the end of what was printed shall not wait for that of the VM. */
static void leave_terminal(void *ctx)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)ctx;
	if (null < 0)
		return;
	dup2(null, STDERR_FILENO);
	close(null);
}

static int become_qemu(const struct run *run, struct ipl_cmdline *cl)
{
	struct ipl_err err = { 0 };

	free(cl->argv[0]);
	cl->argv[0] = strdup(run->qemu);
	fflush(NULL);
	execvp(run->qemu, cl->argv);
	ipl_fail_errno(&err, errno, "cannot start QEMU (%s)", run->qemu);
	err.code = IPL_EPROTO;
	if (errno == ENOENT)
		ipl_err_advise(&err,
			       "install it (Debian: qemu-system-misc), or "
			       "name it with --qemu PATH");
	return ipl_cmd_fail(NULL, &err);
}

/* The engine's process. */
static int serve(struct run *run, const struct ipl_cmdline *cl,
		 const struct ipl_profile *profile,
		 const struct ipl_launch *launch, pid_t qemu)
{
	const struct ipl_engine_config config = {
		.profile = profile,
		.loadparms = cl->loadparms,
		.qmp_fd = launch->engine_qmp,
		.memory_fd = launch->engine_memory,
		.memory_path = cl->memory_path,
		.memory_size = cl->memory_size,
		.qemu = qemu,
		.qemu_program = run->qemu,
		.data_dirs = cl->data_dirs,
		.panic_action = cl->panic_action,
		.no_shutdown = cl->no_shutdown,
		.has_kernel = cl->has_kernel,
		.no_sandbox = !strcmp(run->sandbox, "off"),
		.on_ready = cl->daemonize ? leave_terminal : NULL,
		.log = { .line = log_line, .event = write_event, .ctx = run },
	};
	struct ipl_err err = { 0 };

	signal(SIGPIPE, SIG_IGN);
	if (ipl_engine_run(&config, &err))
		return ipl_cmd_fail("IPL engine", &err);
	return 0;
}

static int run_with_device(struct run *run, struct ipl_cmdline *cl)
{
	struct ipl_profile profile;
	struct ipl_launch launch;
	struct ipl_err err = { 0 };
	pid_t pid = getpid();
	int status;

	if (ipl_profile_read(run->profile, cl->device, &profile, &err))
		return ipl_cmd_fail(NULL, &err);
	ipl_profile_default_menu(&profile, cl->boot);
	if (open_events(run, &err) || ipl_launch_prepare(cl, &launch, &err)) {
		ipl_profile_done(&profile);
		return ipl_cmd_fail(NULL, &err);
	}
	launch.engine_events = run->events_fd;
	switch (ipl_launch_fork(&launch, &err)) {
	case 0:
		status = serve(run, cl, &profile, &launch, pid);
		ipl_cmdline_free(cl);
		ipl_profile_done(&profile);
		_exit(status);
	case 1:
		ipl_profile_done(&profile);
		return become_qemu(run, cl);
	default:
		return ipl_cmd_fail(NULL, &err);
	}
}

static int print_properties(void)
{
	auto_free char *text = ipl_profile_help();

	fputs(text ?: "", stdout);
	return !text;
}

int ipl_cmd_run(int argc, char **argv)
{
	struct run run = { .qemu = getenv("QEMU"),
			   .sandbox = "on",
			   .events_fd = -1 };
	struct ipl_cmdline *cl = NULL;
	struct ipl_err err = { 0 };
	/* as a drop-in, even --help is QEMU's */
	bool drop_in = strcmp(argv[0], "s390-ipl run") != 0;
	int i = drop_in ? 1 : take_own(argc, argv, &run);
	int status;

	run.began = ipl_clock_us();
	if (i < 0) {
		print_help();
		return 0;
	}
	if (strcmp(run.sandbox, "on") && strcmp(run.sandbox, "off"))
		return ipl_cmd_usage(argv[0],
				     "--sandbox is on or off, not '%s'",
				     run.sandbox);
	if (!strcmp(run.sandbox, "off"))
		fputs("s390-ipl: --sandbox=off: the disk is read with all "
		      "rights of this user\n",
		      stderr);
	if (!run.qemu || !*run.qemu)
		run.qemu = DEFAULT_QEMU;
	if (ipl_cmdline_parse(argc - i, argv + i, run.profile, &cl, &err))
		return ipl_cmd_fail(NULL, &err);
	if (cl->device && ipl_opts_wants_help(cl->device)) {
		status = print_properties();
	} else if (cl->aside) {
		if (run.verbose)
			fprintf(stderr, "s390-ipl: QEMU alone: %s\n",
				cl->aside);
		status = become_qemu(&run, cl);
	} else {
		status = run_with_device(&run, cl);
	}
	ipl_cmdline_free(cl);
	return status;
}
