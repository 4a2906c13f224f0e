/* SPDX-License-Identifier: MIT */
/* Make what a QEMU with an IPL device inherits, and split off the process that
 * serves it. May use: base, vm. */
#include "vm/launch.h"

#include "base/cleanup.h"
#include "vm/guest_code.h"
#include "vm/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Long enough for a host that swaps, short enough for a person. */
#define GIVE_UP_S 30

static int make_memory(uint64_t size, int *ret_fd, struct ipl_err *err)
{
	auto_close int fd = memfd_create("s390-ipl-memory", MFD_ALLOW_SEALING);

	if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
		return ipl_fail_errno(err, errno,
				      "cannot make %llu MiB of memory",
				      (unsigned long long)(size >> 20));
	/* nobody can take it away under the other's feet */
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) < 0)
		return ipl_fail_errno(err, errno, "cannot seal the memory");
	*ret_fd = ipl_steal_fd(&fd);
	return 0;
}

static int make_socket(struct ipl_launch *l, struct ipl_err *err)
{
	int s[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) < 0)
		return ipl_fail_errno(err, errno, "cannot make a socket");
	l->qemu.qmp = s[0];
	l->engine_qmp = s[1];
	if (fcntl(s[1], F_SETFD, FD_CLOEXEC) < 0 ||
	    setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &(int){ 1 },
		       sizeof(int)) < 0)
		return ipl_fail_errno(err, errno, "cannot make a socket");
	return 0;
}

int ipl_launch_prepare(struct ipl_cmdline *cl, struct ipl_launch *ret,
		       struct ipl_err *err)
{
	struct ipl_launch l = { .qemu = { .memory = -1 },
				.engine_memory = -1,
				.engine_events = -1 };
	int rc = ipl_guest_stub_file(GIVE_UP_S, &l.qemu.stub, err);

	if (!rc && cl->memory == IPL_MEMORY_OURS)
		rc = make_memory(cl->memory_size, &l.qemu.memory, err);
	if (!rc)
		rc = make_socket(&l, err);
	if (rc)
		return rc;
	l.engine_memory = l.qemu.memory;
	rc = ipl_cmdline_finish(cl, &l.qemu, err);
	if (!rc)
		*ret = l;
	return rc;
}

static int fork_fail(int error, struct ipl_err *err)
{
	ipl_fail_errno(err, error, "cannot start a process for the IPL engine");
	if (error == EAGAIN)
		ipl_err_advise(err, "this user may not have more processes: "
				    "look at 'ulimit -u'");
	return IPL_ESYS;
}

/* In the parent: the new process has one more, and ends with 0 or an errno. */
static int wait_for_fork(pid_t pid, struct ipl_err *err)
{
	int status = 0;
	pid_t got;

	do
		got = waitpid(pid, &status, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return fork_fail(errno, err);
	if (WIFSIGNALED(status))
		return ipl_fail(err, IPL_EDIED,
				"the process that starts the IPL engine was "
				"ended by signal %d",
				WTERMSIG(status));
	return WEXITSTATUS(status) ? fork_fail(WEXITSTATUS(status), err) : 1;
}

int ipl_launch_fork(const struct ipl_launch *l, struct ipl_err *err)
{
	pid_t pid = fork();
	int null;

	if (pid < 0)
		return fork_fail(errno, err);
	if (pid > 0)
		return wait_for_fork(pid, err);
	setsid();
	/* once more, so that QEMU gets no child that it does not know of */
	pid = fork();
	if (pid != 0)
		_exit(pid < 0 ? errno : 0);
	/* the parent becomes QEMU, which may start what it likes */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	null = open("/dev/null", O_RDWR);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	ipl_process_close_all_but(
		(int[]){ l->engine_qmp, l->engine_memory, l->engine_events },
		3);
	return 0;
}
