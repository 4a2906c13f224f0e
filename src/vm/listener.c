/* SPDX-License-Identifier: MIT */
/* A socket that listens, for somebody else, and a connection to it.
 *
 * A socket cannot listen without a name. An abstract one needs no file, but all of the
 * host's users could connect to it, and so read a disk of the VM. Hence a name in a
 * directory, which only this user may use, for as long as it takes to connect. It is
 * relative: QEMU removes the name of a socket that it closes, and shall not find in /tmp
 * what somebody else has put there meanwhile.
 *
 * May use: base, vm. */
#include "vm/listener.h"

#include "base/cleanup.h"
#include "vm/process.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* In a process of its own, with sockets that it shares with us: it has the name removed
 * also when we are killed meanwhile; its umask and its directory are its own, and with
 * them the name is short enough for any directory. Returns errno. */
static int name_for_a_moment(const char *dir, const char *name, int listener,
			     int connection)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	const struct sockaddr *a = (const struct sockaddr *)&addr;
	int e = 0;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", name);
	umask(0177);
	if (chdir(dir) < 0 || bind(listener, a, sizeof(addr)) < 0)
		return errno;
	if (listen(listener, 1) < 0 || connect(connection, a, sizeof(addr)) < 0)
		e = errno;
	if (unlink(name) < 0 && !e)
		e = errno;
	return e;
}

static int fork_without_signals(struct ipl_process *ret, struct ipl_err *err)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	rc = ipl_process_fork(ret, err);
	if (rc || ret->pid)
		sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}

int ipl_listener_make(int *ret_listener, int *ret_connection,
		      struct ipl_err *err)
{
	auto_close int listener =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	auto_close int connection =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const char *dir = getenv("TMPDIR") ?: "/tmp";
	struct ipl_process child;
	uint64_t chance;
	char name[40];
	int status = 0;
	int rc;

	if (listener < 0 || connection < 0 ||
	    getrandom(&chance, sizeof(chance), 0) != sizeof(chance))
		return ipl_fail_errno(err, errno, "cannot make a socket");
	snprintf(name, sizeof(name), "s390-ipl-%016" PRIx64, chance);
	rc = fork_without_signals(&child, err);
	if (!rc && !child.pid)
		_exit(name_for_a_moment(dir, name, listener, connection));
	if (!rc)
		rc = ipl_process_wait(&child, "the process that makes a socket",
				      &status, err);
	if (rc)
		return rc;
	if (status) {
		rc = ipl_fail_errno(err, status,
				    "cannot make a socket in the directory %s",
				    dir);
		ipl_err_advise(err, "set TMPDIR to another directory");
		return rc;
	}
	*ret_listener = ipl_steal_fd(&listener);
	*ret_connection = ipl_steal_fd(&connection);
	return 0;
}
