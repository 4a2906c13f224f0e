/* SPDX-License-Identifier: MIT */
/* A disk of a running VM as QEMU's block layer sees it: exported by NBD for as
 * long as it is read. May use: base, vm. */
#ifndef IPL_DEVICE_EXPORT_H
#define IPL_DEVICE_EXPORT_H

#include "vm/qmp.h"

/* Have QEMU export block node @node read-only as IPL_EXPORT_NAME, and connect a
 * socket to it, *@ret_fd, which the caller closes. Right for every format and
 * protocol and also while the guest writes: QEMU gives what the guest would
 * read. Call ipl_export_end when nobody reads any more. */
int ipl_export_open(struct ipl_qmp *qmp, const char *node, int *ret_fd,
		    struct ipl_err *err) IPL_MUST_CHECK;

/* End the export. What QEMU says of that is of no interest. */
void ipl_export_end(struct ipl_qmp *qmp);

#endif
