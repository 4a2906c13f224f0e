/* SPDX-License-Identifier: MIT */
/* ext2, ext3 and ext4 through libext2fs: opening, paths, reading, listing.
 * May use: base, libext2fs. */
#include "disk/ext.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "disk/ext_io.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* As Linux has it: links followed in one path. */
#define LINKS_MAX 40u

/* Linux's PATH_MAX; also the longest link. */
#define PATH_LEN_MAX 4096u

int ipl_ext_fail(struct ipl_ext *ext, errcode_t e, struct ipl_err *err)
{
	static const struct {
		errcode_t e;
		enum ipl_code code;
		const char *text;
	} known[] = {
		{ EXT2_ET_NO_MEMORY, IPL_ENOMEM, "out of memory" },
		{ EXT2_ET_BAD_MAGIC, IPL_ENOTFOUND,
		  "there is no ext2, ext3 or ext4 file system" },
		{ EXT2_ET_UNSUPP_FEATURE, IPL_EUNSUP,
		  "the file system has features that libext2fs does not "
		  "know" },
		{ EXT2_ET_RO_UNSUPP_FEATURE, IPL_EUNSUP,
		  "the file system has features that libext2fs does not "
		  "know" },
		{ EXT2_ET_SB_CSUM_INVALID, IPL_EBAD,
		  "the super block's checksum is wrong" },
		{ EXT2_ET_INODE_CSUM_INVALID, IPL_EBAD,
		  "an inode's checksum is wrong" },
		{ EXT2_ET_DIR_CSUM_INVALID, IPL_EBAD,
		  "a directory's checksum is wrong" },
		{ EXT2_ET_EXTENT_CSUM_INVALID, IPL_EBAD,
		  "the checksum of a file's extents is wrong" },
		{ EXT2_ET_DIR_CORRUPTED, IPL_EBAD, "a directory is damaged" },
		{ EXT2_ET_CORRUPT_SUPERBLOCK, IPL_EBAD,
		  "the super block is damaged" },
	};

	if (ext->io_err.code) {
		if (err)
			*err = ext->io_err;
		return ext->io_err.code;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (known[i].e != e)
			continue;
		ipl_fail(err, known[i].code, "%s", known[i].text);
		if (known[i].code == IPL_EBAD)
			ipl_err_advise(err, "run e2fsck");
		return known[i].code;
	}
	ipl_fail(err, IPL_EBAD,
		 "the file system is damaged (error %ld of libext2fs)",
		 (long)e);
	ipl_err_advise(err, "run e2fsck");
	return IPL_EBAD;
}

void ipl_ext_begin(struct ipl_ext *ext)
{
	ext->left = IPL_MAX_EXT_METADATA;
	ext->io_err = (struct ipl_err){ 0 };
}

/* --- opening --- */

#define SUPER_OFF  1024u
#define SUPER_LEN  1024u
#define MAGIC_OFF  0x38u
#define MAX_LOG_BS 6u /* 64 KiB */

static uint32_t le(const uint8_t *p, unsigned n)
{
	uint32_t v = 0;

	while (n--)
		v = v << 8 | p[n];
	return v;
}

