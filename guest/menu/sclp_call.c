/* SPDX-License-Identifier: MIT */
/* Calls of the service-call logical processor, and waiting for their end.
 * May use: libc's freestanding headers. */
#include "sclp_call.h"

#include "machine.h"
#include "sclp.h"

#define RESPONSE_READ 0x0010 /* all is well, for information, */
#define RESPONSE_OK   0x0020 /* and for all else */
#define CC_BUSY	      2

#define EXT_SERVICE   0x2401
#define EVENT_PENDING 1 /* in the parameter of that interruption */

uint8_t sclp_page[SCLP_PAGE] __attribute__((aligned(SCLP_PAGE)));

static bool pending; /* a signal told of events */

/* Lowcore of whatever prefix is set. */
static uint16_t take_ext_code(void)
{
	uint32_t code;

	__asm__ volatile("lh %0,0x86(0)\n\t"
			 "xc 0x86(2,0),0x86(0)"
			 : "=d"(code)
			 :
			 : "cc", "memory");
	return (uint16_t)code;
}

static uint32_t ext_parameter(void)
{
	uint32_t parameter;

	__asm__ volatile("l %0,0x80(0)" : "=d"(parameter) : : "memory");
	return parameter;
}

static bool wait_signal(uint64_t until)
{
	machine_wait(until);
	if (take_ext_code() != EXT_SERVICE)
		return false;
	if (ext_parameter() & EVENT_PENDING)
		pending = true;
	return true;
}

void sclp_wait(uint64_t until)
{
	if (!pending)
		wait_signal(until);
}

bool sclp_call(uint32_t command)
{
	uint64_t end = machine_clock() + CLOCK_MS(1000);
	struct sclp_header *h = (struct sclp_header *)sclp_page;

	while (machine_servc(command, sclp_page) == CC_BUSY) {
		wait_signal(machine_clock() + CLOCK_MS(10));
		if (machine_clock() > end)
			return false;
	}
	while (!wait_signal(end) && machine_clock() < end)
		;
	return (h->response & 0xff) == RESPONSE_OK ||
	       (h->response & 0xff) == RESPONSE_READ;
}

bool sclp_take_pending(void)
{
	bool was = pending;

	pending = false;
	return was;
}
