/* SPDX-License-Identifier: MIT */
/* "show" for people: the disk, then each program with its parts.
 * May use: everything. */
#include "base/cleanup.h"
#include "cli/secure_args.h"
#include "cli/show.h"
#include "cli/text.h"
#include "cli/wrap.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PSW_ADDR   UINT64_C(0x7fffffff)
#define NAME_WIDTH 18u /* of the names in front of values */

/* One line: a name, and what it is. */
static IPL_PRINTF(2, 3) void line(const char *name, const char *fmt, ...)
{
	auto_free char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	printf("  %-*s", (int)NAME_WIDTH, name);
	ipl_wrap_print(NAME_WIDTH + 2, NAME_WIDTH + 2, text ? text : "?");
}

static void place(const char *name, const struct ipl_map *map, uint64_t off)
{
	line(name, "block %" PRIu64 " (byte 0x%" PRIx64 ")",
	     off / map->block_size, off);
}

static void print_slots(const struct ipl_map *map)
{
	printf("  %-*s", (int)NAME_WIDTH, "programs");
	for (size_t i = 0; i < map->n_programs; i++) {
		const struct ipl_program *prog = &map->programs[i];

		printf("%s%u", i ? ", " : "", prog->number);
		if (prog->copy_of)
			printf(" (default: the same as %u)", prog->copy_of);
		else if (prog->number == 0)
			printf(" (default)");
	}
	putchar('\n');
}

static void print_disk(const struct ipl_map *map)
{
	auto_free char *name = ipl_text_printable(map->src->name);
	char size[IPL_TEXT_SIZE];

	printf("%s: %s\n", name ? name : "?", map->layout->title);
	line("size", "%" PRIu64 " blocks of %u bytes (%s)",
	     map->src->size / map->block_size, map->block_size,
	     ipl_text_size(map->src->size, size));
	if (map->volume.label[0])
		line("volume", "%s %s", map->volume.label, map->volume.serial);
	if (map->menu.banner)
		line("boot menu", "%s", map->menu.banner);
	place("boot record", map, map->record_off);
	place("program table", map, map->table_off);
	print_slots(map);
	for (size_t i = 0; i < map->n_notes; i++)
		line("note", "%s", map->notes[i].text);
}

static bool is_named(uint64_t addr)
{
	return addr != 0 && addr != ZIPL_STAGE3_NONE;
}

static void print_flags(const struct ipl_stage3 *s)
{
	line("  flags", "%s%s%s(0x%016" PRIx64 ")",
	     s->flags & ZIPL_STAGE3_SCSI ? "SCSI " : "",
	     s->flags & ZIPL_STAGE3_KDUMP ? "kdump " : "",
	     s->flags & (ZIPL_STAGE3_SCSI | ZIPL_STAGE3_KDUMP) ? "" : "none ",
	     s->flags);
}

static void print_stage3(const struct ipl_stage3 *s)
{
	if (!s->present)
		return;
	printf("\n  What stage 3 is told:\n");
	if (s->gen == ZIPL_STAGE3_80)
		line("  kernel",
		     "%" PRIu64 " bytes at 0x%" PRIx64
		     ", started at 0x%" PRIx64,
		     s->image_len, s->image_addr, s->load_psw & PSW_ADDR);
	else
		line("  kernel", "started at 0x%" PRIx64,
		     s->load_psw & PSW_ADDR);
	if (s->initrd_len)
		line("  ramdisk", "%" PRIu64 " bytes at 0x%" PRIx64,
		     s->initrd_len, s->initrd_addr);
	else
		line("  ramdisk", "none");
	if (is_named(s->parm_addr))
		line("  command line", "at 0x%" PRIx64, s->parm_addr);
	else
		line("  command line", "none");
	if (ipl_origin_has_environment(s))
		line("  environment", "%" PRIu64 " bytes at 0x%" PRIx64,
		     s->envblk_len, s->envblk_addr);
	if (s->extra_parm)
		line("  boot menu", "what is typed there is added");
	if (s->gen != ZIPL_STAGE3_40)
		print_flags(s);
}

static void print_about(const struct ipl_map *map,
			const struct ipl_show_program *p)
{
	const struct ipl_program *prog = p->prog;
	uint64_t psw;

	if (prog->title_id)
		line("made from", "boot loader entry %s", prog->title_id);
	if (prog->copy_of)
		line("copy of", "program %u", prog->copy_of);
	if (map->menu.zipl)
		line("written by", "zipl %s", map->menu.zipl);
	else if (p->origin.text)
		line("written by", "%s", p->origin.text);
	if (prog->kernel_version &&
	    (!prog->name || strcmp(prog->kernel_version, prog->name) != 0))
		line("kernel", "%s", prog->kernel_version);
	if (prog->cmdline)
		line("command line", "%s", prog->cmdline);
	if (prog->table_off)
		place("component table", map, prog->table_off);
	if (prog->rc) {
		line(prog->rc == IPL_EUNSUP ? "not for IPL" : "damaged", "%s",
		     prog->err.msg);
		return;
	}
	psw = prog->comps[prog->n_comps - 1].psw;
	line("starts at", "0x%" PRIx64 " (PSW 0x%016" PRIx64 ")",
	     psw & PSW_ADDR, psw);
}

static void print_title(const struct ipl_program *prog)
{
	auto_free char *name = ipl_text_printable(prog->name ? prog->name : "");

	printf("\nProgram %u%s%s%s\n", prog->number,
	       prog->is_default ? " (default)" : "", name && *name ? ": " : "",
	       name ? name : "");
}

/* In the order of the components. */
static void print_signatures(const struct ipl_show *show,
			     const struct ipl_show_program *p)
{
	char text[IPL_SECURE_TEXT_MAX];

	if (!show->certs || p->prog->rc)
		return;
	putchar('\n');
	if (!p->secured) {
		line("signatures", "not judged: %s", p->unjudged.msg);
		return;
	}
	if (p->secured->fault.code)
		line("signatures", "%s", p->secured->fault.msg);
	else
		line("signatures", "a secure IPL accepts them");
	for (size_t i = 0; i < p->prog->n_comps; i++) {
		const struct ipl_secure_part *part = ipl_show_signature(p, i);

		if (part)
			line("", "%s", ipl_secure_part_text(part, text));
	}
}

static int print_program(const struct ipl_show *show,
			 const struct ipl_show_program *p, struct ipl_err *err)
{
	int rc;

	print_title(p->prog);
	print_about(show->map, p);
	if (p->prog->n_comps == 0)
		return 0;
	putchar('\n');
	rc = ipl_show_print_components(show, p->prog, err);
	if (rc)
		return rc;
	print_signatures(show, p);
	print_stage3(&p->prog->stage3);
	putchar('\n');
	ipl_show_print_memory(p->memory);
	return 0;
}

int ipl_show_print_text(const struct ipl_show *show, struct ipl_err *err)
{
	print_disk(show->map);
	for (size_t i = 0; i < show->map->n_programs; i++) {
		const struct ipl_program *prog = &show->map->programs[i];
		struct ipl_show_program p;
		int rc;

		/* a copy is shown once, unless it is asked for */
		if (!ipl_show_wants(show, prog) ||
		    (prog->copy_of && !show->only))
			continue;
		rc = ipl_show_program_init(show, prog, &p, err);
		if (!rc) {
			rc = print_program(show, &p, err);
			ipl_show_program_done(&p);
		}
		if (rc)
			return rc;
	}
	return 0;
}
