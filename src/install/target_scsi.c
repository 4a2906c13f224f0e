/* SPDX-License-Identifier: MIT */
/* Who owns what on a SCSI disk: its partition table.
 * May use: base, format, disk, boot. */
#include "base/cleanup.h"
#include "format/ptable.h"
#include "install/old.h"
#include "install/target.h"

#include <inttypes.h>
#include <string.h>

static const unsigned sizes[] = { 512, 4096, 2048, 1024 };
#define N_SIZES (sizeof(sizes) / sizeof(sizes[0]))

#define GPT_MAGIC "EFI PART"

static void set_size(struct ipl_target *t, unsigned size)
{
	t->block_size = size;
	t->blocks = t->src->size / size;
}

/* --- GPT --- */

/* Whether a GPT's header may be at byte @off; not where the disk has ended. */
static int has_magic(struct ipl_src *src, uint64_t off, bool *ret,
		     struct ipl_err *err)
{
	char magic[8] = "";
	int rc = 0;

	if (src->size >= off + sizeof(magic))
		rc = ipl_src_read(src, off, magic, sizeof(magic), err);
	*ret = !rc && !memcmp(magic, GPT_MAGIC, sizeof(magic));
	return rc;
}

/* The header at block @block, for blocks of t->block_size bytes. */
static int read_header(const struct ipl_target *t, uint64_t block,
		       struct gpt_header *ret, struct ipl_err *err)
{
	uint8_t bytes[ZIPL_BLOCK_MIN];
	struct ipl_span in = { bytes, sizeof(bytes), block * t->block_size };
	int rc = ipl_src_read(t->src, in.base, bytes, sizeof(bytes), err);

	return rc ? rc : gpt_header_decode(in, ret, err);
}

static int read_entries(struct ipl_target *t, const struct gpt_header *h,
			struct ipl_err *err)
{
	size_t len = (size_t)h->n_entries * h->entry_len;
	auto_free uint8_t *bytes = malloc(len ? len : 1);
	struct ipl_span in = { bytes, len, h->entries * t->block_size };
	int rc;

	if (!bytes)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (h->entries > t->blocks)
		return ipl_fail(err, IPL_ERANGE,
				"its entries begin at block %" PRIu64,
				h->entries);
	rc = ipl_src_read(t->src, in.base, bytes, len, err);
	if (!rc && gpt_crc(bytes, len) != h->entries_crc)
		rc = ipl_fail(err, IPL_EBAD, "its entries are damaged");
	for (uint32_t i = 0; !rc && i < h->n_entries; i++) {
		struct gpt_entry e;

		rc = gpt_entry_decode(
			ipl_sub(in, (size_t)i * h->entry_len, h->entry_len), &e,
			err);
		if (!rc && gpt_entry_is_used(&e))
			rc = ipl_target_add_part(
				t, i + 1,
				(struct ipl_region){ e.first,
						     e.last - e.first + 1 },
				err);
	}
	return rc;
}

/* The table ends with its entries. sfdisk lets partitions begin at 1 MiB at the
 * earliest: what is between belongs to nobody, too. */
static uint64_t table_end(const struct ipl_target *t,
			  const struct gpt_header *h)
{
	uint64_t len = (uint64_t)h->n_entries * h->entry_len;
	uint64_t end = h->entries + (len + t->block_size - 1) / t->block_size;

	return h->entries < h->first && end < h->first ? end : h->first;
}

static int read_gpt(struct ipl_target *t, struct ipl_err *err)
{
	struct gpt_header h;
	int rc = read_header(t, 1, &h, err);

	if (!rc && (h.self != 1 || h.last >= t->blocks))
		rc = ipl_fail(err, IPL_EBAD,
			      "the header in block %" PRIu64
			      " says that it ends at block %" PRIu64
			      ", but the disk has %" PRIu64 " blocks",
			      h.self, h.last, t->blocks);
	if (!rc)
		rc = read_entries(t, &h, err);
	if (!rc)
		rc = ipl_target_find_gaps(t, table_end(t, &h), h.last + 1, err);
	if (rc) {
		ipl_err_wrap(err, "GPT");
		ipl_err_advise(err, "repair it first, sgdisk can");
		return rc;
	}
	t->table = "GPT";
	return 0;
}

/* --- MBR --- */

