/* SPDX-License-Identifier: MIT */
/* Who owns what on a DASD: its volume label, and its VTOC.
 * May use: base, format, disk, boot. */
#include "base/cleanup.h"
#include "base/limits.h"
#include "boot/cdl.h"
#include "boot/dasd.h"
#include "format/label.h"
#include "format/vtoc.h"
#include "install/target.h"

#include <inttypes.h>
#include <string.h>

/* Blocks in front of the only partition of a disk with a LNX1 label. */
#define LDL_FIRST 3u
#define FBA_FIRST 2u

static void set_size(struct ipl_target *t, unsigned size)
{
	t->block_size = size;
	t->blocks = t->src->size / size;
	if (t->scheme->sets[0]->has_chs)
		t->geo = zipl_geometry(size);
}

/* --- which kind --- */

/* Whether block @block of @size bytes begins with the label @id (EBCDIC). */
static int has_label(struct ipl_src *src, unsigned block, unsigned size,
		     const char *id, struct ipl_err *err)
{
	return ipl_dasd_begins(src, (uint64_t)block * size, id, 4, err);
}

static const char lnx1[] = "\xd3\xd5\xe7\xf1";
static const char cms1[] = "\xc3\xd4\xe2\xf1";

static int find_ldl(struct ipl_src *src, unsigned *ret_size,
		    struct ipl_err *err)
{
	for (unsigned size = ZIPL_BLOCK_MAX; size >= ZIPL_BLOCK_MIN;
	     size /= 2) {
		int rc = has_label(src, IPL_LABEL_BLOCK_ECKD, size, lnx1, err);

		if (rc > 0)
			*ret_size = size;
		if (rc)
			return rc;
		rc = has_label(src, IPL_LABEL_BLOCK_ECKD, size, cms1, err);
		if (rc > 0)
			return ipl_fail(err, IPL_EUNSUP,
					"is a CMS minidisk: only zipl can "
					"write a boot map there");
		if (rc)
			return rc;
	}
	return 0;
}

int ipl_target_find_dasd(struct ipl_src *src, const struct ipl_scheme **ret,
			 unsigned *ret_size, struct ipl_err *err)
{
	int rc = ipl_cdl_find(src, ret_size, err);

	*ret = &ipl_scheme_cdl;
	if (rc)
		return rc;
	rc = find_ldl(src, ret_size, err);
	*ret = &ipl_scheme_ldl;
	if (rc)
		return rc;
	*ret = &ipl_scheme_fba;
	*ret_size = ZIPL_BLOCK_MIN;
	return has_label(src, IPL_LABEL_BLOCK_FBA, ZIPL_BLOCK_MIN, lnx1, err);
}

/* --- CDL --- */

static int track_of(const struct ipl_target *t, const struct zipl_chs *chs,
		    uint64_t *ret, struct ipl_err *err)
{
	struct zipl_chs first = { chs->cyl, chs->head, 1 };
	uint64_t block;
	int rc = zipl_chs_block(&t->geo, &first, &block, err);

	if (!rc)
		*ret = block / t->geo.sectors;
	return rc;
}

static int add_extent(struct ipl_target *t, unsigned number,
		      const struct vtoc_extent *x, struct ipl_err *err)
{
	uint64_t low = 0, high = 0;
	int rc = track_of(t, &x->low, &low, err);

	if (!rc)
		rc = track_of(t, &x->high, &high, err);
	if (!rc && high < low)
		rc = ipl_fail(err, IPL_EBAD,
			      "partition %u from track %" PRIu64 " to %" PRIu64,
			      number, low, high);
	return rc ? rc
		  : ipl_target_add_part(
			    t, number,
			    (struct ipl_region){ low * t->geo.sectors,
						 (high - low + 1) *
							 t->geo.sectors },
			    err);
}

/* As the kernel does (block/partitions/ibm.c): labels from the second record of
 * the VTOC on, up to one that is none. */
static int read_vtoc(struct ipl_target *t, uint64_t block, struct ipl_err *err)
{
	uint64_t end = block + IPL_MAX_VTOC_LABELS;
	enum vtoc_kind kind = VTOC_OTHER;
	unsigned number = 0;
	int rc = 0;

	if (end > t->blocks)
		end = t->blocks;
	for (block++; !rc && kind != VTOC_END && block < end; block++) {
		uint8_t bytes[VTOC_LABEL_LEN];
		struct ipl_span in = { bytes, sizeof(bytes),
				       block * t->block_size };
		struct vtoc_extent x;

		rc = ipl_src_read(t->src, in.base, bytes, sizeof(bytes), err);
		if (!rc)
			rc = vtoc_label_decode(in, &kind, &x, err);
		if (!rc && kind == VTOC_PARTITION)
			rc = add_extent(t, ++number, &x, err);
	}
	return rc;
}

