/* SPDX-License-Identifier: MIT */
/* The menu on several consoles: who types first leads. Knows no machine.
 * May use: libc's freestanding headers. */
#include "menu.h"

#include "plain.h"

static void seat_write(void *ctx, const char *p, size_t n)
{
	struct seat *seat = ctx;

	seat->console->write(seat->console, p, n);
}

static void seat_print(void *ctx, const char *text)
{
	seat_write(ctx, text, str_len(text));
}

static struct plain_out plain_of(struct seat *seat)
{
	return (struct plain_out){ .print = seat_print, .ctx = seat };
}

static bool may_show(const struct menu *m, const struct seat *seat)
{
	return !m->leader || m->leader == seat;
}

/* Show what has changed. */
static void refresh(struct menu *m, struct seat *seat)
{
	if (seat->mode != SEAT_SCREEN || !may_show(m, seat))
		return;
	ui_draw(&m->ui, &m->screen, seat->w, seat->h);
	term_show(&seat->term, &m->screen);
}

static void become_plain(struct menu *m, struct seat *seat)
{
	struct plain_out out = plain_of(seat);

	seat->mode = SEAT_PLAIN;
	plain_show(&m->ui, &out);
	plain_prompt(&m->ui, &out);
}

/* The terminal has told the place of its last character. */
static void become_screen(struct menu *m, struct seat *seat)
{
	seat->w = seat->keys.param[1];
	seat->h = seat->keys.param[0];
	if (seat->w < SCREEN_MIN_W || seat->h < SCREEN_MIN_H)
		return;
	seat->mode = SEAT_SCREEN;
	term_forget(&seat->term);
	refresh(m, seat);
}

/* The others are told why nothing more happens there. */
static void take_lead(struct menu *m, struct seat *leader)
{
	m->leader = leader;
	ui_stop_countdown(&m->ui);
	for (unsigned i = 0; i < m->n; i++) {
		struct seat *seat = &m->seats[i];

		if (seat == leader)
			continue;
		if (seat->mode == SEAT_SCREEN)
			term_leave(&seat->term);
		seat->mode = SEAT_LEFT;
		seat_print(seat, "\nThe boot menu is used on another console.\n");
	}
}

/* ---- a console without a screen */

/* Line mode: lines are whole, and shown already. */
static void echo(struct seat *seat, const char *p, size_t n)
{
	if (!seat->console->is_lines)
		seat_write(seat, p, n);
}

static void key_plain(struct menu *m, struct seat *seat, uint32_t key)
{
	struct plain_out out = plain_of(seat);
	struct edit *line = &seat->line;
	size_t before = line->len;
	char buf[4];

	switch (key) {
	case KEY_ENTER:
		echo(seat, "\n", 1);
		plain_line(&m->ui, line->p, &out);
		edit_set(line, "");
		return;
	case KEY_BACKSPACE:
		if (line->len && edit_key(line, key))
			echo(seat, "\b \b", 3);
		return;
	case KEY_KILL_LEFT:
		while (line->len) {
			edit_key(line, KEY_BACKSPACE);
			echo(seat, "\b \b", 3);
		}
		return;
	default:
		if (key >= ' ' && key < KEY_ENTER && edit_key(line, key) &&
		    line->len > before)
			echo(seat, buf, utf8_put(key, buf));
	}
}

/* ---- all */

void menu_add_console(struct menu *m, struct console *c)
{
	struct seat *seat = &m->seats[m->n];

	if (!c || m->n == MENU_SEATS)
		return;
	m->n++;
	seat->menu = m;
	seat->console = c;
	seat->line = (struct edit){ seat->line_buf, sizeof(seat->line_buf), 0,
				    0 };
	seat->term.write = seat_write;
	seat->term.ctx = seat;
}

void menu_begin(struct menu *m, struct menu_host *host, uint64_t now_ms)
{
	ui_begin(&m->ui, host, now_ms);
	for (unsigned i = 0; i < m->n; i++) {
		struct seat *seat = &m->seats[i];

		seat->asked_ms = now_ms;
		if (seat->console->is_lines)
			become_plain(m, seat);
		else
			term_ask_size(&seat->term);
	}
}

static void take_key(struct menu *m, struct seat *seat, uint32_t key)
{
	if (key == KEY_POSITION) {
		if (!seat->console->is_lines && seat->mode != SEAT_LEFT)
			become_screen(m, seat);
		return;
	}
	if (seat->mode == SEAT_ASKED)
		become_plain(m, seat);
	if (!m->leader)
		take_lead(m, seat);
	if (m->leader != seat)
		return;
	if (seat->mode == SEAT_PLAIN) {
		key_plain(m, seat, key);
		return;
	}
	if (key == KEY_REDRAW) {
		term_forget(&seat->term);
		term_ask_size(&seat->term);
	}
	ui_key(&m->ui, key);
}

void menu_input(struct menu *m, struct seat *seat, const char *p, size_t n,
		uint64_t now_ms)
{
	for (size_t i = 0; i < n && !m->ui.is_done; i++) {
		uint32_t key = keys_take(&seat->keys, (uint8_t)p[i]);

		if (key != KEY_NONE)
			take_key(m, seat, key);
	}
	seat->input_ms = now_ms;
	refresh(m, seat);
}

static bool is_half_key(const struct seat *seat)
{
	return seat->keys.state != KEYS_PLAIN;
}

void menu_tick(struct menu *m, uint64_t now_ms)
{
	bool changed = ui_tick(&m->ui, now_ms);

	for (unsigned i = 0; i < m->n; i++) {
		struct seat *seat = &m->seats[i];
		uint32_t key = KEY_NONE;

		if (is_half_key(seat) && now_ms - seat->input_ms >= MENU_ESCAPE_MS)
			key = keys_timeout(&seat->keys);
		if (key != KEY_NONE)
			take_key(m, seat, key);
		if (seat->mode == SEAT_ASKED &&
		    now_ms - seat->asked_ms >= MENU_ANSWER_MS)
			become_plain(m, seat);
		if (changed || key != KEY_NONE)
			refresh(m, seat);
	}
}

static void sooner(uint64_t *at, uint64_t other)
{
	if (other < *at)
		*at = other;
}

uint64_t menu_next_ms(const struct menu *m, uint64_t now_ms)
{
	uint64_t at = now_ms + MENU_TICK_MAX_MS;

	if (m->ui.deadline_ms)
		sooner(&at, m->ui.deadline_ms -
				    (uint64_t)(m->ui.seconds_left - 1) * 1000);
	for (unsigned i = 0; i < m->n; i++) {
		const struct seat *seat = &m->seats[i];

		if (seat->mode == SEAT_ASKED)
			sooner(&at, seat->asked_ms + MENU_ANSWER_MS);
		if (is_half_key(seat))
			sooner(&at, seat->input_ms + MENU_ESCAPE_MS);
	}
	return at;
}

void menu_end(struct menu *m)
{
	for (unsigned i = 0; i < m->n; i++) {
		struct seat *seat = &m->seats[i];

		if (seat->mode == SEAT_LEFT)
			continue;
		if (seat->mode == SEAT_SCREEN)
			term_leave(&seat->term);
		/* a leader without a screen has read it already */
		if (m->leader == seat && seat->mode == SEAT_PLAIN)
			continue;
		if (seat->mode == SEAT_PLAIN)
			seat_print(seat, "\n");
		seat_print(seat, m->ui.message.p);
		seat_print(seat, "\n");
	}
}
