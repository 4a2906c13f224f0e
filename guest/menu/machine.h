/* SPDX-License-Identifier: MIT */
/* What the menu needs of the machine. May use: libc's freestanding headers. */
#ifndef MENU_MACHINE_H
#define MENU_MACHINE_H

#include <stdint.h>

/* Wait until the clock is at @until, or for a service signal: see start.S. */
__attribute__((visibility("hidden"))) void machine_wait(uint64_t until);

static inline uint64_t machine_clock(void)
{
	uint64_t tod;

	__asm__ volatile("stck %0" : "=Q"(tod) : : "cc");
	return tod;
}

/* Units of the clock: bit 51 is a microsecond. */
#define CLOCK_MS(n) ((uint64_t)(n) * 4096000)

static inline uint64_t machine_ms(void)
{
	return machine_clock() / CLOCK_MS(1);
}

/* Service call; the condition code. */
static inline int machine_servc(uint32_t command, void *sccb)
{
	int cc;

	__asm__ volatile(".insn rre,0xb2200000,%1,%2\n\t"
			 "ipm %0\n\t"
			 "srl %0,28"
			 : "=&d"(cc)
			 : "d"((uint64_t)command), "a"(sccb)
			 : "cc", "memory");
	return cc;
}

#endif
