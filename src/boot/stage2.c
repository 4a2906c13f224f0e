/* SPDX-License-Identifier: MIT */
/* Stage 2 of zipl on a DASD: finding its blocks, and reading them.
 * May use: base, format, disk. */
#include "boot/stage2.h"

#include <inttypes.h>
#include <stdlib.h>

/* One block, to @to. */
static int read_block(const struct ipl_walk *walk, const struct zipl_ptr *ptr,
		      uint8_t *to, size_t len, const char *what,
		      struct ipl_err *err)
{
	struct ipl_extent x = { 0 };
	int rc = ipl_walk_place(walk, ptr, &x, err);

	if (!rc)
		rc = ipl_src_read(walk->src, x.off, to, len, err);
	if (rc)
		ipl_err_wrap(err, "%s", what);
	return rc;
}

int ipl_stage2_read(const struct ipl_walk *walk, const struct zipl_reads *reads,
		    struct ipl_stage2 *ret, struct ipl_err *err)
{
	struct ipl_stage2 s = { .bytes = calloc(reads->n + 1,
						walk->block_size) };

	if (!s.bytes)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	for (size_t i = 0; i < reads->n; i++) {
		int rc = read_block(walk, &reads->at[i], s.bytes + s.len,
				    walk->block_size, "stage 2", err);

		if (rc) {
			free(s.bytes);
			return rc;
		}
		s.len += walk->block_size;
	}
	*ret = s;
	return 0;
}

int ipl_stage2_read_via(const struct ipl_walk *walk,
			const struct zipl_read_format *format,
			const struct zipl_reads *stage1b,
			struct ipl_stage2 *ret, struct ipl_err *err)
{
	uint8_t bytes[ZIPL_STAGE1B_LEN];
	struct zipl_reads reads;
	size_t len = 0;
	int rc = 0;

	for (size_t i = 0; !rc && i < stage1b->n && len < sizeof(bytes); i++) {
		size_t part = sizeof(bytes) - len;

		if (part > walk->block_size)
			part = walk->block_size;
		rc = read_block(walk, &stage1b->at[i], bytes + len, part,
				"stage 1b", err);
		len += part;
	}
	if (rc)
		return rc;
	rc = zipl_stage1b_decode(format, (struct ipl_span){ bytes, len, 0 },
				 &reads, err);
	if (rc) {
		ipl_err_wrap(err, "stage 1b");
		return rc;
	}
	return ipl_stage2_read(walk, &reads, ret, err);
}
