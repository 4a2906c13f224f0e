/* SPDX-License-Identifier: MIT */
/* A line of text that is edited. May use: libc's freestanding headers. */
#ifndef MENU_EDIT_H
#define MENU_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* UTF-8 with a NUL behind it; the cursor is at a character's first byte. */
struct edit {
	char *p;
	size_t size; /* of the buffer */
	size_t len;
	size_t at; /* cursor */
};

/* Begin with @s, cursor at the end. False, and nothing done, if that has no
 * room. */
bool edit_set(struct edit *e, const char *s);

/* Act on a key; false if it is none that edits, or if there is no room. */
bool edit_key(struct edit *e, uint32_t key);

#endif
