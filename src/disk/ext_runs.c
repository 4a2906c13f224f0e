/* SPDX-License-Identifier: MIT */
/* Where the bytes of a file in an ext file system lie on the disk.
 * May use: base, disk, libext2fs. */
#include "base/cleanup.h"
#include "base/limits.h"
#include "disk/ext_io.h"

#include <inttypes.h>

/* Runs while they are collected. */
struct runs {
	struct ipl_ext *ext;
	struct ipl_ext_run *runs;
	size_t n, capacity;
	uint64_t at;  /* block of the file that comes next */
	uint64_t end; /* blocks of the file */
	struct ipl_err *err;
	int rc;
};

static int append(struct runs *r, const struct ipl_ext_run *run)
{
	struct ipl_ext_run *last = r->n ? &r->runs[r->n - 1] : NULL;

	if (last && last->hole == run->hole &&
	    (run->hole || last->off + last->len == run->off)) {
		last->len += run->len;
		return 0;
	}
	if (r->n == IPL_MAX_EXT_RUNS)
		return ipl_fail(r->err, IPL_ELIMIT,
				"a file in more than %u pieces",
				IPL_MAX_EXT_RUNS);
	if (r->n == r->capacity) {
		size_t capacity = r->capacity ? 2 * r->capacity : 16;
		void *more = reallocarray(r->runs, capacity, sizeof(*r->runs));

		if (!more)
			return ipl_fail(r->err, IPL_ENOMEM, "out of memory");
		r->runs = more;
		r->capacity = capacity;
	}
	r->runs[r->n++] = *run;
	return 0;
}

static int add_hole(struct runs *r, uint64_t end)
{
	struct ipl_ext_run run = { .hole = true };
	int rc;

	if (r->at >= end)
		return 0;
	run.len = (end - r->at) * r->ext->fs->blocksize;
	rc = append(r, &run);
	r->at = end;
	return rc;
}

/* @count blocks from block @logical of the file on are at block @physical; what
 * is past the end of the file is left out. */
static int add(struct runs *r, uint64_t logical, uint64_t physical,
	       uint64_t count, bool hole)
{
	struct ipl_ext_run run = { .hole = hole };
	uint64_t blocks = ext2fs_blocks_count(r->ext->fs->super);
	int rc;

	if (count == 0)
		return ipl_fail(r->err, IPL_EBAD,
				"an extent of no blocks at block %" PRIu64
				" of the file",
				logical);
	if (logical >= r->end)
		return 0;
	if (logical < r->at)
		return ipl_fail(r->err, IPL_EBAD,
				"block %" PRIu64 " of the file is there twice",
				logical);
	if (count > r->end - logical)
		count = r->end - logical;
	if (!hole && (physical >= blocks || count > blocks - physical ||
		      physical < r->ext->fs->super->s_first_data_block))
		return ipl_fail(r->err, IPL_ERANGE,
				"%" PRIu64 " blocks from block %" PRIu64
				" on, but the file system has %" PRIu64
				" blocks",
				count, physical, blocks);
	rc = add_hole(r, logical);
	run.off = r->ext->off + physical * r->ext->fs->blocksize;
	run.len = count * r->ext->fs->blocksize;
	if (hole)
		run.off = 0;
	if (!rc)
		rc = append(r, &run);
	r->at = logical + count;
	return rc;
}

static int read_extents(struct runs *r, ext2_ino_t ino,
			struct ext2_inode *inode)
{
	ext2_extent_handle_t handle;
	struct ext2fs_extent x;
	errcode_t e = ext2fs_extent_open2(r->ext->fs, ino, inode, &handle);
	int op = EXT2_EXTENT_ROOT;
	int rc = 0;

	if (e)
		return ipl_ext_fail(r->ext, e, r->err);
	while (!rc && !(e = ext2fs_extent_get(handle, op, &x))) {
		op = EXT2_EXTENT_NEXT;
		if ((x.e_flags & EXT2_EXTENT_FLAGS_LEAF) &&
		    !(x.e_flags & EXT2_EXTENT_FLAGS_SECOND_VISIT))
			rc = add(r, x.e_lblk, x.e_pblk, x.e_len,
				 x.e_flags & EXT2_EXTENT_FLAGS_UNINIT);
	}
	ext2fs_extent_free(handle);
	if (!rc && e != EXT2_ET_EXTENT_NO_NEXT && e != EXT2_ET_NO_CURRENT_NODE)
		rc = ipl_ext_fail(r->ext, e, r->err);
	return rc;
}

static int take_block(ext2_filsys fs, blk64_t *block, e2_blkcnt_t logical,
		      blk64_t ref_block, int ref_offset, void *priv)
{
	struct runs *r = priv;

	(void)fs;
	(void)ref_block;
	(void)ref_offset;
	if (logical < 0)
		return 0;
	r->rc = add(r, (uint64_t)logical, *block, 1, false);
	return r->rc ? BLOCK_ABORT : 0;
}

static int read_block_map(struct runs *r, ext2_ino_t ino)
{
	errcode_t e = ext2fs_block_iterate3(
		r->ext->fs, ino, BLOCK_FLAG_DATA_ONLY | BLOCK_FLAG_READ_ONLY,
		NULL, take_block, r);

	if (r->rc)
		return r->rc;
	return e ? ipl_ext_fail(r->ext, e, r->err) : 0;
}

int ipl_ext_runs(struct ipl_ext *ext, const struct ipl_ext_file *file,
		 struct ipl_ext_run **ret, size_t *ret_n, struct ipl_err *err)
{
	struct runs r = { .ext = ext, .err = err };
	struct ext2_inode inode;
	int rc;

	ipl_ext_begin(ext);
	rc = ipl_ext_regular(ext, file, &inode, err);
	if (rc)
		return rc;
	if (inode.i_flags & EXT4_INLINE_DATA_FL)
		return ipl_fail(err, IPL_EUNSUP,
				"the file is so small that it lies inside its "
				"inode, and has no blocks");
	r.end = file->size / ext->fs->blocksize +
		(file->size % ext->fs->blocksize != 0);
	rc = inode.i_flags & EXT4_EXTENTS_FL
		     ? read_extents(&r, file->inode, &inode)
		     : read_block_map(&r, file->inode);
	if (!rc)
		rc = add_hole(&r, r.end);
	if (rc) {
		free(r.runs);
		return rc;
	}
	*ret = r.runs;
	*ret_n = r.n;
	return 0;
}
