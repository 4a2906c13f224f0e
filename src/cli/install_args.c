/* SPDX-License-Identifier: MIT */
/* "install": its options.
 * May use: everything. */
#include "cli/cmd.h"
#include "cli/disk.h"
#include "cli/install.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In front of a path that is one on the disk. */
#define ON_DISK "disk:"

enum {
	OPT_NAME = 256,
	OPT_KERNEL,
	OPT_INITRD,
	OPT_CMDLINE,
	OPT_CONFIG,
	OPT_BLS,
	OPT_ROOT,
	OPT_DEFAULT,
	OPT_TIMEOUT,
	OPT_PROMPT,
	OPT_NO_PROMPT,
	OPT_PARTITION,
	OPT_AREA,
	OPT_REPLACE,
	OPT_WRITE,
	OPT_UNDO,
	OPT_RESTORE,
	OPT_FORMAT,
	OPT_BLOCK_SIZE,
	OPT_SIZE,
	OPT_TABLE,
	OPT_VOLSER,
};

void ipl_install_help(void)
{
	printf("Usage: s390-ipl install [OPTION...] DISK --kernel FILE "
	       "[ENTRY-OPTION...]\n"
	       "Write a boot map to DISK, an image, a block device or an "
	       "NBD URI, so that it can\n"
	       "be IPLed. Without --write it only says what would be "
	       "written.\n"
	       "\n"
	       "Programs; the options may be repeated for more of them:\n"
	       "      --name TEXT      what it is called in menus\n"
	       "      --kernel FILE    the kernel; begins a program, as "
	       "--name does\n"
	       "      --initrd FILE    the ramdisk; again: more files behind "
	       "it\n"
	       "      --cmdline TEXT   the kernel's command line\n"
	       "A FILE 'disk:/PATH' or 'disk:N:/PATH' is in an ext2/3/4 file "
	       "system on DISK (its\n"
	       "partition N); it is used where it lies.\n"
	       "\n"
	       "Or all of them from\n"
	       "      --config FILE    zipl.conf: what zipl would do by "
	       "default\n"
	       "      --bls DIR        boot loader entries; with --config, "
	       "besides its sections\n"
	       "      --root DIR       paths of this machine in these files "
	       "begin at DIR\n"
	       "They may be on DISK too ('disk:/etc/zipl.conf'), with all "
	       "that they name.\n"
	       "\n"
	       "Menu:\n"
	       "      --default N      the program that is started if "
	       "nobody chooses (1)\n"
	       "      --timeout S      how long the menu waits, in "
	       "seconds (0: for ever)\n"
	       "      --prompt, --no-prompt\n"
	       "                       show the menu at every IPL, or only if "
	       "asked to (default)\n"
	       "\n"
	       "Where to:\n"
	       "      --format NAME    the image has this format: raw, "
	       "qcow2... (default: as its\n"
	       "                       first bytes say)\n"
	       "      --format KIND    make a new disk: scsi, cdl, ldl or "
	       "fba\n"
	       "      --size SIZE      of a new disk: bytes, or with k, M, G, "
	       "T\n"
	       "      --table NAME     of a new scsi disk: gpt or mbr (gpt)\n"
	       "      --volser NAME    of a new cdl, ldl or fba disk: its "
	       "volume serial\n"
	       "      --block-size N   blocks have N bytes (default: as "
	       "the disk says)\n"
	       "      --partition N    put it into partition N, which "
	       "has no file system\n"
	       "      --area disk:FILE put it into this file on the disk\n"
	       "      --replace        overwrite the old boot map "
	       "before the new is complete\n"
	       "\n"
	       "      --write          write it\n"
	       "      --undo FILE      first save what is overwritten to "
	       "FILE\n"
	       "      --restore FILE   write back what FILE has saved, "
	       "and nothing else\n"
	       "  -j, --json           tell it as JSON\n"
	       "  -h, --help           show this help and exit\n");
}

