/* SPDX-License-Identifier: MIT */
/* Disks with two boot maps: comparing them.
 * May use: base, format, disk. */
#include "boot/routes.h"

#include "boot/cdl.h"
#include "boot/note.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* What the two programs differ in, or NULL. Where their data lie may differ:
 * zipl before 2.39 writes some of them twice. */
static const char *difference(const struct ipl_program *a,
			      const struct ipl_program *b)
{
	if (!a || !b)
		return "is there in one of them only";
	if (!a->rc != !b->rc)
		return "can be used in one of them only";
	if (a->is_dump != b->is_dump)
		return "is for a dump in one of them only";
	if (!same_text(a->cmdline, b->cmdline))
		return "has different command lines";
	if (!same_text(a->kernel_version, b->kernel_version) ||
	    a->kernel_len != b->kernel_len)
		return "has different kernels";
	if (a->ramdisk_len != b->ramdisk_len)
		return "has different ramdisks";
	if (a->copy_of != b->copy_of)
		return "is the default in one of them only";
	return NULL;
}

static struct ipl_program *at_number(const struct ipl_map *map, unsigned number)
{
	for (size_t i = 0; i < map->n_programs; i++) {
		if (map->programs[i].number == number)
			return &map->programs[i];
	}
	return NULL;
}

static void forget_name(struct ipl_program *prog)
{
	if (!prog)
		return;
	free(prog->menu_name);
	prog->menu_name = NULL;
}

/* The first difference of all, as the middle of a sentence; NULL if none. */
static const char *compare(struct ipl_map *ccw, struct ipl_map *ld,
			   unsigned *ret_number)
{
	const char *first = NULL;

	/* slot 0 last: it is but a copy of another, as a rule */
	for (unsigned n = 1; n <= ZIPL_SLOTS_MAX; n++) {
		unsigned i = n % ZIPL_SLOTS_MAX;
		struct ipl_program *a = at_number(ccw, i);
		struct ipl_program *b = at_number(ld, i);
		const char *what = a || b ? difference(a, b) : NULL;

		if (!what)
			continue;
		forget_name(b);
		if (!first)
			*ret_number = i;
		first = first ?: what;
	}
	return first;
}

int ipl_routes_join(struct ipl_map *map, struct ipl_map *other,
		    struct ipl_err *err)
{
	bool is_ld = map->layout == &ipl_layout_cdl_ld;
	unsigned number = 0;
	const char *what =
		compare(is_ld ? other : map, is_ld ? map : other, &number);

	map->other = other;
	if (!what)
		return 0;
	return ipl_note_add(map, IPL_NOTE_OTHER_DIFFER, err,
			    "the boot maps for CCW-type and for list-directed "
			    "IPL disagree: program %u %s; this is the one for "
			    "%s IPL (a zipl before 2.25 rewrites only that for "
			    "CCW-type IPL)",
			    number, what, is_ld ? "list-directed" : "CCW-type");
}
