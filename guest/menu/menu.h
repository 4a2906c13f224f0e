/* SPDX-License-Identifier: MIT */
/* The menu on several consoles: who types first leads. Knows no machine.
 * May use: libc's freestanding headers. */
#ifndef MENU_MENU_H
#define MENU_MENU_H

#include "console.h"
#include "keys.h"
#include "term.h"
#include "ui.h"

#define MENU_SEATS	3u
#define MENU_LINE_MAX	4400u /* bytes that are typed without an editor */
#define MENU_ANSWER_MS	400   /* in which a terminal tells its size */
#define MENU_ESCAPE_MS	100   /* after which an escape is a key */
#define MENU_TICK_MAX_MS 1000

/* A console and how the menu looks there. */
struct seat {
	struct menu *menu;
	struct console *console;
	enum { SEAT_ASKED, SEAT_PLAIN, SEAT_SCREEN, SEAT_LEFT } mode;
	struct keys keys;
	uint64_t asked_ms;
	uint64_t input_ms;
	unsigned w, h;
	struct edit line;
	char line_buf[MENU_LINE_MAX];
	struct term term;
};

struct menu {
	struct ui ui;
	struct seat seats[MENU_SEATS];
	unsigned n;
	struct seat *leader; /* NULL: nobody typed yet */
	struct screen screen;
};

void menu_add_console(struct menu *m, struct console *c);

void menu_begin(struct menu *m, struct menu_host *host, uint64_t now_ms);

/* Bytes that came from a console. */
void menu_input(struct menu *m, struct seat *seat, const char *p, size_t n,
		uint64_t now_ms);

/* Time goes by. */
void menu_tick(struct menu *m, uint64_t now_ms);

/* When to call that next, if nothing comes before. */
uint64_t menu_next_ms(const struct menu *m, uint64_t now_ms);

/* Say on all consoles what happens now. */
void menu_end(struct menu *m);

#endif
