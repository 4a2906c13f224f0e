/* SPDX-License-Identifier: MIT */
/* Sources: the one bounds check in front of every kind.
 * May use: base. */
#include "disk/src.h"

#include <inttypes.h>

int ipl_src_read(struct ipl_src *src, uint64_t off, void *buf, size_t len,
		 struct ipl_err *err)
{
	if (off > src->size || len > src->size - off) {
		ipl_fail(err, IPL_ERANGE,
			 "%zu bytes at byte 0x%" PRIx64
			 " end past the disk, which has %" PRIu64 " bytes",
			 len, off, src->size);
		ipl_err_advise(err, "the image may be truncated: take a full "
				    "copy of the disk");
		return IPL_ERANGE;
	}
	if (len == 0)
		return 0;
	return src->ops->read(src, off, buf, len, err);
}

void ipl_src_close(struct ipl_src *src)
{
	if (src)
		src->ops->close(src);
}
