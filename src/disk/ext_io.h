/* SPDX-License-Identifier: MIT */
/* What the parts of the ext reader share. May use: base, disk, libext2fs. */
#ifndef IPL_DISK_EXT_IO_H
#define IPL_DISK_EXT_IO_H

#include "disk/ext.h"

#include <ext2fs/ext2fs.h>

struct ipl_ext {
	struct ipl_src *src; /* lent */
	uint64_t off;	     /* of the file system in it */
	uint64_t len;
	uint64_t left;	       /* bytes that this operation may still read */
	uint64_t *all_left;    /* and all together, lent; NULL: no limit */
	struct ipl_err io_err; /* why a read failed; code 0: none did */
	struct struct_io_manager manager;
	ext2_filsys fs;
	char label[17];
};

/* libext2fs opens a name, and that is all that its I/O manager gets: the
 * address of the object in digits. */
#define IPL_EXT_NAME_LEN 32
void ipl_ext_name(const struct ipl_ext *ext, char name[IPL_EXT_NAME_LEN]);

/* An I/O manager that reads from ext->src, and neither writes nor waits. */
io_manager ipl_ext_io_manager(struct ipl_ext *ext);

/* Begin an operation: its budget is full again. */
void ipl_ext_begin(struct ipl_ext *ext);

/* Count @len bytes of a file that are to be read; false: they are too many. */
bool ipl_ext_spend(struct ipl_ext *ext, uint64_t len);

/* Fail with what @e of libext2fs means, or with what was wrong with a read. */
int ipl_ext_fail(struct ipl_ext *ext, errcode_t e, struct ipl_err *err);

int ipl_ext_inode(struct ipl_ext *ext, ext2_ino_t ino, struct ext2_inode *ret,
		  struct ipl_err *err) IPL_MUST_CHECK;

/* The inode of @file, if its bytes are what a reader gets. */
int ipl_ext_regular(struct ipl_ext *ext, const struct ipl_ext_file *file,
		    struct ext2_inode *ret, struct ipl_err *err) IPL_MUST_CHECK;

#endif
