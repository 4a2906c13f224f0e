/* SPDX-License-Identifier: MIT */
/* Building a boot map: what build.c puts programs together from. Blocks come
 * from the area of the build, what is in them goes to its list of writes.
 * May use: base, format, disk. */
#ifndef IPL_INSTALL_BLOB_H
#define IPL_INSTALL_BLOB_H

#include "install/build.h"

/* Blocks for @len bytes. */
uint64_t ipl_blob_blocks(const struct ipl_build *b, uint64_t len);

/* The caller frees @blob->runs, also after a failure, of all of these. */

/* One more run at its end. */
int ipl_blob_add_run(struct ipl_blob *blob, struct ipl_region run,
		     struct ipl_err *err) IPL_MUST_CHECK;

/* @len bytes of @data in blocks of their own, zeros behind them. IPL_ELIMIT when
 * the area has too few. */
int ipl_blob_put_data(struct ipl_build *b, const void *data, size_t len,
		      const char *what, struct ipl_blob *blob,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* The same with a file of the host, which is read when it is written. */
int ipl_blob_put_file(struct ipl_build *b, const struct ipl_install_file *file,
		      struct ipl_blob *blob,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* The blocks of a file that lies on the disk already. */
int ipl_blob_refer(const struct ipl_install_file *file, struct ipl_blob *blob,
		   struct ipl_err *err) IPL_MUST_CHECK;

/* Segment tables for the runs of @blob, of each set. */
int ipl_blob_put_tables(struct ipl_build *b, struct ipl_blob *blob,
			struct ipl_err *err) IPL_MUST_CHECK;

#endif
