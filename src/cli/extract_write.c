/* SPDX-License-Identifier: MIT */
/* "extract": writing files into a directory.
 * May use: everything. */
#include "base/cleanup.h"
#include "base/clock.h"
#include "cli/extract.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>

#define QUIET_MS 1000 /* before progress is shown */

/* All files on their way out. */
struct writer {
	int dir;
	int fd;		  /* of the file of the moment */
	const char *name; /* its name */
	char path[64];	  /* what it is called while it is written */
	uint64_t done, total;
	uint64_t began;	  /* ms */
	unsigned percent; /* what the terminal shows; 0: nothing yet */
};

static void progress(struct writer *w)
{
	unsigned percent =
		w->total ? (unsigned)(w->done * 100 / w->total) : 100;

	if (percent == w->percent || !isatty(STDERR_FILENO) ||
	    ipl_clock_ms() - w->began <= QUIET_MS)
		return;
	fprintf(stderr, "\r%-20s %3u %%", w->name, percent);
	w->percent = percent;
}

static void end_progress(const struct writer *w)
{
	if (w->percent)
		fprintf(stderr, "\r%-26s\r", "");
}

static int write_part(void *ctx, const void *buf, size_t len,
		      struct ipl_err *err)
{
	struct writer *w = ctx;
	size_t done = 0;

	while (done < len) {
		ssize_t n = write(w->fd, (const char *)buf + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ipl_fail_errno(err, errno, "cannot write '%s'",
					      w->name);
		done += (size_t)n;
	}
	w->done += len;
	progress(w);
	return 0;
}

/* With force the old file stays until the new one is complete: that one has
 * another name meanwhile, one that is free. */
static int choose_path(struct writer *w, bool force, struct ipl_err *err)
{
	uint32_t salt;

	if (!force) {
		snprintf(w->path, sizeof(w->path), "%s", w->name);
		return 0;
	}
	if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
		return ipl_fail_errno(err, errno, "no random numbers");
	snprintf(w->path, sizeof(w->path), ".%s.%08" PRIx32 ".new", w->name,
		 salt);
	return 0;
}

static int create(struct writer *w, bool force, struct ipl_err *err)
{
	int rc = choose_path(w, force, err);

	if (rc)
		return rc;
	w->fd = openat(w->dir, w->path,
		       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		       0666);
	if (w->fd < 0)
		return ipl_fail_errno(err, errno, "cannot create '%s'",
				      w->name);
	return 0;
}

static int write_file(struct writer *w, const struct ipl_extract *x,
		      const struct ipl_file *file, struct ipl_err *err)
{
	int rc;

	w->name = file->name;
	rc = create(w, x->force, err);
	if (rc)
		return rc;
	rc = ipl_file_read(x->map, file, write_part, w, err);
	/* some file systems only tell here that there was no room */
	if (close(w->fd) < 0 && !rc)
		rc = ipl_fail_errno(err, errno, "cannot write '%s'", w->name);
	if (!rc && x->force && renameat(w->dir, w->path, w->dir, w->name) < 0)
		rc = ipl_fail_errno(err, errno, "cannot replace '%s'", w->name);
	if (rc)
		unlinkat(w->dir, w->path, 0);
	return rc;
}

/* What is at @st may go away: all but a directory and the disk. */
static int check_replaceable(const struct ipl_extract *x, const char *name,
			     const struct stat *st, struct ipl_err *err)
{
	struct stat disk;

	if (S_ISDIR(st->st_mode))
		return ipl_fail_errno(err, EISDIR, "cannot replace '%s'", name);
	/* an URI is no file */
	if (stat(x->disk, &disk) < 0 || disk.st_dev != st->st_dev ||
	    disk.st_ino != st->st_ino)
		return 0;
	ipl_fail(err, IPL_ESYS, "cannot replace '%s': it is the disk", name);
	ipl_err_advise(err, "choose another directory");
	return IPL_ESYS;
}

/* Before the first byte is written: is any of the files there already? */
static int check_targets(const struct writer *w, const struct ipl_extract *x,
			 struct ipl_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < x->files.n; i++) {
		const char *name = x->files.files[i].name;
		struct stat st;

		if (fstatat(w->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
			if (errno == ENOENT)
				continue;
			return ipl_fail_errno(err, errno, "'%s'", name);
		}
		if (x->force) {
			rc = check_replaceable(x, name, &st, err);
			continue;
		}
		ipl_fail(err, IPL_ESYS, "'%s' exists already", name);
		ipl_err_advise(err, "choose another directory, or replace what "
				    "is there with --force");
		return IPL_ESYS;
	}
	return rc;
}

static int open_dir(const char *path, struct ipl_err *err)
{
	int fd;

	if (mkdir(path, 0777) < 0 && errno != EEXIST) {
		ipl_fail_errno(err, errno, "cannot make the directory");
		return -1;
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		ipl_fail_errno(err, errno, "cannot open the directory");
	return fd;
}

int ipl_extract_write(const struct ipl_extract *x, struct ipl_err *err)
{
	auto_close int dir = open_dir(x->dir, err);
	struct writer w = { .dir = dir };
	int rc;

	if (dir < 0)
		return IPL_ESYS;
	for (size_t i = 0; i < x->files.n; i++)
		w.total += ipl_file_size(&x->files.files[i]);
	w.began = ipl_clock_ms();
	rc = check_targets(&w, x, err);
	for (size_t i = 0; !rc && i < x->files.n; i++)
		rc = write_file(&w, x, &x->files.files[i], err);
	end_progress(&w);
	return rc;
}
