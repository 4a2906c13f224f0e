/* SPDX-License-Identifier: MIT */
/* A process goes into the sandbox as the loader does and tries everything else:
 * all of it has to fail. "test_sandbox --table KIND" prints the table of system
 * calls instead. May use: everything. */
#include "../unit/unit.h"

#include "vm/process.h"
#include "vm/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEMORY (1 << 20)
#define DISK   (64 << 10)
#define MUCH \
	(600 << 20) /* more than the limit of data, less than of addresses */

/* How a child tells its parent. */
enum { DONE = 0, FAILED = 1, NO_SANDBOX = 2, SKIPPED = 3 };

/* What a prisoner has. */
static struct {
	int socket, memory, disk;
	uint8_t *mapped;
} have;

static pid_t parent;

static void set_up(void)
{
	int s[2];

	parent = getpid();
	have.memory = memfd_create("memory", 0);
	have.disk = memfd_create("disk", 0);
	assert_int_equal(ftruncate(have.memory, MEMORY), 0);
	assert_int_equal(ftruncate(have.disk, DISK), 0);
	have.mapped = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_SHARED,
			   have.memory, 0);
	assert_true(have.mapped != MAP_FAILED);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s), 0);
	have.socket = s[1];
	assert_int_equal(dup2(s[0], 20), 20); /* the other end */
	close(s[0]);
}

static struct ipl_sandbox loader = { .kind = IPL_SANDBOX_LOADER,
				     .map_max = MEMORY,
				     .file_max = MEMORY,
				     .cpu_s = 2 };
static const struct ipl_sandbox large = { .kind = IPL_SANDBOX_LOADER,
					  .map_max = UINT64_C(1) << 30,
					  .file_max = MEMORY,
					  .cpu_s = 2 };
static const struct ipl_sandbox reader = { .kind = IPL_SANDBOX_READER,
					   .cpu_s = 2 };
static const struct ipl_sandbox unfiltered = { .kind = IPL_SANDBOX_LOADER,
					       .file_max = MEMORY,
					       .cpu_s = 2,
					       .without_filter = true };

/* cmocka takes these for failures of its test. */
static void let_signals_end(void)
{
	static const int taken[] = { SIGILL, SIGSEGV, SIGBUS, SIGFPE, SIGSYS };

	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		signal(taken[i], SIG_DFL);
}

/* Run @attempt (0: it succeeded) in the sandbox: the wait status. */
static int in_sandbox(const struct ipl_sandbox *sandbox, int (*attempt)(void),
		      unsigned uid)
{
	struct ipl_sandbox_report report;
	struct ipl_err err = { 0 };
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		let_signals_end();
		if (uid && setresuid(uid, uid, uid) < 0)
			_exit(SKIPPED);
		if (ipl_sandbox_enter(sandbox, &report, &err)) {
			fprintf(stderr, "%s\n", err.msg);
			_exit(NO_SANDBOX);
		}
		if (sandbox->without_filter && report.landlock < 1)
			_exit(SKIPPED);
		_exit(attempt() == 0 ? DONE : FAILED);
	}
	while (waitpid(pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	return status;
}

/* ---- what has to work */

static void *thread(void *arg)
{
	have.mapped[5] = 5;
	return arg;
}

static int work(void)
{
	static char buf[DISK];
	const struct timespec ms = { .tv_nsec = 1000000 };
	pthread_t t;
	void *p;

	if (pread(have.disk, buf, DISK, 0) != DISK ||
	    pwrite(have.memory, buf, DISK, MEMORY - DISK) != DISK)
		return 1;
	p = malloc(100 << 20);
	if (!p)
		return 2;
	memset(p, 1, 100 << 20);
	free(p);
	/* what is only read is no data: the limit of addresses is higher */
	p = mmap(NULL, MUCH, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED || munmap(p, MUCH))
		return 7;
	if (pthread_create(&t, NULL, thread, NULL) || pthread_join(t, &p))
		return 3;
	if (send(have.socket, "hi", 2, 0) != 2)
		return 4;
	if (lseek(have.memory, 0, SEEK_DATA) < 0)
		return 5;
	if (fallocate(have.memory, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		      8192, 4096))
		return 6;
	return nanosleep(&ms, NULL);
}

static void test_work(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(&loader, work, 0), 0);
	assert_int_equal(have.mapped[5], 5);
}

