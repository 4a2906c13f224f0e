/* SPDX-License-Identifier: MIT */
/* Load plans: what goes where in guest memory, checked as a whole before the
 * first byte is written. May use: base, format, disk. */
#ifndef IPL_BOOT_PLAN_H
#define IPL_BOOT_PLAN_H

#include "boot/map.h"

/* One component on its way to memory. */
struct ipl_segment {
	uint64_t addr;
	uint64_t len; /* bytes, sum of the extents; never 0 */
	size_t entry; /* number of its entry in the component table */
	enum ipl_purpose purpose;
	const struct ipl_extent *extents; /* lent by the map */
	size_t n_extents;
};

struct ipl_plan {
	struct ipl_src *src;	      /* lent by the map */
	struct ipl_segment *segments; /* sorted by address, disjoint */
	size_t n_segments;
	uint64_t psw; /* short PSW to start with, as the EXECUTE entry has it */
	uint64_t bytes; /* sum of all segments */
};

/* Make the plan for @prog in a VM with @memory bytes. Fails when @prog is
 * damaged (with its own error), when a component ends past the memory or wraps
 * (IPL_ERANGE), when two overlap (IPL_EBAD, both are named), or when the PSW
 * cannot start anything: bit 12 clear (not a short PSW) or an odd address. A
 * PSW with the wait bit is fine: "segment" programs only load and stop.
 * The plan borrows @map. */
int ipl_plan_make(const struct ipl_map *map, const struct ipl_program *prog,
		  uint64_t memory, struct ipl_plan **ret,
		  struct ipl_err *err) IPL_MUST_CHECK;

void ipl_plan_free(struct ipl_plan *plan);

/* Whether any segment has a byte in [@addr, @addr + @len). */
bool ipl_plan_covers(const struct ipl_plan *plan, uint64_t addr, uint64_t len);

/* Read the part [@addr, @addr + @len) of memory that segment @seg puts there
 * into @buf, straight from the source. The range must lie inside @seg. */
int ipl_plan_read(const struct ipl_plan *plan, const struct ipl_segment *seg,
		  uint64_t addr, void *buf, size_t len,
		  struct ipl_err *err) IPL_MUST_CHECK;

/* "kernel", "ramdisk"...: for messages and JSON. */
const char *ipl_purpose_name(enum ipl_purpose purpose);

/* What a person calls entry @entry of a component table: its purpose where that
 * is known and no other entry can have it, else "entry 3". */
struct ipl_entry_name {
	char text[40];
};
struct ipl_entry_name ipl_entry_name(enum ipl_purpose purpose, size_t entry);

#endif
