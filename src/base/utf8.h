/* SPDX-License-Identifier: MIT */
/* Characters in text from outside.
 * May use: libc only. */
#ifndef IPL_BASE_UTF8_H
#define IPL_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decode one character of UTF-8 at @p, which a NUL ends. Returns its length,
 * or 0 when it is none (cut off, too long for what it says, a surrogate). */
size_t ipl_utf8_decode(const unsigned char *p, uint32_t *ret);

/* Whether a terminal only shows it: no control character, nothing that turns
 * the direction of writing. */
bool ipl_utf8_is_printable(uint32_t c);

/* Put '?' for every byte of @text that is not part of such a character. */
void ipl_utf8_disarm(char *text);

#endif