static void test_work_as_a_user(void **state)
{
	int status = in_sandbox(&loader, work, 1000);

	(void)state;
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_int_equal(status, 0);
}

/* ---- what has to fail; each returns 0 when it did not */

#define TRY(name, expression)            \
	static int try_##name(void)      \
	{                                \
		return (expression) < 0; \
	}

TRY(read_a_file, open("/etc/passwd", O_RDONLY))
TRY(open_at, openat(AT_FDCWD, "/etc/passwd", O_RDONLY))
TRY(open_own_memory, open("/proc/self/mem", O_RDWR))
TRY(reopen_the_disk_for_writing, open("/proc/self/fd/5", O_RDWR))
TRY(make_a_file, open("/tmp/s390-ipl-prisoner", O_CREAT | O_WRONLY, 0600))
TRY(look_at_a_file, access("/etc/passwd", R_OK))
TRY(make_a_directory, mkdir("/tmp/s390-ipl-prisoner", 0700))
TRY(remove_a_file, unlink("/tmp/s390-ipl-prisoner"))
TRY(rename_a_file, rename("/tmp/a", "/tmp/b"))
TRY(link_a_file, symlink("/etc", "/tmp/s390-ipl-prisoner"))
TRY(change_rights, chmod("/tmp", 0777))
TRY(change_the_owner_of_memory, fchown(have.memory, 0, 0))
TRY(change_root, chroot("/"))
TRY(change_directory, chdir("/"))
TRY(make_a_memory_file, memfd_create("x", 0))
TRY(truncate_memory, ftruncate(have.memory, 0))
TRY(enlarge_memory, fallocate(have.memory, 0, 0, 2 * MEMORY))
TRY(write_behind_memory, pwrite(have.memory, "x", 1, MEMORY))
TRY(write_by_write, write(have.memory, "x", 1))
TRY(append_to_memory, fcntl(have.memory, F_SETFL, O_APPEND))
TRY(make_a_descriptor, dup(have.memory))
TRY(make_a_descriptor_by_fcntl, fcntl(have.memory, F_DUPFD, 0))
TRY(lock_the_disk, fcntl(have.disk, F_SETLK, &(struct flock){ 0 }))
TRY(make_a_pipe, pipe((int[2]){ 0 }))
TRY(make_an_inet_socket, socket(AF_INET, SOCK_STREAM, 0))
TRY(make_a_unix_socket, socket(AF_UNIX, SOCK_STREAM, 0))
TRY(make_a_netlink_socket, socket(AF_NETLINK, SOCK_RAW, 0))
TRY(make_a_vsock, socket(40, SOCK_STREAM, 0))
TRY(make_a_pair, socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){ 0 }))
TRY(connect_elsewhere,
    connect(have.socket, &(struct sockaddr){ .sa_family = AF_UNSPEC },
	    sizeof(struct sockaddr)))
TRY(make_a_process, fork())
TRY(make_a_process_by_vfork, syscall(SYS_vfork))
TRY(make_a_process_by_clone, syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0))
TRY(make_a_namespace, syscall(SYS_clone, SIGCHLD | CLONE_NEWUSER, 0, 0, 0, 0))
TRY(make_a_process_by_clone3, syscall(SYS_clone3, (uint64_t[11]){ 0 }, 88))
TRY(unshare, unshare(CLONE_NEWUSER))
TRY(become_a_shell, execl("/bin/sh", "sh", "-c", "exit 0", NULL))
TRY(trace_the_engine, ptrace(PTRACE_ATTACH, parent, 0, 0))
TRY(be_traced, ptrace(PTRACE_TRACEME, 0, 0, 0))
TRY(signal_the_engine, kill(parent, 0))
TRY(signal_all, kill(-1, 0))
TRY(signal_a_thread_of_the_engine, syscall(SYS_tgkill, parent, parent, 0))
TRY(signal_by_tkill, syscall(SYS_tkill, parent, 0))
TRY(signal_by_queue, sigqueue(parent, 0, (union sigval){ 0 }))
TRY(open_a_process, syscall(434 /* pidfd_open */, parent, 0))
TRY(read_the_engine, syscall(SYS_process_vm_readv, parent, NULL, 0, NULL, 0, 0))
TRY(write_the_engine,
    syscall(SYS_process_vm_writev, parent, NULL, 0, NULL, 0, 0))
