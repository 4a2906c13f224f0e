/* SPDX-License-Identifier: MIT */
/* A terminal that knows a few sequences of the VT100: shows a screen with as
 * little output as will do. May use: libc's freestanding headers. */
#ifndef MENU_TERM_H
#define MENU_TERM_H

#include "screen.h"

#include <stdbool.h>
#include <stddef.h>

struct term {
	void (*write)(void *ctx, const char *p, size_t n);
	void *ctx;
	bool is_drawn; /* shown is what the terminal shows */
	enum attr attr;
	size_t n;
	char out[256];
	struct screen shown;
};

/* Ask the terminal how large it is: it answers with the position of its last
 * character (KEY_POSITION), or not at all if it is none. */
void term_ask_size(struct term *t);

/* Show @s. */
void term_show(struct term *t, const struct screen *s);

/* Forget what it shows: the next time all is drawn. */
void term_forget(struct term *t);

/* Leave it to others: cursor below all that is shown. */
void term_leave(struct term *t);

#endif
