/* SPDX-License-Identifier: MIT */
/* The menu as lines of text, for what is no terminal: a list, a prompt, and
 * lines that were typed. May use: libc's freestanding headers. */
#ifndef MENU_PLAIN_H
#define MENU_PLAIN_H

#include "ui.h"

/* Where the lines go; the text may have several, or be part of one. */
struct plain_out {
	void (*print)(void *ctx, const char *text);
	void *ctx;
};

/* The list of programs and what can be typed. */
void plain_show(const struct ui *ui, const struct plain_out *out);

/* What a line is asked for with. */
void plain_prompt(const struct ui *ui, const struct plain_out *out);

/* Act on a line (without its end) and print what comes of it; with a new prompt
 * if the menu goes on. */
void plain_line(struct ui *ui, const char *line, const struct plain_out *out);

#endif
