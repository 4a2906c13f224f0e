/* SPDX-License-Identifier: MIT */
/* Channel I/O, one program at a time. z/Architecture
 * Principles of Operation, chapters 13 to 16. May use: libc's freestanding
 * headers. */
#ifndef MENU_CHANNEL_H
#define MENU_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

/* A channel command of format 1. */
struct channel_ccw {
	uint8_t command;
	uint8_t flags;
	uint16_t count;
	uint32_t data;
} __attribute__((aligned(8)));

#define CHANNEL_CHAIN 0x40 /* flags: go on with the next command, */
#define CHANNEL_SLI   0x20 /* any length is right */

/* How a channel program ended. */
struct channel_status {
	bool ended; /* false: it was not started, or there was no answer */
	uint8_t device;
	uint8_t channel;
};

/* Find and enable the first subchannel whose control unit has this type and
 * model; 0: there is none. Only in the first subchannel set. */
uint32_t channel_find(uint16_t cu_type, uint8_t cu_model);

/* Enable the subchannel, or disable it. */
bool channel_enable(uint32_t schid, bool on);

/* Execute the program @ccws, and wait for its end, @patience of the clock at the
 * most; true when it ended well. */
bool channel_run(uint32_t schid, const struct channel_ccw *ccws,
		 uint64_t patience, struct channel_status *ret);

/* Execute one command with @n bytes of data; true when it ended well. */
bool channel_io(uint32_t schid, uint8_t command, void *data, uint16_t n);

/* Disable the subchannel again. */
void channel_close(uint32_t schid);

#endif
