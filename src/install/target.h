/* SPDX-License-Identifier: MIT */
/* The disk that a boot map is to be written to: its kind, and who owns which
 * blocks. May use: base, format, disk, boot. */
#ifndef IPL_INSTALL_TARGET_H
#define IPL_INSTALL_TARGET_H

#include "disk/src.h"
#include "format/zipl.h"

/* Blocks of the disk. */
struct ipl_region {
	uint64_t first;
	uint64_t count;
};

struct ipl_build;

/* A kind of disk: how it says where its programs are. */
struct ipl_scheme {
	const char *name;  /* "scsi": for options and JSON */
	const char *title; /* "SCSI disk" */
	/* The sets of tables that it has, one for each kind of IPL. */
	const struct zipl_ptr_format *sets[2];
	unsigned n_sets;
	unsigned run_max; /* blocks that one pointer can name */
	/* Add the records at fixed places, and what they lead to besides the
	 * program tables. Called after the program tables have their places
	 * and before there is anything behind them. */
	int (*records)(struct ipl_build *b, struct ipl_err *err);
};

#define IPL_SETS_MAX 2u

extern const struct ipl_scheme ipl_scheme_scsi;
extern const struct ipl_scheme ipl_scheme_cdl;
extern const struct ipl_scheme ipl_scheme_ldl;
extern const struct ipl_scheme ipl_scheme_fba;

/* The scheme of that name; NULL when there is none. */
const struct ipl_scheme *ipl_scheme_find(const char *name);

enum ipl_part_content {
	IPL_PART_BLANK,	  /* begins with zeros: nothing is known to be there */
	IPL_PART_OURS,	  /* begins with the header of a boot area */
	IPL_PART_FS,	  /* a file system, or something else that is known */
	IPL_PART_UNKNOWN, /* begins with something */
};

struct ipl_part {
	unsigned number; /* from 1; 0: the whole disk */
	struct ipl_region at;
	enum ipl_part_content content;
	const char *fs; /* FS: "ext4"... as blkid calls it; else "" */
};

/* What a partition for boot maps begins with, in a block of its own. */
#define IPL_AREA_HEADER "s390-ipl boot area\n"

struct ipl_target {
	struct ipl_src *src; /* lent */
	const struct ipl_scheme *scheme;
	unsigned block_size;
	struct zipl_geometry geo; /* no sectors: not an ECKD disk */
	uint64_t blocks;
	const char *table;	/* "GPT", "MBR", "VTOC", "label", "none" */
	struct ipl_part *parts; /* by their place on the disk */
	size_t n_parts;
	struct ipl_region *gaps; /* what nobody owns, by place */
	size_t n_gaps;
	/* Why there are none, with what can be done; code 0: all blocks belong
	 * to partitions. */
	struct ipl_err no_gaps;
};

struct ipl_target_options {
	unsigned block_size; /* 0: find out */
};

/* Find out about @src. The caller does ipl_target_done, also after a
 * failure. IPL_EUNSUP when it cannot be told who owns what. */
int ipl_target_read(struct ipl_src *src, const struct ipl_target_options *opts,
		    struct ipl_target *ret, struct ipl_err *err) IPL_MUST_CHECK;

void ipl_target_done(struct ipl_target *t);

/* The partition of that number; NULL when there is none. */
const struct ipl_part *ipl_target_part(const struct ipl_target *t,
				       unsigned number);

/* What the @len bytes at @off begin with: for ->content and ->fs of @part. */
int ipl_target_look(struct ipl_src *src, uint64_t off, uint64_t len,
		    struct ipl_part *part, struct ipl_err *err) IPL_MUST_CHECK;

/* For the readers of partition tables: add a partition, look what it begins
 * with; make the gaps out of [@first, @end) and the partitions. */
int ipl_target_add_part(struct ipl_target *t, unsigned number,
			struct ipl_region at,
			struct ipl_err *err) IPL_MUST_CHECK;
int ipl_target_find_gaps(struct ipl_target *t, uint64_t first, uint64_t end,
			 struct ipl_err *err) IPL_MUST_CHECK;

/* Readers of partition tables, and of labels. */
int ipl_target_read_scsi(struct ipl_target *t, unsigned block_size,
			 struct ipl_err *err) IPL_MUST_CHECK;

int ipl_target_read_dasd(struct ipl_target *t, unsigned block_size,
			 struct ipl_err *err) IPL_MUST_CHECK;

/* Whether @src has the label of a DASD: 1 yes, 0 no, or an error. */
int ipl_target_find_dasd(struct ipl_src *src, const struct ipl_scheme **ret,
			 unsigned *ret_size,
			 struct ipl_err *err) IPL_MUST_CHECK;

/* What the bytes at @off begin with: a name as blkid has it, or NULL. */
int ipl_fs_probe(struct ipl_src *src, uint64_t off, uint64_t len,
		 const char **ret, struct ipl_err *err) IPL_MUST_CHECK;

#endif
