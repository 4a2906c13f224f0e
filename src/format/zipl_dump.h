/* SPDX-License-Identifier: MIT */
/* What zipl --dump writes: parameters and dump tools (docs/formats/eckd.md).
 * May use: base. */
#ifndef IPL_FORMAT_ZIPL_DUMP_H
#define IPL_FORMAT_ZIPL_DUMP_H

#include "format/zipl.h"

/* The parameters in a boot_info, for the kind of disk that it is for. */
struct zipl_dump_params {
	uint64_t first, last; /* ECKD, FBA: blocks to write to */
	uint16_t block_size;  /* ECKD only */
	uint64_t super_off;   /* SCSI: byte of the super block */
};

int zipl_dump_params_decode(const struct zipl_boot_info *info,
			    struct zipl_dump_params *ret,
			    struct ipl_err *err) IPL_MUST_CHECK;

/* A dump tool that takes the place of stage 2. */
struct zipl_dumper {
	char magic[8];
	const char *title;
};

/* Which one @stage2 begins with, or NULL. */
const struct zipl_dumper *zipl_dumper_find(struct ipl_span stage2);

#endif
