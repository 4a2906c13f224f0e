/* SPDX-License-Identifier: MIT */
/* A terminal that knows a few sequences of the VT100: shows a screen with as
 * little output as will do. May use: libc's freestanding headers. */
#include "term.h"

#include "lib.h"

/* Save the cursor, go far beyond the last character, ask where that was,
 * restore. */
#define ASK_SIZE "\0337\033[999;999H\033[6n\0338"
#define CLEAR	 "\033[0m\033[2J"

static void flush(struct term *t)
{
	if (t->n)
		t->write(t->ctx, t->out, t->n);
	t->n = 0;
}

static void put(struct term *t, const char *p, size_t n)
{
	if (n > sizeof(t->out) - t->n)
		flush(t);
	for (size_t i = 0; i < n; i++)
		t->out[t->n++] = p[i];
}

static void put_str(struct term *t, const char *s)
{
	put(t, s, str_len(s));
}

static void put_number(struct term *t, unsigned n)
{
	char buf[24];
	struct text text = TEXT_ON(buf);

	text_add_number(&text, n);
	put(t, buf, text.len);
}

static void move(struct term *t, unsigned x, unsigned y)
{
	put_str(t, "\033[");
	put_number(t, y + 1);
	put_str(t, ";");
	put_number(t, x + 1);
	put_str(t, "H");
}

static void set_attr(struct term *t, enum attr attr)
{
	if (attr == t->attr)
		return;
	put_str(t, attr == ATTR_REVERSE ? "\033[0;7m"
		   : attr == ATTR_BOLD	? "\033[0;1m"
					: "\033[0m");
	t->attr = attr;
}

/* Cells [@from, @to) of a row. */
static void put_cells(struct term *t, const uint32_t *cell, unsigned from,
		      unsigned to)
{
	char buf[4];

	for (unsigned x = from; x < to; x++) {
		uint32_t c = CELL_CHAR(cell[x]);

		if (!c)
			continue; /* the other half of a wide one */
		set_attr(t, (enum attr)CELL_ATTR(cell[x]));
		put(t, buf, utf8_put(c, buf));
	}
}

static void show_row(struct term *t, const struct screen *s, unsigned y)
{
	const uint32_t *cell = &s->cell[y * s->w];
	const uint32_t *old = &t->shown.cell[y * s->w];
	unsigned from = 0, to = s->w;

	while (from < to && cell[from] == old[from])
		from++;
	while (to > from && cell[to - 1] == old[to - 1])
		to--;
	if (from == to)
		return;
	while (from > 0 && !CELL_CHAR(cell[from]))
		from--;
	move(t, from, y);
	put_cells(t, cell, from, to);
}

void term_ask_size(struct term *t)
{
	put_str(t, ASK_SIZE);
	flush(t);
}

void term_show(struct term *t, const struct screen *s)
{
	if (!t->is_drawn || t->shown.w != s->w || t->shown.h != s->h) {
		put_str(t, CLEAR);
		t->attr = ATTR_PLAIN;
		screen_clear(&t->shown, s->w, s->h);
	}
	for (unsigned y = 0; y < s->h; y++)
		show_row(t, s, y);
	set_attr(t, ATTR_PLAIN);
	move(t, s->cursor_x, s->cursor_y);
	flush(t);
	t->shown = *s;
	t->is_drawn = true;
}

void term_forget(struct term *t)
{
	t->is_drawn = false;
}

void term_leave(struct term *t)
{
	if (!t->is_drawn)
		return;
	move(t, 0, t->shown.h - 1);
	put_str(t, "\033[0m\r\n");
	flush(t);
	t->is_drawn = false;
}
