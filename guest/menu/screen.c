/* SPDX-License-Identifier: MIT */
/* A screen of characters to be drawn on. May use: libc's freestanding
 * headers. */
#include "screen.h"

#include "lib.h"

#define DOTS 3u

static unsigned within(unsigned n, unsigned least, unsigned most)
{
	return n < least ? least : n > most ? most : n;
}

void screen_clear(struct screen *s, unsigned w, unsigned h)
{
	s->w = within(w, SCREEN_MIN_W, SCREEN_MAX_W);
	s->h = within(h, SCREEN_MIN_H, SCREEN_MAX_H);
	s->cursor_x = s->cursor_y = 0;
	for (unsigned i = 0; i < s->w * s->h; i++)
		s->cell[i] = CELL(' ', ATTR_PLAIN);
}

/* One character if it fits before column @end; the column behind it. */
static unsigned put_char(struct screen *s, unsigned x, unsigned y,
			 enum attr attr, uint32_t c, unsigned end)
{
	unsigned columns = char_columns(c);
	uint32_t *cell = &s->cell[y * s->w + x];

	if (x + columns > end || !columns)
		return x;
	cell[0] = CELL(c, attr);
	if (columns == 2)
		cell[1] = CELL(0, attr);
	return x + columns;
}

unsigned screen_put(struct screen *s, unsigned x, unsigned y, enum attr attr,
		    const char *text, unsigned max)
{
	unsigned end = max < s->w - x ? x + max : s->w, stop = end;
	uint32_t c;

	if (x >= s->w || y >= s->h)
		return x;
	if (str_columns(text) > end - x && end - x > DOTS)
		stop = end - DOTS;
	while ((c = utf8_next(&text)) != 0) {
		if (x + char_columns(c) > stop)
			break;
		x = put_char(s, x, y, attr, c, stop);
	}
	for (; stop < end && x < end; x++)
		s->cell[y * s->w + x] = CELL(x < stop + DOTS ? '.' : ' ', attr);
	return x;
}

void screen_row(struct screen *s, unsigned y, enum attr attr)
{
	for (unsigned x = 0; x < s->w; x++)
		s->cell[y * s->w + x] =
			CELL(CELL_CHAR(s->cell[y * s->w + x]), attr);
}

/* Columns of the word that begins at @text. */
static unsigned word_columns(const char *text)
{
	unsigned n = 0;

	while (*text && *text != ' ' && *text != '\n')
		n += char_columns(utf8_next(&text));
	return n;
}

/* Walk through the text, put what is in the rows asked for (@s may be NULL).
 * Words that do not fit begin a row, blanks at its end are not to be seen. */
static unsigned walk(struct screen *s, unsigned left, unsigned y,
		     const struct screen_wrap *wrap, unsigned from, unsigned n,
		     unsigned *cursor_x, unsigned *cursor_row)
{
	const char *text = wrap->text, *here = text;
	unsigned x = 0, row = 0;
	bool in_word = false;

	for (;; here = text) {
		uint32_t c = *text == '\n' ? '\n' : utf8_next(&text);
		unsigned columns = c && c != '\n' ? char_columns(c) : 0;
		bool is_word = c && c != ' ' && c != '\n';
		unsigned word = is_word && !in_word ? word_columns(here) : 0;

		if (is_word && (x + columns > wrap->width ||
				(word <= wrap->width && x + word > wrap->width))) {
			x = 0;
			row++;
		}
		in_word = is_word;
		if (here == wrap->cursor) {
			*cursor_x = x;
			*cursor_row = row;
		}
		if (!c)
			return row + 1;
		if (c == '\n') {
			text++;
			x = 0;
			row++;
			continue;
		}
		if (x + columns > wrap->width)
			continue; /* a blank */
		if (s && row >= from && row - from < n)
			put_char(s, left + x, y + row - from, ATTR_PLAIN, c,
				 left + wrap->width);
		x += columns;
	}
}

unsigned screen_wrap_rows(struct screen_wrap *wrap)
{
	return walk(NULL, 0, 0, wrap, 0, 0, &wrap->cursor_x, &wrap->cursor_row);
}

void screen_put_wrapped(struct screen *s, unsigned x, unsigned y,
			const struct screen_wrap *wrap, unsigned from,
			unsigned n)
{
	unsigned ignored;

	if (x + wrap->width <= s->w && y + n <= s->h)
		walk(s, x, y, wrap, from, n, &ignored, &ignored);
}
