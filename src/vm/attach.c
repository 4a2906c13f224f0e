/* SPDX-License-Identifier: MIT */
/* Find and map the memory of a running QEMU. May use: base, vm. */
#include "vm/attach.h"

#include "base/cleanup.h"
#include "vm/stub.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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

/* Whether descriptor @name of the process holds the guest's memory. */
static bool try_descriptor(const char *dir, const char *name, uint64_t size,
			   struct ipl_mem *ret)
{
	auto_free char *path = NULL;
	struct stat st;
	int fd;

	if (asprintf(&path, "%s/%s", dir, name) < 0) {
		path = NULL;
		return false;
	}
	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size < size)
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
			try_descriptor(dir, d->d_name, size, ret);
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
