/* SPDX-License-Identifier: MIT */
/* What the menu does: keys and lines in. Knows no machine. May use: libc's
 * freestanding headers. */
#include "ui.h"

#include "keys.h"

#define PAGE	 10u /* rows or entries that Page Up and Page Down skip */
#define ROWS_MAX 100000u

static const char help[] =
	"Up, Down           select an entry\n"
	"Enter              start it\n"
	"number, Enter      start the entry with that number\n"
	"number text, Enter the same, with the text added to its kernel\n"
	"                   parameters; =text: used instead of them\n"
	"e                  edit its kernel parameters, for this time only\n"
	"i                  details: what it consists of\n"
	"d                  choose another disk\n"
	"f                  leave it to the firmware of QEMU\n"
	"?                  this help\n"
	"Esc                back\n"
	"\n"
	"In the editor: Left, Right, Home, End, Backspace, Delete; Ctrl-U and\n"
	"Ctrl-K delete to the left and to the right, Ctrl-W deletes a word. Up\n"
	"shows the original parameters, Down what you made of them.\n"
	"\n"
	"Nothing is written to a disk. Any key stops the countdown.\n";

const char *ui_help(void)
{
	return help;
}

/* ---- messages */

static void say(struct ui *ui, const char *text)
{
	text_clear(&ui->message);
	text_add_clean(&ui->message, text);
}

static void say_number(struct ui *ui, const char *before, unsigned n,
		       const char *behind)
{
	say(ui, before);
	text_add_number(&ui->message, n);
	text_add(&ui->message, behind);
}

/* ---- acting */

int ui_find(const struct ui *ui, long number)
{
	for (unsigned i = 0; i < ui->list.n; i++)
		if ((long)ui->list.entry[i].number == number)
			return (int)i;
	return -1;
}

/* The default, as 0 and an empty line mean it. */
static int find_default(const struct ui *ui)
{
	int i = ui_find(ui, 0);

	for (unsigned k = 0; i < 0 && k < ui->list.n; k++)
		if (ui->list.entry[k].is_default)
			i = (int)k;
	return i;
}

void ui_stop_countdown(struct ui *ui)
{
	ui->deadline_ms = 0;
}

void ui_start(struct ui *ui, unsigned i, const char *params)
{
	const struct menu_entry *e = &ui->list.entry[i];
	const char *why = params ? ui_no_edit(ui, i) : NULL;

	ui_stop_countdown(ui);
	if (why || !ui->host->ipl(ui->host, e->number, params, &why)) {
		say(ui, why);
		return;
	}
	say_number(ui, "Starting entry ", e->number, ": ");
	text_add_clean(&ui->message, e->title);
	ui->at = i;
	ui->is_done = true;
}

static bool get_list(struct ui *ui)
{
	const char *why;
	int chosen;

	if (!ui->host->list(ui->host, &ui->list, &why)) {
		ui->list.n = 0;
		say(ui, why);
		return false;
	}
	chosen = ui_find(ui, ui->list.chosen);
	ui->at = chosen < 0 ? 0 : (unsigned)chosen;
	return true;
}

bool ui_open(struct ui *ui, unsigned disk)
{
	const char *why;

	if (!ui->host->open(ui->host, disk, &why)) {
		say(ui, why);
		return false;
	}
	ui->view = UI_LIST;
	return get_list(ui);
}

bool ui_firmware(struct ui *ui)
{
	const char *why = "QEMU's own firmware is not available in this VM";

	if (!ui->list.has_firmware || !ui->host->firmware(ui->host, &why)) {
		say(ui, why);
		return false;
	}
	say(ui, "Leaving it to the firmware of QEMU");
	ui->is_done = true;
	return true;
}

bool ui_get_disks(struct ui *ui)
{
	const char *why;

	if (!ui->host->disks(ui->host, &ui->disks, &why)) {
		say(ui, why);
		return false;
	}
	ui->disk_at = ui->disks.current;
	return true;
}

