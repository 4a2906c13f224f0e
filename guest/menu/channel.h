/* SPDX-License-Identifier: MIT */
/* Channel I/O, one command at a time, without interruptions. z/Architecture
 * Principles of Operation, chapters 13 to 16. May use: libc's freestanding
 * headers. */
#ifndef MENU_CHANNEL_H
#define MENU_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

/* Find and enable the first subchannel whose control unit has this type and
 * model; 0: there is none. Only in the first subchannel set. */
uint32_t channel_find(uint16_t cu_type, uint8_t cu_model);

/* Execute one command with @n bytes of data; true when it ended well. */
bool channel_io(uint32_t schid, uint8_t command, void *data, uint16_t n);

/* Disable the subchannel again. */
void channel_close(uint32_t schid);

#endif