static const struct option options[] = {
	{ "name", required_argument, NULL, OPT_NAME },
	{ "kernel", required_argument, NULL, OPT_KERNEL },
	{ "initrd", required_argument, NULL, OPT_INITRD },
	{ "cmdline", required_argument, NULL, OPT_CMDLINE },
	{ "config", required_argument, NULL, OPT_CONFIG },
	{ "bls", required_argument, NULL, OPT_BLS },
	{ "root", required_argument, NULL, OPT_ROOT },
	{ "default", required_argument, NULL, OPT_DEFAULT },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "prompt", no_argument, NULL, OPT_PROMPT },
	{ "no-prompt", no_argument, NULL, OPT_NO_PROMPT },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "block-size", required_argument, NULL, OPT_BLOCK_SIZE },
	{ "size", required_argument, NULL, OPT_SIZE },
	{ "table", required_argument, NULL, OPT_TABLE },
	{ "volser", required_argument, NULL, OPT_VOLSER },
	{ "partition", required_argument, NULL, OPT_PARTITION },
	{ "area", required_argument, NULL, OPT_AREA },
	{ "replace", no_argument, NULL, OPT_REPLACE },
	{ "write", no_argument, NULL, OPT_WRITE },
	{ "undo", required_argument, NULL, OPT_UNDO },
	{ "restore", required_argument, NULL, OPT_RESTORE },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* Options while they are read. */
struct parse {
	struct ipl_install_args *args;
	struct ipl_job_entry *entry; /* the last one; NULL: none yet */
	bool given[sizeof(options) / sizeof(options[0])];
};

/* Where the option is in the table. */
static size_t index_of(int opt)
{
	size_t i = 0;

	while (options[i].name && options[i].val != opt)
		i++;
	return i;
}

static bool is_given(const struct parse *p, int opt)
{
	return p->given[index_of(opt)];
}

static int number(const char *option, unsigned min, unsigned max, unsigned *ret,
		  struct ipl_err *err)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(optarg, &end, 10);
	if (errno || *end || end == optarg || *optarg == '-' || n < min ||
	    n > max)
		return ipl_fail(err, IPL_EINVAL,
				"'%s' is not a number from %u to %u (--%s)",
				optarg, min, max, option);
	*ret = (unsigned)n;
	return 0;
}

static int set_text(char **to, const char *text, struct ipl_err *err)
{
	free(*to);
	*to = strdup(text);
	return *to ? 0 : ipl_fail(err, IPL_ENOMEM, "out of memory");
}

/* "disk:/boot/vmlinuz", "disk:2:/vmlinuz", or a path of this machine. */
static int set_file(struct ipl_job_file *file, struct ipl_err *err)
{
	const char *path = optarg;
	unsigned long part;
	char *end;

	if (strncmp(path, ON_DISK, strlen(ON_DISK)) != 0)
		return ipl_job_set_file(file, IPL_JOB_ON_HOST, path, err);
	path += strlen(ON_DISK);
	if (*path != '/') {
		part = strtoul(path, &end, 10);
		if (end == path || end[0] != ':' || end[1] != '/' ||
		    part > UINT32_MAX)
			return ipl_fail(err, IPL_EINVAL,
					"'%s': expected disk:/PATH or "
					"disk:PARTITION:/PATH",
					optarg);
		file->partition = (unsigned)part;
		path = end + 1;
	}
	return ipl_job_set_file(file, IPL_JOB_ON_DISK, path, err);
}

static int new_entry(struct parse *p, struct ipl_err *err)
{
	return ipl_job_add(&p->args->job, &p->entry, err);
}

/* A name stands in front of its kernel, or behind it. */
static int take_name(struct parse *p, struct ipl_err *err)
{
	int rc = 0;

	if (!p->entry || p->entry->name ||
	    p->entry->kernel.where != IPL_JOB_NOWHERE)
		rc = new_entry(p, err);
	return rc ? rc : set_text(&p->entry->name, optarg, err);
}

static int take_kernel(struct parse *p, struct ipl_err *err)
{
	int rc = 0;

	if (!p->entry || p->entry->kernel.where != IPL_JOB_NOWHERE)
		rc = new_entry(p, err);
	return rc ? rc : set_file(&p->entry->kernel, err);
}

/* Options that belong to the program begun last. */
static int take_entry_option(struct parse *p, int opt, struct ipl_err *err)
{
	struct ipl_job_file *initrd;
	int rc;

	if (!p->entry)
		return ipl_fail(err, IPL_EINVAL,
				"--initrd and --cmdline come behind the "
				"--kernel that they are for");
	if (opt == OPT_CMDLINE)
		return set_text(&p->entry->cmdline, optarg, err);
	rc = ipl_job_add_initrd(p->entry, &initrd, err);
	return rc ? rc : set_file(initrd, err);
}

static int set_block_size(struct ipl_install_args *args, struct ipl_err *err)
{
	unsigned *size = &args->target.block_size;
	int rc =
		number("block-size", ZIPL_BLOCK_MIN, ZIPL_BLOCK_MAX, size, err);

	if (!rc && (*size & (*size - 1)) != 0)
		return ipl_fail(err, IPL_EINVAL,
				"'%s' is no size of blocks: expected 512, "
				"1024, 2048 or 4096",
				optarg);
	return rc;
}

