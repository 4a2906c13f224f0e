/* SPDX-License-Identifier: MIT */
/* Text from outside on its way to a terminal or into JSON.
 * May use: libc only. */
#ifndef IPL_CLI_TEXT_H
#define IPL_CLI_TEXT_H

#include <stdint.h>
#include <stdio.h>

/* @text fit for a terminal: control characters, characters that turn the
 * direction of writing, and bytes that are no character in the terminal's
 * character set become "\x1b". The caller frees; NULL when out of memory. */
char *ipl_text_printable(const char *text);

/* @text as UTF-8: bytes that are none become U+FFFD. The caller frees; NULL
 * when out of memory. */
char *ipl_text_utf8(const char *text);

/* Write JSON @json, which is UTF-8, with everything that a terminal might act on
 * in the form "\u009b": a JSON library leaves some of that as it is. */
void ipl_text_put_json(const char *json, FILE *to);

/* "4.8 MiB" into @buf; "" for 0. */
#define IPL_TEXT_SIZE 16
const char *ipl_text_size(uint64_t bytes, char buf[IPL_TEXT_SIZE]);

#endif
