/* SPDX-License-Identifier: MIT */
/* "list" for people: a table by libsmartcols.
 * May use: everything. */
#include "base/cleanup.h"
#include "cli/list.h"
#include "cli/table.h"
#include "cli/text.h"

#include <stdio.h>
#include <string.h>

enum column {
	COL_DEFAULT,
	COL_NR,
	COL_NAME,
	COL_KERNEL,
	COL_RAMDISK,
	COL_CMDLINE,
};

static const struct ipl_column columns[] = {
	[COL_DEFAULT] = { "", 0 },
	[COL_NR] = { "NR", SCOLS_FL_RIGHT },
	/* cut at the terminal's width; in a pipe there is none */
	[COL_NAME] = { "NAME", SCOLS_FL_TRUNC },
	[COL_KERNEL] = { "KERNEL", SCOLS_FL_RIGHT },
	[COL_RAMDISK] = { "RAMDISK", SCOLS_FL_RIGHT },
	[COL_CMDLINE] = { "COMMAND LINE", SCOLS_FL_TRUNC },
};

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* Slot 0 again under its own number says nothing new. */
static bool is_shown(const struct ipl_program *prog)
{
	return prog->copy_of == 0;
}

static int set(struct libscols_line *line, enum column col, const char *text)
{
	auto_free char *printable = ipl_text_printable(text ? text : "");

	return printable ? scols_line_set_data(line, col, printable) : -1;
}

/* Menus of zipl have room for far more than a table. */
#define NAME_MAX_LEN 60

/* How much of @name is shown: not more than fits, and whole characters. */
static int shown_len(const char *name)
{
	size_t len = strlen(name);

	if (len <= NAME_MAX_LEN)
		return (int)len;
	for (len = NAME_MAX_LEN; len && ((uint8_t)name[len] & 0xc0) == 0x80;)
		len--;
	return (int)len;
}

/* A program for kdump does not boot as others do: it says so. */
static int set_name(struct libscols_line *line, const struct ipl_program *prog)
{
	int len = shown_len(prog->name);
	auto_free char *text = NULL;

	if (asprintf(&text, "%.*s%s%s", len, prog->name,
		     prog->name[len] ? "..." : "",
		     prog->is_kdump ? " (kdump)" : "") < 0) {
		text = NULL;
		return -1;
	}
	return set(line, COL_NAME, text);
}

static int fill_line(struct libscols_line *line, const struct ipl_program *prog)
{
	char buf[IPL_TEXT_SIZE];
	int rc = 0;

	rc |= set(line, COL_DEFAULT, prog->is_default ? "*" : "");
	snprintf(buf, sizeof(buf), "%u", prog->number);
	rc |= set(line, COL_NR, buf);
	if (prog->rc) {
		rc |= set(line, COL_NAME, "(cannot be used)");
		rc |= set(line, COL_CMDLINE, prog->err.msg);
		return rc;
	}
	rc |= set_name(line, prog);
	rc |= set(line, COL_KERNEL, ipl_text_size(prog->kernel_len, buf));
	rc |= set(line, COL_RAMDISK, ipl_text_size(prog->ramdisk_len, buf));
	rc |= set(line, COL_CMDLINE, prog->cmdline);
	return rc;
}

static int fill_table(struct libscols_table *table, const struct ipl_map *map)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < map->n_programs; i++) {
		struct libscols_line *line;

		if (!is_shown(&map->programs[i]))
			continue;
		line = scols_table_new_line(table, NULL);
		rc = line ? fill_line(line, &map->programs[i]) : -1;
	}
	return rc;
}

static void print_header(const struct ipl_map *map)
{
	auto_free char *disk = ipl_text_printable(map->src->name);
	bool has_default = false;
	size_t shown = 0;

	for (size_t i = 0; i < map->n_programs; i++) {
		has_default |= map->programs[i].is_default;
		shown += is_shown(&map->programs[i]);
	}
	printf("%s: %s, %u-byte blocks, %zu program%s (%s)\n\n",
	       disk ? disk : "?", map->layout->title, map->block_size, shown,
	       shown == 1 ? "" : "s", has_default ? "* default" : "no default");
}

static void print_notes(const struct ipl_map *map)
{
	if (map->n_notes)
		putchar('\n');
	for (size_t i = 0; i < map->n_notes; i++) {
		auto_free char *text = ipl_text_printable(map->notes[i].text);

		printf("note: %s\n", text ? text : "?");
	}
}

int ipl_list_print_table(const struct ipl_map *map, struct ipl_err *err)
{
	struct libscols_table *table = ipl_table_new(columns, N_COLUMNS);
	int rc = -1;

	if (table)
		rc = fill_table(table, map);
	if (!rc) {
		print_header(map);
		rc = scols_print_table(table);
		print_notes(map);
	}
	scols_unref_table(table);
	if (rc)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	return 0;
}
