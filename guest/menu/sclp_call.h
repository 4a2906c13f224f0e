/* SPDX-License-Identifier: MIT */
/* Calls of the service-call logical processor, one at a time.
 * May use: libc's freestanding headers. */
#ifndef MENU_SCLP_CALL_H
#define MENU_SCLP_CALL_H

#include <stdbool.h>
#include <stdint.h>

#define SCLP_PAGE 4096u

/* What a control block begins with. */
struct sclp_header {
	uint16_t length;
	uint8_t function;
	uint8_t control[3];
	uint16_t response;
};

/* The control block of all calls. */
__attribute__((visibility("hidden"))) extern uint8_t sclp_page[SCLP_PAGE];

/* Make the call @command with that, and wait for its end, a second at the most.
 * True: the answer is that all is well. */
bool sclp_call(uint32_t command);

/* Whether a signal told of events since this was last asked. */
bool sclp_take_pending(void);

#endif
