/* SPDX-License-Identifier: MIT */
/* A process of ours that has only what it is given. May use: base. */
#include "vm/process.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

/* How long to wait for the end of a process that must end. */
#define PATIENCE_MS 2000

/* In the new process: only calls that are safe between fork and exec. */
static void become_self(char *const argv[], int fd, int as)
{
	char *const none[] = { NULL };
	int null = open("/dev/null", O_PATH | O_CLOEXEC);

	if (fd == as)
		fd = dup(fd);
	if (null < 0 || fd < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0 ||
	    dup2(fd, as) < 0)
		_exit(126);
	close_range((unsigned)as + 1, ~0U, 0);
	execve("/proc/self/exe", argv, none);
	_exit(127);
}

int ipl_process_start_self(char *const argv[], int fd, int as,
			   struct ipl_process *ret, struct ipl_err *err)
{
	pid_t pid;

	/* what was killed and did not end at once */
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	pid = fork();
	if (pid < 0)
		return ipl_fail_errno(err, errno, "cannot start a process");
	if (pid == 0)
		become_self(argv, fd, as);
	ret->pid = pid;
	return 0;
}

void ipl_process_close_all_but(const int *keep, size_t n)
{
	unsigned from = STDERR_FILENO + 1;

	for (;;) {
		unsigned next = ~0U;

		for (size_t i = 0; i < n; i++)
			if (keep[i] >= (int)from && (unsigned)keep[i] < next)
				next = (unsigned)keep[i];
		if (next > from)
			close_range(from, next == ~0U ? next : next - 1, 0);
		if (next == ~0U)
			return;
		from = next + 1;
	}
}

enum end {
	ENDED,
	STAYS,
	UNKNOWN, /* somebody else has asked: the number may be another's by now */
};

/* Whether it ended, and how. */
static enum end wait_for(pid_t pid, int *ret)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	for (int i = 0; i < PATIENCE_MS; i++) {
		pid_t got = waitpid(pid, ret, WNOHANG);

		if (got == pid)
			return ENDED;
		if (got < 0 && errno != EINTR)
			return UNKNOWN;
		nanosleep(&ms, NULL);
	}
	return STAYS;
}

void ipl_process_kill(struct ipl_process *p)
{
	int status;

	if (!p->pid)
		return;
	kill(p->pid, SIGKILL);
	wait_for(p->pid, &status);
	p->pid = 0;
}

static int signalled(int sig, const char *who, struct ipl_err *err)
{
	const char *name = sigabbrev_np(sig);
	int rc;

	switch (sig) {
	case SIGSYS:
		rc = ipl_fail(err, IPL_EDIED,
			      "%s made a system call that its sandbox forbids, "
			      "and was ended",
			      who);
		ipl_err_advise(err, "the kernel's log says which one it was "
				    "(type=1326); please report it");
		return rc;
	case SIGXCPU:
		return ipl_fail(err, IPL_ELIMIT,
				"%s was ended, since it took more CPU time "
				"than any real disk needs",
				who);
	case SIGBUS:
		rc = ipl_fail(err, IPL_ENOMEM,
			      "%s found no room behind the guest's memory, and "
			      "ended",
			      who);
		ipl_err_advise(err, "look whether the file system of the "
				    "memory file is full (/dev/shm, huge "
				    "pages)");
		return rc;
	default:
		return ipl_fail(err, IPL_EDIED,
				"%s was ended by signal %d (%s)", who, sig,
				name ? name : "unknown");
	}
}

int ipl_process_reap(struct ipl_process *p, const char *who,
		     struct ipl_err *err)
{
	pid_t pid = p->pid;
	int status = 0;

	p->pid = 0;
	switch (wait_for(pid, &status)) {
	case ENDED:
		break;
	case STAYS:
		kill(pid, SIGKILL);
		return ipl_fail(err, IPL_EDIED, "%s closed its connection",
				who);
	case UNKNOWN:
		return ipl_fail(err, IPL_EDIED,
				"%s closed its connection; how it ended was "
				"not to be found out",
				who);
	}
	if (WIFSIGNALED(status))
		return signalled(WTERMSIG(status), who, err);
	return ipl_fail(err, IPL_EDIED, "%s ended with status %d", who,
			WEXITSTATUS(status));
}

int ipl_process_fork(struct ipl_process *ret, struct ipl_err *err)
{
	ret->pid = fork();
	return ret->pid < 0
		       ? ipl_fail_errno(err, errno, "cannot start a process")
		       : 0;
}

int ipl_process_wait(struct ipl_process *p, const char *who, int *ret_status,
		     struct ipl_err *err)
{
	pid_t pid;
	int status = 0;

	do
		pid = waitpid(p->pid, &status, 0);
	while (pid < 0 && errno == EINTR);
	if (pid < 0)
		return ipl_fail_errno(err, errno,
				      "cannot find out how %s ended", who);
	if (WIFEXITED(status)) {
		*ret_status = WEXITSTATUS(status);
		return 0;
	}
	switch (WTERMSIG(status)) {
	case SIGINT:
	case SIGTERM:
	case SIGHUP:
	case SIGPIPE:
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
	}
	return signalled(WTERMSIG(status), who, err);
}