/* What libext2fs takes as it is, looked at before it allocates by it. */
static int check_super(struct ipl_ext *ext, struct ipl_err *err)
{
	uint8_t sb[SUPER_LEN];
	uint64_t blocks;
	uint32_t log_bs, per_group;
	int rc;

	if (ext->len < SUPER_OFF + SUPER_LEN)
		return ipl_fail(err, IPL_ENOTFOUND,
				"no file system fits into %" PRIu64 " bytes",
				ext->len);
	rc = ipl_src_read(ext->src, ext->off + SUPER_OFF, sb, sizeof(sb), err);
	if (rc)
		return rc;
	if (le(sb + MAGIC_OFF, 2) != EXT2_SUPER_MAGIC)
		return ipl_fail(err, IPL_ENOTFOUND,
				"there is no ext2, ext3 or ext4 file system at "
				"byte 0x%" PRIx64,
				ext->off);
	log_bs = le(sb + 0x18, 4);
	per_group = le(sb + 0x20, 4);
	if (log_bs > MAX_LOG_BS || per_group < 8)
		return ipl_fail(
			err, IPL_EBAD,
			"the super block has block size 1024 << %" PRIu32
			" and %" PRIu32 " blocks in a group",
			log_bs, per_group);
	blocks = le(sb + 4, 4);
	if (le(sb + 0x60, 4) & EXT4_FEATURE_INCOMPAT_64BIT)
		blocks |= (uint64_t)le(sb + 0x150, 4) << 32;
	if (blocks > ext->len >> (10 + log_bs)) {
		ipl_fail(err, IPL_ETRUNC,
			 "the file system has %" PRIu64
			 " blocks of %u bytes, but there are only %" PRIu64
			 " bytes for it",
			 blocks, 1024u << log_bs, ext->len);
		ipl_err_advise(err, "the image may be truncated: take a full "
				    "copy of the disk");
		return IPL_ETRUNC;
	}
	if (blocks / per_group > IPL_MAX_EXT_GROUPS)
		return ipl_fail(err, IPL_ELIMIT,
				"the file system has more than %u groups",
				IPL_MAX_EXT_GROUPS);
	return 0;
}

static int open_fs(struct ipl_ext *ext, struct ipl_err *err)
{
	char name[IPL_EXT_NAME_LEN];
	errcode_t e;

	ipl_ext_begin(ext);
	ipl_ext_name(ext, name);
	e = ext2fs_open2(name, NULL, EXT2_FLAG_64BITS | EXT2_FLAG_SKIP_MMP, 0,
			 0, ipl_ext_io_manager(ext), &ext->fs);
	if (e) {
		ext->fs = NULL;
		return ipl_ext_fail(ext, e, err);
	}
	if (ext2fs_has_feature_journal_dev(ext->fs->super))
		return ipl_fail(err, IPL_EUNSUP,
				"it is the journal of another file system");
	memcpy(ext->label, ext->fs->super->s_volume_name,
	       sizeof(ext->label) - 1);
	return 0;
}

int ipl_ext_open(struct ipl_src *src, uint64_t off, uint64_t len,
		 struct ipl_ext **ret, struct ipl_err *err)
{
	return ipl_ext_open_limited(src, off, len, NULL, ret, err);
}

int ipl_ext_open_limited(struct ipl_src *src, uint64_t off, uint64_t len,
			 uint64_t *budget, struct ipl_ext **ret,
			 struct ipl_err *err)
{
	struct ipl_ext *ext = calloc(1, sizeof(*ext));
	int rc;

	if (!ext)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	ext->src = src;
	ext->off = off;
	ext->all_left = budget;
	ext->len = off > src->size ? 0 : src->size - off;
	if (ext->len > len)
		ext->len = len;
	rc = check_super(ext, err);
	if (!rc)
		rc = open_fs(ext, err);
	if (rc) {
		ipl_ext_close(ext);
		return rc;
	}
	*ret = ext;
	return 0;
}

void ipl_ext_close(struct ipl_ext *ext)
{
	if (!ext)
		return;
	/* nothing was changed, so nothing is written */
	if (ext->fs)
		ext2fs_free(ext->fs);
	free(ext);
}

unsigned ipl_ext_block_size(const struct ipl_ext *ext)
{
	return ext->fs->blocksize;
}

bool ipl_ext_needs_recovery(const struct ipl_ext *ext)
{
	return ext2fs_has_feature_journal_needs_recovery(ext->fs->super);
}

const char *ipl_ext_label(const struct ipl_ext *ext)
{
	return ext->label;
}

const uint8_t *ipl_ext_uuid(const struct ipl_ext *ext)
{
	return ext->fs->super->s_uuid;
}

/* --- paths --- */

/* A path while it is walked. */
struct walk {
	struct ipl_ext *ext;
	ext2_ino_t at;
	struct ext2_inode inode; /* of at */
	unsigned links;
	char rest[PATH_LEN_MAX]; /* what is still to be walked */
};

