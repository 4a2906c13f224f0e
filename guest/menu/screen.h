/* SPDX-License-Identifier: MIT */
/* A screen of characters to be drawn on. May use: libc's freestanding
 * headers. */
#ifndef MENU_SCREEN_H
#define MENU_SCREEN_H

#include <stdint.h>

/* Larger terminals are used up to here, smaller ones only as far as they go. */
#define SCREEN_MAX_W 160u
#define SCREEN_MAX_H 60u
#define SCREEN_MIN_W 20u
#define SCREEN_MIN_H 8u

enum attr { ATTR_PLAIN, ATTR_BOLD, ATTR_REVERSE };

/* A cell: a character, its attribute above. 0 is what a wide character to the
 * left covers. */
#define CELL_CHAR(cell)	      ((cell)&0x1fffff)
#define CELL_ATTR(cell)	      ((cell) >> 24)
#define CELL(character, attr) ((uint32_t)(character) | (uint32_t)(attr) << 24)

struct screen {
	unsigned w, h;
	unsigned cursor_x, cursor_y;
	uint32_t cell[SCREEN_MAX_H * SCREEN_MAX_W]; /* row by row, w each */
};

/* Make it blank, of this size or the next that can be. */
void screen_clear(struct screen *s, unsigned w, unsigned h);

/* Put UTF-8 text at column @x of row @y, @max columns at the most; a text that
 * is longer ends in "...". Returns the column behind it. */
unsigned screen_put(struct screen *s, unsigned x, unsigned y, enum attr attr,
		    const char *text, unsigned max);

/* Give all of row @y an attribute. */
void screen_row(struct screen *s, unsigned y, enum attr attr);

/* Text that is wrapped at a width, at blanks where there are any. The cursor may
 * be in the column behind. */
struct screen_wrap {
	const char *text;
	unsigned width;
	const char *cursor; /* find where this is, may be NULL */
	unsigned cursor_x, cursor_row;
};

/* How many rows the text takes: lines end at '\n', long ones go on in the next
 * row. Finds the cursor. */
unsigned screen_wrap_rows(struct screen_wrap *wrap);

/* Put rows [@from, @from + @n) of it at row @y and column @x. */
void screen_put_wrapped(struct screen *s, unsigned x, unsigned y,
			const struct screen_wrap *wrap, unsigned from,
			unsigned n);

#endif
