/* SPDX-License-Identifier: MIT */
/* A disk of a running VM, read from its file behind QEMU's back.
 * May use: base, disk, vm. */
#ifndef IPL_DEVICE_DIRECT_H
#define IPL_DEVICE_DIRECT_H

#include "vm/qmp.h"

/* Open the image file or block device that QEMU calls @path for reading, if QEMU has
 * just that open for reading as well. A name alone says little: the file may have
 * been replaced since, and a QEMU that a guest has taken over may name what it could
 * not read itself. */
int ipl_direct_open(struct ipl_qmp *qmp, const char *path, int *ret_fd,
		    uint64_t *ret_size, struct ipl_err *err) IPL_MUST_CHECK;

#endif
