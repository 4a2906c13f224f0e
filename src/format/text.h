/* SPDX-License-Identifier: MIT */
/* Text files from outside, line by line: parts of spans, nothing is copied.
 * May use: base. */
#ifndef IPL_FORMAT_TEXT_H
#define IPL_FORMAT_TEXT_H

#include "base/span.h"

/* A walk over lines; zeros but for @in begin it. */
struct ipl_lines {
	struct ipl_span in;
	size_t at;
	unsigned number; /* of the line that was returned last, from 1 */
};

/* The next line without its end, and without a carriage return there; false
 * when there are no more. */
bool ipl_lines_next(struct ipl_lines *lines, struct ipl_span *ret);

/* Blanks and tabs. */
bool ipl_is_blank(uint8_t c);

/* @text without blanks and tabs at either end. */
struct ipl_span ipl_span_trim(struct ipl_span text);

/* The first word of @text up to a blank; @text becomes what follows, without
 * blanks in front. Empty when there is none. */
struct ipl_span ipl_span_word(struct ipl_span *text);

bool ipl_span_is(struct ipl_span a, const char *text);
bool ipl_span_same(struct ipl_span a, struct ipl_span b);

/* By bytes, a shorter one first: <0, 0, >0. */
int ipl_span_compare(struct ipl_span a, struct ipl_span b);

/* A decimal number of digits only, at most @max: false when it is none. */
bool ipl_span_number(struct ipl_span text, uint64_t max, uint64_t *ret);

/* For "%.*s": at most @max bytes, and none that a terminal would obey. */
int ipl_span_shown(struct ipl_span text, size_t max);
#define IPL_SPAN_ARG(s) ipl_span_shown(s, 120), (const char *)(s).p

#endif