TRY(limit_the_engine, prlimit(parent, RLIMIT_CPU, NULL, &(struct rlimit){ 0 }))
TRY(raise_a_limit, setrlimit(RLIMIT_CPU, &(struct rlimit){ 9, 9 }))
TRY(become_root, setuid(0))
TRY(become_a_group, setgid(0))
TRY(be_dumpable, prctl(PR_SET_DUMPABLE, 1))
TRY(filter_itself, prctl(PR_SET_SECCOMP, 1))
TRY(map_a_file, (long)mmap(NULL, DISK, PROT_READ, MAP_SHARED, have.disk, 0))
TRY(map_code, (long)mmap(NULL, 4096, PROT_READ | PROT_EXEC,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
TRY(map_shared_memory, (long)mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0))
TRY(make_memory_executable, mprotect(have.mapped, 4096, PROT_READ | PROT_EXEC))
TRY(make_memory_executable_by_key,
    syscall(SYS_pkey_mprotect, have.mapped, 4096, PROT_EXEC, -1))
TRY(control_a_device, ioctl(have.disk, FIONREAD, &(int){ 0 }))
TRY(type_into_a_terminal, ioctl(0, TIOCSTI, "x"))
TRY(use_a_uring, syscall(425 /* io_uring_setup */, 1, NULL))
TRY(use_bpf, syscall(SYS_bpf, 0, NULL, 0))
TRY(use_perf, syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0))
TRY(use_keys, syscall(SYS_keyctl, 0, 0, 0, 0, 0))
TRY(use_userfaultfd, syscall(SYS_userfaultfd, 0))
TRY(use_ipc, syscall(SYS_shmget, 0, 4096, 0600))
TRY(watch_files, syscall(SYS_inotify_init1, 0))
TRY(mount, syscall(SYS_mount, "x", "/mnt", "tmpfs", 0, NULL))
TRY(set_the_clock, syscall(SYS_settimeofday, NULL, NULL))
TRY(choose_another_cpu, sched_setaffinity(0, 0, NULL))
TRY(be_more_important, setpriority(PRIO_PROCESS, 0, -5))

static int map_data(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED;
}

static int try_have_a_gigabyte(void)
{
	return map_data(1 << 30);
}

static int try_have_600_mebibytes(void)
{
	return map_data(MUCH);
}

static int try_grow_to_600_mebibytes(void)
{
	void *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mremap(p, 1 << 20, MUCH, MREMAP_MAYMOVE) == MAP_FAILED;
}

/* Linux forgives this where there are no addresses left for as much again (mm/mprotect.c:
 * mprotect_fixup), so this needs some more: @large. */
