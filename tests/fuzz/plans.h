/* SPDX-License-Identifier: MIT */
/* What must be so of every map that can be read, and of every plan that is made of it:
 * for the targets that take whole disks. May use: boot. */
#ifndef FUZZ_PLANS_H
#define FUZZ_PLANS_H

#include "promise.h"

#include "boot/plan.h"

#define PLAN_MEMORY (UINT64_C(1) << 30)

/* @is_cut: components may replace parts of each other. */
static inline void check_extents(const struct ipl_src *src,
				 const struct ipl_segment *seg, bool is_cut)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < seg->n_extents; i++) {
		const struct ipl_extent *x = &seg->extents[i];

		promise(x->len > 0, "no empty extents");
		promise(x->zero || (x->off <= src->size &&
				    x->len <= src->size - x->off),
			"extents lie on the disk");
		sum += x->len;
	}
	promise(is_cut ? sum >= seg->skip + seg->len : sum == seg->len,
		"extents add up to the segment");
}

static inline void check_plan(const struct ipl_plan *plan, bool is_cut)
{
	uint64_t end = 0;
	uint64_t sum = 0;
	struct ipl_err err;
	uint8_t buf[64];

	for (size_t i = 0; i < plan->n_segments; i++) {
		const struct ipl_segment *seg = &plan->segments[i];
		size_t len =
			seg->len < sizeof(buf) ? (size_t)seg->len : sizeof(buf);

		promise(seg->addr >= end, "segments are sorted and disjoint");
		promise(seg->len && seg->len <= PLAN_MEMORY - seg->addr,
			"segments lie in memory");
		promise(ipl_plan_covers(plan, seg->addr, 1),
			"the plan covers its segments");
		check_extents(plan->src, seg, is_cut);
		promise(!ipl_plan_read(plan, seg, seg->addr, buf, len, &err) &&
				!ipl_plan_read(plan, seg,
					       seg->addr + seg->len - len, buf,
					       len, &err),
			"what is planned can be read");
		end = seg->addr + seg->len;
		sum += seg->len;
	}
	promise(sum == plan->bytes, "segments add up to the plan");
}

static inline void check_program(const struct ipl_map *map, unsigned number)
{
	const struct ipl_program *prog = NULL;
	struct ipl_plan *plan = NULL;
	struct ipl_err err = { 0 };
	int rc = ipl_map_find(map, number, &prog, &err);

	if (!rc) {
		promise(prog->name, "a program has a name");
		rc = ipl_plan_make(map, prog, PLAN_MEMORY, &plan, &err);
	}
	if (rc)
		promise(err.code == (enum ipl_code)rc && err.msg[0],
			"a failure says why");
	else
		check_plan(plan, !map->ptr);
	ipl_plan_free(plan);
}

static inline void check_map(const struct ipl_map *map)
{
	promise(map->n_programs > 0, "a map has programs");
	promise(map->block_size >= 512 && map->layout, "a map has its layout");
	for (unsigned i = 0; i < 64; i++)
		check_program(map, i);
	for (size_t i = 0; i < map->n_notes; i++)
		promise(map->notes[i].code && map->notes[i].text[0],
			"a note says something");
	if (map->other)
		check_map(map->other);
}

static inline void check_source(struct ipl_src *src,
				const struct ipl_map_options *opts)
{
	struct ipl_map *map = NULL;
	struct ipl_err err = { 0 };
	int rc = ipl_map_read_with(src, opts, &map, &err);

	promise(rc ? !map : !err.code, "either a map or an error");
	if (rc)
		promise(err.code == (enum ipl_code)rc && err.msg[0],
			"a failure says why");
	else
		check_map(map);
	ipl_map_free(map);
}

#endif
