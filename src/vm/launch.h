/* SPDX-License-Identifier: MIT */
/* Make what a QEMU with an IPL device inherits, and split off the process that
 * serves it. May use: base, vm. */
#ifndef IPL_VM_LAUNCH_H
#define IPL_VM_LAUNCH_H

#include "vm/cmdline.h"

/* Descriptors of both sides. */
struct ipl_launch {
	struct ipl_cmdline_fds qemu; /* these survive an exec */
	int engine_qmp;
	int engine_memory; /* -1 unless IPL_MEMORY_OURS */
	int engine_events; /* of the caller's, for the new process; or -1 */
};

/* Make the stub's file, the memory file if it is ours, and the monitor's
 * socket, and complete the command line. */
int ipl_launch_prepare(struct ipl_cmdline *cl, struct ipl_launch *ret,
		       struct ipl_err *err) IPL_MUST_CHECK;

/* Split off a process: 0 in the new one, its parent goes on with 1. The new one
 * is no child of the parent, has no terminal, and of all descriptors only
 * stderr and its own. */
int ipl_launch_fork(const struct ipl_launch *launch,
		    struct ipl_err *err) IPL_MUST_CHECK;

#endif
