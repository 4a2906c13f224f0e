/* SPDX-License-Identifier: MIT */
/* The boot menu in stage 2, and the names of programs that it gives.
 * May use: base, format, disk. */
#include "base/ebcdic.h"
#include "boot/note.h"
#include "boot/stage2.h"
#include "format/zipl_menu.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The text @ebcdic as a string: up to the end of the line. */
static char *text_of(struct ipl_span ebcdic)
{
	char *text = calloc(1, ebcdic.len + 1);

	if (text && ebcdic.len)
		ipl_ebcdic_to_ascii_buf(text, ebcdic.p, ebcdic.len);
	return text;
}

/* "2.16.0" of "zIPL v2.16.0 interactive boot menu" */
static char *version_of(const char *banner)
{
	static const char start[] = "zIPL v";
	const char *begin = banner + strlen(start);
	size_t len;

	if (strncmp(banner, start, strlen(start)))
		return NULL;
	len = strcspn(begin, " ");
	return len ? strndup(begin, len) : NULL;
}

static int set_banner(struct ipl_menu *menu, struct ipl_span ebcdic,
		      struct ipl_err *err)
{
	menu->banner = text_of(ebcdic);
	if (!menu->banner)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	menu->banner[strcspn(menu->banner, "\n")] = '\0';
	menu->zipl = version_of(menu->banner);
	return 0;
}

/* Name one program; *@ret_odd if its text has another number than it. */
static int name_program(struct ipl_program *prog, const struct zipl_menu *menu,
			uint64_t *ret_odd, struct ipl_err *err)
{
	bool kdump = menu->kdump >> prog->number & 1;
	struct zipl_menu_text t;
	char *text;

	prog->is_kdump = kdump;
	if (prog->number >= ZIPL_MENU_ENTRIES || !menu->text[prog->number].p)
		return 0;
	text = text_of(menu->text[prog->number]);
	if (!text)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	t = zipl_menu_parse(text, prog->number, kdump);
	*ret_odd = t.has_number ? t.number : prog->number;
	if (t.name_len)
		prog->menu_name = strndup(t.name, t.name_len);
	free(text);
	if (t.name_len && !prog->menu_name)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	return 0;
}

static int name_programs(struct ipl_map *map, const struct zipl_menu *menu,
			 struct ipl_err *err)
{
	const struct ipl_program *odd = NULL;
	uint64_t odd_number = 0;

	for (size_t i = 0; i < map->n_programs; i++) {
		struct ipl_program *prog = &map->programs[i];
		uint64_t number = prog->number;
		int rc = name_program(prog, menu, &number, err);

		if (rc)
			return rc;
		if (number == prog->number || odd)
			continue;
		odd = prog;
		odd_number = number;
	}
	if (!odd)
		return 0;
	return ipl_note_add(map, IPL_NOTE_MENU_TEXT, err,
			    "the boot menu on the disk shows program %u with "
			    "the number %" PRIu64,
			    odd->number, odd_number);
}

int ipl_menu_read(struct ipl_map *map, const struct ipl_stage2 *stage2,
		  struct ipl_err *err)
{
	struct ipl_span in = { stage2->bytes, stage2->len, 0 };
	struct zipl_menu menu;
	struct ipl_err why;
	int rc = zipl_menu_decode(in, &menu, &why);

	if (rc)
		return ipl_note_add(map, IPL_NOTE_NO_MENU, err,
				    "the programs have no names: %s", why.msg);
	map->menu.present = true;
	map->menu.prompt = menu.prompt;
	map->menu.timeout_s = menu.timeout_s;
	rc = set_banner(&map->menu, menu.banner, err);
	if (!rc && menu.bad)
		rc = ipl_note_add(map, IPL_NOTE_MENU_TEXT, err,
				  "%u text%s of the boot menu on the disk %s "
				  "outside stage 2 or %s no end",
				  menu.bad, menu.bad == 1 ? "" : "s",
				  menu.bad == 1 ? "lies" : "lie",
				  menu.bad == 1 ? "has" : "have");
	if (!rc)
		rc = name_programs(map, &menu, err);
	return rc;
}

void ipl_menu_done(struct ipl_menu *menu)
{
	free(menu->banner);
	free(menu->zipl);
}
