/* SPDX-License-Identifier: MIT */
/* Building a boot map: blocks are taken from an area, tables and data get
 * their places there, and all that is to be written is listed.
 * May use: base, format, disk. */
#ifndef IPL_INSTALL_BUILD_H
#define IPL_INSTALL_BUILD_H

#include "install/files.h"
#include "install/target.h"
#include "install/writes.h"

/* Where new blocks come from: runs, in this order. */
struct ipl_area {
	const struct ipl_region *runs; /* lent */
	size_t n_runs;
	size_t at;	/* the run that the next block comes from */
	uint64_t taken; /* of that run */
	uint64_t sum;	/* of all runs */
};

/* What a component loads, or refers to. */
struct ipl_blob {
	struct ipl_region *runs; /* in order; first may be IPL_HOLE */
	size_t n_runs;
	/* its first segment table, for each set of tables */
	struct zipl_ptr table[IPL_SETS_MAX];
	bool has_tables;
};

/* Where the parts of one program go in memory. */
struct ipl_places {
	uint64_t kernel_len; /* bytes; at LINUX_IMAGE_ENTRY */
	uint64_t parm_addr;
	uint64_t initrd_addr; /* 0: none */
	uint64_t initrd_len;
	/* where in it each of its files is */
	uint64_t file_addr[IPL_JOB_INITRDS_MAX];
};

struct ipl_build {
	const struct ipl_target *target;
	const struct ipl_job *job;
	const struct ipl_install_files *files;
	struct ipl_area area;
	struct ipl_writes *writes;
	struct ipl_places places[IPL_JOB_ENTRIES_MAX];
	/* the program tables, one for each set */
	struct zipl_ptr programs[IPL_SETS_MAX];
	uint64_t zero_block; /* for holes; 0: there is none yet */
	struct ipl_blob stage3;
	struct ipl_blob *file_blobs; /* one for each file */
};

/* Add to @writes all of a boot map for @job, with blocks from @runs. IPL_ELIMIT
 * when these are too few: ->area.sum tells how many there were. @ret gets what
 * was decided on. */
int ipl_build(const struct ipl_target *target, const struct ipl_job *job,
	      const struct ipl_install_files *files,
	      const struct ipl_region *runs, size_t n_runs,
	      struct ipl_writes *writes, struct ipl_build *ret,
	      struct ipl_err *err) IPL_MUST_CHECK;

/* --- for the schemes --- */

/* One new block. */
int ipl_build_block(struct ipl_build *b, uint64_t *ret,
		    struct ipl_err *err) IPL_MUST_CHECK;

/* The pointer of set @set to @count blocks from @block on. */
struct zipl_ptr ipl_build_ptr(const struct ipl_build *b, unsigned set,
			      uint64_t block, uint64_t count);

/* List the block @block, with @len bytes of @data and zeros behind them. */
int ipl_build_put(struct ipl_build *b, uint64_t block, const void *data,
		  size_t len, const char *what,
		  struct ipl_err *err) IPL_MUST_CHECK;

/* The same for a record at a fixed place: what is in that block behind @len
 * bytes from @off on stays. */
int ipl_build_record(struct ipl_build *b, uint64_t block, size_t off,
		     const void *data, size_t len, const char *what,
		     struct ipl_err *err) IPL_MUST_CHECK;

#endif
