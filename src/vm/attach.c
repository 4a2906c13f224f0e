/* SPDX-License-Identifier: MIT */
/* Find and map the memory of a running QEMU. May use: base, vm. */
#include "vm/attach.h"

#include "base/cleanup.h"
#include "vm/stub.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int ask_size(struct ipl_qmp *qmp, uint64_t *ret, struct ipl_err *err)
{
	struct json_object *o = NULL;
	int rc = ipl_qmp_run(qmp, "query-memory-size-summary", NULL, &o, err);

	if (!rc)
		*ret = json_object_get_uint64(
			json_object_object_get(o, "base-memory"));
	json_object_put(o);
	return rc;
}

/* Whether @line of /proc/PID/maps is of @size bytes, shared and writable, of the file
 * that the kernel calls @name. (proc(5)) */
static bool is_mapping(const char *line, uint64_t size, ino_t inode,
		       const char *name)
{
	uint64_t start, end, number;
	char perms[5];
	int at = 0;

	return sscanf(line,
		      "%" SCNx64 "-%" SCNx64 " %4s %*x %*s %" SCNu64 " %n",
		      &start, &end, perms, &number, &at) == 4 &&
	       end - start >= size && !strcmp(perms, "rw-s") &&
	       number == inode && !strcmp(line + at, name);
}

/* Whether QEMU has the file mapped as guest memory. A disk is a file, too, on which
 * a guest can write what looks like its memory; but that is not mapped. */
static bool is_mapped(pid_t qemu, uint64_t size, ino_t inode, const char *fd)
{
	/* a line has some 80 bytes besides the name */
	char path[64], name[PATH_MAX], line[PATH_MAX + 256];
	bool found = false;
	ssize_t len;
	FILE *maps;

	len = readlink(fd, name, sizeof(name) - 1);
	if (len < 0)
		return false;
	name[len] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)qemu);
	maps = fopen(path, "re");
	if (!maps)
		return false;
	while (!found && fgets(line, sizeof(line), maps)) {
		line[strcspn(line, "\n")] = '\0';
		found = is_mapping(line, size, inode, name);
	}
	fclose(maps);
	return found;
}

/* Whether descriptor @name of the process holds the guest's memory. */
static bool try_descriptor(pid_t qemu, const char *name, uint64_t size,
			   struct ipl_mem *ret)
{
	auto_free char *path = NULL;
	struct stat st;
	int fd;

	if (asprintf(&path, "/proc/%d/fd/%s", (int)qemu, name) < 0) {
		path = NULL;
		return false;
	}
	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size < size ||
	    !is_mapped(qemu, size, st.st_ino, path))
		return false;
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || ipl_mem_map(fd, size, ret, NULL))
		return false;
	if (ipl_stub_is_there(ret))
		return true;
	ipl_mem_unmap(ret);
	return false;
}

static int search_process(pid_t qemu, uint64_t size, struct ipl_mem *ret,
			  struct ipl_err *err)
{
	char dir[64];
	bool found = false;
	struct dirent *d;
	DIR *fds;
	int rc;

	snprintf(dir, sizeof(dir), "/proc/%d/fd", (int)qemu);
	fds = opendir(dir);
	if (!fds)
		return ipl_fail_errno(err, errno,
				      "cannot look for the VM's memory in %s",
				      dir);
	while (!found && (d = readdir(fds)))
		found = d->d_name[0] != '.' &&
			try_descriptor(qemu, d->d_name, size, ret);
	closedir(fds);
	if (found)
		return 0;
	rc = ipl_fail(err, IPL_ENOTFOUND,
		      "QEMU has no file with the VM's memory (%llu MiB) open, "
		      "expected a shared memory backend",
		      (unsigned long long)(size >> 20));
	ipl_err_advise(err, "use -object memory-backend-memfd,share=on or "
			    "memory-backend-file,share=on, or -m alone");
	return rc;
}

int ipl_attach_memory(struct ipl_qmp *qmp, int fd, const char *path, pid_t qemu,
		      uint64_t size, struct ipl_mem *ret, struct ipl_err *err)
{
	int rc = size ? 0 : ask_size(qmp, &size, err);

	if (rc)
		return rc;
	if (fd < 0 && !path)
		return search_process(qemu, size, ret, err);
	if (fd < 0)
		fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return ipl_fail_errno(err, errno,
				      "cannot open the VM's memory %s", path);
	return ipl_mem_map(fd, size, ret, err);
}
