/* SPDX-License-Identifier: MIT */
/* To be preloaded: for s390-ipl time passes 60 times as fast as it does; if FAST_CLOCK is
 * set, only as long as the file of that name is there. QEMU, which it becomes, keeps its
 * clock, and so does whoever sleeps or waits in the kernel. Not for several threads. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define TIMES 60
#define S     INT64_C(1000000000)

static int is_fast(void)
{
	const char *path = getenv("FAST_CLOCK");

	return !strcmp(program_invocation_short_name, "s390-ipl") &&
	       (!path || access(path, F_OK) == 0);
}

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	static int64_t last, gained;
	int rc = (int)syscall(SYS_clock_gettime, clock, ts);
	int before = errno;
	int64_t now;

	if (rc || clock != CLOCK_MONOTONIC)
		return rc;
	now = ts->tv_sec * S + ts->tv_nsec;
	if (last && is_fast())
		gained += (now - last) * (TIMES - 1);
	last = now;
	ts->tv_sec = (time_t)((now + gained) / S);
	ts->tv_nsec = (long)((now + gained) % S);
	errno = before;
	return 0;
}