/* What has all of the disk owns the gaps, too. */
static void say_taken(struct ipl_target *t, const char *fs)
{
	if (fs) {
		ipl_fail(&t->no_gaps, IPL_EUNSUP,
			 "the disk as a whole has a file system (%s)", fs);
		ipl_err_advise(
			&t->no_gaps,
			"name a file in it with --area; if nobody needs "
			"it, clear the start of the disk first (wipefs)");
		return;
	}
	ipl_fail(&t->no_gaps, IPL_EUNSUP,
		 "the disk has no partitions, but data of a kind that is not "
		 "known");
	ipl_err_advise(
		&t->no_gaps,
		"if nobody needs them, clear the start of the disk first "
		"(dd from /dev/zero)");
}

static int find_mbr_gaps(struct ipl_target *t, struct ipl_err *err)
{
	const char *fs = NULL;
	int rc = ipl_fs_probe(t->src, 0, t->src->size, &fs, err);

	if (rc)
		return rc;
	if (fs)
		say_taken(t, fs);
	return ipl_target_find_gaps(t, fs ? t->blocks : 1, t->blocks, err);
}

static bool has_partitions(const struct mbr *mbr)
{
	bool found = false;

	for (unsigned i = 0; i < MBR_PARTITIONS; i++)
		found |= mbr->part[i].type != 0;
	return found;
}

/* Whether it says that the disk has a GPT. */
static bool is_protective(const struct mbr *mbr)
{
	bool found = false;

	for (unsigned i = 0; i < MBR_PARTITIONS; i++)
		found |= mbr->part[i].type == MBR_TYPE_GPT;
	return found;
}

/* An extended partition owns all that is in it; that does not begin with
 * zeros, so that nobody takes it for a free one. */
static int read_mbr(struct ipl_target *t, const struct mbr *mbr,
		    struct ipl_err *err)
{
	int rc = 0;

	for (unsigned i = 0; !rc && i < MBR_PARTITIONS; i++) {
		const struct mbr_partition *p = &mbr->part[i];

		if (p->type)
			rc = ipl_target_add_part(
				t, i + 1,
				(struct ipl_region){ p->first, p->count }, err);
	}
	if (!rc)
		rc = find_mbr_gaps(t, err);
	if (rc) {
		ipl_err_wrap(err, "MBR");
		return rc;
	}
	t->table = "MBR";
	return 0;
}

/* What partition @p begins with if blocks have @size bytes; *@ret_fits: it is
 * there and ends on the disk. */
static int look_as(struct ipl_target *t, const struct mbr_partition *p,
		   unsigned size, struct ipl_part *ret, bool *ret_fits,
		   struct ipl_err *err)
{
	uint64_t off = (uint64_t)p->first * size;
	uint64_t len = (uint64_t)p->count * size;

	*ret_fits = p->type && len <= t->src->size && off <= t->src->size - len;
	return *ret_fits ? ipl_target_look(t->src, off, len, ret, err) : 0;
}

/* Whether a partition begins with what is known, if blocks have @size bytes. */
static int fits(struct ipl_target *t, const struct mbr *mbr, unsigned size,
		struct ipl_err *err)
{
	for (unsigned i = 0; i < MBR_PARTITIONS; i++) {
		struct ipl_part part;
		bool there;
		int rc = look_as(t, &mbr->part[i], size, &part, &there, err);

		if (rc)
			return rc;
		if (there && (part.content == IPL_PART_FS ||
			      part.content == IPL_PART_OURS))
			return 1;
	}
	return 0;
}

/* Whether all partitions end on the disk if blocks have @size bytes. */
static bool all_fit(const struct ipl_target *t, const struct mbr *mbr,
		    unsigned size)
{
	for (unsigned i = 0; i < MBR_PARTITIONS; i++) {
		const struct mbr_partition *p = &mbr->part[i];

		if (p->type &&
		    ((uint64_t)p->first + p->count) * size > t->src->size)
			return false;
	}
	return true;
}

/* Nothing tells the size. With the wrong one partitions are elsewhere, and their
 * blocks seem to be gaps: that does no harm only if they are blank. */
static int check_blank(struct ipl_target *t, const struct mbr *mbr,
		       unsigned size, struct ipl_err *err)
{
	for (unsigned i = 0; i < MBR_PARTITIONS; i++) {
		struct ipl_part part;
		bool there;
		int rc = look_as(t, &mbr->part[i], size, &part, &there, err);

		if (rc)
			return rc;
		if (!there || part.content == IPL_PART_BLANK)
			continue;
		ipl_fail(
			err, IPL_EUNSUP,
			"MBR: with blocks of %u bytes partition %u has data of "
			"a kind that is not known, and nothing tells how large "
			"blocks are",
			size, i + 1);
		ipl_err_advise(err, "say --block-size 512 or 4096");
		return IPL_EUNSUP;
	}
	return 0;
}

