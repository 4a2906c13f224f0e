/* SPDX-License-Identifier: MIT */
/* Sources: the one bounds check in front of every kind.
 * May use: base. */
#include "disk/src.h"

#include <inttypes.h>

static int check_range(const struct ipl_src *src, uint64_t off, size_t len,
		       struct ipl_err *err)
{
	if (off <= src->size && len <= src->size - off)
		return 0;
	ipl_fail(err, IPL_ERANGE,
		 "%zu bytes at byte 0x%" PRIx64
		 " end past the disk, which has %" PRIu64 " bytes",
		 len, off, src->size);
	ipl_err_advise(err, "the image may be truncated: take a full copy of "
			    "the disk");
	return IPL_ERANGE;
}

int ipl_src_read(struct ipl_src *src, uint64_t off, void *buf, size_t len,
		 struct ipl_err *err)
{
	int rc = check_range(src, off, len, err);

	if (rc || len == 0)
		return rc;
	return src->ops->read(src, off, buf, len, err);
}

int ipl_src_write(struct ipl_src *src, uint64_t off, const void *buf,
		  size_t len, struct ipl_err *err)
{
	int rc = check_range(src, off, len, err);

	if (!rc && !src->writable)
		return ipl_fail(err, IPL_EBUG, "was not opened for writing");
	if (rc || len == 0)
		return rc;
	return src->ops->write(src, off, buf, len, err);
}

int ipl_src_flush(struct ipl_src *src, struct ipl_err *err)
{
	return src->writable ? src->ops->flush(src, err) : 0;
}

int ipl_src_descriptor(const struct ipl_src *src)
{
	return src->ops->descriptor ? src->ops->descriptor(src) : -1;
}

void ipl_src_close(struct ipl_src *src)
{
	if (src)
		src->ops->close(src);
}
