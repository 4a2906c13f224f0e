/* SPDX-License-Identifier: MIT */
/* Load plans: what goes where in guest memory, checked as a whole before the
 * first byte is written. May use: base, format, disk. */
#ifndef IPL_BOOT_PLAN_H
#define IPL_BOOT_PLAN_H

#include "boot/map.h"

/* One component on its way to memory, or a part of it, or bytes of ours. */
struct ipl_segment {
	uint64_t addr;
	uint64_t len; /* bytes, never 0 */
	size_t entry; /* number of its entry in the component table */
	enum ipl_purpose purpose;
	const struct ipl_extent *extents; /* lent by the map */
	size_t n_extents;
	uint64_t skip; /* bytes of the extents in front of what is loaded */
	const uint8_t *bytes; /* not from the disk; NULL if it is */
};

struct ipl_plan {
	struct ipl_src *src;	      /* lent by the map */
	struct ipl_segment *segments; /* sorted by address, disjoint */
	size_t n_segments;
	size_t n_components; /* how many were to be loaded */
	uint8_t **owned;     /* what segments have as bytes */
	size_t n_owned;
	uint64_t memory; /* bytes of the VM */
	uint64_t psw; /* short PSW to start with, as the EXECUTE entry has it */
	uint64_t bytes; /* sum of all segments */
};

/* Make the plan for @prog in a VM with @memory bytes. Fails when @prog is
 * damaged (with its own error), when a component ends past the memory or wraps
 * (IPL_ERANGE), when two overlap (IPL_EBAD, both are named), or when the PSW
 * cannot start anything: bit 12 clear (not a short PSW), bits
 * that must be zero, or an odd address. A
 * PSW with the wait bit is fine: "segment" programs only load and stop.
 * The plan borrows @map. */
int ipl_plan_make(const struct ipl_map *map, const struct ipl_program *prog,
		  uint64_t memory, struct ipl_plan **ret,
		  struct ipl_err *err) IPL_MUST_CHECK;

/* A plan without any segment, for what is not on a disk: ipl_plan_put fills it.
 * NULL when out of memory. */
struct ipl_plan *ipl_plan_new(uint64_t memory);

void ipl_plan_free(struct ipl_plan *plan);

/* Have a copy of the @len @bytes loaded to @addr, in place of what components
 * have there. IPL_ERANGE when that is past the memory. */
int ipl_plan_put(struct ipl_plan *plan, uint64_t addr, const void *bytes,
		 size_t len, enum ipl_purpose purpose,
		 struct ipl_err *err) IPL_MUST_CHECK;

/* Whether any segment has a byte in [@addr, @addr + @len). */
bool ipl_plan_covers(const struct ipl_plan *plan, uint64_t addr, uint64_t len);

/* Read the part [@addr, @addr + @len) of memory that segment @seg puts there
 * into @buf. The range must lie inside @seg. */
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
