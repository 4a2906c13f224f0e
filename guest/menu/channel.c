/* SPDX-License-Identifier: MIT */
/* Channel I/O, one program at a time. z/Architecture
 * Principles of Operation, chapters 13 to 16. May use: libc's freestanding
 * headers. */
#include "channel.h"

#include "machine.h"
#include "sclp.h"

#include <stddef.h>

#define SCHID_FIRST	0x00010000u
#define SUBCHANNELS	0x10000u
#define SENSE_ID	0xe4
#define FORMAT_1	0x00800000u
#define PREFETCH	0x00400000u
#define ALL_PATHS	0x0000ff00u
#define ENABLED		0x00800000u /* in the second word of a SCHIB */
#define DEVICE_VALID	0x00010000u
#define CHANNEL_END	0x08
#define DEVICE_END	0x04
#define PATIENCE	CLOCK_MS(1000)

struct schib {
	uint32_t parm;
	uint32_t flags;
	uint32_t rest[11];
} __attribute__((aligned(8)));

struct orb {
	uint32_t parm;
	uint32_t flags;
	uint32_t ccw;
	uint32_t rest[5];
} __attribute__((aligned(8)));

struct irb {
	uint32_t scsw[2];
	uint8_t device_status;
	uint8_t channel_status;
	uint16_t count;
	uint32_t rest[21];
} __attribute__((aligned(8)));

#define CONDITION_CODE "ipm %0\n\tsrl %0,28"

static int stsch(uint32_t schid, struct schib *schib)
{
	register uint64_t r1 __asm__("1") = schid;
	int cc;

	__asm__ volatile("stsch %1\n\t" CONDITION_CODE
			 : "=d"(cc), "=Q"(*schib)
			 : "d"(r1)
			 : "cc");
	return cc;
}

static int msch(uint32_t schid, const struct schib *schib)
{
	register uint64_t r1 __asm__("1") = schid;
	int cc;

	__asm__ volatile("msch %2\n\t" CONDITION_CODE
			 : "=d"(cc)
			 : "d"(r1), "Q"(*schib)
			 : "cc");
	return cc;
}

static int ssch(uint32_t schid, const struct orb *orb)
{
	register uint64_t r1 __asm__("1") = schid;
	int cc;

	__asm__ volatile("ssch %2\n\t" CONDITION_CODE
			 : "=d"(cc)
			 : "d"(r1), "Q"(*orb)
			 : "cc", "memory");
	return cc;
}

static int tsch(uint32_t schid, struct irb *irb)
{
	register uint64_t r1 __asm__("1") = schid;
	int cc;

	__asm__ volatile("tsch %1\n\t" CONDITION_CODE
			 : "=d"(cc), "=Q"(*irb)
			 : "d"(r1)
			 : "cc", "memory");
	return cc;
}

bool channel_enable(uint32_t schid, bool on)
{
	struct schib schib;

	if (stsch(schid, &schib))
		return false;
	schib.flags = on ? schib.flags | ENABLED : schib.flags & ~ENABLED;
	return msch(schid, &schib) == 0;
}

bool channel_run(uint32_t schid, const struct channel_ccw *ccws,
		 uint64_t patience, struct channel_status *ret)
{
	struct orb orb = { .flags = FORMAT_1 | PREFETCH | ALL_PATHS,
			   .ccw = (uint32_t)(uintptr_t)ccws };
	uint64_t end = machine_clock() + patience;
	struct irb irb;

	*ret = (struct channel_status){ .ended = false };
	if (ssch(schid, &orb))
		return false;
	while (tsch(schid, &irb)) {
		if (machine_clock() > end)
			return false;
		sclp_wait(machine_clock() + CLOCK_MS(1));
	}
	ret->ended = true;
	ret->device = irb.device_status;
	ret->channel = irb.channel_status;
	return ret->device == (CHANNEL_END | DEVICE_END) && !ret->channel;
}

bool channel_io(uint32_t schid, uint8_t command, void *data, uint16_t n)
{
	struct channel_ccw ccw = { .command = command,
				   .flags = CHANNEL_SLI,
				   .count = n,
				   .data = (uint32_t)(uintptr_t)data };
	struct channel_status status;

	return channel_run(schid, &ccw, PATIENCE, &status);
}

static bool is_wanted(uint32_t schid, uint16_t cu_type, uint8_t cu_model)
{
	uint8_t id[8] = { 0 };

	return channel_io(schid, SENSE_ID, id, 7) && id[0] == 0xff &&
	       (id[1] << 8 | id[2]) == cu_type && id[3] == cu_model;
}

uint32_t channel_find(uint16_t cu_type, uint8_t cu_model)
{
	struct schib schib;

	for (uint32_t i = 0; i < SUBCHANNELS; i++) {
		uint32_t schid = SCHID_FIRST + i;

		if (stsch(schid, &schib))
			return 0;
		if (!(schib.flags & DEVICE_VALID) || !channel_enable(schid, true))
			continue;
		if (is_wanted(schid, cu_type, cu_model))
			return schid;
		channel_enable(schid, false);
	}
	return 0;
}

void channel_close(uint32_t schid)
{
	channel_enable(schid, false);
}
