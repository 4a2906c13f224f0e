/* SPDX-License-Identifier: MIT */
/* The files that a program was made of, as far as they are on the disk.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_FILES_H
#define IPL_BOOT_FILES_H

#include "boot/map.h"

/* One file: @zeros bytes that are not on the disk, then @len bytes from @pos
 * on; or @text. */
struct ipl_file {
	char name[48]; /* "kernel", "kernel.signature": safe as a file name */
	const struct ipl_component *comp; /* NULL for text */
	uint64_t zeros;
	uint64_t off; /* in the component */
	uint64_t len;
	const char *text; /* lent by the program; a newline is to follow */
	/* Bytes that ought to come behind it but are not loaded: damage. */
	uint64_t missing;
	/* What is different from the file it was: a sentence, or "". */
	char note[256];
};

struct ipl_files {
	struct ipl_file *files;
	size_t n;
};

/* Find the files of @prog, which must not be damaged. zipl before 2.9 does not
 * store the first 64 KiB of a kernel: zeros stand for them, which is enough for
 * whoever starts it at its entry (QEMU's -kernel, zipl, kexec). The dummies
 * that only keep memory free are left out. Fails when the disk cannot be
 * read. The caller does ipl_files_done; @map and @prog are borrowed. */
int ipl_files_find(const struct ipl_map *map, const struct ipl_program *prog,
		   struct ipl_files *ret, struct ipl_err *err) IPL_MUST_CHECK;

void ipl_files_done(struct ipl_files *files);

/* All bytes of @file together. */
uint64_t ipl_file_size(const struct ipl_file *file);

/* Called with each part of a file in turn; what it returns ends the reading. */
typedef int (*ipl_file_part_fn)(void *ctx, const void *buf, size_t len,
				struct ipl_err *err);

/* Read @file from the disk of @map, part by part. */
int ipl_file_read(const struct ipl_map *map, const struct ipl_file *file,
		  ipl_file_part_fn part, void *ctx,
		  struct ipl_err *err) IPL_MUST_CHECK;

#endif