/* Whether the VTOC at @block is one like fdasd's; else IPL_EUNSUP. */
static int check_vtoc(const struct ipl_target *t, uint64_t block,
		      struct ipl_err *err)
{
	size_t n = t->geo.sectors, len = n * VTOC_LABEL_LEN;
	auto_free uint8_t *bytes = malloc(len);
	struct ipl_span in = { bytes, len, n * t->block_size };
	int rc = 0;

	if (!bytes)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (block != n)
		return ipl_fail(err, IPL_EUNSUP,
				"it begins at block %" PRIu64
				", expected %zu, where track 1 begins",
				block, n);
	for (size_t i = 0; !rc && i < n; i++)
		rc = ipl_src_read(t->src, (n + i) * t->block_size,
				  bytes + i * VTOC_LABEL_LEN, VTOC_LABEL_LEN,
				  err);
	return rc ? rc : vtoc_check_fdasd(in, err);
}

/* Linux knows of a data set no more than its first extent, and stops at labels
 * that z/OS goes on behind: what it has no partition for may still be
 * somebody's. Only where the labels are as fdasd writes them nobody else can
 * have anything. */
static int find_gaps(struct ipl_target *t, uint64_t vtoc, struct ipl_err *err)
{
	uint64_t cylinder = (uint64_t)t->geo.heads * t->geo.sectors;
	uint64_t first = (uint64_t)VTOC_FIRST_TRACK * t->geo.sectors;
	/* a volume has whole cylinders */
	uint64_t end = t->blocks / cylinder * cylinder;
	struct ipl_err why;
	int rc = check_vtoc(t, vtoc, &why);

	if (rc && rc != IPL_EUNSUP) {
		if (err)
			*err = why;
		return rc;
	}
	if (rc) {
		t->no_gaps = why;
		ipl_err_wrap(&t->no_gaps,
			     "only volumes as fdasd makes them have gaps that "
			     "can be used; VTOC");
		ipl_err_advise(&t->no_gaps,
			       "make a partition (a data set that begins with "
			       "zeros) for it and name it with --partition");
	}
	return ipl_target_find_gaps(t, rc ? end : first, end, err);
}

static int read_cdl(struct ipl_target *t, struct ipl_err *err)
{
	uint8_t bytes[IPL_LABEL_LEN];
	struct ipl_span in = { bytes, sizeof(bytes),
			       (uint64_t)IPL_LABEL_BLOCK_ECKD * t->block_size };
	struct zipl_chs chs;
	uint64_t block = 0;
	int rc;

	rc = ipl_src_read(t->src, in.base, bytes, sizeof(bytes), err);
	if (!rc)
		rc = vtoc_address_decode(in, &chs, err);
	if (!rc)
		rc = zipl_chs_block(&t->geo, &chs, &block, err);
	if (!rc)
		rc = read_vtoc(t, block, err);
	if (!rc)
		rc = find_gaps(t, block, err);
	if (rc) {
		ipl_err_wrap(err, "VTOC");
		ipl_err_advise(err, "make partitions first, as fdasd does");
	}
	t->table = "VTOC";
	return rc;
}

/* --- LDL, FBA: one partition, whatever the label says --- */

static int read_single(struct ipl_target *t, unsigned first,
		       struct ipl_err *err)
{
	struct ipl_region all = { first, t->blocks - first };
	int rc;

	if (t->blocks <= first)
		return ipl_fail(err, IPL_ETRUNC,
				"has %" PRIu64 " blocks, which is no disk",
				t->blocks);
	t->table = "label";
	rc = ipl_target_add_part(t, 1, all, err);
	return rc ? rc : ipl_target_find_gaps(t, t->blocks, t->blocks, err);
}

int ipl_target_read_dasd(struct ipl_target *t, unsigned block_size,
			 struct ipl_err *err)
{
	set_size(t, block_size);
	if (t->scheme == &ipl_scheme_cdl)
		return read_cdl(t, err);
	return read_single(
		t, t->scheme == &ipl_scheme_ldl ? LDL_FIRST : FBA_FIRST, err);
}
