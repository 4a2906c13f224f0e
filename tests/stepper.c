/* SPDX-License-Identifier: MIT */
/* Runs `s390-ipl run` and sends a signal to one of its processes at the N-th system call
 * of the engine and its loaders, while the one that makes it is held.
 *
 * usage: stepper N VICTIM SIGNAL REPORT COMMAND...
 *
 * Before N there may be "engine:", "loader:" or "helper:", to count only what that one
 * calls. A helper is a child of the engine that is there beside the loader for a moment.
 *
 * VICTIM is engine, loader or qemu. REPORT gets "N WHO CALL ENGINE LOADER QEMU DONE
 * CALLS": who makes the call, its number, three process ids (0: there is none), whether
 * the signal was sent, and how many calls of the engine there were. Calls that only wait,
 * or that are about a process's own memory, do not count: how many there are depends on
 * time, and they change nothing that others can see. With N 0, or when there were fewer,
 * "0 - COUNT 0 0 0 0 CALLS" is written at the end. Then all go on without us.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

#define OPTIONS                                                             \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | \
	 PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC)
#define TASKS_MAX 256

enum role { NOBODY, LAUNCHER, BETWEEN, ENGINE, LOADER, HELPER };

static const char *const names[] = { "-",      "qemu",	 "-",
				     "engine", "loader", "helper" };

struct task {
	pid_t tid; /* 0: not in use */
	enum role role;
};

static struct task tasks[TASKS_MAX];
static pid_t pids[HELPER + 1]; /* the last one of each role */
static bool qemu_is_there;
static unsigned execs;
static unsigned long count, of_engine;

static void die(const char *what)
{
	perror(what);
	_exit(1);
}

static struct task *find(pid_t tid)
{
	struct task *unused = NULL;

	for (size_t i = 0; i < TASKS_MAX; i++) {
		if (tasks[i].tid == tid)
			return &tasks[i];
		if (!tasks[i].tid)
			unused = unused ? unused : &tasks[i];
	}
	if (!unused)
		die("too many tasks");
	*unused = (struct task){ .tid = tid };
	return unused;
}

/* Whose calls count; NOBODY: those of all. */
static enum role only;

static bool counts(enum role role, unsigned long nr)
{
	static const unsigned long waits[] = {
		SYS_ppoll,
		SYS_nanosleep,
		SYS_clock_nanosleep,
		SYS_futex,
		SYS_sched_yield,
		SYS_restart_syscall,
		SYS_wait4,
		SYS_brk,
		SYS_mmap,
		SYS_munmap,
		SYS_mprotect,
		SYS_madvise,
		SYS_mremap,
		SYS_rt_sigprocmask,
		SYS_rt_sigaction,
		SYS_set_robust_list,
		SYS_rseq,
		SYS_set_tid_address,
		SYS_clock_gettime,
		SYS_getpid,
		SYS_gettid,
#ifdef SYS_poll
		SYS_poll,
#endif
	};

	for (size_t i = 0; i < sizeof(waits) / sizeof(*waits); i++)
		if (waits[i] == nr)
			return false;
	/* by it the engine looks at the mailbox, again and again */
	return role >= LOADER || nr != SYS_pread64;
}

/* Count a call: whether it is the @n-th. */
static bool is_step(enum role role, unsigned long nr, unsigned long n)
{
	if (!counts(role, nr))
		return false;
	of_engine += role == ENGINE;
	return (!only || role == only) && ++count == n;
}

static void go_on(const struct task *t, int sig)
{
	bool traced = t->role >= ENGINE;

	if (ptrace(traced ? PTRACE_SYSCALL : PTRACE_CONT, t->tid, 0, sig) &&
	    errno != ESRCH)
		die("PTRACE_CONT");
}

static void report(const char *path, const char *text)
{
	char tmp[4096];
	FILE *f;

	snprintf(tmp, sizeof(tmp), "%s.new", path);
	f = fopen(tmp, "w");
	if (!f || fputs(text, f) < 0 || fclose(f) || rename(tmp, path))
		die(path);
}

/* Until a process that is not ours has got a signal that stops or ends it. */
static void wait_for_state(pid_t pid)
{
	const struct timespec ms = { .tv_nsec = 1000000 };
	char path[64], line[512], *state;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	for (int i = 0; i < 5000; i++) {
		FILE *f = fopen(path, "r");
		size_t n = f ? fread(line, 1, sizeof(line) - 1, f) : 0;

		if (f)
			fclose(f);
		line[n] = 0;
		state = strrchr(line, ')');
		if (!state || strchr("TZX", state[2]))
			return;
		nanosleep(&ms, NULL);
	}
}

