/* SPDX-License-Identifier: MIT */
/* Strings for the menu, with bounds. May use: libc's freestanding headers. */
#ifndef MENU_LIB_H
#define MENU_LIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text under construction; what has no room is left out. Always ends with a
 * NUL. */
struct text {
	char *p;
	size_t size;
	size_t len;
};

#define TEXT_ON(array) { (array), sizeof(array), 0 }

void text_clear(struct text *t);
void text_add(struct text *t, const char *s);
void text_add_n(struct text *t, const char *s, size_t n);
/* The same, with U+FFFD for what is no UTF-8 and for control characters. */
void text_add_clean(struct text *t, const char *s);
void text_add_number(struct text *t, uint64_t n);

size_t str_len(const char *s);
bool str_same(const char *a, const char *b);

/* One character of UTF-8 at *@s, which is advanced; 0 at the end. What is no
 * UTF-8, and what would move a cursor, is U+FFFD. */
uint32_t utf8_next(const char **s);

/* @c as UTF-8: how many bytes of @buf. */
size_t utf8_put(uint32_t c, char buf[4]);

/* Columns of a terminal that @c takes: 0 to 2. */
unsigned char_columns(uint32_t c);

/* Columns of all of @s. */
size_t str_columns(const char *s);

/* A decimal number at *@s, which is advanced; -1 if there is none, or one of
 * more than 8 digits. */
long parse_number(const char **s);

#endif
