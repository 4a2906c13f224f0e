/* SPDX-License-Identifier: MIT */
/* Any bytes as a disk: read the map, plan every program, and see that the plan
 * keeps its promises. For libFuzzer; replay.c runs the corpus without it.
 * May use: everything. */
#include "promise.h"

#include "boot/plan.h"

#define MEMORY (UINT64_C(1) << 30)

static void check_extents(const struct ipl_src *src,
			  const struct ipl_segment *seg)
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
	promise(sum == seg->len, "extents add up to the segment");
}

static void check_plan(const struct ipl_plan *plan)
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
		promise(seg->len && seg->len <= MEMORY - seg->addr,
			"segments lie in memory");
		promise(ipl_plan_covers(plan, seg->addr, 1),
			"the plan covers its segments");
		check_extents(plan->src, seg);
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

static void check_program(const struct ipl_map *map, unsigned number)
{
	const struct ipl_program *prog = NULL;
	struct ipl_plan *plan = NULL;
	struct ipl_err err = { 0 };
	int rc = ipl_map_find(map, number, &prog, &err);

	if (!rc) {
		promise(prog->name, "a program has a name");
		rc = ipl_plan_make(map, prog, MEMORY, &plan, &err);
	}
	if (rc)
		promise(err.code == (enum ipl_code)rc && err.msg[0],
			"a failure says why");
	else
		check_plan(plan);
	ipl_plan_free(plan);
}

static void check_map(const struct ipl_map *map)
{
	promise(map->n_programs > 0, "a map has programs");
	promise(map->block_size >= 512 && map->ptr, "a map has its layout");
	for (unsigned i = 0; i < 64; i++)
		check_program(map, i);
	for (size_t i = 0; i < map->n_notes; i++)
		promise(map->notes[i].code && map->notes[i].text[0],
			"a note says something");
	if (map->other)
		check_map(map->other);
}

static void check_source(struct ipl_src *src,
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

/* As it is, and as each layout that it is not, or not only. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ipl_map_options opts = { 0 };
	struct ipl_src *src = NULL;
	struct ipl_err err = { 0 };

	if (ipl_src_open_mem(data, size, "fuzz", &src, &err))
		return 0;
	check_source(src, &opts);
	for (size_t i = 0; ipl_layout_at(i); i++) {
		opts.layout = ipl_layout_at(i)->name;
		check_source(src, &opts);
	}
	opts = (struct ipl_map_options){ .br_lba = 1 };
	check_source(src, &opts);
	ipl_src_close(src);
	return 0;
}
