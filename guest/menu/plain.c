/* SPDX-License-Identifier: MIT */
/* The menu as lines of text, for what is no terminal: a list, a prompt, and
 * lines that were typed. May use: libc's freestanding headers. */
#include "plain.h"

static const char plain_help[] =
	"N        start entry N\n"
	"N TEXT   the same, with TEXT added to its kernel parameters;\n"
	"         =TEXT: used instead of them\n"
	"Enter    start the default\n"
	"e N      edit the kernel parameters of entry N, for this time only\n"
	"i N      details of entry N\n"
	"l        list the entries\n"
	"d        list the disks of this VM; d N: use disk N\n"
	"f        leave it to the firmware of QEMU\n";

static void print(const struct plain_out *out, const char *text)
{
	out->print(out->ctx, text);
}

static void print_number(const struct plain_out *out, uint64_t n)
{
	char buf[24];
	struct text t = TEXT_ON(buf);

	text_add_number(&t, n);
	print(out, buf);
}

/* Text from a disk: no control characters. */
static void print_clean(const struct plain_out *out, const char *s)
{
	char buf[200], c4[4];
	struct text t = TEXT_ON(buf);
	uint32_t c;

	text_clear(&t);
	while ((c = utf8_next(&s)) != 0) {
		if (t.len + 5 > t.size) {
			print(out, buf);
			text_clear(&t);
		}
		text_add_n(&t, c4, utf8_put(c, c4));
	}
	print(out, buf);
}

static void print_entry(const struct plain_out *out, const struct menu_entry *e)
{
	print(out, e->is_default ? "* " : "  ");
	print(out, e->number < 10 ? " " : "");
	print_number(out, e->number);
	print(out, "  ");
	print_clean(out, e->title);
	print(out, e->is_bad ? " (damaged)\n" : "\n");
}

void plain_show(const struct ui *ui, const struct plain_out *out)
{
	print(out, "\n");
	print_clean(out, ui->list.who);
	print(out, ": boot menu of ");
	print_clean(out, ui->list.device);
	print(out, "\n\n");
	for (unsigned i = 0; i < ui->list.n; i++)
		print_entry(out, &ui->list.entry[i]);
	print(out, ui->list.n ? "\n" : "There is no program on this disk\n");
	print(out, "Type the number of an entry, maybe more kernel parameters "
		   "behind it, and Enter.\n? shows what else can be typed.\n");
	if (ui->deadline_ms) {
		print(out, "Entry ");
		print_number(out, ui->list.chosen);
		print(out, " is started in ");
		print_number(out, ui->seconds_left);
		print(out, " s, if nothing is typed.\n");
	}
}

void plain_prompt(const struct ui *ui, const struct plain_out *out)
{
	print(out, ui->plain_edit ? "Parameters: " : "Entry: ");
}

/* ---- what was typed */

static void print_message(struct ui *ui, const struct plain_out *out)
{
	if (!ui->message.len)
		return;
	print_clean(out, ui->message.p);
	print(out, "\n");
}

static void list_disks(struct ui *ui, const struct plain_out *out)
{
	if (!ui_get_disks(ui))
		return;
	for (unsigned i = 0; i < ui->disks.n; i++) {
		print(out, i == ui->disks.current ? "* " : "  ");
		print_number(out, i + 1);
		print(out, "  ");
		print_clean(out, ui->disks.disk[i].name);
		print(out, "  ");
		print_clean(out, ui->disks.disk[i].text);
		print(out, "\n");
	}
	print(out, "d N uses disk N.\n");
}

static void open_disk(struct ui *ui, long number, const struct plain_out *out)
{
	if (number < 1 || number > (long)ui->list.n_disks) {
		print(out, "There is no such disk: d lists them.\n");
		return;
	}
	if (ui_open(ui, (unsigned)(number - 1)))
		plain_show(ui, out);
}

/* Lines of details. */
static void print_lines(const struct plain_out *out, const char *text)
{
	char line[200];

	while (*text) {
		struct text t = TEXT_ON(line);
		size_t n = 0;

		while (text[n] && text[n] != '\n')
			n++;
		text_clear(&t);
		text_add_n(&t, text, n);
		print_clean(out, line);
		print(out, "\n");
		text += n + (text[n] == '\n');
	}
}

static void show_details(struct ui *ui, unsigned i, const struct plain_out *out)
{
	if (ui_get_details(ui, i))
		print_lines(out, ui->details);
}

static void ask_params(struct ui *ui, unsigned i, const struct plain_out *out)
{
	const char *why = ui_no_edit(ui, i);

	if (why) {
		print_clean(out, why);
		print(out, "\n");
		return;
	}
	if (!ui_get_details(ui, i))
		return;
	print(out, "They are:\n");
	print_clean(out, ui->original);
	print(out, "\nType what shall be instead, or only Enter to go back.\n");
	ui->plain_edit = i + 1;
}

static void take_params(struct ui *ui, const char *line)
{
	unsigned i = ui->plain_edit - 1;

	ui->plain_edit = 0;
	if (*line && edit_set(&ui->params, line))
		ui_start(ui, i, ui->params_buf);
}

/* A letter, with the number of an entry or a disk behind it (-1: none). */
static void command(struct ui *ui, char c, long number,
		    const struct plain_out *out)
{
	int i = ui_find(ui, number);

	switch (c) {
	case 'e':
	case 'i':
		if (i < 0)
			print(out, "There is no such entry: l lists them.\n");
		else if (c == 'e')
			ask_params(ui, (unsigned)i, out);
		else
			show_details(ui, (unsigned)i, out);
		return;
	case 'l':
		plain_show(ui, out);
		return;
	case 'd':
		if (number < 0)
			list_disks(ui, out);
		else
			open_disk(ui, number, out);
		return;
	case 'f':
		ui_firmware(ui);
		return;
	default:
		print(out, plain_help);
	}
}

static void act(struct ui *ui, const char *line, const struct plain_out *out)
{
	const char *p;
	long number;

	if (ui->plain_edit) {
		take_params(ui, line);
		return;
	}
	while (*line == ' ')
		line++;
	if (!*line)
		line = "0";
	if (*line >= '0' && *line <= '9') {
		ui_start_typed(ui, line);
		return;
	}
	p = line + 1;
	while (*p == ' ')
		p++;
	number = parse_number(&p);
	while (*p == ' ')
		p++;
	command(ui, *p ? '?' : *line, number, out);
}

void plain_line(struct ui *ui, const char *line, const struct plain_out *out)
{
	ui_stop_countdown(ui);
	text_clear(&ui->message);
	act(ui, line, out);
	print_message(ui, out);
	if (!ui->is_done)
		plain_prompt(ui, out);
}
