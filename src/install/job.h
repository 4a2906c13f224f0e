/* SPDX-License-Identifier: MIT */
/* Install jobs: which programs a disk is to get. Plain data, filled in from
 * options, zipl.conf or boot loader entries; src/install/target.h says where
 * they go. May use: base. */
#ifndef IPL_INSTALL_JOB_H
#define IPL_INSTALL_JOB_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Programs 1 to 30: as many as a table of 16-byte pointers has besides slot 0,
 * and as zipl lets a menu have. */
#define IPL_JOB_ENTRIES_MAX 30u

/* Files that make one ramdisk: as many as a boot loader entry may name
 * (BLS_INITRDS_MAX). */
#define IPL_JOB_INITRDS_MAX 16u

/* A wait in seconds that the menu's field of 16 bits can hold. */
#define IPL_JOB_TIMEOUT_MAX 65535u

enum ipl_job_where {
	IPL_JOB_NOWHERE, /* there is no such file */
	IPL_JOB_ON_HOST, /* a file of this machine: it is copied to the disk */
	IPL_JOB_ON_DISK, /* a file in a file system of the disk: the boot map
			    * refers to the blocks that it has there */
};

/* A file that a program consists of. */
struct ipl_job_file {
	enum ipl_job_where where;
	char *path; /* owned; on the disk it begins with '/', the root of the
		     * file system */
	unsigned partition; /* ON_DISK: which one, from 1; 0: the only one with a
			     * file system that can be read */
	uint64_t addr;	    /* where to load it */
	char *addr_from;    /* who says so, for messages ("zipl.conf: line 3");
			     * owned; NULL: nobody, it is found */
};

struct ipl_job_entry {
	unsigned number; /* slot, 1 to IPL_JOB_ENTRIES_MAX; 0: the next free */
	char *name;	 /* owned UTF-8; NULL: what the kernel is called */
	struct ipl_job_file kernel;
	/* The ramdisk is these files one behind the other, as Linux takes
	 * archives; none: there is no ramdisk. The address of the first counts. */
	struct ipl_job_file initrd[IPL_JOB_INITRDS_MAX];
	size_t n_initrds;
	char *cmdline; /* owned; NULL: empty */
	/* More for the description (docs/formats/description.md); owned, NULL
	 * where it is not known. */
	char *version;
	char *id;
	char *machine_id;
	char *sort_key;
};

struct ipl_job {
	struct ipl_job_entry *entries; /* in the order of the menu */
	size_t n_entries;
	unsigned default_number; /* an entry's number; 0: the first entry's */
	bool prompt;		 /* show the menu without being asked */
	unsigned timeout_s;	 /* how long the menu waits; 0: for ever */
	/* What was read but does nothing here: one sentence each, no full
	 * stop ("zipl.conf:12: target= is ignored"). */
	char **notes;
	size_t n_notes;
};

/* One more entry, all zeros, at the end: lent until the next call. IPL_ELIMIT
 * when there are IPL_JOB_ENTRIES_MAX already. */
int ipl_job_add(struct ipl_job *job, struct ipl_job_entry **ret,
		struct ipl_err *err) IPL_MUST_CHECK;

/* One more file of @entry's ramdisk, all zeros. IPL_ELIMIT when there are
 * IPL_JOB_INITRDS_MAX already. */
int ipl_job_add_initrd(struct ipl_job_entry *entry, struct ipl_job_file **ret,
		       struct ipl_err *err) IPL_MUST_CHECK;

/* Set @file; @path is copied. */
int ipl_job_set_file(struct ipl_job_file *file, enum ipl_job_where where,
		     const char *path, struct ipl_err *err) IPL_MUST_CHECK;

int ipl_job_note(struct ipl_job *job, struct ipl_err *err, const char *fmt, ...)
	IPL_PRINTF(3, 4);

/* Give numbers to entries that have none, in order, and find the default's.
 * IPL_EINVAL when there is no entry, when one has no kernel, when a number is
 * out of range or given twice, or when the default is not there. */
int ipl_job_number(struct ipl_job *job, struct ipl_err *err) IPL_MUST_CHECK;

/* Release what @job has; zeros are fine. */
void ipl_job_done(struct ipl_job *job);

#endif
