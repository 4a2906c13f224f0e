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

static int file_write(struct ipl_src *src, uint64_t off, const void *buf,
		      size_t len, struct ipl_err *err)
{
	int fd = ((struct file_src *)src)->fd;
	size_t done = 0;

	while (done < len) {
		ssize_t n = pwrite(fd, (const char *)buf + done, len - done,
				   (off_t)(off + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return io_fail(
				err, n ? errno : ENOSPC,
				"cannot write %zu bytes at byte 0x%" PRIx64,
				len - done, off + done);
		done += (size_t)n;
	}
	return 0;
}

static int file_flush(struct ipl_src *src, struct ipl_err *err)
{
	if (fdatasync(((struct file_src *)src)->fd) < 0)
		return io_fail(err, errno, "cannot write to the medium");
	return 0;
}

static void file_close(struct ipl_src *src)
{
	struct file_src *f = (struct file_src *)src;

	close(f->fd);
	free(src->name);
	free(f);
}

static int file_descriptor(const struct ipl_src *src)
{
	return ((const struct file_src *)src)->fd;
}

static const struct ipl_src_ops file_ops = {
	.read = file_read,
	.write = file_write,
	.flush = file_flush,
	.close = file_close,
	.descriptor = file_descriptor,
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

int ipl_src_open_sized_fd(int fd, uint64_t size, const char *name,
			  struct ipl_src **ret, struct ipl_err *err)
{
	auto_free struct file_src *f = calloc(1, sizeof(*f));
	auto_free char *copy = strdup(name);
	auto_close int owned = fd;

	if (!f || !copy)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	f->src.ops = &file_ops;
	f->src.name = ipl_steal(copy);
	f->src.size = size;
	f->fd = ipl_steal_fd(&owned);
	*ret = &ipl_steal(f)->src;
	return 0;
}

int ipl_src_open_fd(int fd, const char *name, struct ipl_src **ret,
		    struct ipl_err *err)
{
	auto_close int owned = fd;
	uint64_t size = 0;
	int rc = get_size(fd, &size, err);

	if (rc)
		return rc;
	return ipl_src_open_sized_fd(ipl_steal_fd(&owned), size, name, ret,
				     err);
}

int ipl_src_file(const char *path, int *ret_fd, uint64_t *ret_size,
		 struct ipl_err *err)
{
	/* O_NONBLOCK: a pipe without a writer would stop us right here */
	auto_close int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int error = errno;
	int rc;

	if (fd < 0) {
		io_fail(err, error, "cannot open it");
		if (error == EACCES || error == EPERM)
			ipl_err_advise(err, "reading it takes permission; for "
					    "a disk of the machine that is "
					    "often a matter of group 'disk'");
		return IPL_EIO;
	}
	rc = get_size(fd, ret_size, err);
	if (!rc)
		*ret_fd = ipl_steal_fd(&fd);
	return rc;
}

/* Only where a path is opened: later, in a sandbox, it could not be asked. */
static void set_sector_size(struct ipl_src *src)
{
	int fd = ((struct file_src *)src)->fd, size = 0;
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISBLK(st.st_mode) &&
	    ioctl(fd, BLKSSZGET, &size) == 0 && size > 0)
		src->sector_size = (unsigned)size;
}

int ipl_src_open_file(const char *path, struct ipl_src **ret,
		      struct ipl_err *err)
{
	uint64_t size = 0;
	int fd = -1;
	int rc = ipl_src_file(path, &fd, &size, err);

	if (!rc)
		rc = ipl_src_open_sized_fd(fd, size, path, ret, err);
	if (!rc)
		set_sector_size(*ret);
	return rc;
}

/* How QEMU tells other programs what it does with an image (block/file-posix.c,
 * raw_apply_lock_bytes): a lock on byte 100 + n says that it needs permission
 * n, one on byte 200 + n that nobody else may have it. */
#define LOCK_NEEDS   100
#define LOCK_REFUSES 200
#define PERM_WRITE   1
#define PERM_RESIZE  3

static int set_lock(int fd, off_t byte)
{
	struct flock lock = { .l_type = F_RDLCK,
			      .l_whence = SEEK_SET,
			      .l_start = byte,
			      .l_len = 1 };

	return fcntl(fd, F_OFD_SETLK, &lock);
}

/* Whether another process has a lock on @byte. */
static bool is_locked(int fd, off_t byte)
{
	struct flock lock = { .l_type = F_WRLCK,
			      .l_whence = SEEK_SET,
			      .l_start = byte,
			      .l_len = 1 };

	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* Say what we do, then look what others do: of two that start at the same
 * time one at least sees the other. A file system without such locks has none
 * of QEMU's either. */
static int lock_image(int fd, struct ipl_err *err)
{
	static const off_t ours[] = { LOCK_NEEDS + PERM_WRITE,
				      LOCK_REFUSES + PERM_WRITE,
				      LOCK_REFUSES + PERM_RESIZE };
	static const off_t theirs[] = { LOCK_NEEDS + PERM_WRITE,
					LOCK_NEEDS + PERM_RESIZE,
					LOCK_REFUSES + PERM_WRITE };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		(void)set_lock(fd, ours[i]);
	for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++) {
		if (!is_locked(fd, theirs[i]))
			continue;
		ipl_fail(err, IPL_EUNSUP,
			 "is in use: another program has locked the image, as "
			 "QEMU does while a VM runs");
		ipl_err_advise(err, "end the VM first");
		return IPL_EUNSUP;
	}
	return 0;
}

static int claim(int fd, struct ipl_err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return io_fail(err, errno, "cannot find out what it is");
	/* block devices were opened with O_EXCL */
	return S_ISREG(st.st_mode) ? lock_image(fd, err) : 0;
}

static int open_fail(int error, struct ipl_err *err)
{
	if (error == EBUSY) {
		ipl_fail(err, IPL_EUNSUP, "is in use on this machine");
		ipl_err_advise(err, "unmount its file systems first");
		return IPL_EUNSUP;
	}
	io_fail(err, error, "cannot open it for writing");
	if (error == EACCES || error == EPERM)
		ipl_err_advise(err, "writing to it takes permission; for a "
				    "disk of the machine that is often a "
				    "matter of group 'disk'");
	return IPL_EIO;
}

int ipl_src_open_file_writable(const char *path, struct ipl_src **ret,
			       struct ipl_err *err)
{
	int flags = O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	struct stat st;
	int fd, rc;

	/* O_EXCL without O_CREAT has a meaning for block devices only */
	if (stat(path, &st) == 0 && S_ISBLK(st.st_mode))
		flags |= O_EXCL;
	fd = open(path, flags);
	if (fd < 0)
		return open_fail(errno, err);
	rc = claim(fd, err);
	if (rc) {
		close(fd);
		return rc;
	}
	rc = ipl_src_open_fd(fd, path, ret, err);
	if (rc)
		return rc;
	set_sector_size(*ret);
	(*ret)->writable = true;
	return 0;
}
