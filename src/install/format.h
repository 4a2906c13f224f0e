/* SPDX-License-Identifier: MIT */
/* New disks: a partition table or labels, a partition for the boot map, and
 * one for a file system in what is left. May use: base, format, disk. */
#ifndef IPL_INSTALL_FORMAT_H
#define IPL_INSTALL_FORMAT_H

#include "install/target.h"
#include "install/writes.h"

struct ipl_format {
	const struct ipl_scheme *scheme;
	unsigned block_size; /* 0: what is usual */
	bool mbr;	     /* SCSI: MBR instead of GPT */
	uint64_t boot_bytes; /* room for the boot map, at least */
	const char *serial;  /* DASD: of the volume, up to 6 characters */
	uint64_t seed;	     /* what identifiers are made of */
	unsigned year, day;  /* DASD: of the VTOC's entries */
};

/* Fill in the block size if it is 0, and round *@size up to what such a disk can
 * have. IPL_EINVAL when the scheme has no blocks of that size, or when the disk
 * would be too small for the boot map or too large for its scheme. */
int ipl_format_check(struct ipl_format *f, uint64_t *size,
		     struct ipl_err *err) IPL_MUST_CHECK;

/* Add to @writes all that a disk of zeros @src, of the size that
 * ipl_format_check gave, needs to be such a disk. */
int ipl_format_disk(const struct ipl_format *f, const struct ipl_src *src,
		    struct ipl_writes *writes,
		    struct ipl_err *err) IPL_MUST_CHECK;

#endif
