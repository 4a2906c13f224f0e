/* SPDX-License-Identifier: MIT */
/* The system calls that a process in the sandbox may make. Any other one ends
 * it. May use: base, libseccomp. */
#include "vm/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define LOADER IPL_SANDBOX_LOADER
#define READER IPL_SANDBOX_READER
#define BOTH   (LOADER | READER)

/* What the arguments have to be. */
enum only {
	ANY,
	MAP_PRIVATE_DATA,
	NOT_EXECUTABLE,
	NEW_THREAD,
	OWN_PROCESS,
	PUNCH_HOLE,
	FLAGS_OF_SOCKET,
	TO_STDOUT_OR_STDERR,
	SHAPE_OF_TERMINAL,
	FAILS,
	FAILS_UNKNOWN,
};

static const char *const words[] = {
	[MAP_PRIVATE_DATA] = "private memory, not executable",
	[NOT_EXECUTABLE] = "not executable",
	[NEW_THREAD] = "a thread of the same process",
	[OWN_PROCESS] = "to itself",
	[PUNCH_HOLE] = "to free pages of a file",
	[FLAGS_OF_SOCKET] = "F_GETFD, F_SETFD, F_GETFL, and F_SETFL but "
			    "for O_APPEND, O_ASYNC and O_DIRECT",
	[TO_STDOUT_OR_STDERR] = "descriptors 1 and 2",
	[SHAPE_OF_TERMINAL] = "TCGETS, TIOCGWINSZ",
	[FAILS] = "fails with EACCES",
	[FAILS_UNKNOWN] = "fails with ENOSYS",
};

struct call {
	const char *name;
	unsigned kinds;
	enum only only;
};

/* Names that this machine or library does not know are passed over. */
static const struct call calls[] = {
	/* the disk and guest memory */
	{ "read", BOTH, ANY },
	{ "pread64", BOTH, ANY },
	{ "pwrite64", LOADER, ANY },
	{ "lseek", BOTH, ANY },
	{ "fallocate", LOADER, PUNCH_HOLE },
	{ "close", BOTH, ANY },
	/* the engine and the NBD server */
	{ "recvmsg", BOTH, ANY },
	{ "recvfrom", BOTH, ANY },
	{ "sendmsg", BOTH, ANY },
	{ "sendto", BOTH, ANY },
	{ "poll", BOTH, ANY },
	{ "ppoll", BOTH, ANY },
	{ "shutdown", BOTH, ANY },
	{ "fcntl", BOTH, FLAGS_OF_SOCKET },
	/* its own memory */
	{ "brk", BOTH, ANY },
	{ "mmap", BOTH, MAP_PRIVATE_DATA },
	{ "mremap", BOTH, ANY },
	{ "munmap", BOTH, ANY },
	{ "mprotect", BOTH, NOT_EXECUTABLE },
	{ "madvise", BOTH, ANY },
	/* threads, and what the C library does with them */
	{ "clone", LOADER, NEW_THREAD },
	{ "clone3", LOADER, FAILS_UNKNOWN }, /* the C library then takes clone */
	{ "futex", BOTH, ANY },
	{ "set_robust_list", LOADER, ANY },
	{ "rseq", LOADER, ANY },
	{ "sched_yield", BOTH, ANY },
	{ "sched_getaffinity", BOTH, ANY },
	{ "rt_sigaction", BOTH, ANY },
	{ "rt_sigprocmask", BOTH, ANY },
	{ "rt_sigreturn", BOTH, ANY },
	{ "restart_syscall", BOTH, ANY },
	{ "getpid", BOTH, ANY },
	{ "gettid", BOTH, ANY },
	{ "tgkill", BOTH, OWN_PROCESS }, /* abort */
	{ "exit", BOTH, ANY },
	{ "exit_group", BOTH, ANY },
	/* time and chance */
	{ "clock_gettime", BOTH, ANY },
	{ "gettimeofday", BOTH, ANY },
	{ "time", BOTH, ANY },
	{ "clock_nanosleep", BOTH, ANY },
	{ "nanosleep", BOTH, ANY },
	{ "getrandom", BOTH, ANY },
	/* output of a command */
	{ "write", READER, TO_STDOUT_OR_STDERR },
	{ "writev", READER, TO_STDOUT_OR_STDERR },
	{ "ioctl", READER, SHAPE_OF_TERMINAL },
	/* what the C library tries and can do without */
	{ "open", BOTH, FAILS },
	{ "openat", BOTH, FAILS },
	{ "access", BOTH, FAILS },
	{ "faccessat", BOTH, FAILS },
	{ "faccessat2", BOTH, FAILS },
	{ "stat", BOTH, FAILS },
	{ "fstat", BOTH, FAILS },
	{ "newfstatat", BOTH, FAILS },
	{ "statx", BOTH, FAILS },
	{ "readlink", BOTH, FAILS },
	{ "readlinkat", BOTH, FAILS },
};

