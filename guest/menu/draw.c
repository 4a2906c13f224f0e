/* SPDX-License-Identifier: MIT */
/* The menu on a screen. May use: libc's freestanding headers. */
#include "ui.h"

#define LABEL_W	  12u /* "Parameters" and a margin */
#define MARGIN	  2u
#define NARROW	  60u
#define NUMBER_W  3u
#define ALL	  UINT32_MAX

/* Rows: title, list, what the entry is, status, keys. */
#define ROW_LIST 2u

struct layout {
	unsigned list_rows;
	unsigned info; /* its first row */
	unsigned params_rows;
};

static struct layout lay_out(unsigned h)
{
	struct layout l;

	l.params_rows = h >= 24 ? 4 : h >= 14 ? 2 : 1;
	/* a blank row, name and kernel, parameters, a blank row, status, keys */
	l.info = h - 3 - l.params_rows - 2;
	if (h < 14)
		l.info = h - 2 - l.params_rows - 1;
	l.list_rows = l.info - 1 > ROW_LIST ? l.info - 1 - ROW_LIST : 1;
	return l;
}

/* ---- parts */

static void put_right(struct screen *s, unsigned y, enum attr attr,
		      const char *text, unsigned after)
{
	unsigned w = (unsigned)str_columns(text), room = s->w - 1;

	if (after + 2 >= room)
		return;
	if (w > room - after - 2)
		w = room - after - 2;
	screen_put(s, room - w, y, attr, text, w);
}

static void draw_title(const struct ui *ui, struct screen *s, const char *what)
{
	unsigned x = screen_put(s, 1, 0, ATTR_PLAIN, ui->list.who,
				s->w >= NARROW ? 30 : 14);

	x = screen_put(s, x, 0, ATTR_PLAIN, what, ALL);
	put_right(s, 0, ATTR_PLAIN, ui->list.device, x);
	screen_row(s, 0, ATTR_REVERSE);
}

static void draw_keys(struct screen *s, const char *keys, const char *few)
{
	screen_put(s, 1, s->h - 1, ATTR_PLAIN, s->w >= 70 ? keys : few,
		   s->w - 2);
}

/* The first row to show, so that @at is among @rows of @n. */
static unsigned first_row(unsigned at, unsigned n, unsigned rows)
{
	unsigned first = at >= rows / 2 ? at - rows / 2 : 0;

	if (n <= rows)
		return 0;
	return first > n - rows ? n - rows : first;
}

/* "1-13 of 30" at the right of row @y. */
static void draw_range(struct screen *s, unsigned y, unsigned first,
		       unsigned rows, unsigned n)
{
	char buf[40];
	struct text t = TEXT_ON(buf);

	if (n <= rows)
		return;
	text_add_number(&t, first + 1);
	text_add(&t, "-");
	text_add_number(&t, first + rows);
	text_add(&t, " of ");
	text_add_number(&t, n);
	put_right(s, y, ATTR_PLAIN, buf, 0);
}

static void draw_entry(struct screen *s, unsigned y,
		       const struct menu_entry *e, bool is_at)
{
	const char *mark = e->is_bad ? "damaged" : e->is_default ? "default" : "";
	unsigned mark_w = (unsigned)str_len(mark), x, end;
	char buf[16];
	struct text t = TEXT_ON(buf);

	if (e->number < 10)
		text_add(&t, " ");
	text_add_number(&t, e->number);
	if (is_at)
		screen_put(s, 1, y, ATTR_PLAIN, ">", 1);
	x = screen_put(s, 1 + MARGIN, y, ATTR_PLAIN, buf, ALL) + MARGIN;
	end = s->w - 1 - (mark_w ? mark_w + 2 : 0);
	if (end > x)
		screen_put(s, x, y, ATTR_PLAIN, e->title, end - x);
	put_right(s, y, ATTR_PLAIN, mark, x);
	if (is_at) {
		screen_row(s, y, ATTR_REVERSE);
		s->cursor_x = 1;
		s->cursor_y = y;
	}
}