/* --- which of them, and how long blocks are --- */

/* What the boot record that is there says. */
static unsigned record_size(struct ipl_span block0)
{
	struct zipl_boot_record rec;

	if (zipl_boot_record_decode(&zipl_lin16, block0, &rec, NULL) ||
	    rec.table.kind == ZIPL_PTR_NULL)
		return 0;
	for (size_t i = 0; i < N_SIZES; i++) {
		if (rec.table.size == sizes[i])
			return sizes[i];
	}
	return 0;
}

/* Blocks are to have @wanted bytes, and there is a GPT for blocks of @found. That
 * is an old one if there is one for @wanted, too. */
static int check_size(struct ipl_src *src, unsigned wanted, unsigned found,
		      struct ipl_err *err)
{
	bool there;
	int rc;

	if (!wanted || wanted == found)
		return 0;
	rc = has_magic(src, wanted, &there, err);
	if (rc || there)
		return rc;
	ipl_fail(err, IPL_EINVAL,
		 "there is a GPT for blocks of %u bytes, not %u", found,
		 wanted);
	ipl_err_advise(err, "leave --block-size out: the GPT tells it");
	return IPL_EINVAL;
}

/* The size that the block with the GPT's header tells; 0: there is none. */
static int gpt_size(struct ipl_src *src, unsigned *ret, struct ipl_err *err)
{
	*ret = 0;
	for (size_t i = 0; i < N_SIZES && !*ret; i++) {
		bool there;
		int rc = has_magic(src, sizes[i], &there, err);

		if (rc)
			return rc;
		if (there)
			*ret = sizes[i];
	}
	return 0;
}

/* A MBR does not tell: by what is in its partitions. */
static int mbr_size(struct ipl_target *t, const struct mbr *mbr, unsigned *ret,
		    struct ipl_err *err)
{
	int rc;

	*ret = sizes[0];
	for (size_t i = 0; i < N_SIZES; i++) {
		rc = fits(t, mbr, sizes[i], err);

		if (rc > 0)
			*ret = sizes[i];
		if (rc)
			return rc < 0 ? rc : 0;
	}
	if (!all_fit(t, mbr, 4096))
		return 0;
	rc = check_blank(t, mbr, 512, err);
	return rc ? rc : check_blank(t, mbr, 4096, err);
}

/* Whether nobody owns any of the disk but a boot map of ours. File systems may
 * leave a MBR in front of them, or have one that looks like it: only what is
 * behind it tells. */
static int is_free(struct ipl_target *t, bool has_mbr, bool has_record,
		   bool *ret, struct ipl_err *err)
{
	struct ipl_part rest;
	int rc = 0;

	*ret = t->parts[0].content == IPL_PART_BLANK;
	if (*ret || t->parts[0].content == IPL_PART_FS)
		return 0;
	if (has_record)
		rc = ipl_old_is_ours(t->src, ret, err);
	if (rc || *ret || !has_mbr)
		return rc;
	rc = ipl_target_look(t->src, MBR_LEN, t->src->size - MBR_LEN, &rest,
			     err);
	*ret = !rc && rest.content == IPL_PART_BLANK;
	return rc;
}

/* Whether a copy of a GPT is in the last block, for blocks of @size bytes. */
static int has_copy(struct ipl_src *src, unsigned size, bool *ret,
		    struct ipl_err *err)
{
	uint64_t blocks = src->size / size;

	*ret = false;
	return blocks > 1 ? has_magic(src, (blocks - 1) * size, ret, err) : 0;
}

static int lost_gpt(const char *what, struct ipl_err *err)
{
	ipl_fail(err, IPL_EUNSUP, "GPT: there is no header in block 1, but %s",
		 what);
	ipl_err_advise(err, "repair it first, sgdisk can; if nobody needs it, "
			    "sgdisk --zap-all removes it");
	return IPL_EUNSUP;
}

/* What is left of a GPT without a header says that blocks are somebody's. A copy
 * behind partitions of a MBR is older than they are. @mbr: NULL for none. */
static int check_lost_gpt(struct ipl_src *src, const struct mbr *mbr,
			  struct ipl_err *err)
{
	bool found = false;
	int rc;

