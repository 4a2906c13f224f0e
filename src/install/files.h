/* SPDX-License-Identifier: MIT */
/* The files that a job names: opened, measured, each of them once.
 * May use: base, format, disk. */
#ifndef IPL_INSTALL_FILES_H
#define IPL_INSTALL_FILES_H

#include "base/limits.h"
#include "disk/ext.h"
#include "install/job.h"
#include "install/target.h"

/* In place of a first block: blocks that a file does not have, zeros. */
#define IPL_HOLE UINT64_MAX

struct ipl_install_file {
	const struct ipl_job_file *job; /* lent by the job */
	bool is_kernel;
	struct ipl_src *src; /* ON_HOST: the file */
	uint64_t len;	     /* bytes */
	/* ON_DISK: the file and its file system, and the blocks that it lies
	 * in */
	struct ipl_ext *ext; /* lent by the list of files */
	struct ipl_ext_file in_ext;
	struct ipl_region *runs;
	size_t n_runs;
	uint64_t cmdline_max; /* kernel: bytes, with the NUL at the end */
	char release[IPL_MAX_RELEASE + 1]; /* kernel: "6.1.0", or "Linux" */
};

/* The file systems of a target that were opened. */
struct ipl_install_fs {
	unsigned partition;
	struct ipl_ext *ext;
};

struct ipl_install_files {
	struct ipl_install_file *v;
	size_t n;
	struct ipl_install_fs *fs;
	size_t n_fs;
	/* of entry i of the job: which files */
	struct {
		size_t kernel;
		size_t initrd[IPL_JOB_INITRDS_MAX]; /* as the entry has them */
	} of[IPL_JOB_ENTRIES_MAX];
};

/* Find the file @job on the disk: the blocks that it lies in, and how long it
 * is. IPL_EUNSUP when there is no file system that can be read, or when it was
 * not unmounted; IPL_ENOTFOUND when there is no such file. The caller frees
 * *@ret's runs. */
int ipl_install_find_file(struct ipl_install_files *files,
			  const struct ipl_target *target,
			  const struct ipl_job_file *job,
			  struct ipl_install_file *ret,
			  struct ipl_err *err) IPL_MUST_CHECK;

/* Open what @job names. IPL_EINVAL when a kernel is none that can be started
 * like one, or when a command line is too long for its kernel. The caller does
 * ipl_install_files_done, also after a failure; @job and @target stay. */
int ipl_install_files_open(const struct ipl_job *job,
			   const struct ipl_target *target,
			   struct ipl_install_files *ret,
			   struct ipl_err *err) IPL_MUST_CHECK;

/* The bytes [@at, @at + @len) of @file, which ends no earlier. */
int ipl_install_file_read(const struct ipl_install_file *file, uint64_t at,
			  void *buf, size_t len,
			  struct ipl_err *err) IPL_MUST_CHECK;

/* Bytes that a boot map for @job takes on a disk with blocks of @block_size
 * bytes, no less: for new disks. Reads the sizes of files only. */
int ipl_install_estimate(const struct ipl_job *job, unsigned block_size,
			 uint64_t *ret, struct ipl_err *err) IPL_MUST_CHECK;

void ipl_install_files_done(struct ipl_install_files *files);

#endif