static int try_write_to_600_mebibytes(void)
{
	void *p =
		mmap(NULL, MUCH, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED || mprotect(p, MUCH, PROT_READ | PROT_WRITE) < 0;
}

struct attempt {
	const char *name;
	int (*fn)(void);
	const struct ipl_sandbox *sandbox;
};

/* It failed, or was ended for trying. */
static void test_attempt(void **state)
{
	const struct attempt *a = *state;
	int status = in_sandbox(a->sandbox, a->fn, 0);

	if (WIFSIGNALED(status)) {
		int sig = WTERMSIG(status);

		assert_true(sig == SIGSYS || sig == SIGXFSZ);
		return;
	}
	if (WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_int_equal(WEXITSTATUS(status), FAILED);
}

#define A(name)                            \
	{                                  \
#name, try_##name, &loader \
	}
#define READER(name)                                  \
	{                                             \
		"reader: " #name, try_##name, &reader \
	}
#define BARE(name)                                                \
	{                                                         \
		"without filter: " #name, try_##name, &unfiltered \
	}

static const struct attempt attempts[] = {
	A(read_a_file),
	A(open_at),
	A(open_own_memory),
	A(reopen_the_disk_for_writing),
	A(make_a_file),
	A(look_at_a_file),
	A(make_a_directory),
	A(remove_a_file),
	A(rename_a_file),
	A(link_a_file),
	A(change_rights),
	A(change_the_owner_of_memory),
	A(change_root),
	A(change_directory),
	A(make_a_memory_file),
	A(truncate_memory),
	A(enlarge_memory),
	A(write_behind_memory),
	A(write_by_write),
	A(append_to_memory),
	A(make_a_descriptor),
	A(make_a_descriptor_by_fcntl),
	A(lock_the_disk),
	A(make_a_pipe),
	A(make_an_inet_socket),
	A(make_a_unix_socket),
	A(make_a_netlink_socket),
	A(make_a_vsock),
	A(make_a_pair),
	A(connect_elsewhere),
	A(make_a_process),
	A(make_a_process_by_vfork),
	A(make_a_process_by_clone),
	A(make_a_namespace),
	A(make_a_process_by_clone3),
	A(unshare),
	A(become_a_shell),
	A(trace_the_engine),
	A(be_traced),
	A(signal_the_engine),
	A(signal_all),
	A(signal_a_thread_of_the_engine),
	A(signal_by_tkill),
	A(signal_by_queue),
	A(open_a_process),
	A(read_the_engine),
	A(write_the_engine),
	A(limit_the_engine),
	A(raise_a_limit),
	A(become_root),
	A(become_a_group),
	A(be_dumpable),
	A(filter_itself),
	A(map_a_file),
	A(map_code),
	A(map_shared_memory),
	A(make_memory_executable),
	A(make_memory_executable_by_key),
	A(control_a_device),
	A(type_into_a_terminal),
	A(use_a_uring),
	A(use_bpf),
	A(use_perf),
	A(use_keys),
	A(use_userfaultfd),
	A(use_ipc),
	A(watch_files),
	A(mount),
	A(set_the_clock),
	A(choose_another_cpu),
	A(be_more_important),
	A(have_a_gigabyte),
	A(have_600_mebibytes),
	A(grow_to_600_mebibytes),
	{ "write_to_600_mebibytes", try_write_to_600_mebibytes, &large },
	READER(read_a_file),
	READER(make_a_file),
	READER(write_by_write),
	READER(make_a_process),
	READER(become_a_shell),
	READER(make_an_inet_socket),
	READER(signal_the_engine),
	READER(make_memory_executable),
	READER(type_into_a_terminal),
	READER(have_a_gigabyte),
	READER(have_600_mebibytes),
	/* what Landlock, capabilities and limits do by themselves */
	BARE(read_a_file),
	BARE(make_a_file),
	BARE(make_a_directory),
	BARE(become_a_shell),
	BARE(write_behind_memory),
	BARE(become_root),
	BARE(change_root),
	BARE(trace_the_engine),
	BARE(mount),
	BARE(signal_the_engine),
	BARE(have_600_mebibytes),
};

#define N_ATTEMPTS (sizeof(attempts) / sizeof(*attempts))

/* ---- for how long */

static const struct ipl_sandbox hurried = { .kind = IPL_SANDBOX_LOADER,
					    .map_max = MEMORY,
					    .file_max = MEMORY,
					    .cpu_s = 1 };

static int run_for_ever(void)
{
	volatile unsigned long i = 0;

	while (i + 1)
		i++;
	return 0;
}

static int ignore_the_end(void)
{
	signal(SIGXCPU, SIG_IGN);
	return run_for_ever();
}

/* The signal is what tells whoever started it why it has ended. */
static void test_cpu_time(void **state)
{
	(void)state;
	assert_int_equal(WTERMSIG(in_sandbox(&hurried, run_for_ever, 0)),
			 SIGXCPU);
}

static void test_cpu_time_when_the_signal_is_ignored(void **state)
{
	(void)state;
	assert_int_equal(WTERMSIG(in_sandbox(&hurried, ignore_the_end, 0)),
			 SIGKILL);
}

/* ---- every system call there is, by its number */

static long number;

static int try_number(void)
{
	return syscall(number, 0, 0, 0, 0, 0, 0) < 0;
}

/* uretprobe and uprobe: the kernel lets them pass by every filter, and refuses
 * them but in a trampoline of its own (Linux, kernel/seccomp.c). */
static bool is_past_filters(long nr)
{
#ifdef __x86_64__
	return nr == 335 || nr == 336;
#else
	return nr < 0;
#endif
}

static bool is_in_table(enum ipl_sandbox_kind kind, long nr)
{
	const char *name, *only;

	for (size_t i = 0; (name = ipl_sandbox_call(kind, i, &only)); i++)
		if (seccomp_syscall_resolve_name(name) == nr)
			return true;
	return false;
}

static void assert_forbidden(const struct ipl_sandbox *sandbox,
			     int (*attempt)(void))
{
	int status = in_sandbox(sandbox, attempt, 0);

	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
		fail_msg("system call %#lx, sandbox %d: wait status %#x",
			 (unsigned long)number, (int)sandbox->kind, status);
}

static void test_all_numbers(void **state)
{
	const struct ipl_sandbox *sandbox = *state;
	int tried = 0;

	for (number = 0; number < 600; number++) {
		if (is_in_table(sandbox->kind, number))
			continue;
		if (is_past_filters(number)) {
			int status = in_sandbox(sandbox, try_number, 0);

			assert_true(WIFSIGNALED(status) ||
				    WEXITSTATUS(status) == FAILED);
			continue;
		}
		assert_forbidden(sandbox, try_number);
		tried++;
	}
	print_message("%d system calls that are not in the table\n", tried);
	assert_true(tried > 400);
}

/* ---- the other two ways of a PC to make a system call. What is in the table has
 * other numbers there, or the same for something else: all of it is forbidden. */

#ifdef __x86_64__
#define X32	 0x40000000L /* __X32_SYSCALL_BIT */
#define I386_MAX 20 /* 1 is exit there, 20 getpid, which has no arguments */

static int try_i386(void)
{
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(number), "b"(0), "c"(0), "d"(0)
			 : "memory", "r8", "r9", "r10", "r11");
	return ret < 0;
}

static void test_x32(void **state)
{
	const struct ipl_sandbox *sandbox = *state;
	long nr;

	for (nr = 0; nr < 600; nr++) {
		/* those that are allowed without, and those that x32 has alone */
		if (!is_in_table(sandbox->kind, nr) && (nr < 512 || nr > 547))
			continue;
		number = X32 | nr;
		assert_forbidden(sandbox, try_number);
	}
}

/* A kernel without that (IA32_EMULATION) ends who tries it. */
static bool has_i386(void)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		let_signals_end();
		number = I386_MAX;
		_exit(try_i386());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void test_i386(void **state)
{
	if (!has_i386())
		skip();
	for (number = 1; number <= I386_MAX; number++)
		assert_forbidden(*state, try_i386);
}
#else
static void test_x32(void **state)
{
	(void)state;
	skip();
}

static void test_i386(void **state)
{
	(void)state;
	skip();
}
#endif

/* ---- what is said of one that was ended */

static void assert_ended(int sig, int want, const char *says)
{
	struct ipl_process p;
	struct ipl_err err = { 0 };
	int status = 0;

	/* by the one who gets no answer, and by the one who waits */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ipl_process_fork(&p, &err), 0);
		if (!p.pid) {
			let_signals_end();
			_exit(raise(sig));
		}
		assert_int_equal(i ? ipl_process_wait(&p, "it", &status, &err)
				   : ipl_process_reap(&p, "it", &err),
				 want);
		if (!strstr(err.msg, says))
			fail_msg("signal %d: %s", sig, err.msg);
	}
}

