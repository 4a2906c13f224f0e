/* SPDX-License-Identifier: MIT */
/* How much time has passed.
 * May use: libc only. */
#include "base/clock.h"

#include <time.h>

uint64_t ipl_clock_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

uint64_t ipl_clock_ms(void)
{
	return ipl_clock_us() / 1000;
}
