/* SPDX-License-Identifier: MIT */
/* "show" for people: memory as a drawing, from address 0 down the page.
 * May use: everything. */
#include "base/cleanup.h"
#include "boot/plan.h"
#include "cli/show.h"
#include "cli/text.h"
#include "cli/wrap.h"

#include <inttypes.h>
#include <stdio.h>

/* What fills the box of a region. */
static const char *pattern(const struct ipl_region *r)
{
	if (r->overlaps || r->is_past_memory)
		return "!!!!!!!!";
	switch (r->kind) {
	case IPL_REGION_COMPONENT:
		return "########";
	case IPL_REGION_LOWCORE:
	case IPL_REGION_FIRMWARE:
		return "........";
	case IPL_REGION_FREE:
		break;
	}
	return "        ";
}

static void put_component(FILE *to, const struct ipl_region *r)
{
	char size[IPL_TEXT_SIZE];

	/* heap and stack of stage 3 need no telling apart here */
	fprintf(to, "%s",
		r->comp->purpose == IPL_PURPOSE_SCRATCH
			? ipl_purpose_name(r->comp->purpose)
			: ipl_entry_name(r->comp->purpose, r->entry).text);
	if (r->overlaps)
		fprintf(to, ", %s of it over %s",
			ipl_text_size(r->overlap_len, size),
			ipl_entry_name(r->overlaps->comp->purpose,
				       r->overlaps->entry)
				.text);
	if (r->is_past_memory)
		fprintf(to, ", past the end of memory");
	else if (r->is_over_firmware)
		fprintf(to, ", over QEMU's own firmware");
}

static void put_region(FILE *to, const struct ipl_region *r,
		       const struct ipl_memory_map *map)
{
	switch (r->kind) {
	case IPL_REGION_COMPONENT:
		put_component(to, r);
		break;
	case IPL_REGION_LOWCORE:
		fprintf(to, "(lowcore of the CPU)");
		break;
	case IPL_REGION_FIRMWARE:
		fprintf(to, "(QEMU's own firmware; 7.2: from 0x%" PRIx64 ")",
			map->firmware_7_2);
		break;
	case IPL_REGION_FREE:
		fprintf(to, "free");
		break;
	}
}

static void print_region(const struct ipl_region *r,
			 const struct ipl_memory_map *map)
{
	char size[IPL_TEXT_SIZE], addr[24];
	auto_free char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);
	int column;

	if (!to)
		return;
	put_region(to, r, map);
	snprintf(addr, sizeof(addr), "0x%" PRIx64, r->addr);
	column = printf("  %12s |%s| %9s  ", addr, pattern(r),
			ipl_text_size(r->len, size));
	if (fclose(to) == 0)
		ipl_wrap_print((unsigned)column, (unsigned)column, text);
}

static void print_end(const struct ipl_memory_map *map)
{
	printf("  %#12" PRIx64 " +--------+            end of memory\n",
	       map->memory);
}

void ipl_show_print_memory(const struct ipl_memory_map *map)
{
	char size[IPL_TEXT_SIZE], largest[IPL_TEXT_SIZE];
	bool ended = false;

	printf("  Memory of a VM with %s:\n", ipl_text_size(map->memory, size));
	printf("  %12s +--------+\n", "");
	for (size_t i = 0; i < map->n_regions; i++) {
		if (!ended && map->regions[i].addr >= map->memory) {
			print_end(map);
			ended = true;
		}
		print_region(&map->regions[i], map);
	}
	if (!ended)
		print_end(map);
	if (map->free_bytes)
		printf("  %s free, the largest part %s\n",
		       ipl_text_size(map->free_bytes, size),
		       ipl_text_size(map->free_largest, largest));
	else
		printf("  nothing is free\n");
}
