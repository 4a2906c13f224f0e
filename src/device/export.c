/* SPDX-License-Identifier: MIT */
/* A disk of a running VM as QEMU's block layer sees it: exported by NBD for as
 * long as it is read. May use: base, vm. */
#include "device/export.h"

#include "base/cleanup.h"
#include "device/loader.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int start_server(struct ipl_qmp *qmp, const char *path,
			struct ipl_err *err)
{
	struct json_object *args = json_object_new_object();
	struct json_object *addr = json_object_new_object();
	struct json_object *data = json_object_new_object();
	int rc;

	json_object_object_add(data, "path", json_object_new_string(path));
	json_object_object_add(addr, "type", json_object_new_string("unix"));
	json_object_object_add(addr, "data", data);
	json_object_object_add(args, "addr", addr);
	rc = ipl_qmp_run(qmp, "nbd-server-start", args, NULL, err);
	if (rc)
		ipl_err_advise(err,
			       "QEMU has one NBD server: stop the one that "
			       "runs (nbd-server-stop), or use a raw "
			       "image");
	return rc;
}

static int add_export(struct ipl_qmp *qmp, const char *node,
		      struct ipl_err *err)
{
	struct json_object *args = json_object_new_object();

	json_object_object_add(args, "type", json_object_new_string("nbd"));
	json_object_object_add(args, "id",
			       json_object_new_string(IPL_EXPORT_NAME));
	json_object_object_add(args, "node-name", json_object_new_string(node));
	json_object_object_add(args, "name",
			       json_object_new_string(IPL_EXPORT_NAME));
	json_object_object_add(args, "writable", json_object_new_boolean(0));
	return ipl_qmp_run(qmp, "block-export-add", args, NULL, err);
}

void ipl_export_end(struct ipl_qmp *qmp)
{
	struct ipl_err ignored;
	int rc;

	/* takes the export along, too */
	rc = ipl_qmp_run(qmp, "nbd-server-stop", NULL, NULL, &ignored);
	(void)rc; /* a QEMU that has ended has no export either */
}

static int connect_to(const char *path, int *ret_fd, struct ipl_err *err)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	auto_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(addr.sun_path))
		return ipl_fail(err, IPL_EINVAL,
				"%s is too long for the name of a socket: set "
				"TMPDIR to another directory",
				path);
	strncpy(addr.sun_path, path, sizeof(addr.sun_path) - 1);
	if (fd < 0 || connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		return ipl_fail_errno(err, errno,
				      "cannot connect to QEMU's NBD server");
	*ret_fd = ipl_steal_fd(&fd);
	return 0;
}

static int export(struct ipl_qmp *qmp, const char *path, const char *node,
		  int *ret_fd, struct ipl_err *err)
{
	int rc = start_server(qmp, path, err);

	if (rc)
		return rc;
	rc = add_export(qmp, node, err);
	if (!rc)
		rc = connect_to(path, ret_fd, err);
	if (rc)
		ipl_export_end(qmp);
	return rc;
}

int ipl_export_open(struct ipl_qmp *qmp, const char *node, int *ret_fd,
		    struct ipl_err *err)
{
	const char *tmp = getenv("TMPDIR");
	auto_free char *dir = NULL, *socket = NULL;
	int rc;

	if (asprintf(&dir, "%s/s390-ipl-XXXXXX", tmp ? tmp : "/tmp") < 0) {
		dir = NULL;
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	}
	if (!mkdtemp(dir))
		return ipl_fail_errno(err, errno,
				      "cannot make a directory %s for a socket",
				      dir);
	if (asprintf(&socket, "%s/nbd", dir) < 0) {
		socket = NULL;
		rc = ipl_fail(err, IPL_ENOMEM, "out of memory");
	} else {
		rc = export(qmp, socket, node, ret_fd, err);
		unlink(socket); /* connected: nobody else shall be */
	}
	rmdir(dir);
	return rc;
}