#define N_CALLS (sizeof(calls) / sizeof(*calls))

#ifdef __s390x__
/* clone has its first two arguments the other way round, and mmap has one, which
 * points to a structure that a filter cannot see. */
#define CLONE_FLAGS SCMP_A1
#define MMAP_IS_SEEN 0
#else
#define CLONE_FLAGS  SCMP_A0
#define MMAP_IS_SEEN 1
#endif

#define PRIVATE	    ((scmp_datum_t)(MAP_PRIVATE | MAP_ANONYMOUS))
#define NAMESPACES                                                     \
	(CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID | \
	 CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)

/* Allow @nr where argument @arg is @value. */
static int allow_value(scmp_filter_ctx ctx, int nr, unsigned arg,
		       scmp_datum_t value)
{
	const struct scmp_arg_cmp cmp = { arg, SCMP_CMP_EQ, value, 0 };

	return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, nr, 1, &cmp);
}

static int allow_two(scmp_filter_ctx ctx, int nr, unsigned arg, scmp_datum_t a,
		     scmp_datum_t b)
{
	int rc = allow_value(ctx, nr, arg, a);

	return rc ? rc : allow_value(ctx, nr, arg, b);
}

static int allow_bits(scmp_filter_ctx ctx, int nr, unsigned n,
		      const struct scmp_arg_cmp *cmp)
{
	return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, nr, n, cmp);
}

static int allow_flags(scmp_filter_ctx ctx, int nr)
{
	const struct scmp_arg_cmp set[] = {
		SCMP_A1(SCMP_CMP_EQ, F_SETFL),
		SCMP_A2(SCMP_CMP_MASKED_EQ, O_APPEND | O_ASYNC | O_DIRECT, 0),
	};
	int rc = allow_two(ctx, nr, 1, F_GETFD, F_SETFD);

	if (!rc)
		rc = allow_value(ctx, nr, 1, F_GETFL);
	return rc ? rc : allow_bits(ctx, nr, 2, set);
}

static int add_call(scmp_filter_ctx ctx, int nr, enum only only)
{
	const struct scmp_arg_cmp map[] = {
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
		SCMP_A3(SCMP_CMP_MASKED_EQ, PRIVATE, PRIVATE),
	};
	const struct scmp_arg_cmp thread =
		CLONE_FLAGS(SCMP_CMP_MASKED_EQ, CLONE_THREAD | NAMESPACES,
			    CLONE_THREAD);

	switch (only) {
	case ANY:
		return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, nr, 0);
	case MAP_PRIVATE_DATA:
		return allow_bits(ctx, nr, MMAP_IS_SEEN ? 2 : 0, map);
	case NOT_EXECUTABLE:
		return allow_bits(ctx, nr, 1, map);
	case NEW_THREAD:
		return allow_bits(ctx, nr, 1, &thread);
	case OWN_PROCESS:
		return allow_value(ctx, nr, 0, (scmp_datum_t)getpid());
	case PUNCH_HOLE:
		return allow_value(ctx, nr, 1,
				   FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE);
	case FLAGS_OF_SOCKET:
		return allow_flags(ctx, nr);
	case TO_STDOUT_OR_STDERR:
		return allow_two(ctx, nr, 0, STDOUT_FILENO, STDERR_FILENO);
	case SHAPE_OF_TERMINAL:
		return allow_two(ctx, nr, 1, TCGETS, TIOCGWINSZ);
	case FAILS:
		return seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), nr, 0);
	case FAILS_UNKNOWN:
		return seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), nr, 0);
	}
	return -EINVAL;
}

static int fill(scmp_filter_ctx ctx, enum ipl_sandbox_kind kind)
{
	int rc = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH,
				  SCMP_ACT_KILL_PROCESS);

	for (size_t i = 0; !rc && i < N_CALLS; i++) {
		int nr;

		if (!(calls[i].kinds & kind))
			continue;
		nr = seccomp_syscall_resolve_name(calls[i].name);
		if (nr >= 0)
			rc = add_call(ctx, nr, calls[i].only);
	}
	return rc ? rc : seccomp_load(ctx);
}

int ipl_sandbox_filter(enum ipl_sandbox_kind kind, struct ipl_err *err)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int rc = ctx ? fill(ctx, kind) : -ENOMEM;

	seccomp_release(ctx);
	if (!rc)
		return 0;
	return ipl_fail_errno(err, -rc,
			      "cannot filter the system calls (seccomp)");
}

const char *ipl_sandbox_call(enum ipl_sandbox_kind kind, size_t i,
			     const char **ret_only)
{
	for (size_t k = 0; k < N_CALLS; k++) {
		if (!(calls[k].kinds & kind) || i--)
			continue;
		*ret_only = words[calls[k].only];
		return calls[k].name;
	}
	return NULL;
}
