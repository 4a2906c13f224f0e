/* SPDX-License-Identifier: MIT */
/* Titles of programs from boot loader entries on the disk.
 * May use: base, format, disk. */
#include "boot/titles.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "boot/bls_list.h"
#include "boot/name.h"
#include "boot/windows.h"
#include "format/text.h"

#include <string.h>

static bool wants_title(const struct ipl_program *prog)
{
	return !prog->title && !prog->menu_name && !prog->copy_of &&
	       (!prog->rc || prog->rc == IPL_EUNSUP);
}

static bool map_wants(const struct ipl_map *map)
{
	for (size_t i = 0; i < map->n_programs; i++) {
		if (wants_title(&map->programs[i]))
			return true;
	}
	return map->other && map_wants(map->other);
}

static struct ipl_span span_of(const char *text)
{
	return (struct ipl_span){ (const uint8_t *)text, strlen(text), 0 };
}

/* Whether both have the same words. */
static bool same_options(const char *cmdline, const struct ipl_bls *bls)
{
	auto_free char *options = ipl_bls_options(bls);
	struct ipl_span a = span_of(cmdline ? cmdline : "");
	struct ipl_span b = span_of(options ? options : "");
	struct ipl_span x, y;

	if (!options)
		return false;
	/* zipl takes line ends and the like for what they are */
	a.len = strcspn(cmdline ? cmdline : "", "\n");
	do {
		x = ipl_span_word(&a);
		y = ipl_span_word(&b);
	} while (x.len && ipl_span_same(x, y));
	return x.len == 0 && y.len == 0;
}

/* The kernel's version is what the entry says, or part of its file's name. */
static bool same_kernel(const struct ipl_program *prog,
			const struct bls_entry *entry)
{
	struct ipl_span v;

	if (!prog->kernel_version)
		return false;
	v = span_of(prog->kernel_version);
	return ipl_span_same(v, entry->version) ||
	       memmem(entry->kernel.p, entry->kernel.len, v.p, v.len);
}

static int set_title(struct ipl_program *prog, const struct ipl_bls *bls,
		     struct ipl_err *err)
{
	struct ipl_span title = ipl_bls_title(bls);

	if (title.len == 0)
		return 0;
	prog->title = strndup((const char *)title.p, title.len);
	if (!prog->title)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	prog->title_is_bls = true;
	return 0;
}

/* The first entry with the parameters of @prog, best with its kernel too. */
static const struct ipl_bls *find_by_options(const struct ipl_bls_list *list,
					     const struct ipl_program *prog)
{
	const struct ipl_bls *found = NULL;

	for (size_t i = 0; i < list->n; i++) {
		const struct ipl_bls *bls = &list->entries[i];

		if (!same_options(prog->cmdline, bls))
			continue;
		if (same_kernel(prog, &bls->entry))
			return bls;
		if (!found)
			found = bls;
	}
	return found;
}

/* The only entry with the kernel of @prog, if @prog is the only one too: its
 * parameters were changed since the boot map was written. */
static const struct ipl_bls *find_by_kernel(const struct ipl_bls_list *list,
					    const struct ipl_map *map,
					    const struct ipl_program *prog)
{
	const struct ipl_bls *found = NULL;

	for (size_t i = 0; i < list->n; i++) {
		if (!same_kernel(prog, &list->entries[i].entry))
			continue;
		if (found)
			return NULL;
		found = &list->entries[i];
	}
	for (size_t i = 0; found && i < map->n_programs; i++) {
		const struct ipl_program *p = &map->programs[i];

		if (p != prog && !p->copy_of && same_kernel(p, &found->entry))
			return NULL;
	}
	return found;
}

static int match(struct ipl_map *map, const struct ipl_bls_list *list,
		 struct ipl_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < map->n_programs; i++) {
		struct ipl_program *prog = &map->programs[i];
		const struct ipl_bls *bls;

		if (!wants_title(prog))
			continue;
		bls = find_by_options(list, prog);
		if (!bls)
			bls = find_by_kernel(list, map, prog);
		if (bls)
			rc = set_title(prog, bls, err);
	}
	if (!rc && map->other)
		rc = match(map->other, list, err);
	return rc;
}

/* The entries of the first place that has some. */
static int read_entries(struct ipl_ext *ext, struct ipl_bls_list *list,
			struct ipl_err *err)
{
	for (size_t i = 0; i < IPL_BLS_PLACES && !list->n; i++) {
		int rc = ipl_bls_read_ext(list, ext, ipl_bls_places[i].dir,
					  true, NULL);

		if (rc == IPL_ENOMEM)
			return ipl_fail(err, rc, "out of memory");
	}
	return 0;
}

static int look_into(struct ipl_map *map, const struct ipl_window *window,
		     uint64_t *budget, struct ipl_err *err)
{
	struct ipl_bls_list list = { .n = 0 };
	struct ipl_ext *ext;
	int rc = ipl_ext_open_limited(map->src, window->off, window->len,
				      budget, &ext, NULL);

	if (rc == IPL_ENOMEM)
		return ipl_fail(err, rc, "out of memory");
	if (rc)
		return 0;
	rc = read_entries(ext, &list, err);
	if (!rc)
		rc = match(map, &list, err);
	ipl_bls_done(&list);
	ipl_ext_close(ext);
	return rc;
}

int ipl_titles_find(struct ipl_map *map, struct ipl_err *err)
{
	struct ipl_window windows[IPL_WINDOWS_MAX];
	uint64_t budget = IPL_MAX_TITLES_READ;
	size_t n;
	int rc = 0;

	if (!map_wants(map))
		return 0;
	n = ipl_windows_find(map, windows);
	for (size_t i = 0; !rc && i < n && map_wants(map); i++)
		rc = look_into(map, &windows[i], &budget, err);
	if (!rc)
		rc = ipl_names_make(map, err);
	if (!rc && map->other)
		rc = ipl_names_make(map->other, err);
	return rc;
}
