/* SPDX-License-Identifier: MIT */
/* What the programs of a map are called, and how those are told apart that
 * nothing names. May use: base, format, disk. */
#include "boot/name.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/sort.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PSW_ADDR UINT64_C(0x7fffffff)
#define PSW_WAIT (UINT64_C(1) << (63 - 14))

/* Bytes of the words that tell programs apart in a name; a table has no room
 * for more. */
#define WORDS_MAX 40u

/* A word of the kernel parameters, by its hash. */
typedef uint64_t word_id;

/* The words of all programs that would have the same name, sorted; each program
 * has each of its own once. */
struct words {
	word_id *ids;
	size_t n, capacity;
	size_t programs;
};

/* The next word of the first IPL_MAX_NAME_CMDLINE bytes of @cmdline. */
static bool next_word(const char *cmdline, size_t *at, const char **ret,
		      size_t *ret_len)
{
	const char *p = cmdline + *at;
	size_t len;

	p += strspn(p, " \t\n");
	len = strcspn(p, " \t\n");
	*at = (size_t)(p - cmdline) + len;
	*ret = p;
	*ret_len = len;
	return len && *at <= IPL_MAX_NAME_CMDLINE;
}

/* FNV-1a. A collision makes a name less telling, no more. */
static word_id id_of(const char *word, size_t len)
{
	word_id h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)word[i]) * UINT64_C(0x100000001b3);
	return h;
}

static int compare_ids(const void *a, const void *b)
{
	word_id x = *(const word_id *)a, y = *(const word_id *)b;

	return (x > y) - (x < y);
}

static int append(struct words *w, word_id id, struct ipl_err *err)
{
	if (w->n == w->capacity) {
		size_t capacity = w->capacity ? 2 * w->capacity : 64;
		word_id *more = reallocarray(w->ids, capacity, sizeof(*w->ids));

		if (!more)
			return ipl_fail(err, IPL_ENOMEM, "out of memory");
		w->ids = more;
		w->capacity = capacity;
	}
	w->ids[w->n++] = id;
	return 0;
}

/* Add the words of @cmdline, each once. */
static int add_words(struct words *w, const char *cmdline, struct ipl_err *err)
{
	size_t first = w->n, kept = w->n, at = 0, len;
	const char *word;
	int rc = 0;

	while (!rc && next_word(cmdline, &at, &word, &len))
		rc = append(w, id_of(word, len), err);
	if (rc || w->n == first) /* then there may be no array */
		return rc;
	ipl_sort(w->ids + first, w->n - first, sizeof(*w->ids), compare_ids);
	for (size_t i = first; i < w->n; i++) {
		if (kept == first || w->ids[i] != w->ids[kept - 1])
			w->ids[kept++] = w->ids[i];
	}
	w->n = kept;
	return 0;
}

/* Whether all programs have it. */
static bool is_common(const struct words *w, word_id id)
{
	size_t low = 0, high = w->n, n = 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (w->ids[mid] < id)
			low = mid + 1;
		else
			high = mid;
	}
	while (low < w->n && w->ids[low] == id) {
		low++;
		n++;
	}
	return n == w->programs;
}

/* Whether nothing but its parameters can tell what @prog is. */
static bool is_nameless(const struct ipl_program *prog)
{
	return !prog->title && !prog->menu_name && !prog->copy_of &&
	       (!prog->rc || prog->rc == IPL_EUNSUP);
}

static const char *base_of(const struct ipl_program *prog)
{
	if (prog->kernel_version)
		return prog->kernel_version;
	return prog->kernel_len ? "Linux" : NULL;
}

/* Whether only its parameters tell @prog apart from @like, another such one or
 * itself. */
static bool is_like(const struct ipl_program *prog,
		    const struct ipl_program *like)
{
	return is_nameless(prog) && base_of(prog) &&
	       !strcmp(base_of(prog), base_of(like));
}

/* The words of all programs that are like @like. */
static int collect(const struct ipl_map *map, const struct ipl_program *like,
		   struct words *w, struct ipl_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < map->n_programs; i++) {
		const struct ipl_program *p = &map->programs[i];

		if (!is_like(p, like))
			continue;
		w->programs++;
		if (p->cmdline)
			rc = add_words(w, p->cmdline, err);
	}
	if (!rc && w->n)
		ipl_sort(w->ids, w->n, sizeof(*w->ids), compare_ids);
	return rc;
}

