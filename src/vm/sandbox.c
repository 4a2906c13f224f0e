/* SPDX-License-Identifier: MIT */
/* A process gives up whatever it does not need: see docs/sandbox.md.
 * May use: base, libseccomp. */
#include "vm/sandbox.h"

#include "base/cleanup.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

/* Descriptors: 0 to 2, the engine, guest memory, the disk, and one that is being
 * closed while the next comes. */
#define FILES_MAX 8

/* From the signal that its CPU time is over to the one that nobody can ignore. */
#define CPU_GRACE_S 5

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER true /* it needs much memory, and files for its report */
#else
#define HAS_SANITIZER false
#endif

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>

/* To look for leaks at the end, LeakSanitizer traces the process and reads its
 * /proc: the sandbox allows neither, and it would end with an error. It asks
 * here first. */
int __lsan_is_turned_off(void)
{
	return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
}
#endif

/* ---- Landlock. The kernel's header of Debian bookworm does not know all of it,
 * so the few values are here; Linux, include/uapi/linux/landlock.h */

#define LANDLOCK_VERSION 1 /* LANDLOCK_CREATE_RULESET_VERSION */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self  446
#endif

struct landlock_rights {
	uint64_t files;
	uint64_t network; /* TCP: bind, connect */
	uint64_t scoped;  /* abstract sockets, signals */
};

static struct landlock_rights landlock_all(long version)
{
	/* in version 1 there are 13 rights; REFER, TRUNCATE, IOCTL_DEV came
	 * with versions 2, 3 and 5 */
	unsigned n = 13 + (version >= 2) + (version >= 3) + (version >= 5);

	return (struct landlock_rights){
		.files = (UINT64_C(1) << n) - 1,
		.network = version >= 4 ? 3 : 0,
		.scoped = version >= 6 ? 3 : 0,
	};
}

/* Take all rights that the kernel knows away. *@ret is 0 when it knows none. */
static int enter_landlock(unsigned *ret, struct ipl_err *err)
{
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION);
	struct landlock_rights rights = landlock_all(version);
	auto_close int fd = -1;

	*ret = version > 0 ? (unsigned)version : 0;
	if (version <= 0)
		return 0;
	fd = (int)syscall(SYS_landlock_create_ruleset, &rights, sizeof(rights),
			  0);
	if (fd < 0 || syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		return ipl_fail_errno(err, errno,
				      "cannot give up the file system "
				      "(Landlock)");
	return 0;
}

/* ---- rights of the user */

static int drop_capabilities(struct ipl_err *err)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct none[2] = { 0 };

	if (syscall(SYS_capset, &head, none) < 0)
		return ipl_fail_errno(err, errno, "cannot drop capabilities");
	return 0;
}

/* Root becomes nobody. In a container it may not be able to; then it is not the
 * root of the host either, and has at least no capabilities left. */
static void drop_user(char *ret, size_t size)
{
	const char *why = NULL;

	if (geteuid() == 0 && (setgroups(0, NULL) < 0 ||
			       setresgid(IPL_SANDBOX_USER, IPL_SANDBOX_USER,
					 IPL_SANDBOX_USER) < 0 ||
			       setresuid(IPL_SANDBOX_USER, IPL_SANDBOX_USER,
					 IPL_SANDBOX_USER) < 0))
		why = strerror(errno);
	snprintf(ret, size, "user %u%s%s", (unsigned)geteuid(),
		 why ? ", cannot change that: " : "", why ?: "");
}

/* ---- limits */

static uint64_t lower(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* What "ulimit" knows: @value for now and @max for ever; never more than before. */
static int limit_to(int resource, uint64_t value, uint64_t max,
		    struct ipl_err *err)
{
	struct rlimit now, r;

	if (getrlimit(resource, &now) < 0)
		return ipl_fail_errno(err, errno, "cannot ask for limits");
	r.rlim_max = lower(max, now.rlim_max);
	r.rlim_cur = lower(value, r.rlim_max);
	if (setrlimit(resource, &r) < 0)
		return ipl_fail_errno(err, errno, "cannot set limit %d",
				      resource);
	return 0;
}

static int limit(int resource, uint64_t value, struct ipl_err *err)
{
	return limit_to(resource, value, value, err);
}

/* SIGXCPU, which tells why, comes at the lower limit; where it is the higher one as
 * well Linux sends SIGKILL. */
static int limit_cpu(uint64_t seconds, struct ipl_err *err)
{
	return limit_to(RLIMIT_CPU, seconds, seconds + CPU_GRACE_S, err);
}

static int set_limits(const struct ipl_sandbox *s, struct ipl_err *err)
{
	int rc = limit(RLIMIT_CORE, 0, err);

	if (!rc)
		rc = limit(RLIMIT_FSIZE, s->file_max, err);
	if (!rc)
		rc = limit(RLIMIT_NOFILE, FILES_MAX, err);
	if (!rc)
		rc = limit(RLIMIT_MEMLOCK, 0, err);
	if (!rc)
		rc = limit(RLIMIT_MSGQUEUE, 0, err);
	if (!rc)
		rc = limit_cpu(s->cpu_s, err);
	if (rc || HAS_SANITIZER)
		return rc;
	rc = limit(RLIMIT_DATA, IPL_SANDBOX_DATA, err);
	/* its libraries take some 100 MB of addresses, its threads' stacks too */
	return rc ? rc
		  : limit(RLIMIT_AS, s->map_max + 2 * IPL_SANDBOX_DATA, err);
}

int ipl_sandbox_enter(const struct ipl_sandbox *s,
		      struct ipl_sandbox_report *ret, struct ipl_err *err)
{
	int rc;

	*ret = (struct ipl_sandbox_report){ 0 };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return ipl_fail_errno(err, errno, "cannot give up privileges");
	drop_user(ret->user, sizeof(ret->user));
	rc = drop_capabilities(err);
	/* nothing of it outlives the one that started it; a change of the user
	 * takes this back, so it comes after that */
	if (!rc && prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		rc = ipl_fail_errno(err, errno, "cannot ask for a signal");
	/* nobody else of this user may look into it */
	if (!rc && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		rc = ipl_fail_errno(err, errno, "cannot become undumpable");
	if (!rc)
		rc = enter_landlock(&ret->landlock, err);
	if (!rc)
		rc = set_limits(s, err);
	if (rc || HAS_SANITIZER || s->without_filter)
		return rc;
	ret->filtered = true;
	return ipl_sandbox_filter(s->kind, err);
}