/* A label and text in up to @rows rows; returns the row behind it. */
static unsigned draw_field(struct screen *s, unsigned y, const char *label,
			   const char *text, unsigned rows)
{
	unsigned left = s->w >= NARROW ? 1 + LABEL_W : 1;
	struct screen_wrap wrap = { .text = text, .width = s->w - left - 1 };
	unsigned n = screen_wrap_rows(&wrap);

	if (!rows)
		return y;
	if (left > 1)
		screen_put(s, 1, y, ATTR_BOLD, label, LABEL_W);
	screen_put_wrapped(s, left, y, &wrap, 0, n < rows ? n : rows);
	if (n > rows)
		screen_put(s, s->w - 4, y + rows - 1, ATTR_PLAIN, "...", 3);
	return y + (n < rows ? n : rows);
}

/* What is worth to be seen of the selected entry. */
static void draw_info(const struct ui *ui, struct screen *s,
		      const struct layout *l)
{
	const struct menu_entry *e = &ui->list.entry[ui->at];
	unsigned y = l->info, end = l->info + 1 + l->params_rows;

	if (ui->message.len) {
		draw_field(s, y, "", ui->message.p, end - y);
		return;
	}
	if (!ui->list.n) {
		draw_field(s, y, "", "There is no program on this disk", 1);
		return;
	}
	if (e->is_bad) {
		draw_field(s, y, "Damaged", e->why, end - y);
		return;
	}
	if (str_columns(e->title) > s->w - 20)
		y = draw_field(s, y, "Name", e->title, l->params_rows);
	if (e->version[0])
		y = draw_field(s, y, "Kernel", e->version, y < end);
	if (e->cmdline[0])
		draw_field(s, y, "Parameters", e->cmdline, end - y);
}

static void draw_status(const struct ui *ui, struct screen *s)
{
	char buf[100];
	struct text t = TEXT_ON(buf);
	unsigned y = s->h - 2, x;

	if (ui->is_typing) {
		/* the end of what is typed, if it is long */
		const char *p = ui->typed.p;
		unsigned room = s->w - 1 - 8;

		while (str_columns(p) >= room)
			utf8_next(&p);
		x = screen_put(s, 1, y, ATTR_BOLD, "Start: ", ALL);
		x = screen_put(s, x, y, ATTR_PLAIN, p, ALL);
		s->cursor_x = x < s->w ? x : s->w - 1;
		s->cursor_y = y;
		return;
	}
	if (!ui->deadline_ms || ui->is_done)
		return;
	text_add(&t, "Entry ");
	text_add_number(&t, ui->list.chosen);
	text_add(&t, " is started in ");
	text_add_number(&t, ui->seconds_left);
	text_add(&t, s->w >= NARROW ? " s; any key stops that" : " s");
	screen_put(s, 1, y, ATTR_BOLD, buf, ALL);
}

/* ---- views */

static void draw_list(const struct ui *ui, struct screen *s)
{
	struct layout l = lay_out(s->h);
	unsigned first = first_row(ui->at, ui->list.n, l.list_rows);

	draw_title(ui, s, ": boot menu");
	for (unsigned i = 0; i < l.list_rows && first + i < ui->list.n; i++)
		draw_entry(s, ROW_LIST + i, &ui->list.entry[first + i],
			   first + i == ui->at);
	draw_range(s, 1, first, l.list_rows, ui->list.n);
	draw_info(ui, s, &l);
	draw_status(ui, s);
	if (ui->is_typing)
		draw_keys(s, "Enter start   Esc back   text behind the number is "
			     "added to its parameters",
			  "Enter start   Esc back");
	else
		draw_keys(s, ui->list.has_firmware
				     ? "Enter start   e edit   i details   d disks   "
				       "f firmware   ? help"
				     : "Enter start   e edit   i details   d disks   "
				       "? help",
			  "Enter start  e edit  ? help");
}

