/* SPDX-License-Identifier: MIT */
/* The service-call logical processor: its event buffers, and waiting for it.
 * Layouts: QEMU, include/hw/s390x/event-facility.h; Linux,
 * drivers/s390/char/sclp.h. May use: libc's freestanding headers. */
#ifndef MENU_SCLP_H
#define MENU_SCLP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCLP_COMMAND 0x01 /* event types: what an operator typed, */
#define SCLP_MESSAGE 0x02 /* lines for one, */
#define SCLP_ASCII   0x1a /* and a terminal's characters */

/* Room for the data of one event. */
#define SCLP_DATA_MAX 4000u

/* As much of one that came is kept. */
#ifndef SCLP_INPUT_MAX
#define SCLP_INPUT_MAX SCLP_DATA_MAX
#endif

/* Wait until the clock is at @until, or for a service signal. */
void sclp_wait(uint64_t until);

/* Tell which events we take; whether the machine takes and gives events of
 * @type. */
bool sclp_has(uint8_t type);
bool sclp_gives(uint8_t type);

/* Send one event with @n bytes of data. */
void sclp_send(uint8_t type, const void *data, size_t n);

/* Look for events that came. Afterwards sclp_input has what came for a type: its
 * data, until the next call. */
void sclp_receive(void);
const uint8_t *sclp_input(uint8_t type, size_t *ret_n);

#endif