/* What of the parameters of @prog not all have, as much as fits; "" if nothing
 * is. */
static void put_words(const struct words *w, const struct ipl_program *prog,
		      char text[WORDS_MAX + 8])
{
	size_t at = 0, len, used = 0;
	const char *word;

	text[0] = '\0';
	if (!prog->cmdline || w->programs < 2)
		return;
	while (next_word(prog->cmdline, &at, &word, &len)) {
		if (is_common(w, id_of(word, len)))
			continue;
		if (used + 1 + len > WORDS_MAX) {
			/* the beginning of one that is too long */
			snprintf(text + used, WORDS_MAX + 8 - used, "%s%.*s...",
				 used ? " " : "",
				 used ? 0 : (int)(WORDS_MAX - 4), word);
			return;
		}
		used += (size_t)snprintf(text + used, WORDS_MAX + 8 - used,
					 "%s%.*s", used ? " " : "", (int)len,
					 word);
	}
}

/* A program of which nothing is known. */
static char *name_unknown(const struct ipl_program *prog)
{
	const struct ipl_component *last =
		prog->n_comps ? &prog->comps[prog->n_comps - 1] : NULL;
	char *name;
	int n;

	if (prog->is_dump && !prog->is_kdump)
		n = asprintf(&name, "stand-alone dump");
	else if (last && (last->psw & PSW_WAIT) && prog->n_comps > 1)
		n = asprintf(&name, "data at 0x%" PRIx64, prog->comps[0].addr);
	else
		n = asprintf(&name, "program at 0x%" PRIx64,
			     last ? last->psw & PSW_ADDR : 0);
	return n < 0 ? NULL : name;
}

static int set_name(struct ipl_program *prog, const struct words *w,
		    struct ipl_err *err)
{
	char words[WORDS_MAX + 8];

	put_words(w, prog, words);
	if (asprintf(&prog->name, words[0] ? "%s (%s)" : "%s%s", base_of(prog),
		     words) >= 0)
		return 0;
	prog->name = NULL;
	return ipl_fail(err, IPL_ENOMEM, "out of memory");
}

/* Name @first and all behind it that only parameters tell apart from it: their words
 * are collected once for all of them. */
static int name_by_kernel(const struct ipl_map *map, size_t first,
			  struct ipl_err *err)
{
	const struct ipl_program *like = &map->programs[first];
	auto_free word_id *ids = NULL;
	struct words w = { .ids = NULL };
	int rc = collect(map, like, &w, err);

	ids = w.ids;
	for (size_t i = first; !rc && i < map->n_programs; i++)
		if (is_like(&map->programs[i], like) && !map->programs[i].name)
			rc = set_name(&map->programs[i], &w, err);
	return rc;
}

/* The program that @prog is a copy of. */
static const struct ipl_program *original_of(const struct ipl_map *map,
					     const struct ipl_program *prog)
{
	for (size_t i = 0; prog->copy_of && i < map->n_programs; i++) {
		if (map->programs[i].number == prog->copy_of)
			return &map->programs[i];
	}
	return NULL;
}

/* The one place where names come from, best source first. */
static int name_program(const struct ipl_map *map, size_t i,
			struct ipl_err *err)
{
	struct ipl_program *prog = &map->programs[i];
	const struct ipl_program *original = original_of(map, prog);
	const char *known = NULL;

	if (prog->title)
		known = prog->title;
	else if (original && original->name)
		known = original->name;
	else if (prog->menu_name)
		known = prog->menu_name;
	else if (prog->rc && prog->rc != IPL_EUNSUP)
		return 0;

	if (known)
		prog->name = strdup(known);
	else if (base_of(prog))
		return prog->name ? 0 : name_by_kernel(map, i, err);
	else
		prog->name = name_unknown(prog);
	return prog->name ? 0 : ipl_fail(err, IPL_ENOMEM, "out of memory");
}

int ipl_names_make(struct ipl_map *map, struct ipl_err *err)
{
	for (size_t i = 0; i < map->n_programs; i++) {
		free(map->programs[i].name);
		map->programs[i].name = NULL;
	}
	/* copies have the names of others, so that they come last */
	for (int copies = 0; copies < 2; copies++) {
		for (size_t i = 0; i < map->n_programs; i++) {
			int rc = 0;

			if ((map->programs[i].copy_of != 0) == copies)
				rc = name_program(map, i, err);
			if (rc)
				return rc;
		}
	}
	return 0;
}