/* It is the N-th call, of @t. */
static void act(const struct task *t, unsigned long nr, enum role victim,
		int sig, const char *path)
{
	pid_t pid = pids[victim];
	char text[200];

	if (pid && kill(pid, sig))
		pid = 0;
	if (pid && victim == LAUNCHER)
		wait_for_state(pid);
	snprintf(text, sizeof(text), "%lu %s %lu %d %d %d %d %lu\n", count,
		 names[t->role], nr, (int)pids[ENGINE], (int)pids[LOADER],
		 (int)pids[LAUNCHER], pid != 0, of_engine);
	report(path, text);
	_exit(0); /* which lets all go */
}

static void on_child(const struct task *t)
{
	unsigned long tid;
	struct task *child;

	if (ptrace(PTRACE_GETEVENTMSG, t->tid, 0, &tid))
		return;
	child = find((pid_t)tid);
	if (t->role == LOADER) { /* a thread */
		child->role = LOADER;
	} else {
		child->role = t->role + 1;
		if (child->role == LOADER && pids[LOADER])
			child->role = HELPER;
		pids[child->role] = child->tid;
	}
	/* it stopped before; the engine waits for QEMU, that steps be the same
	 * each time */
	if (child->role != ENGINE || qemu_is_there)
		go_on(child, 0);
}

static void on_exec(const struct task *t)
{
	if (t->role != LAUNCHER || ++execs < 2)
		return;
	qemu_is_there = true;
	ptrace(PTRACE_DETACH, t->tid, 0, 0);
	if (pids[ENGINE])
		go_on(find(pids[ENGINE]), 0);
}

static void forget(struct task *t)
{
	for (int role = ENGINE; role <= HELPER; role++)
		if (pids[role] == t->tid)
			pids[role] = 0;
	t->tid = 0;
}

/* What waitpid says of one of them. */
static void on_stop(struct task *t, int status, unsigned long n,
		    enum role victim, int sig, const char *path)
{
	struct __ptrace_syscall_info info;
	int event = status >> 16, stop = WSTOPSIG(status);

	if (stop == (SIGTRAP | 0x80)) {
		if (ptrace(PTRACE_GET_SYSCALL_INFO, t->tid, sizeof(info),
			   &info) > 0 &&
		    info.op == PTRACE_SYSCALL_INFO_ENTRY &&
		    is_step(t->role, info.entry.nr, n))
			act(t, info.entry.nr, victim, sig, path);
		go_on(t, 0);
	} else if (event == PTRACE_EVENT_STOP) {
		if (t->role == NOBODY || (t->role == ENGINE && !qemu_is_there))
			return; /* until its parent's stop, or QEMU, comes */
		if (stop == SIGTRAP)
			go_on(t, 0);
		else
			ptrace(PTRACE_LISTEN, t->tid, 0, 0);
	} else if (event == PTRACE_EVENT_EXEC) {
		on_exec(t);
		go_on(t, 0);
	} else if (event) {
		on_child(t);
		go_on(t, 0);
	} else {
		go_on(t, stop);
	}
}

static void trace(pid_t launcher, int ready, unsigned long n, enum role victim,
		  int sig, const char *path)
{
	char text[100];
	int status;
	pid_t tid;

	if (ptrace(PTRACE_SEIZE, launcher, 0, OPTIONS))
		die("PTRACE_SEIZE");
	find(launcher)->role = LAUNCHER;
	pids[LAUNCHER] = launcher;
	if (write(ready, "", 1) != 1)
		die("write");
	close(ready);
	while ((tid = waitpid(-1, &status, __WALL)) > 0) {
		struct task *t = find(tid);

		if (WIFSTOPPED(status))
			on_stop(t, status, n, victim, sig, path);
		else
			forget(t);
	}
	snprintf(text, sizeof(text), "0 - %lu 0 0 0 0 %lu\n", count, of_engine);
	report(path, text);
	_exit(0);
}

/* [ROLE:]N */
static unsigned long take_step(const char *arg)
{
	const char *colon = strchr(arg, ':');

	for (enum role r = ENGINE; colon && r <= HELPER; r++)
		if (!strncmp(arg, names[r], (size_t)(colon - arg)))
			only = r;
	return strtoul(colon ? colon + 1 : arg, NULL, 10);
}

int main(int argc, char **argv)
{
	pid_t self = getpid(), between;
	enum role victim = LAUNCHER;
	int ready[2];
	char c;

	if (argc < 6) {
		fprintf(stderr, "usage: %s N VICTIM SIGNAL REPORT COMMAND...\n",
			argv[0]);
		return 2;
	}
	for (enum role r = LAUNCHER; r <= LOADER; r++)
		if (!strcmp(argv[2], names[r]))
			victim = r;
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
	if (pipe(ready) || (between = fork()) < 0)
		die(argv[0]);
	if (!between) {
		/* once more: what becomes QEMU shall have no child of ours */
		if (fork() == 0)
			trace(self, ready[1], take_step(argv[1]), victim,
			      atoi(argv[3]), argv[4]);
		_exit(0);
	}
	waitpid(between, NULL, 0);
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		return 77;
	close(ready[0]);
	execv(argv[5], argv + 5);
	die(argv[5]);
}
