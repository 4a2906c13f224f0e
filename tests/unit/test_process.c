/* SPDX-License-Identifier: MIT */
/* How processes end, and what is said of it. May use: base, vm. */
#include "unit.h"

#include "vm/process.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t killed; /* the last one */

/* In place of libc's. */
int kill(pid_t pid, int sig)
{
	killed = pid;
	return (int)syscall(SYS_kill, pid, sig);
}

/* A process that ends with @status, or by @sig. */
static struct ipl_process start(int status, int sig)
{
	struct ipl_process p;

	assert_int_equal(ipl_process_fork(&p, NULL), 0);
	if (!p.pid) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
		if (sig) {
			signal(sig, SIG_DFL);
			raise(sig);
		}
		_exit(status);
	}
	killed = 0;
	return p;
}

static void test_how_it_ended(void **state)
{
	static const struct {
		int status, sig, rc;
		const char *says;
	} cases[] = {
		{ 0, 0, IPL_EDIED, "it ended with status 0" },
		{ 5, 0, IPL_EDIED, "it ended with status 5" },
		{ 0, SIGKILL, IPL_EDIED, "it was ended by signal 9 (KILL)" },
		{ 0, SIGXCPU, IPL_ELIMIT, "more CPU time than any real disk" },
		{ 0, SIGSYS, IPL_EDIED, "that its sandbox forbids" },
		{ 0, SIGBUS, IPL_ENOMEM, "no room behind the guest's memory" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ipl_process p = start(cases[i].status, cases[i].sig);
		struct ipl_err err = { 0 };

		assert_int_equal(ipl_process_reap(&p, "it", &err), cases[i].rc);
		assert_contains(err.msg, cases[i].says);
		assert_int_equal(p.pid, 0);
		assert_int_equal(killed, 0);
	}
}

static void test_status(void **state)
{
	struct ipl_process p = start(3, 0);
	int status = -1;

	(void)state;
	assert_int_equal(ipl_process_wait(&p, "it", &status, NULL), 0);
	assert_int_equal(status, 3);
}

/* A number that is no child's any more is nobody's to kill. */
static void test_somebody_else_has_waited(void **state)
{
	struct ipl_process p = start(0, 0);
	struct ipl_err err = { 0 };

	(void)state;
	assert_int_equal(waitpid(p.pid, NULL, 0), p.pid);
	assert_int_equal(ipl_process_reap(&p, "it", &err), IPL_EDIED);
	assert_contains(err.msg, "how it ended was not to be found out");
	assert_int_equal(killed, 0);
	assert_int_equal(p.pid, 0);
}

static void test_status_that_is_lost(void **state)
{
	struct ipl_process p = start(3, 0);
	struct ipl_err err = { 0 };
	int status = 77;

	(void)state;
	assert_int_equal(waitpid(p.pid, NULL, 0), p.pid);
	assert_int_equal(ipl_process_wait(&p, "it", &status, &err), IPL_ESYS);
	assert_contains(err.msg, "cannot find out how it ended");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_how_it_ended),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_somebody_else_has_waited),
		cmocka_unit_test(test_status_that_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
