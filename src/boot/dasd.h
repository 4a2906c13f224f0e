/* SPDX-License-Identifier: MIT */
/* What the layouts of DASDs share: CCW-type IPL, labels, stage 2.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_DASD_H
#define IPL_BOOT_DASD_H

#include "boot/stage2.h"

/* What the records at the start of a DASD say, in one form for all layouts. */
struct ipl_dasd {
	const char *record;  /* what the record is called that has it all */
	uint64_t record_off; /* where that is: byte offset in the source */
	uint64_t table_at;   /* the same of its pointer to the program table */
	struct zipl_ptr table;
	struct zipl_boot_info info; /* not present before zipl 1.20 */
	/* What an IPL reads: stage 1b, or (before 1.20) stage 2 itself. */
	const struct zipl_read_format *read_format;
	struct zipl_reads reads;
	bool has_stage1b;
	unsigned label_block;
};

/* Whether byte @off of @src begins with @len bytes @wanted: 1, 0 or an error. A
 * source that ends before does not. */
int ipl_dasd_begins(struct ipl_src *src, uint64_t off, const void *wanted,
		    size_t len, struct ipl_err *err) IPL_MUST_CHECK;

/* Whether there is a boot_info at byte @off, for @dev_type if that is not
 * negative: 1, 0 or an error. */
int ipl_dasd_has_info(struct ipl_src *src, uint64_t off, int dev_type,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* Set the block size of @map, and the geometry from it where the disk has one.
 * Fails for a size that no disk has; @at is where it was found. */
int ipl_dasd_set_size(struct ipl_map *map, unsigned size, uint64_t at,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* Read the whole map: @map has its block size. IPL_EUNSUP for a dump disk. */
int ipl_dasd_read(struct ipl_map *map, const struct ipl_dasd *dasd,
		  struct ipl_err *err) IPL_MUST_CHECK;

/* Only the menu. */
int ipl_dasd_read_menu(struct ipl_map *map, const struct ipl_dasd *dasd,
		       struct ipl_err *err) IPL_MUST_CHECK;

/* Take in the label in block @block, if there is one. */
int ipl_dasd_read_label(struct ipl_map *map, unsigned block,
			struct ipl_err *err) IPL_MUST_CHECK;

#endif