	if (mbr && is_protective(mbr))
		return lost_gpt("the MBR says that the disk has a GPT", err);
	if (mbr && has_partitions(mbr))
		return 0;
	rc = has_copy(src, 512, &found, err);
	if (!rc && !found)
		rc = has_copy(src, 4096, &found, err);
	if (rc || !found)
		return rc;
	return lost_gpt("its copy is in the last block", err);
}

/* A disk without partitions: what is there has all of it. A blank one is free
 * as a whole. */
static int read_whole(struct ipl_target *t, bool has_mbr, bool has_record,
		      struct ipl_err *err)
{
	bool nobodys = false;
	int rc = ipl_target_add_part(t, 0, (struct ipl_region){ 0, t->blocks },
				     err);

	if (!rc)
		rc = is_free(t, has_mbr, has_record, &nobodys, err);
	if (rc)
		return rc;
	t->table = has_mbr ? "MBR" : "none";
	if (nobodys) {
		t->n_parts = 0;
		return ipl_target_find_gaps(t, 1, t->blocks, err);
	}
	say_taken(t,
		  t->parts[0].content == IPL_PART_FS ? t->parts[0].fs : NULL);
	return ipl_target_find_gaps(t, t->blocks, t->blocks, err);
}

static int check_block0(struct ipl_span in, struct ipl_err *err)
{
	if (in.p[508] == 0xda && in.p[509] == 0xbe)
		return ipl_fail(err, IPL_EUNSUP,
				"has a Sun disk label, which leaves no room "
				"for a boot record");
	if (!memcmp(in.p, "\x0b\xe5\xa9\x41", 4))
		return ipl_fail(err, IPL_EUNSUP,
				"has an SGI disk label, which leaves no room "
				"for a boot record");
	return 0;
}

/* Which partitions Linux takes is up to the MBR: without one for the GPT there it
 * takes the others (UEFI, 5.2.3; Linux, block/partitions/efi.c). */
static int check_one_table(const struct mbr *mbr, struct ipl_err *err)
{
	if (!has_partitions(mbr) || is_protective(mbr))
		return 0;
	ipl_fail(err, IPL_EUNSUP,
		 "has a GPT, and a MBR with partitions that does not say so: "
		 "nothing tells which of them is in use");
	ipl_err_advise(err,
		       "remove the one that is not, sgdisk and wipefs can");
	return IPL_EUNSUP;
}

/* A disk that has no GPT. @block0 is its first 512 bytes, @mbr what is in it; NULL:
 * that is no MBR. */
static int read_other(struct ipl_target *t, unsigned block_size,
		      struct ipl_span block0, const struct mbr *mbr,
		      struct ipl_err *err)
{
	unsigned size;
	int rc = check_lost_gpt(t->src, mbr, err);

	/* A disk that says 512 may be an image of another one behind a loop
	 * device; one that says more is right, and firmware reads it so. */
	if (!block_size && t->src->sector_size > ZIPL_BLOCK_MIN &&
	    t->src->sector_size <= ZIPL_BLOCK_MAX)
		block_size = t->src->sector_size;
	size = block_size ? block_size : record_size(block0);
	if (!rc && !size && mbr)
		rc = mbr_size(t, mbr, &size, err);
	if (rc)
		return rc;
	set_size(t, size ? size : sizes[0]);
	return mbr && has_partitions(mbr)
		       ? read_mbr(t, mbr, err)
		       : read_whole(t, mbr != NULL, record_size(block0) != 0,
				    err);
}

int ipl_target_read_scsi(struct ipl_target *t, unsigned block_size,
			 struct ipl_err *err)
{
	uint8_t block[ZIPL_BLOCK_MIN];
	struct ipl_span in = { block, sizeof(block), 0 };
	unsigned size = 0;
	struct mbr mbr;
	bool has_mbr;
	int rc;

	rc = ipl_src_read(t->src, 0, block, sizeof(block), err);
	if (!rc)
		rc = check_block0(in, err);
	if (!rc)
		rc = gpt_size(t->src, &size, err);
	if (!rc && size)
		rc = check_size(t->src, block_size, size, err);
	if (rc)
		return rc;
	has_mbr = !mbr_decode(in, &mbr, NULL);
	if (!size)
		return read_other(t, block_size, in, has_mbr ? &mbr : NULL,
				  err);
	rc = has_mbr ? check_one_table(&mbr, err) : 0;
	if (rc)
		return rc;
	set_size(t, block_size ? block_size : size);
	return read_gpt(t, err);
}
