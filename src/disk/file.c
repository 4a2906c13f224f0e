/* SPDX-License-Identifier: MIT */
/* Sources that are a raw image file or a block device, read by pread(2).
 * May use: base. */
#include "base/cleanup.h"
#include "disk/src.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

struct file_src {
	struct ipl_src src;
	int fd;
};

/* A failed system call on a source is the source's failure, not ours. */
static IPL_PRINTF(3, 4) int io_fail(struct ipl_err *err, int sys_errno,
				    const char *fmt, ...)
{
	char text[sizeof(err->msg)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ipl_fail_errno(err, sys_errno, "%s", text);
	if (err)
		err->code = IPL_EIO;
	return IPL_EIO;
}

static int file_read(struct ipl_src *src, uint64_t off, void *buf, size_t len,
		     struct ipl_err *err)
{
	int fd = ((struct file_src *)src)->fd;
	size_t done = 0;

	while (done < len) {
		ssize_t n = pread(fd, (char *)buf + done, len - done,
				  (off_t)(off + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return io_fail(
				err, errno,
				"cannot read %zu bytes at byte 0x%" PRIx64,
				len - done, off + done);
		if (n == 0) {
			ipl_fail(err, IPL_ETRUNC,
				 "ends at byte 0x%" PRIx64
				 ", although it had %" PRIu64
				 " bytes when it was opened",
				 off + done, src->size);
			return IPL_ETRUNC;
		}
		done += (size_t)n;
	}
	return 0;
}

static void file_close(struct ipl_src *src)
{
	struct file_src *f = (struct file_src *)src;

	close(f->fd);
	free(src->name);
	free(f);
}

static const struct ipl_src_ops file_ops = {
	.read = file_read,
	.close = file_close,
	.is_parallel = true,
};

static const char *kind_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return "a directory";
	if (S_ISFIFO(mode))
		return "a pipe";
	if (S_ISCHR(mode))
		return "a character device";
	if (S_ISSOCK(mode))
		return "a socket";
	return "something else";
}

static int get_size(int fd, uint64_t *ret, struct ipl_err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return io_fail(err, errno, "cannot find out what it is");
	if (S_ISREG(st.st_mode)) {
		*ret = (uint64_t)st.st_size;
		return 0;
	}
	if (!S_ISBLK(st.st_mode)) {
		ipl_fail(err, IPL_EUNSUP,
			 "is %s, expected an image file or a block device",
			 kind_of(st.st_mode));
		return IPL_EUNSUP;
	}
	if (ioctl(fd, BLKGETSIZE64, ret) < 0)
		return io_fail(err, errno, "cannot find out its size");
	return 0;
}

int ipl_src_open_fd(int fd, const char *name, struct ipl_src **ret,
		    struct ipl_err *err)
{
	auto_free struct file_src *f = calloc(1, sizeof(*f));
	auto_free char *copy = strdup(name);
	auto_close int owned = fd;
	uint64_t size = 0;
	int rc;

	if (!f || !copy)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	rc = get_size(fd, &size, err);
	if (rc)
		return rc;
	f->src.ops = &file_ops;
	f->src.name = ipl_steal(copy);
	f->src.size = size;
	f->fd = ipl_steal_fd(&owned);
	*ret = &ipl_steal(f)->src;
	return 0;
}

int ipl_src_open_file(const char *path, struct ipl_src **ret,
		      struct ipl_err *err)
{
	/* O_NONBLOCK: a pipe without a writer would stop us right here */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int error = errno;

	if (fd < 0) {
		io_fail(err, error, "cannot open it");
		if (error == EACCES || error == EPERM)
			ipl_err_advise(err, "reading it takes permission; for "
					    "a disk of the machine that is "
					    "often a matter of group 'disk'");
		return IPL_EIO;
	}
	return ipl_src_open_fd(fd, path, ret, err);
}
