/* SPDX-License-Identifier: MIT */
/* Keys out of the bytes that a terminal sends. May use: libc's freestanding
 * headers. */
#ifndef MENU_KEYS_H
#define MENU_KEYS_H

#include <stdbool.h>
#include <stdint.h>

/* A key is a character (Unicode) or one of these. */
enum key {
	KEY_NONE = 0,
	KEY_ENTER = 0x110000, /* above Unicode */
	KEY_ESCAPE,
	KEY_BACKSPACE,
	KEY_DELETE,
	KEY_UP,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_KILL_LEFT,	/* Ctrl-U */
	KEY_KILL_RIGHT, /* Ctrl-K */
	KEY_KILL_WORD,	/* Ctrl-W */
	KEY_REDRAW,	/* Ctrl-L */
	KEY_OTHER,	/* one that means nothing here */
	KEY_POSITION,	/* no key: the terminal says where its cursor is */
};

/* An escape sequence may come in parts. */
struct keys {
	enum { KEYS_PLAIN, KEYS_ESC, KEYS_CSI, KEYS_SS3 } state;
	unsigned param[2]; /* of a control sequence; of KEY_POSITION: row, column */
	unsigned n_params;
	uint32_t c; /* UTF-8 so far */
	unsigned more;
	bool after_cr; /* a line feed now belongs to it */
};

/* The key that byte @c completes, or KEY_NONE. */
uint32_t keys_take(struct keys *k, uint8_t c);

/* Nothing came for a while: the key that is left (KEY_ESCAPE), or KEY_NONE. */
uint32_t keys_timeout(struct keys *k);

#endif