static void test_messages(void **state)
{
	(void)state;
	assert_ended(SIGSYS, IPL_EDIED,
		     "it made a system call that its sandbox forbids");
	assert_ended(SIGXCPU, IPL_ELIMIT,
		     "it was ended, since it took more CPU time");
	assert_ended(SIGBUS, IPL_ENOMEM,
		     "it found no room behind the guest's memory");
	assert_ended(SIGKILL, IPL_EDIED, "it was ended by signal 9 (KILL)");
	assert_ended(SIGSEGV, IPL_EDIED, "it was ended by signal 11 (SEGV)");
}

/* The same for what the sandbox itself does. */
static void assert_sandbox_ends(int (*attempt)(void), int want,
				const char *says)
{
	struct ipl_sandbox_report report;
	struct ipl_process p;
	struct ipl_err err = { 0 };
	int status = 0;

	assert_int_equal(ipl_process_fork(&p, &err), 0);
	if (!p.pid) {
		let_signals_end();
		if (ipl_sandbox_enter(&reader, &report, NULL))
			_exit(NO_SANDBOX);
		_exit(attempt());
	}
	assert_int_equal(ipl_process_wait(&p, "it", &status, &err), want);
	if (!strstr(err.msg, says))
		fail_msg("%s", err.msg);
}