/* The format of a new disk, or that of an image file. */
static void set_format(struct ipl_install_args *args)
{
	const struct ipl_scheme *scheme = ipl_scheme_find(optarg);

	if (scheme) {
		args->is_new = true;
		args->format.scheme = scheme;
	} else {
		args->image_format = optarg;
	}
}

/* Far from where sums of sizes wrap. */
#define SIZE_LIMIT (UINT64_C(1) << 60)

static int set_size(struct ipl_install_args *args, struct ipl_err *err)
{
	static const char units[] = "kMGT";
	char *end;
	unsigned long long n;
	const char *unit;
	unsigned shift;

	errno = 0;
	n = strtoull(optarg, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
	if (errno || end == optarg || *optarg == '-' || n == 0 ||
	    n > SIZE_LIMIT >> shift || (*end && (!unit || end[1])))
		return ipl_fail(err, IPL_EINVAL,
				"'%s' is no size: expected bytes, or a number "
				"with k, M, G or T",
				optarg);
	args->size = n << shift;
	return 0;
}

static int set_table(struct ipl_install_args *args, struct ipl_err *err)
{
	args->format.mbr = !strcmp(optarg, "mbr");
	if (!args->format.mbr && strcmp(optarg, "gpt") != 0)
		return ipl_fail(err, IPL_EINVAL,
				"'%s' is no partition table: expected gpt or "
				"mbr",
				optarg);
	return 0;
}

static int set_serial(struct ipl_install_args *args, struct ipl_err *err)
{
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$#@";
	size_t len = strlen(optarg);

	if (!len || len > 6 || strspn(optarg, good) != len)
		return ipl_fail(err, IPL_EINVAL,
				"'%s' is no volume serial: expected up to 6 of "
				"A-Z, 0-9, $, # and @",
				optarg);
	args->format.serial = optarg;
	return 0;
}

static int set_area(struct ipl_install_args *args, struct ipl_err *err)
{
	int rc = set_file(&args->plan.file, err);

	if (!rc && args->plan.file.where != IPL_JOB_ON_DISK)
		return ipl_fail(err, IPL_EINVAL,
				"'%s' is not on the disk: expected disk:/PATH "
				"or disk:PARTITION:/PATH",
				optarg);
	return rc;
}

static int take_plan_option(struct ipl_install_args *args, int opt,
			    struct ipl_err *err)
{
	switch (opt) {
	case OPT_DEFAULT:
		return number("default", 1, IPL_JOB_ENTRIES_MAX,
			      &args->job.default_number, err);
	case OPT_TIMEOUT:
		args->has_timeout = true;
		return number("timeout", 0, IPL_JOB_TIMEOUT_MAX,
			      &args->job.timeout_s, err);
	case OPT_PROMPT:
	case OPT_NO_PROMPT:
		args->has_prompt = true;
		args->job.prompt = opt == OPT_PROMPT;
		return 0;
	case OPT_BLOCK_SIZE:
		return set_block_size(args, err);
	case OPT_AREA:
		return set_area(args, err);
	case OPT_PARTITION:
		return number("partition", 1, 1024, &args->plan.partition, err);
	default:
		args->plan.replace = true;
		return 0;
	}
}

/* Returns 1 when getopt has said already what is wrong. */
static int take(struct parse *p, int opt, struct ipl_err *err)
{
	struct ipl_install_args *args = p->args;

	switch (opt) {
	case OPT_NAME:
		return take_name(p, err);
	case OPT_KERNEL:
		return take_kernel(p, err);
	case OPT_INITRD:
	case OPT_CMDLINE:
		return take_entry_option(p, opt, err);
	case OPT_CONFIG:
		return set_file(&args->config, err);
	case OPT_BLS:
		return set_file(&args->bls, err);
	case OPT_ROOT:
		args->root = optarg;
		return 0;
	case OPT_FORMAT:
		set_format(args);
		return 0;
	case OPT_SIZE:
		return set_size(args, err);
	case OPT_TABLE:
		return set_table(args, err);
	case OPT_VOLSER:
		return set_serial(args, err);
	case OPT_WRITE:
		args->write = true;
		return 0;
	case OPT_UNDO:
		args->undo = optarg;
		return 0;
	case OPT_RESTORE:
		args->restore = optarg;
		return 0;
	case 'j':
		args->json = true;
		return 0;
	case 'h':
		args->help = true;
		return 0;
	case '?':
		return 1;
	default:
		return take_plan_option(args, opt, err);
	}
}

/* Only the image's format can stand beside it. */
static int check_restore(const struct parse *p, struct ipl_err *err)
{
	if (p->args->is_new)
		return ipl_fail(err, IPL_EINVAL,
				"--restore writes to a disk that is there, "
				"and --format scsi, cdl, ldl and fba make one");
	for (size_t i = 0; options[i].name; i++) {
		if (p->given[i] && options[i].val != OPT_RESTORE &&
		    options[i].val != OPT_FORMAT)
			return ipl_fail(err, IPL_EINVAL,
					"--restore writes back what an undo "
					"file has, and nothing else: there is "
					"no --%s beside it",
					options[i].name);
	}
	return 0;
}

static bool is_new(const struct parse *p)
{
	return p->args->is_new;
}

static bool is_no_new_scsi(const struct parse *p)
{
	return p->args->format.scheme != &ipl_scheme_scsi;
}

static bool is_no_new_dasd(const struct parse *p)
{
	return !p->args->is_new || p->args->format.scheme == &ipl_scheme_scsi;
}

static bool has_area(const struct parse *p)
{
	return is_given(p, OPT_AREA);
}

static bool has_no_inputs(const struct parse *p)
{
	return !ipl_install_has_inputs(p->args);
}

static bool is_dry(const struct parse *p)
{
	return !p->args->write;
}

/* Options that would have no effect, or one that was not meant. */
static const struct {
	int opt;
	bool (*is_wrong)(const struct parse *p);
	const char *why;
} rules[] = {
	{ OPT_UNDO, is_dry,
	  "--undo is for --write: without it nothing is overwritten" },
	{ OPT_PARTITION, is_new,
	  "--partition is for a disk that is there: on a new one the boot map "
	  "goes into partition 1" },
	{ OPT_AREA, is_new,
	  "--area is for a disk that is there: a new one has no files yet" },
	{ OPT_REPLACE, is_new,
	  "--replace is for a disk that is there: a new one has no boot map "
	  "yet" },
	{ OPT_TABLE, is_no_new_scsi,
	  "--table is for a new disk with --format scsi: others have no "
	  "partition table to choose" },
	{ OPT_VOLSER, is_no_new_dasd,
	  "--volser is for a new disk with --format cdl, ldl or fba: others "
	  "get no volume serial" },
	{ OPT_PARTITION, has_area,
	  "--partition and --area both say where the boot map goes: expected "
	  "one of them" },
	{ OPT_ROOT, has_no_inputs,
	  "--root is for the paths in --config and --bls, expected one of "
	  "these" },
};

static int check_rules(const struct parse *p, struct ipl_err *err)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (is_given(p, rules[i].opt) && rules[i].is_wrong(p))
			return ipl_fail(err, IPL_EINVAL, "%s", rules[i].why);
	}
	return 0;
}

