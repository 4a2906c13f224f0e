/* SPDX-License-Identifier: MIT */
/* What the menu does: keys and lines in, a screen or lines of text out. Knows no
 * machine. May use: libc's freestanding headers. */
#ifndef MENU_UI_H
#define MENU_UI_H

#include "edit.h"
#include "host.h"
#include "lib.h"
#include "screen.h"

#include <stdint.h>

/* Bytes of kernel parameters that can be edited, with the NUL: more than a
 * kernel takes that was not configured for more. */
#define UI_PARAMS_MAX 16384u

enum ui_view { UI_LIST, UI_EDIT, UI_DISKS, UI_DETAILS, UI_HELP };

struct ui {
	struct menu_host *host;
	struct menu_list list;
	struct menu_disks disks;
	enum ui_view view;
	unsigned at; /* the entry that is selected */
	unsigned disk_at;
	unsigned scroll; /* first row of a text that is shown */
	bool is_typing;	 /* a number, and maybe parameters */
	struct edit typed;
	/* Editing: the parameters behind a '=' that stands for "instead". */
	struct edit params;
	const char *original; /* of the entry; the host's */
	bool shows_original;
	const char *details; /* of the entry; the host's */
	unsigned plain_edit; /* 1 + entry whose parameters a line shall give */
	uint64_t deadline_ms; /* when the default is IPLed; 0: never */
	unsigned seconds_left;
	bool is_done;
	struct text message; /* what was wrong with the last key or line */
	char message_buf[600];
	char typed_buf[UI_PARAMS_MAX];
	char params_buf[UI_PARAMS_MAX + 1];
	char edited_buf[UI_PARAMS_MAX]; /* while the original is shown */
};

/* Get the list. */
void ui_begin(struct ui *ui, struct menu_host *host, uint64_t now_ms);

/* Somebody is there: no countdown any more. */
void ui_stop_countdown(struct ui *ui);

void ui_key(struct ui *ui, uint32_t key);

/* Time goes by: true if something is to be shown anew. */
bool ui_tick(struct ui *ui, uint64_t now_ms);

void ui_draw(struct ui *ui, struct screen *s, unsigned w, unsigned h);

/* The entry that @text names by its number and what follows; what zipl's menu
 * takes, too. */
void ui_start_typed(struct ui *ui, const char *text);

/* IPL entry @i with @params (see menu_host.ipl). */
void ui_start(struct ui *ui, unsigned i, const char *params);

/* Index of the entry with number @number, or -1. */
int ui_find(const struct ui *ui, long number);

/* Choose a disk, or the firmware; false with a message if that does not work. */
bool ui_open(struct ui *ui, unsigned disk);
bool ui_firmware(struct ui *ui);
bool ui_get_disks(struct ui *ui);
bool ui_get_details(struct ui *ui, unsigned i);

/* Why the entry's parameters cannot be edited, or NULL. */
const char *ui_no_edit(const struct ui *ui, unsigned i);

/* What the keys do, in lines. */
const char *ui_help(void);

#endif
