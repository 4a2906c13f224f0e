/* SPDX-License-Identifier: MIT */
/* A process of ours that has only what it is given. May use: base. */
#ifndef IPL_VM_PROCESS_H
#define IPL_VM_PROCESS_H

#include "base/err.h"

#include <sys/types.h>

struct ipl_process {
	pid_t pid; /* 0: there is none */
};

/* Start this program anew with @argv, no environment, and of all descriptors
 * only @fd, as number @as. 0 to 2 are taken by something that can neither be
 * read nor written. */
int ipl_process_start_self(char *const argv[], int fd, int as,
			   struct ipl_process *ret,
			   struct ipl_err *err) IPL_MUST_CHECK;

/* End it. It is gone when this returns, unless the kernel waits for a device in
 * its name; then nothing of it runs any more. */
void ipl_process_kill(struct ipl_process *p);

/* The process has ended, or is going to: say in @err how @who did. Never 0:
 * IPL_EDIED, or what is clear from the way it ended. */
int ipl_process_reap(struct ipl_process *p, const char *who,
		     struct ipl_err *err);

/* Split off a process: pid is 0 in the new one. */
int ipl_process_fork(struct ipl_process *ret,
		     struct ipl_err *err) IPL_MUST_CHECK;

/* Close all descriptors but the standard ones and the @n in @keep, of which -1 is
 * none. */
void ipl_process_close_all_but(const int *keep, size_t n);

/* Wait for the end of a process and for its exit status. One that a person or a
 * closed pipe ended (SIGINT, SIGTERM, SIGHUP, SIGPIPE) takes this one along; other
 * signals are errors, see ipl_process_reap. */
int ipl_process_wait(struct ipl_process *p, const char *who, int *ret_status,
		     struct ipl_err *err) IPL_MUST_CHECK;

#endif