static void draw_disks(const struct ui *ui, struct screen *s)
{
	unsigned rows = s->h - 2 - ROW_LIST - 3;
	unsigned first = first_row(ui->disk_at, ui->disks.n, rows);

	draw_title(ui, s, ": disks of this VM");
	for (unsigned i = 0; i < rows && first + i < ui->disks.n; i++) {
		const struct menu_disk *d = &ui->disks.disk[first + i];
		unsigned y = ROW_LIST + i, x;
		bool is_at = first + i == ui->disk_at;

		x = screen_put(s, 1 + MARGIN, y, ATTR_PLAIN, d->name, 24);
		x = x < 18 ? 18 : x + 2;
		if (x < s->w - 1)
			screen_put(s, x, y, ATTR_PLAIN, d->text, s->w - 1 - x);
		if (!is_at)
			continue;
		screen_put(s, 1, y, ATTR_PLAIN, ">", 1);
		screen_row(s, y, ATTR_REVERSE);
		s->cursor_x = 1;
		s->cursor_y = y;
	}
	draw_range(s, 1, first, rows, ui->disks.n);
	if (ui->message.len)
		draw_field(s, s->h - 5, "", ui->message.p, 3);
	draw_keys(s, "Enter list its programs   Esc back",
		  "Enter list   Esc back");
}

/* All of @text that fits, from the row on that the user scrolled to. */
static void draw_text(struct ui *ui, struct screen *s, const char *text)
{
	struct screen_wrap wrap = { .text = text, .width = s->w - 2 };
	unsigned n = screen_wrap_rows(&wrap), rows = s->h - 2 - ROW_LIST;

	if (ui->scroll > (n > rows ? n - rows : 0))
		ui->scroll = n > rows ? n - rows : 0;
	screen_put_wrapped(s, 1, ROW_LIST, &wrap, ui->scroll,
			   n < rows ? n : rows);
	draw_range(s, 1, ui->scroll, rows, n);
	draw_keys(s, "Esc back   Up, Down scroll", "Esc back  Up/Down scroll");
	s->cursor_x = 0;
	s->cursor_y = s->h - 1;
}

static void draw_edit(const struct ui *ui, struct screen *s)
{
	struct screen_wrap wrap = { .text = ui->params.p,
				    .width = s->w - 2,
				    .cursor = ui->params.p + ui->params.at };
	unsigned n = screen_wrap_rows(&wrap);
	unsigned rows = s->h < 14 ? s->h - 6 : s->h - 9;
	unsigned first = first_row(wrap.cursor_row, n, rows);
	const struct menu_entry *e = &ui->list.entry[ui->at];
	char buf[24];
	struct text t = TEXT_ON(buf);

	draw_title(ui, s, ": kernel parameters");
	text_add(&t, "Entry ");
	text_add_number(&t, e->number);
	text_add(&t, "  ");
	screen_put(s, screen_put(s, 1, 2, ATTR_BOLD, buf, ALL), 2, ATTR_PLAIN,
		   e->title, ALL);
	screen_put_wrapped(s, 1, 4, &wrap, first, n < rows ? n : rows);
	draw_range(s, 1, first, rows, n);
	if (ui->message.len)
		draw_field(s, s->h - 5, "", ui->message.p, 3);
	draw_keys(s, "Enter start with these, this time only   Esc back   Up "
		     "original",
		  "Enter start  Esc back  Up original");
	s->cursor_x = 1 + wrap.cursor_x;
	s->cursor_y = 4 + wrap.cursor_row - first;
}

void ui_draw(struct ui *ui, struct screen *s, unsigned w, unsigned h)
{
	screen_clear(s, w, h);
	switch (ui->view) {
	case UI_EDIT:
		draw_edit(ui, s);
		break;
	case UI_DISKS:
		draw_disks(ui, s);
		break;
	case UI_DETAILS:
		draw_title(ui, s, ": details");
		draw_text(ui, s, ui->details);
		break;
	case UI_HELP:
		draw_title(ui, s, ": help");
		draw_text(ui, s, ui_help());
		break;
	default:
		draw_list(ui, s);
	}
}