bool ui_get_details(struct ui *ui, unsigned i)
{
	const char *why;

	if (ui->host->details(ui->host, ui->list.entry[i].number,
			      &ui->original, &ui->details, &why))
		return true;
	say(ui, why);
	return false;
}

const char *ui_no_edit(const struct ui *ui, unsigned i)
{
	const struct menu_entry *e = &ui->list.entry[i];

	if (e->is_bad)
		return e->why;
	if (e->is_editable)
		return NULL;
	return e->is_signed ? "This entry is signed: its kernel parameters "
			      "cannot be changed"
			    : "The kernel parameters of this entry cannot be "
			      "changed";
}

void ui_start_typed(struct ui *ui, const char *text)
{
	long number;
	int i;

	while (*text == ' ')
		text++;
	number = parse_number(&text);
	i = number == 0 ? find_default(ui) : ui_find(ui, number);
	if (number < 0 || (*text && *text != ' ')) {
		say(ui, "Not understood: expected the number of an entry");
		return;
	}
	if (i < 0) {
		say_number(ui, "There is no entry ", (unsigned)number, "");
		return;
	}
	while (*text == ' ')
		text++;
	ui->at = (unsigned)i;
	ui_start(ui, (unsigned)i, *text ? text : NULL);
}

/* ---- the editor */

static void begin_edit(struct ui *ui)
{
	const char *why = ui_no_edit(ui, ui->at);

	if (why) {
		say(ui, why);
		return;
	}
	if (!ui_get_details(ui, ui->at))
		return;
	if (!edit_set(&ui->params, ui->original)) {
		say(ui, "These parameters are too long to be edited here; the "
			"number of the entry and more parameters can be typed");
		return;
	}
	ui->edited_buf[0] = '\0';
	ui->shows_original = true;
	ui->view = UI_EDIT;
}

static void copy(char *to, const char *from)
{
	while ((*to++ = *from++) != '\0')
		;
}

static void edit_history(struct ui *ui, bool original)
{
	if (original && !ui->shows_original) {
		copy(ui->edited_buf, ui->params.p);
		edit_set(&ui->params, ui->original);
		ui->shows_original = true;
	} else if (!original && ui->shows_original && ui->edited_buf[0]) {
		edit_set(&ui->params, ui->edited_buf);
		ui->shows_original = false;
	}
}

static void key_edit(struct ui *ui, uint32_t key)
{
	size_t len = ui->params.len;

	switch (key) {
	case KEY_ESCAPE:
		ui->view = UI_LIST;
		return;
	case KEY_UP:
	case KEY_DOWN:
		edit_history(ui, key == KEY_UP);
		return;
	case KEY_ENTER:
		ui_start(ui, ui->at,
			 str_same(ui->params.p, ui->original) ? NULL
							      : ui->params_buf);
		return;
	default:
		if (!edit_key(&ui->params, key) && key < KEY_ENTER)
			say(ui, "There is no room for more");
		if (ui->params.len != len)
			ui->shows_original = false;
	}
}

/* ---- keys of the other views */

static void move(unsigned *at, unsigned n, uint32_t key)
{
	unsigned last = n ? n - 1 : 0;

	switch (key) {
	case KEY_UP:
		*at -= *at > 0;
		break;
	case KEY_DOWN:
		*at += *at < last;
		break;
	case KEY_PAGE_UP:
		*at = *at > PAGE ? *at - PAGE : 0;
		break;
	case KEY_PAGE_DOWN:
		*at = *at + PAGE < last ? *at + PAGE : last;
		break;
	case KEY_HOME:
		*at = 0;
		break;
	case KEY_END:
		*at = last;
		break;
	default:
		break;
	}
}

