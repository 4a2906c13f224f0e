/* SPDX-License-Identifier: MIT */
/* A process gives up whatever it does not need before it reads what strangers
 * wrote: see docs/sandbox.md. May use: base, libseccomp. */
#ifndef IPL_VM_SANDBOX_H
#define IPL_VM_SANDBOX_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum ipl_sandbox_kind {
	IPL_SANDBOX_LOADER = 1, /* reads a disk, writes guest memory */
	IPL_SANDBOX_READER = 2, /* reads a disk, writes to stdout and stderr */
};

struct ipl_sandbox {
	enum ipl_sandbox_kind kind;
	uint64_t map_max;  /* bytes that may be mapped besides its own memory */
	uint64_t file_max; /* no file can be written beyond this byte */
	unsigned cpu_s;	   /* seconds of CPU time */
	bool without_filter; /* only for tests of what else there is */
};

/* What is in force. */
struct ipl_sandbox_report {
	unsigned landlock; /* version, 0: the kernel has none */
	bool filtered;	   /* false in builds with a sanitizer only */
	char user[64];	   /* "user 65534", or why it is still root */
};

/* Private memory that a process may have, in bytes. The extents of a disk take
 * up to 100 MB (IPL_MAX_EXTENTS), some of it twice while an array grows. */
#define IPL_SANDBOX_DATA (UINT64_C(512) << 20)

/* The user and group that root becomes: nobody. */
#define IPL_SANDBOX_USER 65534

/* Enter it, for ever: no new privileges, no privileges, no file system, no
 * network, no other processes, only the system calls of the table, limits of
 * memory and CPU time. Only for processes with one thread. An error means that
 * it is not safe to go on; a kernel without Landlock is none. */
int ipl_sandbox_enter(const struct ipl_sandbox *sandbox,
		      struct ipl_sandbox_report *ret,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* ---- the table of system calls (sandbox_calls.c) */

/* Load the filter. */
int ipl_sandbox_filter(enum ipl_sandbox_kind kind,
		       struct ipl_err *err) IPL_MUST_CHECK;

/* Row @i of the table for @kind: the name of a system call, and in *@ret_only on
 * what condition it is allowed, NULL: always. NULL after the last one. */
const char *ipl_sandbox_call(enum ipl_sandbox_kind kind, size_t i,
			     const char **ret_only);

#endif
