/* SPDX-License-Identifier: MIT */
/* Install plans: all that is to be written, made and checked before the first
 * byte is. May use: base, format, disk, boot. */
#ifndef IPL_INSTALL_PLAN_H
#define IPL_INSTALL_PLAN_H

#include "boot/map.h"
#include "install/build.h"

struct ipl_install_options {
	/* Put the boot map into this partition, which has no file system; 0:
	 * into one that has a boot area already, or into a gap. */
	unsigned partition;
	/* Or into this file on the disk, which begins with the line
	 * IPL_AREA_HEADER; NOWHERE: no file. */
	struct ipl_job_file file;
	/* The blocks of the boot map that is there may be overwritten. Then a
	 * power cut may leave the disk without any. */
	bool replace;
};

struct ipl_install {
	struct ipl_target *target; /* lent */
	const struct ipl_job *job; /* lent */
	struct ipl_install_files files;
	struct ipl_writes writes;
	struct ipl_places places[IPL_JOB_ENTRIES_MAX]; /* of entry i */
	char area[64];		/* "the gap before partition 1" */
	unsigned partition;	/* that the area is in; 0: none */
	struct ipl_region took; /* its first block, and how many it has taken */
	size_t n_runs;		/* that these are in, one behind the other */
	bool had_map;		/* there is a boot map on the disk already */
	bool keeps_old;		/* whose blocks stay as they are */
};

/* Make the plan for @job, whose entries have numbers. It is checked by reading
 * the disk as it will be: every program is there, with the parts that it was
 * given. IPL_ELIMIT when there is no room, IPL_EUNSUP when what is there must
 * not be overwritten: the advice says what to do. The caller frees *@ret, and
 * keeps @target and @job until then. */
int ipl_install_plan(struct ipl_target *target, const struct ipl_job *job,
		     const struct ipl_install_options *opts,
		     struct ipl_install **ret,
		     struct ipl_err *err) IPL_MUST_CHECK;

void ipl_install_free(struct ipl_install *plan);

/* Whether the disk @src has the programs of @plan, and each of them all that it
 * was given. */
int ipl_install_verify(const struct ipl_install *plan, struct ipl_src *src,
		       struct ipl_err *err) IPL_MUST_CHECK;

/* Told now and then how much of how much is done. */
typedef void (*ipl_progress_fn)(void *ctx, uint64_t done, uint64_t total);

struct ipl_apply_options {
	const char *undo; /* a file to be made first; NULL: none */
	ipl_progress_fn progress;
	void *ctx;
};

/* Carry the plan out on its target's source, which was opened for writing. All
 * data first; they are read back and compared; then the records, one by one, so
 * that at any moment the disk has the old programs or the new ones. */
int ipl_install_apply(const struct ipl_install *plan,
		      const struct ipl_apply_options *opts,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* Write all of @writes, as ipl_install_apply does, without reading it back. */
int ipl_writes_apply(const struct ipl_writes *writes, struct ipl_src *src,
		     struct ipl_err *err) IPL_MUST_CHECK;

/* Save what @writes will overwrite on @src to a new file, which is not there after
 * a failure; put it back. The records are put back first. IPL_EUNSUP when @src is
 * not as @writes left it: each piece has to be as it was before or after them, so
 * that it does not matter whether either of both was interrupted. */
int ipl_undo_save(struct ipl_src *src, const struct ipl_writes *writes,
		  const char *path, struct ipl_err *err) IPL_MUST_CHECK;
int ipl_undo_restore(struct ipl_src *src, const char *path, uint64_t *ret_bytes,
		     struct ipl_err *err) IPL_MUST_CHECK;

#endif
