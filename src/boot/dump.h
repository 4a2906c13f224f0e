/* SPDX-License-Identifier: MIT */
/* Disks and programs that are made for stand-alone dumps.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_DUMP_H
#define IPL_BOOT_DUMP_H

#include "boot/map.h"
#include "boot/stage2.h"
#include "format/zipl_dump.h"

/* Where stage 3 enters a kdump kernel: 16 bytes behind the usual entry. */
#define IPL_KDUMP_PSW	UINT64_C(0x0008000080010010)
#define IPL_KDUMP_ENTRY 16u

/* If @stage2 (len 0: not known) or @info says that the disk is for dumps, fail
 * with IPL_EUNSUP and say of what kind it is and what IPL would overwrite. */
int ipl_dump_refuse(const struct ipl_stage2 *stage2,
		    const struct zipl_boot_info *info,
		    struct ipl_err *err) IPL_MUST_CHECK;

/* Decide whether @prog, which is described, may be started: a program for a
 * dump is not. Sets is_kdump, and rc and err of those that are not. */
void ipl_dump_judge(const struct ipl_map *map, struct ipl_program *prog);

#endif