int ipl_ext_inode(struct ipl_ext *ext, ext2_ino_t ino, struct ext2_inode *ret,
		  struct ipl_err *err)
{
	errcode_t e;

	if (ino == 0 || ino > ext->fs->super->s_inodes_count)
		return ipl_fail(err, IPL_EBAD,
				"inode %" PRIu32 ", but there are %" PRIu32,
				ino, ext->fs->super->s_inodes_count);
	e = ext2fs_read_inode(ext->fs, ino, ret);
	return e ? ipl_ext_fail(ext, e, err) : 0;
}

/* Through libext2fs: for what is small, and may lie inside the inode. */
static int read_inode(struct ipl_ext *ext, ext2_ino_t ino,
		      struct ext2_inode *inode, uint64_t off, void *buf,
		      size_t len, struct ipl_err *err)
{
	ext2_file_t file;
	errcode_t e = ext2fs_file_open2(ext->fs, ino, inode, 0, &file);
	unsigned got = 0;

	if (e)
		return ipl_ext_fail(ext, e, err);
	e = ext2fs_file_llseek(file, off, EXT2_SEEK_SET, NULL);
	if (!e)
		e = ext2fs_file_read(file, buf, (unsigned)len, &got);
	if (!e && got != len)
		e = EXT2_ET_SHORT_READ;
	ext2fs_file_close(file);
	return e ? ipl_ext_fail(ext, e, err) : 0;
}

/* Put the target of the link w->at in front of what is left of the path. */
static int follow(struct walk *w, struct ipl_err *err)
{
	uint64_t size = EXT2_I_SIZE(&w->inode);
	char path[PATH_LEN_MAX];
	int rc = 0;

	if (++w->links > LINKS_MAX)
		return ipl_fail(err, IPL_ELOOP,
				"more than %u symbolic links, one after the "
				"other",
				LINKS_MAX);
	if (size == 0 || size + 1 + strlen(w->rest) >= sizeof(path))
		return ipl_fail(err, IPL_EBAD,
				"symbolic link of %" PRIu64 " bytes", size);
	if (ext2fs_is_fast_symlink(&w->inode) &&
	    size <= sizeof(w->inode.i_block))
		memcpy(path, w->inode.i_block, (size_t)size);
	else
		rc = read_inode(w->ext, w->at, &w->inode, 0, path, (size_t)size,
				err);
	if (rc)
		return rc;
	path[size] = '\0';
	size = strlen(path);
	snprintf(path + size, sizeof(path) - size, "/%s", w->rest);
	memcpy(w->rest, path, sizeof(path));
	return 0;
}

/* Take the first name off the rest of the path; NULL at its end. */
static char *next_name(struct walk *w, char name[EXT2_NAME_LEN + 1])
{
	const char *begin = w->rest + strspn(w->rest, "/");
	size_t len = strcspn(begin, "/");

	if (len == 0)
		return NULL;
	/* one that is too long exists nowhere; it keeps its beginning */
	snprintf(name, EXT2_NAME_LEN + 1, "%.*s", (int)(len > 255 ? 255 : len),
		 begin);
	memmove(w->rest, begin + len, strlen(begin + len) + 1);
	return name;
}

static int not_found(const char *path, const char *name, bool no_dir,
		     struct ipl_err *err)
{
	if (no_dir)
		return ipl_fail(err, IPL_ENOTFOUND,
				"%.200s: what is in front of '%.80s' is not a "
				"directory",
				path, name);
	return ipl_fail(err, IPL_ENOTFOUND,
			"%.200s is not there: no '%.80s' in its directory",
			path, name);
}

/* Step to @name in the directory w->at. A link is followed at the next step. */
static int step(struct walk *w, ext2_ino_t dir, const char *name,
		ext2_ino_t *ret, struct ipl_err *err)
{
	errcode_t e = ext2fs_lookup(w->ext->fs, dir, name, (int)strlen(name),
				    NULL, ret);

	if (e == EXT2_ET_FILE_NOT_FOUND)
		return IPL_ENOTFOUND;
	return e ? ipl_ext_fail(w->ext, e, err) : 0;
}

