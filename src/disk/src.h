/* SPDX-License-Identifier: MIT */
/* Sources: where the bytes of a disk come from. One vtable a kind.
 * May use: base. */
#ifndef IPL_DISK_SRC_H
#define IPL_DISK_SRC_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ipl_src;

/* What a kind of source can do. Implemented once a kind (file.c, mem.c). */
struct ipl_src_ops {
	/* Fill @buf with @len bytes from byte @off. Called with a range that
	 * lies inside the source; a short read is IPL_ETRUNC. */
	int (*read)(struct ipl_src *src, uint64_t off, void *buf, size_t len,
		    struct ipl_err *err);
	/* The same for writing @len bytes; and for waiting until all that was
	 * written is where a power cut does no harm. NULL: a kind that is only
	 * read. */
	int (*write)(struct ipl_src *src, uint64_t off, const void *buf,
		     size_t len, struct ipl_err *err);
	int (*flush)(struct ipl_src *src, struct ipl_err *err);
	void (*close)(struct ipl_src *src);
	/* The descriptor that it reads from, -1: none. NULL: a kind that no
	 * person can name. */
	int (*descriptor)(const struct ipl_src *src);
	/* Whether several threads may read at the same time. */
	bool is_parallel;
};

/* Base of every kind; embedded as its first member. */
struct ipl_src {
	const struct ipl_src_ops *ops;
	char *name;    /* for messages; owned */
	uint64_t size; /* bytes */
	/* Bytes of the blocks of a block device (BLKSSZGET); 0: it is none, or
	 * it does not say. */
	unsigned sector_size;
	/* Opened for writing, which only ipl_src_open_writable does: a disk
	 * that is booted or looked at is never written to. */
	bool writable;
};

/* A raw image file or a block device, opened read-only. Refuses directories,
 * pipes and the like. The caller closes *@ret. */
int ipl_src_open_file(const char *path, struct ipl_src **ret,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* The same for writing; see ipl_src_open_writable. */
int ipl_src_open_file_writable(const char *path, struct ipl_src **ret,
			       struct ipl_err *err) IPL_MUST_CHECK;

/* The same from a descriptor, which the source then owns (also on failure).
 * @name is copied. */
int ipl_src_open_fd(int fd, const char *name, struct ipl_src **ret,
		    struct ipl_err *err) IPL_MUST_CHECK;

/* The same when the size is known, by which nothing is asked of the system. */
int ipl_src_open_sized_fd(int fd, uint64_t size, const char *name,
			  struct ipl_src **ret,
			  struct ipl_err *err) IPL_MUST_CHECK;

/* The descriptor and the size in bytes of what ipl_src_open_file opens, for
 * somebody else to make a source of it. The caller closes *@ret_fd. */
int ipl_src_file(const char *path, int *ret_fd, uint64_t *ret_size,
		 struct ipl_err *err) IPL_MUST_CHECK;

/* Bytes in memory, not copied: they must outlive the source. For tests and
 * fuzzing. */
int ipl_src_open_mem(const void *data, size_t len, const char *name,
		     struct ipl_src **ret, struct ipl_err *err) IPL_MUST_CHECK;

/* Load what reading by NBD needs, before this process loses the right to. Where it
 * is missing, opening such a source says so. */
void ipl_src_load_nbd(void);

/* What an NBD server exports at @uri (nbd(1) syntax); @name, which is copied, is
 * for messages. */
int ipl_src_open_nbd(const char *uri, const char *name, struct ipl_src **ret,
		     struct ipl_err *err) IPL_MUST_CHECK;
/* The same for writing; IPL_EUNSUP when the server does not allow it. */
int ipl_src_open_nbd_writable(const char *uri, const char *name,
			      struct ipl_src **ret,
			      struct ipl_err *err) IPL_MUST_CHECK;

/* The same from a socket that is connected to the server, which the source then
 * owns (also on failure). */
int ipl_src_open_nbd_fd(int fd, const char *export, const char *name,
			struct ipl_src **ret,
			struct ipl_err *err) IPL_MUST_CHECK;

/* The file @path as programs of QEMU take it for a file, whatever it is called:
 * what is in front of a colon is a protocol to them, but not behind a slash. The
 * caller frees; NULL: out of memory. */
char *ipl_src_qemu_name(const char *path);

/* An image in one of QEMU's formats ("qcow2"), read (or written, if @writable)
 * by a qemu-nbd of our own, which ends with the source. */
int ipl_src_open_qemu_nbd(const char *path, const char *format, bool writable,
			  struct ipl_src **ret,
			  struct ipl_err *err) IPL_MUST_CHECK;

/* Whether a disk as a person names it is an NBD URI. */
bool ipl_src_is_uri(const char *disk);

/* A disk as a person names it: an NBD URI, or the path of a block device or an
 * image. @format is one of QEMU's, or NULL to go by the image's first bytes;
 * an image that a guest may have written should come with its format, since a
 * raw disk can be made to look like any other. */
int ipl_src_open(const char *disk, const char *format, struct ipl_src **ret,
		 struct ipl_err *err) IPL_MUST_CHECK;

/* The same for writing too. Fails with IPL_EUNSUP when somebody else uses the
 * disk: QEMU (by its locks on image files), or the machine itself (a block
 * device that is mounted). Until the source is closed, QEMU in turn refuses to
 * start with an image. */
int ipl_src_open_writable(const char *disk, const char *format,
			  struct ipl_src **ret,
			  struct ipl_err *err) IPL_MUST_CHECK;

/* Write to a source that was opened for it, with the same check as for reading;
 * a failed system call is IPL_EIO. */
int ipl_src_write(struct ipl_src *src, uint64_t off, const void *buf,
		  size_t len, struct ipl_err *err) IPL_MUST_CHECK;

/* Returns when all that was written would survive a power cut. */
int ipl_src_flush(struct ipl_src *src, struct ipl_err *err) IPL_MUST_CHECK;

/* Read @len bytes at @off. The only way to the bytes of a source, and the one
 * bounds check for it: a range past the end is IPL_ERANGE with offset and
 * size in the message, a source that turns out shorter IPL_ETRUNC, a failed
 * system call IPL_EIO. */
int ipl_src_read(struct ipl_src *src, uint64_t off, void *buf, size_t len,
		 struct ipl_err *err) IPL_MUST_CHECK;

/* The descriptor that the bytes of a disk come from, -1: there is none. It stays the
 * source's. */
int ipl_src_descriptor(const struct ipl_src *src);

/* Release a source; NULL is fine. */
void ipl_src_close(struct ipl_src *src);

#endif
