/* SPDX-License-Identifier: MIT */
/* Would it boot? Everything that can be found wrong with a disk without
 * starting it. May use: base, format, disk. */
#ifndef IPL_BOOT_CHECK_H
#define IPL_BOOT_CHECK_H

#include "boot/map.h"
#include "boot/report.h"

enum ipl_outcome {
	IPL_BOOTS,
	IPL_NOT_FOR_IPL, /* a dump program, which is no fault */
	IPL_FAILS,
};

struct ipl_verdict {
	uint64_t memory;
	struct ipl_report report; /* sorted, the worst first */
	/* One a program, with the map's array; those that were not looked at
	 * (copies of another slot) have checked off. */
	struct ipl_program_verdict {
		bool checked;
		enum ipl_outcome outcome;
		uint64_t needed; /* memory up to its last byte */
	} * programs;
	size_t n_programs;
	bool boots; /* all programs do that are made for it, at least one */
};

/* Check @map in a VM with @memory bytes: all its programs, or only @only. Fails
 * only when memory runs out or the disk cannot be read: what is wrong with the
 * disk is in the verdict. The caller does ipl_verdict_done. */
int ipl_check_map(const struct ipl_map *map, const struct ipl_program *only,
		  uint64_t memory, struct ipl_verdict *ret,
		  struct ipl_err *err) IPL_MUST_CHECK;

/* The verdict on a disk whose boot map cannot be read at all, because of
 * @why. */
int ipl_check_no_map(const struct ipl_err *why, uint64_t memory,
		     struct ipl_verdict *ret,
		     struct ipl_err *err) IPL_MUST_CHECK;

void ipl_verdict_done(struct ipl_verdict *verdict);

/* "boots", "not-for-ipl", "fails". */
const char *ipl_outcome_name(enum ipl_outcome outcome);

#endif
