/* SPDX-License-Identifier: MIT */
/* Files in an ext2, ext3 or ext4 file system on a disk, read-only and without a
 * mount: libext2fs, reading through a source. Nothing that the file system says
 * is believed beyond base/limits.h, but libext2fs is not ours: whoever reads
 * disks that others may have written does it in a process that can do little
 * else. May use: base, libext2fs. */
#ifndef IPL_DISK_EXT_H
#define IPL_DISK_EXT_H

#include "disk/src.h"

struct ipl_ext;

struct ipl_ext_file {
	uint32_t inode;
	uint64_t size; /* bytes */
	bool is_dir;
};

/* A part of a file, in the order of its bytes. */
struct ipl_ext_run {
	uint64_t off; /* byte in the source; a hole has none */
	uint64_t len; /* bytes, whole blocks of the file system */
	bool hole;    /* reads as zeros, and has no place on the disk */
};

/* Open the file system that begins at byte @off of @src and has at most @len
 * bytes; @src is lent, and used by no one else meanwhile unless it can be read
 * in parallel. IPL_ENOTFOUND when no ext file system is there, IPL_EUNSUP when
 * it has features that are not known, IPL_ETRUNC when it is larger than @len. */
int ipl_ext_open(struct ipl_src *src, uint64_t off, uint64_t len,
		 struct ipl_ext **ret, struct ipl_err *err) IPL_MUST_CHECK;

/* The same, and *@budget, which is lent until it is closed, is how many bytes all
 * that is done with it may read together, opening included: IPL_ELIMIT beyond. */
int ipl_ext_open_limited(struct ipl_src *src, uint64_t off, uint64_t len,
			 uint64_t *budget, struct ipl_ext **ret,
			 struct ipl_err *err) IPL_MUST_CHECK;

void ipl_ext_close(struct ipl_ext *ext);

/* Bytes in a block of the file system. */
unsigned ipl_ext_block_size(const struct ipl_ext *ext);

/* Whether the journal has changes that are not in place yet: the file system is
 * mounted, or was not unmounted. What was written last may not be seen. */
bool ipl_ext_needs_recovery(const struct ipl_ext *ext);

/* The label, "" if there is none: not checked to be of any character set; and
 * the UUID. Lent. */
const char *ipl_ext_label(const struct ipl_ext *ext);
const uint8_t *ipl_ext_uuid(const struct ipl_ext *ext); /* 16 bytes */

/* Find the file or directory @path, from the root on. Symbolic links are
 * followed. IPL_ENOTFOUND names the part that is not there. */
int ipl_ext_find(struct ipl_ext *ext, const char *path,
		 struct ipl_ext_file *ret, struct ipl_err *err) IPL_MUST_CHECK;

/* Read @len bytes from byte @off of @file on; IPL_ERANGE past its end. */
int ipl_ext_read(struct ipl_ext *ext, const struct ipl_ext_file *file,
		 uint64_t off, void *buf, size_t len,
		 struct ipl_err *err) IPL_MUST_CHECK;

/* All of the file @path, which may have up to @max bytes (else IPL_ELIMIT), with
 * a NUL behind it that *@ret_len does not count. The caller frees *@ret. */
int ipl_ext_read_path(struct ipl_ext *ext, const char *path, size_t max,
		      char **ret, size_t *ret_len,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* Called with each name in a directory, which is lent and is neither "." nor
 * ".." nor has a '/' or NUL; what it returns ends the listing. */
typedef int (*ipl_ext_name_fn)(void *ctx, const char *name,
			       struct ipl_err *err);

/* List the directory @path, in the order that it has on the disk. */
int ipl_ext_list(struct ipl_ext *ext, const char *path, ipl_ext_name_fn name,
		 void *ctx, struct ipl_err *err) IPL_MUST_CHECK;

/* Where the bytes of @file lie on the disk, up to its end and the end of its
 * last block. The caller frees *@ret, which is NULL for an empty file.
 * IPL_EUNSUP when it has no blocks of its own (a small file inside its inode),
 * or when they are not what a reader gets (encrypted). */
int ipl_ext_runs(struct ipl_ext *ext, const struct ipl_ext_file *file,
		 struct ipl_ext_run **ret, size_t *ret_n,
		 struct ipl_err *err) IPL_MUST_CHECK;

#endif