static int walk_path(struct walk *w, const char *path, struct ipl_err *err)
{
	char buf[EXT2_NAME_LEN + 1];
	ext2_ino_t dir = EXT2_ROOT_INO;
	const char *name;
	int rc;

	w->at = EXT2_ROOT_INO;
	rc = ipl_ext_inode(w->ext, w->at, &w->inode, err);
	while (!rc && (name = next_name(w, buf))) {
		if (!LINUX_S_ISDIR(w->inode.i_mode))
			return not_found(path, name, true, err);
		dir = w->at;
		rc = step(w, dir, name, &w->at, err);
		if (rc == IPL_ENOTFOUND)
			return not_found(path, name, false, err);
		if (!rc)
			rc = ipl_ext_inode(w->ext, w->at, &w->inode, err);
		if (rc || !LINUX_S_ISLNK(w->inode.i_mode))
			continue;
		rc = follow(w, err);
		w->at = w->rest[0] == '/' ? EXT2_ROOT_INO : dir;
		if (!rc)
			rc = ipl_ext_inode(w->ext, w->at, &w->inode, err);
	}
	return rc;
}

int ipl_ext_find(struct ipl_ext *ext, const char *path,
		 struct ipl_ext_file *ret, struct ipl_err *err)
{
	auto_free struct walk *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (strlen(path) >= sizeof(w->rest))
		return ipl_fail(err, IPL_EINVAL, "a path of %zu bytes",
				strlen(path));
	w->ext = ext;
	memcpy(w->rest, path, strlen(path) + 1);
	ipl_ext_begin(ext);
	rc = walk_path(w, path, err);
	if (rc)
		return rc;
	if (!LINUX_S_ISDIR(w->inode.i_mode) && !LINUX_S_ISREG(w->inode.i_mode))
		return ipl_fail(err, IPL_EUNSUP,
				"%.200s is neither a file nor a directory",
				path);
	if (EXT2_I_SIZE(&w->inode) > IPL_MAX_COMPONENT)
		return ipl_fail(err, IPL_EBAD, "%.200s has %" PRIu64 " bytes",
				path, (uint64_t)EXT2_I_SIZE(&w->inode));
	*ret = (struct ipl_ext_file){
		.inode = w->at,
		.size = EXT2_I_SIZE(&w->inode),
		.is_dir = LINUX_S_ISDIR(w->inode.i_mode),
	};
	return 0;
}

/* --- reading --- */

int ipl_ext_regular(struct ipl_ext *ext, const struct ipl_ext_file *file,
		    struct ext2_inode *ret, struct ipl_err *err)
{
	int rc = ipl_ext_inode(ext, file->inode, ret, err);

	if (rc)
		return rc;
	if (!LINUX_S_ISREG(ret->i_mode))
		return ipl_fail(err, IPL_EUNSUP, "it is not a file");
	if (ret->i_flags & EXT4_ENCRYPT_FL)
		return ipl_fail(err, IPL_EUNSUP, "the file is encrypted");
	return 0;
}

/* The part [@off, @off + @len) of what @runs have. */
static int read_runs(struct ipl_ext *ext, const struct ipl_ext_run *runs,
		     size_t n, uint64_t off, uint8_t *buf, size_t len,
		     struct ipl_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && len && i < n; i++) {
		size_t part = len;

		if (off >= runs[i].len) {
			off -= runs[i].len;
			continue;
		}
		if (part > runs[i].len - off)
			part = (size_t)(runs[i].len - off);
		if (runs[i].hole)
			memset(buf, 0, part);
		else
			rc = ipl_src_read(ext->src, runs[i].off + off, buf,
					  part, err);
		buf += part;
		len -= part;
		off = 0;
	}
	return rc;
}

