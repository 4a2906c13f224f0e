/* SPDX-License-Identifier: MIT */
/* "install": making a new disk.
 * May use: everything. */
#include "base/cleanup.h"
#include "cli/install.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* With SOURCE_DATE_EPOCH the same input gives the same bytes
 * (reproducible-builds.org); without it disks differ, as they should. */
static int set_identity(struct ipl_format *f, uint64_t size,
			struct ipl_err *err)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	time_t now = time(NULL);
	struct tm tm;
	char *end;

	if (epoch) {
		now = (time_t)strtoll(epoch, &end, 10);
		if (end == epoch || *end || now < 0)
			return ipl_fail(err, IPL_EINVAL,
					"SOURCE_DATE_EPOCH is '%s', expected "
					"seconds since 1970",
					epoch);
		f->seed = (uint64_t)now ^ size << 20;
	} else if (getrandom(&f->seed, sizeof(f->seed), 0) != sizeof(f->seed)) {
		return ipl_fail_errno(err, errno, "no random numbers");
	}
	if (!gmtime_r(&now, &tm) || tm.tm_year > 255)
		return ipl_fail(err, IPL_EINVAL,
				"the year is beyond 2155, which labels have no "
				"room for");
	f->year = (unsigned)tm.tm_year + 1900;
	f->day = (unsigned)tm.tm_yday + 1;
	return 0;
}

/* The disk that is to be made is ours from here on: nobody else had it. */
static int create_empty(const char *path, int *ret_fd, struct ipl_err *err)
{
	*ret_fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	return *ret_fd < 0 ? ipl_fail_errno(err, errno, "cannot create it") : 0;
}

/* Make an empty file an image in a format of QEMU's. */
static int fill_by_qemu(const char *path, const char *format, uint64_t size,
			struct ipl_err *err)
{
	auto_free char *name = ipl_src_qemu_name(path);
	char bytes[24], *argv[] = { (char[]){ "qemu-img" },
				    (char[]){ "create" },
				    (char[]){ "-q" },
				    (char[]){ "-f" },
				    strdupa(format),
				    (char[]){ "--" },
				    name,
				    bytes,
				    NULL };
	int status = 0, error;
	pid_t pid;

	if (!name)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	snprintf(bytes, sizeof(bytes), "%" PRIu64, size);
	error = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	while (!error && waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			error = errno;
	}
	if (error) {
		ipl_fail_errno(err, error, "cannot run qemu-img");
		ipl_err_advise(err, "it makes %s images (Debian: qemu-utils)",
			       format);
		return IPL_ESYS;
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return ipl_fail(err, IPL_EIO,
				"qemu-img cannot make an image of the format "
				"%s",
				format);
	return 0;
}

static int create(const struct ipl_install_args *args, struct ipl_src **ret,
		  struct ipl_err *err)
{
	const char *format = args->image_format ? args->image_format : "raw";
	auto_close int fd = -1;
	int rc = create_empty(args->disk, &fd, err);

	if (rc)
		return rc;
	if (strcmp(format, "raw"))
		rc = fill_by_qemu(args->disk, format, args->size, err);
	else if (ftruncate(fd, (off_t)args->size) < 0)
		rc = ipl_fail_errno(err, errno, "cannot make it so large");
	if (!rc)
		rc = ipl_src_open_writable(args->disk, format, ret, err);
	if (rc)
		unlink(args->disk);
	return rc;
}

static int check_name(const char *disk, struct ipl_err *err)
{
	if (ipl_src_is_uri(disk)) {
		ipl_fail(err, IPL_EINVAL, "is a URI, but a new disk is a file");
		ipl_err_advise(err, "make the disk there first, and name it "
				    "without --format and --size");
		return IPL_EINVAL;
	}
	if (access(disk, F_OK) == 0) {
		ipl_fail(err, IPL_EUNSUP,
			 "is there already: a new disk needs a new name");
		ipl_err_advise(err, "without --format and --size it is used as "
				    "it is");
		return IPL_EUNSUP;
	}
	return 0;
}

static int prepare(struct ipl_install_args *args, struct ipl_err *err)
{
	struct ipl_format *f = &args->format;
	uint64_t bytes;
	int rc = check_name(args->disk, err);

	if (rc)
		return rc;
	f->block_size = args->target.block_size;
	if (!f->serial)
		f->serial = "0X0001";
	rc = ipl_install_estimate(&args->job, ZIPL_BLOCK_MAX, &bytes, err);
	/* the next boot map comes in beside the first one */
	f->boot_bytes = 2 * bytes;
	if (!rc)
		rc = ipl_format_check(f, &args->size, err);
	return rc ? rc : set_identity(f, args->size, err);
}

int ipl_install_make_disk(struct ipl_install_args *args,
			  struct ipl_writes *writes, struct ipl_src **ret_base,
			  struct ipl_src **ret, struct ipl_err *err)
{
	struct ipl_src *base = NULL;
	int rc = prepare(args, err);

	/* what is in a MBR or a label does not tell the size */
	args->target.block_size = args->format.block_size;
	args->plan.partition = 1;
	if (!rc)
		rc = args->write ? create(args, &base, err)
				 : ipl_src_open_zeros(args->size, args->disk,
						      &base, err);
	if (rc)
		return rc;
	rc = ipl_format_disk(&args->format, base, writes, err);
	if (!rc && args->write)
		rc = ipl_writes_apply(writes, base, err);
	if (!rc && !args->write)
		rc = ipl_src_open_overlay(base, writes, ret, err);
	if (!rc && args->write)
		*ret = base;
	else
		*ret_base = base;
	if (rc && args->write)
		unlink(args->disk);
	return rc;
}
