/* SPDX-License-Identifier: MIT */
/* What is to be written to a disk, as a list; and the disk as it will be.
 * May use: base, disk. */
#ifndef IPL_INSTALL_WRITES_H
#define IPL_INSTALL_WRITES_H

#include "disk/src.h"

/* One range of bytes: from memory, or copied from a file. */
struct ipl_write {
	uint64_t off;
	uint64_t len;
	uint8_t *data; /* owned; NULL: from @file */
	/* Its bytes from @file_off on, zeros where it ends. Lent. */
	struct ipl_src *file;
	uint64_t file_off;
	char what[64]; /* "component table": for people */
	/* A record that makes the disk start what the others hold: written
	 * after all of them, in the order of the list, each at once. */
	bool is_record;
};

struct ipl_writes {
	struct ipl_write *v;
	size_t n;
};

/* Add @len bytes of @data, which are copied. */
int ipl_writes_add(struct ipl_writes *w, uint64_t off, const void *data,
		   size_t len, const char *what,
		   struct ipl_err *err) IPL_MUST_CHECK;

/* The same for a record. */
int ipl_writes_add_record(struct ipl_writes *w, uint64_t off, const void *data,
			  size_t len, const char *what,
			  struct ipl_err *err) IPL_MUST_CHECK;

/* Add @len bytes of @file from @file_off on, and zeros where it ends. */
int ipl_writes_add_file(struct ipl_writes *w, uint64_t off, uint64_t len,
			struct ipl_src *file, uint64_t file_off,
			const char *what, struct ipl_err *err) IPL_MUST_CHECK;

/* The bytes [@at, @at + @len) of @write. IPL_ETRUNC when its file has become
 * shorter meanwhile. */
int ipl_write_read(const struct ipl_write *write, uint64_t at, void *buf,
		   size_t len, struct ipl_err *err) IPL_MUST_CHECK;

/* All bytes that are to be written. */
uint64_t ipl_writes_bytes(const struct ipl_writes *w);

void ipl_writes_done(struct ipl_writes *w);

/* @base as it will be after @w; both are lent. The caller closes *@ret. */
int ipl_src_open_overlay(struct ipl_src *base, const struct ipl_writes *w,
			 struct ipl_src **ret,
			 struct ipl_err *err) IPL_MUST_CHECK;

/* @size bytes of zeros: a disk that is not there yet. */
int ipl_src_open_zeros(uint64_t size, const char *name, struct ipl_src **ret,
		       struct ipl_err *err) IPL_MUST_CHECK;

#endif
