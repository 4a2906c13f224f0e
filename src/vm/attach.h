/* SPDX-License-Identifier: MIT */
/* Find and map the memory of a running QEMU. May use: base, vm. */
#ifndef IPL_VM_ATTACH_H
#define IPL_VM_ATTACH_H

#include "vm/mem.h"
#include "vm/qmp.h"

#include <sys/types.h>

/* Map @size bytes (0: as many as QEMU says) of: @fd if it is not -1 (taken
 * over), else the file @path, else the descriptor of process @qemu that holds
 * guest memory, recognised by the stub in it. */
int ipl_attach_memory(struct ipl_qmp *qmp, int fd, const char *path, pid_t qemu,
		      uint64_t size, struct ipl_mem *ret,
		      struct ipl_err *err) IPL_MUST_CHECK;

#endif
