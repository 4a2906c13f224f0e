/* SPDX-License-Identifier: MIT */
/* The memory of a VM with a program in it, region by region.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_MEMORY_MAP_H
#define IPL_BOOT_MEMORY_MAP_H

#include "boot/map.h"

#define IPL_LOWCORE_LEN 0x2000u /* z/Architecture prefix area */

enum ipl_region_kind {
	IPL_REGION_FREE,
	IPL_REGION_LOWCORE,   /* free of components, but used by the CPU */
	IPL_REGION_FIRMWARE,  /* where QEMU puts its own firmware */
	IPL_REGION_COMPONENT, /* what a LOAD entry fills */
};

struct ipl_region {
	enum ipl_region_kind kind;
	uint64_t addr;
	uint64_t len; /* cut where the last address is passed */
	/* Of a component: */
	const struct ipl_component *comp; /* lent by the program */
	size_t entry;			  /* its entry in the table */
	/* A region before this one that reaches into it, NULL if none does, and
	 * how many bytes they share. */
	const struct ipl_region *overlaps;
	uint64_t overlap_len;
	bool is_past_memory; /* a byte of it is past the end of memory */
	bool is_over_firmware;
};

struct ipl_memory_map {
	uint64_t memory; /* bytes */
	/* Where QEMU puts its firmware: version 10 and later, and 7.2. Both 0
	 * if the VM is too small for one. */
	uint64_t firmware, firmware_7_2;
	/* Sorted by address; components may overlap, the rest fills the gaps up
	 * to the end of memory. */
	struct ipl_region *regions;
	size_t n_regions;
	uint64_t free_bytes;   /* sum of IPL_REGION_FREE */
	uint64_t free_largest; /* the largest of them */
	uint64_t needed;       /* end of the highest component */
};

/* The map of @prog in a VM with @memory bytes; of a damaged program what is
 * known of it. The caller frees; it borrows @prog. */
int ipl_memory_map_make(const struct ipl_program *prog, uint64_t memory,
			struct ipl_memory_map **ret,
			struct ipl_err *err) IPL_MUST_CHECK;

void ipl_memory_map_free(struct ipl_memory_map *map);

/* "free", "lowcore"...: for messages and JSON. */
const char *ipl_region_name(enum ipl_region_kind kind);

#endif
