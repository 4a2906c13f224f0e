/* SPDX-License-Identifier: MIT */
/* The parts of a check, for check.c: each appends to the report.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_CHECK_PARTS_H
#define IPL_BOOT_CHECK_PARTS_H

#include "boot/map.h"
#include "boot/memory_map.h"
#include "boot/report.h"

/* One program on its way through the checks. */
struct ipl_check {
	const struct ipl_map *map;
	const struct ipl_program *prog;
	const struct ipl_memory_map *memory;
	struct ipl_report *report;
};

/* check_disk.c: what concerns no single program. Fails only when the disk cannot
 * be read. */
int ipl_check_disk(const struct ipl_map *map, struct ipl_report *report,
		   struct ipl_err *err) IPL_MUST_CHECK;

/* check_load.c: addresses, PSW, the way it lies on the disk. */
void ipl_check_load(const struct ipl_check *c);

/* check_stage3.c: what stage 3 is told, and whether it is there. */
void ipl_check_stage3(const struct ipl_check *c);

/* Append a finding about the program. */
struct ipl_finding *ipl_check_add(const struct ipl_check *c,
				  enum ipl_severity severity, const char *code);

/* The component that is loaded over @addr, or NULL. */
const struct ipl_component *ipl_check_comp_at(const struct ipl_program *prog,
					      uint64_t addr);

#endif
