/* SPDX-License-Identifier: MIT */
/* Stage 2 of zipl on a DASD: its blocks, and the boot menu in it.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_STAGE2_H
#define IPL_BOOT_STAGE2_H

#include "boot/tables.h"
#include "format/zipl_stage1.h"

/* What an IPL would load as stage 2. */
struct ipl_stage2 {
	uint8_t *bytes; /* the caller frees */
	size_t len;
};

/* Read the blocks @reads. */
int ipl_stage2_read(const struct ipl_walk *walk, const struct zipl_reads *reads,
		    struct ipl_stage2 *ret, struct ipl_err *err) IPL_MUST_CHECK;

/* The same where @stage1b are the blocks of stage 1b, which says where stage 2
 * is. */
int ipl_stage2_read_via(const struct ipl_walk *walk,
			const struct zipl_read_format *format,
			const struct zipl_reads *stage1b,
			struct ipl_stage2 *ret,
			struct ipl_err *err) IPL_MUST_CHECK;

/* Take the menu and the names of the programs of @map from @stage2. What is
 * wrong with it becomes a note. */
int ipl_menu_read(struct ipl_map *map, const struct ipl_stage2 *stage2,
		  struct ipl_err *err) IPL_MUST_CHECK;

void ipl_menu_done(struct ipl_menu *menu);

#endif