static int check(const struct parse *p, struct ipl_err *err)
{
	struct ipl_install_args *args = p->args;
	int rc;

	if (args->restore)
		return check_restore(p, err);
	rc = check_rules(p, err);
	if (rc)
		return rc;
	if (args->is_new != (args->size != 0))
		return ipl_fail(err, IPL_EINVAL,
				"a new disk needs both --format scsi, cdl, ldl "
				"or fba and --size");
	if (ipl_install_has_inputs(args))
		return ipl_install_read_inputs(args, NULL, err);
	return ipl_job_number(&args->job, err);
}

int ipl_install_args_parse(struct ipl_install_args *args, int argc, char **argv)
{
	struct parse p = { .args = args };
	struct ipl_err err;
	int opt, rc = 0;

	while (!rc && !args->help &&
	       (opt = getopt_long(argc, argv, "jh", options, NULL)) != -1) {
		p.given[index_of(opt)] = true;
		rc = take(&p, opt, &err);
	}
	if (rc)
		return rc > 0 ? ipl_cmd_usage(argv[0], NULL)
			      : ipl_cmd_usage(argv[0], "%s", err.msg);
	if (args->help)
		return 0;
	rc = ipl_arg_disk(argc, argv, &args->disk);
	if (rc)
		return rc;
	rc = check(&p, &err);
	/* what is wrong with a file that was named is not how it was named */
	if (rc && rc != IPL_EINVAL)
		return ipl_cmd_fail(args->disk, &err);
	return rc ? ipl_cmd_usage(argv[0], "%s", err.msg) : 0;
}