static void test_messages_of_the_sandbox(void **state)
{
	(void)state;
	assert_sandbox_ends(try_make_an_inet_socket, IPL_EDIED,
			    "system call that its sandbox forbids");
	assert_sandbox_ends(run_for_ever, IPL_ELIMIT,
			    "more CPU time than any real disk needs");
}

/* ---- how it looks from outside */

static int stay(void)
{
	char c;

	return recv(have.socket, &c, 1, 0) != 1;
}

static void assert_status(const char *text, const char *line)
{
	if (!strstr(text, line))
		fail_msg("%s is not in\n%s", line, text);
}

static void test_status(void **state)
{
	struct ipl_sandbox_report report;
	char path[64], text[4096] = "";
	pid_t pid = fork();
	bool root = geteuid() == 0;
	FILE *f;

	(void)state;
	if (pid == 0) {
		if (ipl_sandbox_enter(&loader, &report, NULL))
			_exit(NO_SANDBOX);
		send(have.socket, "r", 1, 0);
		_exit(stay());
	}
	do
		assert_true(recv(20, text, sizeof(text), 0) > 0);
	while (text[0] != 'r');
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	assert_status(text, "NoNewPrivs:\t1");
	assert_status(text, "Seccomp:\t2");
	assert_status(text, "CapEff:\t0000000000000000");
	assert_status(text, "CapPrm:\t0000000000000000");
	if (root) {
		assert_status(text, "Uid:\t65534\t65534\t65534\t65534");
		assert_status(text, "Gid:\t65534\t65534\t65534\t65534");
		assert_status(text, "Groups:\t \n");
	}
	send(20, "x", 1, 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static int print_table(const char *kind)
{
	enum ipl_sandbox_kind k = !strcmp(kind, "reader") ? IPL_SANDBOX_READER
							  : IPL_SANDBOX_LOADER;
	const char *name, *only;

	for (size_t i = 0; (name = ipl_sandbox_call(k, i, &only)); i++)
		printf("| `%s` | %s |\n", name, only ? only : "");
	return 0;
}

#define N_OTHERS 13

#define NUMBERS(test, sandbox)                                  \
	{                                                       \
		.name = #test ": " #sandbox, .test_func = test, \
		.initial_state = (void *)(uintptr_t)&sandbox,   \
	}

int main(int argc, char **argv)
{
	struct CMUnitTest tests[N_OTHERS + N_ATTEMPTS] = {
		cmocka_unit_test(test_work),
		cmocka_unit_test(test_work_as_a_user),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_cpu_time),
		cmocka_unit_test(test_cpu_time_when_the_signal_is_ignored),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_messages_of_the_sandbox),
		NUMBERS(test_all_numbers, loader),
		NUMBERS(test_all_numbers, reader),
		NUMBERS(test_x32, loader),
		NUMBERS(test_x32, reader),
		NUMBERS(test_i386, loader),
		NUMBERS(test_i386, reader),
	};

	if (argc == 3 && !strcmp(argv[1], "--table"))
		return print_table(argv[2]);
	set_up();
	for (size_t i = 0; i < N_ATTEMPTS; i++)
		tests[N_OTHERS + i] = (struct CMUnitTest){
			.name = attempts[i].name,
			.test_func = test_attempt,
			.initial_state = (void *)(uintptr_t)&attempts[i],
		};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
