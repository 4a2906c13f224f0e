/* SPDX-License-Identifier: MIT */
/* The memory of a VM with a program in it, region by region.
 * May use: base, format, disk. */
#include "boot/memory_map.h"

#include "base/sort.h"

#include <stdlib.h>

#define MIB (UINT64_C(1) << 20)

/* QEMU, hw/s390x/ipl.c: that far below the end of memory, or of the first 2 GiB
 * of it, at a multiple of 64 KiB. */
#define FIRMWARE_TOP_MAX   (UINT64_C(2) << 30)
#define FIRMWARE_BELOW_7_2 (2 * MIB)
#define FIRMWARE_BELOW	   (3 * MIB) /* 10 and later */
#define FIRMWARE_ALIGN	   UINT64_C(0x10000)

static uint64_t firmware_top(uint64_t memory)
{
	return memory < FIRMWARE_TOP_MAX ? memory : FIRMWARE_TOP_MAX;
}

static uint64_t firmware_addr(uint64_t memory, uint64_t below)
{
	uint64_t top = firmware_top(memory);

	return top > below ? (top - below) & ~(FIRMWARE_ALIGN - 1) : 0;
}

static uint64_t end_of(uint64_t addr, uint64_t len)
{
	return len > UINT64_MAX - addr ? UINT64_MAX : addr + len;
}

static void add(struct ipl_memory_map *map, const struct ipl_region *region)
{
	map->regions[map->n_regions++] = *region;
	if (region->kind != IPL_REGION_FREE)
		return;
	map->free_bytes += region->len;
	if (region->len > map->free_largest)
		map->free_largest = region->len;
}

/* What begins at @addr where there is no component, and ends before *@end. */
static enum ipl_region_kind kind_at(const struct ipl_memory_map *map,
				    uint64_t addr, uint64_t *end)
{
	uint64_t top = firmware_top(map->memory);
	enum ipl_region_kind kind = IPL_REGION_FREE;
	uint64_t border = map->memory;

	if (addr < IPL_LOWCORE_LEN) {
		kind = IPL_REGION_LOWCORE;
		border = IPL_LOWCORE_LEN;
	} else if (map->firmware && addr < map->firmware) {
		border = map->firmware;
	} else if (map->firmware && addr < top) {
		kind = IPL_REGION_FIRMWARE;
		border = top;
	}
	if (*end > border)
		*end = border;
	return kind;
}

/* No component is in [@addr, @end). */
static void add_gap(struct ipl_memory_map *map, uint64_t addr, uint64_t end)
{
	if (end > map->memory)
		end = map->memory;
	while (addr < end) {
		uint64_t to = end;
		enum ipl_region_kind kind = kind_at(map, addr, &to);

		add(map, &(struct ipl_region){ .kind = kind,
					       .addr = addr,
					       .len = to - addr });
		addr = to;
	}
}

static int by_addr(const void *a, const void *b)
{
	const struct ipl_region *x = a;
	const struct ipl_region *y = b;

	if (x->addr != y->addr)
		return x->addr > y->addr ? 1 : -1;
	return (x->entry > y->entry) - (x->entry < y->entry);
}

/* The components of @prog that take memory, sorted. The caller frees. */
static struct ipl_region *sorted(const struct ipl_program *prog, size_t *ret_n)
{
	struct ipl_region *r = calloc(prog->n_comps + 1, sizeof(*r));
	size_t n = 0;

	for (size_t i = 0; r && i < prog->n_comps; i++) {
		const struct ipl_component *c = &prog->comps[i];

		if (c->type != IPL_COMP_LOAD || c->len == 0)
			continue;
		r[n++] = (struct ipl_region){
			.kind = IPL_REGION_COMPONENT,
			.addr = c->addr,
			.len = end_of(c->addr, c->len) - c->addr,
			.comp = c,
			.entry = i,
		};
	}
	if (r)
		ipl_sort(r, n, sizeof(*r), by_addr);
	*ret_n = n;
	return r;
}

static uint64_t shared_len(const struct ipl_region *a,
			   const struct ipl_region *b)
{
	uint64_t end_a = end_of(a->addr, a->len);
	uint64_t end_b = end_of(b->addr, b->len);

	return (end_a < end_b ? end_a : end_b) - b->addr;
}

/* Add the component @r. @reach is the one before it that ends last. */
static void add_component(struct ipl_memory_map *map, struct ipl_region *r,
			  const struct ipl_region *reach)
{
	uint64_t end = end_of(r->addr, r->len);

	if (reach && !r->comp->replaces &&
	    r->addr < end_of(reach->addr, reach->len)) {
		r->overlaps = reach;
		r->overlap_len = shared_len(reach, r);
	}
	/* one that was cut wraps: no memory is large enough */
	r->is_past_memory = end > map->memory || r->len < r->comp->len;
	r->is_over_firmware = map->firmware && end > map->firmware &&
			      r->addr < firmware_top(map->memory);
	add(map, r);
}

static void fill(struct ipl_memory_map *map, struct ipl_region *comps, size_t n)
{
	const struct ipl_region *reach = NULL;

	for (size_t i = 0; i < n; i++) {
		uint64_t end = end_of(comps[i].addr, comps[i].len);

		if (comps[i].addr > map->needed)
			add_gap(map, map->needed, comps[i].addr);
		add_component(map, &comps[i], reach);
		if (!reach || end > map->needed)
			reach = &map->regions[map->n_regions - 1];
		if (end > map->needed)
			map->needed = end;
	}
	add_gap(map, map->needed, map->memory);
}

int ipl_memory_map_make(const struct ipl_program *prog, uint64_t memory,
			struct ipl_memory_map **ret, struct ipl_err *err)
{
	struct ipl_memory_map *map = calloc(1, sizeof(*map));
	size_t n = 0;
	struct ipl_region *comps = sorted(prog, &n);

	/* a gap before, behind and between: the borders of lowcore and firmware
	 * can split three of them */
	if (map)
		map->regions = calloc(2 * n + 4, sizeof(*map->regions));
	if (!map || !comps || !map->regions) {
		free(comps);
		ipl_memory_map_free(map);
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	}
	map->memory = memory;
	map->firmware = firmware_addr(memory, FIRMWARE_BELOW);
	map->firmware_7_2 = firmware_addr(memory, FIRMWARE_BELOW_7_2);
	fill(map, comps, n);
	free(comps);
	*ret = map;
	return 0;
}

void ipl_memory_map_free(struct ipl_memory_map *map)
{
	if (!map)
		return;
	free(map->regions);
	free(map);
}

const char *ipl_region_name(enum ipl_region_kind kind)
{
	static const char *const names[] = {
		[IPL_REGION_FREE] = "free",
		[IPL_REGION_LOWCORE] = "lowcore",
		[IPL_REGION_FIRMWARE] = "firmware",
		[IPL_REGION_COMPONENT] = "component",
	};

	return names[kind];
}
