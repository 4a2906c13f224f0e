/* SPDX-License-Identifier: MIT */
/* A disk of a running VM, read from its file behind QEMU's back.
 * May use: base, disk, vm. */
#include "device/direct.h"

#include "base/cleanup.h"
#include "disk/src.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The same file; or the same device, whatever directory its node is in. */
static bool is_same(const struct stat *a, const struct stat *b)
{
	if (S_ISBLK(a->st_mode) && S_ISBLK(b->st_mode))
		return a->st_rdev == b->st_rdev;
	return S_ISREG(a->st_mode) && S_ISREG(b->st_mode) &&
	       a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether descriptor @name in @dir is open for reading (proc(5): the permissions of
 * the link tell; O_PATH has none) and is @file. */
static bool is_open_as(int dir, const char *name, const struct stat *file)
{
	struct stat link, st;

	return !fstatat(dir, name, &link, AT_SYMLINK_NOFOLLOW) &&
	       (link.st_mode & S_IRUSR) && !fstatat(dir, name, &st, 0) &&
	       is_same(&st, file);
}

static int look_for(const struct stat *file, pid_t qemu, struct ipl_err *err)
{
	bool found = false;
	struct dirent *d;
	char path[64];
	DIR *fds;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)qemu);
	fds = opendir(path);
	if (!fds)
		return ipl_fail_errno(err, errno,
				      "cannot find out what QEMU has open (%s)",
				      path);
	while (!found && (d = readdir(fds)))
		found = is_open_as(dirfd(fds), d->d_name, file);
	closedir(fds);
	return found ? 0
		     : ipl_fail(err, IPL_ENOTFOUND,
				"QEMU does not have this file open");
}

/* A descriptor in set @id of -add-fd, or -1. */
static int descriptor_in_set(struct ipl_qmp *qmp, int id)
{
	auto_json struct json_object *sets = NULL;
	struct ipl_err ignored;
	struct json_object *o, *fds;

	if (ipl_qmp_run(qmp, "query-fdsets", NULL, &sets, &ignored) ||
	    !json_object_is_type(sets, json_type_array))
		return -1;
	for (size_t i = 0; i < json_object_array_length(sets); i++) {
		struct json_object *set = json_object_array_get_idx(sets, i);

		if (!json_object_object_get_ex(set, "fdset-id", &o) ||
		    json_object_get_int(o) != id ||
		    !json_object_object_get_ex(set, "fds", &fds) ||
		    !json_object_is_type(fds, json_type_array))
			continue;
		set = json_object_array_get_idx(fds, 0);
		if (json_object_object_get_ex(set, "fd", &o))
			return json_object_get_int(o);
	}
	return -1;
}

/* "PREFIX123" */
static bool is_numbered(const char *path, const char *prefix, int *ret)
{
	size_t len = strlen(prefix);
	char *end;

	if (strncmp(path, prefix, len) != 0)
		return false;
	*ret = (int)strtol(path + len, &end, 10);
	return end > path + len && !*end;
}

/* A name that leads to one of QEMU's own descriptors: where that is for others.
 * Returns @path if it is none. */
static const char *name_for_others(struct ipl_qmp *qmp, const char *path,
				   char *buf, size_t size)
{
	int n;

	if (is_numbered(path, "/dev/fdset/", &n))
		n = descriptor_in_set(qmp, n);
	else if (!is_numbered(path, "/dev/fd/", &n) &&
		 !is_numbered(path, "/proc/self/fd/", &n))
		return path;
	snprintf(buf, size, "/proc/%d/fd/%d", (int)ipl_qmp_peer(qmp), n);
	return buf;
}

int ipl_direct_open(struct ipl_qmp *qmp, const char *path, int *ret_fd,
		    uint64_t *ret_size, struct ipl_err *err)
{
	pid_t qemu = ipl_qmp_peer(qmp);
	auto_close int fd = -1;
	struct stat named, opened;
	char buf[64];
	int rc;

	path = name_for_others(qmp, path, buf, sizeof(buf));
	/* before it is opened: that alone can have effects */
	if (stat(path, &named) < 0)
		return ipl_fail_errno(err, errno, "cannot look for it");
	rc = look_for(&named, qemu, err);
	if (!rc)
		rc = ipl_src_file(path, &fd, ret_size, err);
	if (rc)
		return rc;
	if (fstat(fd, &opened) < 0 || !is_same(&named, &opened))
		return ipl_fail(err, IPL_ENOTFOUND,
				"it was replaced in this moment");
	*ret_fd = ipl_steal_fd(&fd);
	return 0;
}
