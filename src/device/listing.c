/* SPDX-License-Identifier: MIT */
/* What a boot menu shows of the programs of a disk, as plain data.
 * May use: base, format, boot. */
#include "device/listing.h"

#include "boot/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of each program, so that all of 64 find room. */
#define TITLE_MAX   256
#define CMDLINE_MAX 400
#define WHY_MAX	    180

static bool is_signed(const struct ipl_program *prog)
{
	for (size_t i = 0; i < prog->n_comps; i++)
		if (prog->comps[i].type == IPL_COMP_SIGNATURE)
			return true;
	return false;
}

static bool has_parameters(const struct ipl_program *prog)
{
	return prog->stage3.present || prog->cmdline_max;
}

static const char *title_of(const struct ipl_program *prog)
{
	return prog->title ?: prog->menu_name ?: prog->name ?: "";
}

/* ---- the list */

/* Keep up to @max bytes of @text; not half a UTF-8 character. */
static uint32_t keep(struct ipl_listing *l, const char *text, size_t max)
{
	size_t len = text ? strlen(text) : 0, room = IPL_LISTING_TEXT - 1;
	uint32_t at = l->text_len;

	if (!len || at + 1 >= room)
		return 0;
	if (max > room - at - 1)
		max = room - at - 1;
	if (len > max) {
		len = max;
		while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(l->text + at, text, len);
	l->text[at + len] = '\0';
	l->text_len = at + (uint32_t)len + 1;
	return at;
}

static void add(struct ipl_listing *l, const struct ipl_program *prog)
{
	struct ipl_listing_entry *e = &l->entry[l->n++];

	*e = (struct ipl_listing_entry){ .number = prog->number,
					 .is_default = prog->is_default,
					 .is_signed = is_signed(prog),
					 .is_bad = prog->rc != 0 };
	e->is_editable = !e->is_bad && !e->is_signed && has_parameters(prog);
	e->title = keep(l, title_of(prog), TITLE_MAX);
	e->version = keep(l, prog->kernel_version, TITLE_MAX);
	e->cmdline = keep(l, prog->cmdline, CMDLINE_MAX);
	e->why = prog->rc ? keep(l, prog->err.msg, WHY_MAX) : 0;
}

void ipl_listing_make(const struct ipl_map *map, struct ipl_listing *ret)
{
	ret->prompt = map->menu.prompt;
	ret->timeout_s = map->menu.timeout_s;
	ret->n = 0;
	ret->text_len = 1; /* offset 0 says that there is none */
	memset(ret->text, 0, sizeof(ret->text));
	for (size_t i = 0; i < map->n_programs && ret->n < IPL_LISTING_MAX; i++)
		if (!map->programs[i].copy_of)
			add(ret, &map->programs[i]);
}

/* ---- details */

static void print_components(FILE *f, const struct ipl_program *prog)
{
	fprintf(f, "\n%-14s %10s %12s\n", "Component", "Address", "Bytes");
	for (size_t i = 0; i < prog->n_comps; i++) {
		const struct ipl_component *c = &prog->comps[i];
		struct ipl_entry_name name = ipl_entry_name(c->purpose, i);

		switch (c->type) {
		case IPL_COMP_LOAD:
			fprintf(f, "%-14s %#10" PRIx64 " %12" PRIu64 "\n",
				name.text, c->addr, c->len);
			break;
		case IPL_COMP_SIGNATURE:
			fprintf(f, "%-14s %10s %12" PRIu64 "\n", "signature",
				"", c->len);
			break;
		default:
			fprintf(f, "%-14s PSW %016" PRIx64 "\n", "start",
				c->psw);
		}
	}
}

static void print_details(FILE *f, const struct ipl_program *prog)
{
	fprintf(f, "%u: %s\n\n", prog->number, title_of(prog));
	if (prog->rc)
		fprintf(f, "Damaged: %s\n", prog->err.msg);
	if (prog->kernel_version)
		fprintf(f, "Kernel: %s\n", prog->kernel_version);
	if (prog->kernel_len)
		fprintf(f, "Kernel image: %" PRIu64 " bytes\n",
			prog->kernel_len);
	if (prog->ramdisk_len)
		fprintf(f, "Ramdisk: %" PRIu64 " bytes\n", prog->ramdisk_len);
	fprintf(f, "Signed: %s\n", is_signed(prog) ? "yes" : "no");
	if (prog->is_dump)
		fprintf(f, "Made for dumps\n");
	if (prog->cmdline)
		fprintf(f, "Parameters: %s\n", prog->cmdline);
	print_components(f, prog);
}

static const struct ipl_program *find(const struct ipl_map *map,
				      unsigned number)
{
	for (size_t i = 0; i < map->n_programs; i++)
		if (map->programs[i].number == number)
			return &map->programs[i];
	return NULL;
}

int ipl_listing_describe(const struct ipl_map *map, unsigned number,
			 struct ipl_listing_details *ret, struct ipl_err *err)
{
	const struct ipl_program *prog = find(map, number);
	struct ipl_listing_details d = { 0 };
	size_t len;
	FILE *f;

	if (!prog)
		return ipl_fail(err, IPL_ENOTFOUND, "there is no program %u",
				number);
	f = open_memstream(&d.text, &len);
	if (f) {
		print_details(f, prog);
		fclose(f);
	}
	d.cmdline = strdup(prog->cmdline ?: "");
	if (!d.text || !d.cmdline) {
		ipl_listing_details_done(&d);
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	}
	*ret = d;
	return 0;
}

void ipl_listing_details_done(struct ipl_listing_details *d)
{
	free(d->cmdline);
	free(d->text);
	*d = (struct ipl_listing_details){ 0 };
}
