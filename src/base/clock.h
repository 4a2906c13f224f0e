/* SPDX-License-Identifier: MIT */
/* How much time has passed: by a clock that nobody can set.
 * May use: libc only. */
#ifndef IPL_BASE_CLOCK_H
#define IPL_BASE_CLOCK_H

#include <stdint.h>

/* Of a clock that starts somewhere and is never stepped. */
uint64_t ipl_clock_us(void);
uint64_t ipl_clock_ms(void);

#endif
