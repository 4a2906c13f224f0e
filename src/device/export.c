/* SPDX-License-Identifier: MIT */
/* A disk of a running VM as QEMU's block layer sees it: exported by NBD for as
 * long as it is read. May use: base, vm. */
#include "device/export.h"

#include "base/cleanup.h"
#include "device/loader.h"
#include "vm/listener.h"

/* What QEMU calls the socket that we give it. */
#define SOCKET_NAME "s390-ipl-nbd"

static int start_server(struct ipl_qmp *qmp, struct ipl_err *err)
{
	struct json_object *args = json_object_new_object();
	struct json_object *addr = json_object_new_object();
	struct json_object *data = json_object_new_object();
	int rc;

	json_object_object_add(data, "str",
			       json_object_new_string(SOCKET_NAME));
	json_object_object_add(addr, "type", json_object_new_string("fd"));
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

/* QEMU has not taken the socket into use. */
static void take_back(struct ipl_qmp *qmp)
{
	struct json_object *args = json_object_new_object();
	struct ipl_err ignored;
	int rc;

	json_object_object_add(args, "fdname",
			       json_object_new_string(SOCKET_NAME));
	rc = ipl_qmp_run(qmp, "closefd", args, NULL, &ignored);
	(void)rc; /* as in ipl_export_end */
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

/* Have QEMU serve the node at a socket that listens. */
static int serve(struct ipl_qmp *qmp, int listener, const char *node,
		 struct ipl_err *err)
{
	int rc = ipl_qmp_give_fd(qmp, SOCKET_NAME, listener, err);

	if (rc)
		return rc;
	rc = start_server(qmp, err);
	if (rc) {
		take_back(qmp);
		return rc;
	}
	rc = add_export(qmp, node, err);
	if (rc)
		ipl_export_end(qmp);
	return rc;
}

/* QEMU would make a socket for itself, but as a file, which we would have to remove
 * whatever happens; of ours nothing is left before QEMU knows of it. */
int ipl_export_open(struct ipl_qmp *qmp, const char *node, int *ret_fd,
		    struct ipl_err *err)
{
	auto_close int listener = -1, connection = -1;
	int rc = ipl_listener_make(&listener, &connection, err);

	if (!rc)
		rc = serve(qmp, listener, node, err);
	if (!rc)
		*ret_fd = ipl_steal_fd(&connection);
	return rc;
}