static void key_typing(struct ui *ui, uint32_t key)
{
	const char *text = ui->typed.p;
	int i;

	if (key == KEY_ESCAPE) {
		ui->is_typing = false;
		return;
	}
	if (key == KEY_ENTER) {
		ui->is_typing = false;
		ui_start_typed(ui, text);
		return;
	}
	edit_key(&ui->typed, key);
	if (!ui->typed.len)
		ui->is_typing = false;
	i = ui_find(ui, parse_number(&text));
	if (i >= 0)
		ui->at = (unsigned)i;
}

static void key_list(struct ui *ui, uint32_t key)
{
	if (key >= '0' && key <= '9') {
		edit_set(&ui->typed, "");
		ui->is_typing = true;
		key_typing(ui, key);
		return;
	}
	switch (key) {
	case KEY_ENTER:
		if (ui->list.n)
			ui_start(ui, ui->at, NULL);
		return;
	case 'e':
		if (ui->list.n)
			begin_edit(ui);
		return;
	case 'i':
		ui->scroll = 0;
		if (ui->list.n && ui_get_details(ui, ui->at))
			ui->view = UI_DETAILS;
		return;
	case 'd':
		if (ui_get_disks(ui))
			ui->view = UI_DISKS;
		return;
	case 'f':
		ui_firmware(ui);
		return;
	case '?':
	case 'h':
		ui->scroll = 0;
		ui->view = UI_HELP;
		return;
	default:
		move(&ui->at, ui->list.n, key);
	}
}

static void key_disks(struct ui *ui, uint32_t key)
{
	if (key == KEY_ENTER && ui->disks.n)
		ui_open(ui, ui->disk_at);
	else if (key == KEY_ESCAPE || key == 'd' || key == 'q')
		ui->view = UI_LIST;
	else
		move(&ui->disk_at, ui->disks.n, key);
}

static void key_text(struct ui *ui, uint32_t key)
{
	if (key == KEY_ESCAPE || key == KEY_ENTER || key == 'q' || key == 'i' ||
	    key == '?')
		ui->view = UI_LIST;
	else
		move(&ui->scroll, ROWS_MAX, key); /* drawing knows the end */
}

void ui_key(struct ui *ui, uint32_t key)
{
	ui_stop_countdown(ui);
	text_clear(&ui->message);
	switch (ui->view) {
	case UI_EDIT:
		key_edit(ui, key);
		break;
	case UI_DISKS:
		key_disks(ui, key);
		break;
	case UI_DETAILS:
	case UI_HELP:
		key_text(ui, key);
		break;
	default:
		if (ui->is_typing)
			key_typing(ui, key);
		else
			key_list(ui, key);
	}
}

/* ---- time */

void ui_begin(struct ui *ui, struct menu_host *host, uint64_t now_ms)
{
	ui->host = host;
	ui->view = UI_LIST;
	ui->message = (struct text){ ui->message_buf, sizeof(ui->message_buf),
				     0 };
	ui->typed = (struct edit){ ui->typed_buf, sizeof(ui->typed_buf), 0, 0 };
	ui->params_buf[0] = '=';
	ui->params = (struct edit){ ui->params_buf + 1,
				    sizeof(ui->params_buf) - 1, 0, 0 };
	text_clear(&ui->message);
	get_list(ui);
	ui->deadline_ms = ui->list.timeout_ms ? now_ms + ui->list.timeout_ms
					      : 0;
	ui_tick(ui, now_ms);
}

bool ui_tick(struct ui *ui, uint64_t now_ms)
{
	unsigned left;

	if (!ui->deadline_ms || ui->is_done)
		return false;
	if (now_ms >= ui->deadline_ms) {
		int i = ui_find(ui, ui->list.chosen);

		/* without a choice the machine does what it does without a
		 * menu, also when that fails */
		say_number(ui, "Starting entry ", ui->list.chosen, ": ");
		if (i >= 0)
			text_add_clean(&ui->message, ui->list.entry[i].title);
		ui->is_done = true;
		return true;
	}
	left = (unsigned)((ui->deadline_ms - now_ms + 999) / 1000);
	if (left == ui->seconds_left)
		return false;
	ui->seconds_left = left;
	return true;
}
