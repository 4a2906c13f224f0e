/* SPDX-License-Identifier: MIT */
/* Where zipl.conf or boot loader entries are, and the files that they name: in
 * directories of this machine or in a file system of the disk.
 * May use: base, format, disk, boot. */
#ifndef IPL_INSTALL_PLACE_H
#define IPL_INSTALL_PLACE_H

#include "boot/bls_list.h"
#include "install/job.h"
#include "install/target.h"

struct ipl_place {
	/* On the disk: the file system, owned, and which partition it is in.
	 * NULL: this machine. */
	struct ipl_ext *ext;
	unsigned partition;
	/* This machine: what stands in front of paths that begin with '/', such
	 * as the root directory of an image; lent, NULL for nothing. */
	const char *root;
};

/* Fill in @ret with the file system in partition @partition of @target, or, if
 * that is 0, in the only partition that has one. ipl_place_done in any case. */
int ipl_place_on_disk(const struct ipl_target *target, unsigned partition,
		      struct ipl_place *ret,
		      struct ipl_err *err) IPL_MUST_CHECK;

void ipl_place_done(struct ipl_place *place);

/* All of the file @path, of up to @max bytes, with a NUL behind it. The caller
 * frees *@ret. Messages begin with the path. */
int ipl_place_read(const struct ipl_place *place, const char *path, size_t max,
		   char **ret, size_t *ret_len,
		   struct ipl_err *err) IPL_MUST_CHECK;

/* Read all boot loader entries in the directory @dir, in their order. */
int ipl_place_read_bls(const struct ipl_place *place, const char *dir,
		       struct ipl_bls_list *ret,
		       struct ipl_err *err) IPL_MUST_CHECK;

/* Whether the file @path is there. */
bool ipl_place_has(const struct ipl_place *place, const char *path);

/* Set @file to @path of @place, in the way that an install job has it. */
int ipl_place_set(const struct ipl_place *place, struct ipl_job_file *file,
		  const char *path, struct ipl_err *err) IPL_MUST_CHECK;

#endif
