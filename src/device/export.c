/* SPDX-License-Identifier: MIT */
/* A disk of a running VM as QEMU's block layer sees it: exported by NBD for as
 * long as it is read. May use: base, disk, vm. */
#include "device/export.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EXPORT_ID "s390-ipl-export"

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
	json_object_object_add(args, "id", json_object_new_string(EXPORT_ID));
	json_object_object_add(args, "node-name", json_object_new_string(node));
	json_object_object_add(args, "name", json_object_new_string(EXPORT_ID));
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

static int connect_to(struct ipl_qmp *qmp, const char *socket, const char *node,
		      struct ipl_src **ret, struct ipl_err *err)
{
	auto_free char *uri = NULL;
	int rc = start_server(qmp, socket, err);

	if (rc)
		return rc;
	rc = add_export(qmp, node, err);
	if (!rc &&
	    asprintf(&uri, "nbd+unix:///" EXPORT_ID "?socket=%s", socket) < 0) {
		uri = NULL;
		rc = ipl_fail(err, IPL_ENOMEM, "out of memory");
	}
	if (!rc)
		rc = ipl_src_open_nbd(uri, node, ret, err);
	if (rc)
		ipl_export_end(qmp);
	return rc;
}

int ipl_export_open(struct ipl_qmp *qmp, const char *node, struct ipl_src **ret,
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
		rc = connect_to(qmp, socket, node, ret, err);
		unlink(socket); /* connected: nobody else shall be */
	}
	rmdir(dir);
	return rc;
}
