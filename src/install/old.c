/* SPDX-License-Identifier: MIT */
/* The boot map that is on a disk already: which blocks must stay as they are
 * until there is a new one. What ipl_build made begins with its program tables
 * and ends with its component tables, so that those two tell all that lies
 * between. What zipl made lies in file systems. May use: base, format, disk,
 * boot. */
#include "install/old.h"

#include "boot/map.h"

#include <stdlib.h>
#include <string.h>

static int add(struct ipl_old *old, uint64_t block, struct ipl_err *err)
{
	uint64_t *more = old->blocks;

	if (old->n == 0 || (old->n >= 64 && (old->n & (old->n - 1)) == 0))
		more = reallocarray(old->blocks, old->n ? 2 * old->n : 64,
				    sizeof(*more));
	if (!more)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	old->blocks = more;
	old->blocks[old->n++] = block;
	return 0;
}

static int add_component(struct ipl_old *old, const struct ipl_component *c,
			 unsigned unit, struct ipl_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < c->n_extents; i++) {
		const struct ipl_extent *x = &c->extents[i];

		if (x->zero || !x->len)
			continue;
		rc = add(old, x->off / unit, err);
		if (!rc)
			rc = add(old, (x->off + x->len - 1) / unit, err);
	}
	return rc;
}

static int add_map(struct ipl_old *old, const struct ipl_map *map,
		   unsigned unit, struct ipl_err *err)
{
	int rc = add(old, map->table_off / unit, err);

	for (size_t i = 0; !rc && i < map->n_programs; i++) {
		const struct ipl_program *p = &map->programs[i];

		if (p->table_off)
			rc = add(old, p->table_off / unit, err);
		for (size_t j = 0; !rc && j < p->n_comps; j++)
			rc = add_component(old, &p->comps[j], unit, err);
	}
	return rc;
}

/* The boot map of @src; NULL when there is none that can be read. */
static int read_map(struct ipl_src *src, struct ipl_map **ret,
		    struct ipl_err *err)
{
	struct ipl_err why;
	int rc = ipl_map_read(src, ret, &why);

	if (!rc)
		return 0;
	*ret = NULL;
	if (rc != IPL_ENOMEM && rc != IPL_EIO)
		return 0;
	if (err)
		*err = why;
	return rc;
}

int ipl_old_find(const struct ipl_target *target, struct ipl_old *ret,
		 struct ipl_err *err)
{
	struct ipl_map *map;
	int rc;

	*ret = (struct ipl_old){ 0 };
	rc = read_map(target->src, &map, err);
	if (rc)
		return rc;
	ret->present = map != NULL;
	for (const struct ipl_map *m = map; !rc && m; m = m->other)
		rc = add_map(ret, m, target->block_size, err);
	ipl_map_free(map);
	return rc;
}

int ipl_old_is_ours(struct ipl_src *src, bool *ret, struct ipl_err *err)
{
	static const char writer[] = "s390-ipl ";
	struct ipl_map *map;
	int rc = read_map(src, &map, err);

	*ret = !rc && map && map->n_programs;
	for (size_t i = 0; *ret && i < map->n_programs; i++) {
		const struct ipl_program *p = &map->programs[i];

		*ret = !p->rc && p->writer &&
		       !strncmp(p->writer, writer, sizeof(writer) - 1);
	}
	ipl_map_free(map);
	return rc;
}

void ipl_old_done(struct ipl_old *old)
{
	free(old->blocks);
	*old = (struct ipl_old){ 0 };
}

/* Where @block is in the area, counted over all runs; false: not there. */
static bool place(const struct ipl_region *runs, size_t n_runs, uint64_t block,
		  uint64_t *ret)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n_runs; i++) {
		if (block >= runs[i].first &&
		    block - runs[i].first < runs[i].count) {
			*ret = sum + (block - runs[i].first);
			return true;
		}
		sum += runs[i].count;
	}
	return false;
}

/* The blocks of the area from place @begin to @end. */
static size_t slice(const struct ipl_region *runs, size_t n_runs,
		    uint64_t begin, uint64_t end, struct ipl_region *to)
{
	uint64_t sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < n_runs; i++) {
		uint64_t from = begin > sum ? begin - sum : 0;
		uint64_t stop = end > sum ? end - sum : 0;

		if (stop > runs[i].count)
			stop = runs[i].count;
		if (from < stop)
			to[n++] = (struct ipl_region){ runs[i].first + from,
						       stop - from };
		sum += runs[i].count;
	}
	return n;
}

void ipl_old_cut(const struct ipl_old *old, const struct ipl_region *runs,
		 size_t n_runs, struct ipl_rest *ret)
{
	uint64_t first = UINT64_MAX, last = 0, at;

	ret->has_old = false;
	for (size_t i = 0; i < old->n; i++) {
		if (!place(runs, n_runs, old->blocks[i], &at))
			continue;
		ret->has_old = true;
		first = at < first ? at : first;
		last = at > last ? at : last;
	}
	ret->n_before = slice(runs, n_runs, 0, first, ret->before);
	ret->n_behind = ret->has_old ? slice(runs, n_runs, last + 1, UINT64_MAX,
					     ret->behind)
				     : 0;
}
