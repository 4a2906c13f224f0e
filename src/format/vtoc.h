/* SPDX-License-Identifier: MIT */
/* Labels and tables of contents of DASD volumes, as dasdfmt and fdasd make
 * them: VOL1 and VTOC for the compatible disk layout, LNX1 for the Linux
 * layout and FBA (docs/formats/eckd.md; Linux, asm/vtoc.h; s390-tools,
 * libvtoc). May use: base. */
#ifndef IPL_FORMAT_VTOC_H
#define IPL_FORMAT_VTOC_H

#include "base/err.h"
#include "base/span.h"
#include "format/zipl_ptr.h"

/* Where a volume without partitions has them at the earliest. */
#define VTOC_FIRST_TRACK 2u

/* Labels of the VTOC: a key of 44 bytes, data of 96. */
#define VTOC_LABEL_LEN 140u

/* fdasd makes no more. */
#define VTOC_PARTITIONS 3u

/* More tracks need a format 7 label for the free space. */
#define VTOC_TRACKS_F5	   65535u
/* The same cylinder fields of 16 bits that all labels written here have. */
#define VTOC_CYLINDERS_MAX 65520u

struct vtoc_extent {
	struct zipl_chs low, high; /* tracks, both inclusive */
};

/* Where the VTOC of the volume label @in (a record with its key) is.
 * IPL_ENOTFOUND when that is no VOL1 label or names none. */
int vtoc_address_decode(struct ipl_span in, struct zipl_chs *ret,
			struct ipl_err *err) IPL_MUST_CHECK;

enum vtoc_kind {
	VTOC_END,	/* no label, or one that ends the search */
	VTOC_OTHER,	/* format 4, 5, 7 or 9 */
	VTOC_PARTITION, /* format 1 or 8 */
};

/* What the label @in is; *@ret of a partition. */
int vtoc_label_decode(struct ipl_span in, enum vtoc_kind *ret_kind,
		      struct vtoc_extent *ret,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* Whether the VTOC @in, which are all labels of track 1, one behind the other,
 * says as fdasd's do who owns what: on this track alone, by labels with one extent
 * each, and nothing behind the last of them. IPL_EUNSUP tells what is different;
 * then there may be more data sets than Linux has partitions. */
int vtoc_check_fdasd(struct ipl_span in, struct ipl_err *err) IPL_MUST_CHECK;

/* A volume that is to get labels. */
struct vtoc_volume {
	char serial[7]; /* up to 6 characters */
	struct zipl_geometry geo;
	uint32_t cylinders;
	uint16_t block_size;
	uint16_t year; /* of creation, from 1900 on; day 1 to 366 */
	uint16_t day;
	/* partitions, as tracks: first and count */
	struct {
		uint32_t first, count;
		bool has_fs; /* else "native" without one */
	} part[VTOC_PARTITIONS];
	unsigned n_parts;
};

/* The records with their keys of an empty bootstrap: block 0, block 1. */
void vtoc_ipl1_encode(struct ipl_wr *w);
void vtoc_ipl2_encode(struct ipl_wr *w);
/* The VOL1 label with its key: block 2. */
void vtoc_vol1_encode(struct ipl_wr *w, const struct vtoc_volume *v);
/* The labels of the VTOC, one after the other; returns how many there are. */
unsigned vtoc_encode(struct ipl_wr *w, const struct vtoc_volume *v);

/* A LNX1 label; with @blocks not 0 also how many blocks there are. */
void vtoc_lnx1_encode(struct ipl_wr *w, const char *serial, uint64_t blocks);

#endif