int ipl_ext_read(struct ipl_ext *ext, const struct ipl_ext_file *file,
		 uint64_t off, void *buf, size_t len, struct ipl_err *err)
{
	auto_free struct ipl_ext_run *runs = NULL;
	struct ext2_inode inode;
	size_t n;
	int rc;

	if (off > file->size || len > file->size - off)
		return ipl_fail(err, IPL_ERANGE,
				"%zu bytes at byte %" PRIu64
				" end past the file, which has %" PRIu64
				" bytes",
				len, off, file->size);
	ipl_ext_begin(ext);
	rc = ipl_ext_regular(ext, file, &inode, err);
	if (rc || len == 0)
		return rc;
	if (!ipl_ext_spend(ext, len))
		return ipl_fail(err, IPL_ELIMIT,
				"more is read of the file system than it has "
				"use for");
	if (inode.i_flags & EXT4_INLINE_DATA_FL)
		return read_inode(ext, file->inode, &inode, off, buf, len, err);
	/* libext2fs would look for each block anew */
	rc = ipl_ext_runs(ext, file, &runs, &n, err);
	return rc ? rc : read_runs(ext, runs, n, off, buf, len, err);
}

int ipl_ext_read_path(struct ipl_ext *ext, const char *path, size_t max,
		      char **ret, size_t *ret_len, struct ipl_err *err)
{
	auto_free char *text = NULL;
	struct ipl_ext_file file;
	int rc = ipl_ext_find(ext, path, &file, err);

	if (rc)
		return rc;
	if (file.size > max)
		return ipl_fail(err, IPL_ELIMIT,
				"%.200s has %" PRIu64 " bytes, expected at "
				"most %zu",
				path, file.size, max);
	text = calloc(1, (size_t)file.size + 1);
	if (!text)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	rc = ipl_ext_read(ext, &file, 0, text, (size_t)file.size, err);
	if (rc) {
		ipl_err_wrap(err, "%.200s", path);
		return rc;
	}
	*ret = ipl_steal(text);
	*ret_len = (size_t)file.size;
	return 0;
}

/* --- listing --- */

struct listing {
	ipl_ext_name_fn name;
	void *ctx;
	unsigned n;
	struct ipl_err *err;
	int rc;
};

static int list_entry(ext2_ino_t dir, int entry, struct ext2_dir_entry *dirent,
		      int offset, int blocksize, char *buf, void *priv)
{
	struct listing *l = priv;
	size_t len = (size_t)ext2fs_dirent_name_len(dirent);
	char name[EXT2_NAME_LEN + 1];

	(void)dir;
	(void)offset;
	(void)blocksize;
	(void)buf;
	if (entry != DIRENT_OTHER_FILE || len == 0 || len > EXT2_NAME_LEN ||
	    memchr(dirent->name, '\0', len) || memchr(dirent->name, '/', len))
		return 0;
	if (++l->n > IPL_MAX_EXT_NAMES) {
		l->rc = ipl_fail(l->err, IPL_ELIMIT,
				 "a directory of more than %u names",
				 IPL_MAX_EXT_NAMES);
		return DIRENT_ABORT;
	}
	memcpy(name, dirent->name, len);
	name[len] = '\0';
	/* libext2fs does not know them in a directory inside its inode */
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return 0;
	l->rc = l->name(l->ctx, name, l->err);
	return l->rc ? DIRENT_ABORT : 0;
}

int ipl_ext_list(struct ipl_ext *ext, const char *path, ipl_ext_name_fn name,
		 void *ctx, struct ipl_err *err)
{
	struct listing l = { .name = name, .ctx = ctx, .err = err };
	struct ipl_ext_file dir;
	errcode_t e;
	int rc = ipl_ext_find(ext, path, &dir, err);

	if (rc)
		return rc;
	if (!dir.is_dir)
		return ipl_fail(err, IPL_ENOTFOUND, "%.200s is not a directory",
				path);
	ipl_ext_begin(ext);
	e = ext2fs_dir_iterate2(ext->fs, dir.inode, 0, NULL, list_entry, &l);
	if (l.rc)
		return l.rc;
	return e ? ipl_ext_fail(ext, e, err) : 0;
}
