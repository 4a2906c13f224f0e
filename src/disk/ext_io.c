/* SPDX-License-Identifier: MIT */
/* libext2fs's way to the bytes of a source, with a budget.
 * May use: base, disk, libext2fs. */
#include "disk/ext_io.h"

#include "base/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ipl_ext_name(const struct ipl_ext *ext, char name[IPL_EXT_NAME_LEN])
{
	snprintf(name, IPL_EXT_NAME_LEN, "%" PRIuPTR, (uintptr_t)ext);
}

static errcode_t io_open(const char *name, int flags, io_channel *ret)
{
	struct ipl_ext *ext =
		(struct ipl_ext *)(uintptr_t)strtoull(name, NULL, 10);
	io_channel ch = calloc(1, sizeof(*ch));

	if (!ch)
		return EXT2_ET_NO_MEMORY;
	if (flags & IO_FLAG_RW) {
		free(ch);
		return EXT2_ET_RO_FILSYS;
	}
	ch->magic = EXT2_ET_MAGIC_IO_CHANNEL;
	ch->manager = &ext->manager;
	ch->name = strdup(ext->src->name);
	ch->private_data = ext;
	ch->block_size = 1024;
	ch->refcount = 1;
	if (!ch->name) {
		free(ch);
		return EXT2_ET_NO_MEMORY;
	}
	*ret = ch;
	return 0;
}

static errcode_t io_close(io_channel ch)
{
	if (--ch->refcount > 0)
		return 0;
	free(ch->name);
	free(ch);
	return 0;
}

static errcode_t io_set_blksize(io_channel ch, int size)
{
	if (size <= 0)
		return EXT2_ET_INVALID_ARGUMENT;
	ch->block_size = size;
	return 0;
}

static errcode_t refuse(struct ipl_ext *ext, enum ipl_code code,
			const char *what)
{
	ipl_fail(&ext->io_err, code, "%s", what);
	return EXT2_ET_SHORT_READ;
}

bool ipl_ext_spend(struct ipl_ext *ext, uint64_t len)
{
	if (!ext->all_left)
		return true;
	if (len > *ext->all_left)
		return false;
	*ext->all_left -= len;
	return true;
}

/* @count is in blocks, or, when negative, in bytes. */
static errcode_t io_read64(io_channel ch, unsigned long long block, int count,
			   void *data)
{
	struct ipl_ext *ext = ch->private_data;
	uint64_t len = count < 0 ? (uint64_t) - (int64_t)count
				 : (uint64_t)count * (unsigned)ch->block_size;
	uint64_t off;

	if (__builtin_mul_overflow(block, (uint64_t)ch->block_size, &off) ||
	    off > ext->len || len > ext->len - off)
		return refuse(ext, IPL_ERANGE,
			      "the file system points past its own end");
	if (len > ext->left || !ipl_ext_spend(ext, len))
		return refuse(ext, IPL_ELIMIT,
			      "the file system makes its reader go round in "
			      "circles: more is read than any sound one needs");
	ext->left -= len;
	return ipl_src_read(ext->src, ext->off + off, data, (size_t)len,
			    &ext->io_err)
		       ? EXT2_ET_SHORT_READ
		       : 0;
}

static errcode_t io_read(io_channel ch, unsigned long block, int count,
			 void *data)
{
	return io_read64(ch, block, count, data);
}

static errcode_t io_write64(io_channel ch, unsigned long long block, int count,
			    const void *data)
{
	(void)ch;
	(void)block;
	(void)count;
	(void)data;
	return EXT2_ET_RO_FILSYS;
}

static errcode_t io_write(io_channel ch, unsigned long block, int count,
			  const void *data)
{
	return io_write64(ch, block, count, data);
}

static errcode_t io_flush(io_channel ch)
{
	(void)ch;
	return 0;
}

io_manager ipl_ext_io_manager(struct ipl_ext *ext)
{
	ext->manager = (struct struct_io_manager){
		.magic = EXT2_ET_MAGIC_IO_MANAGER,
		.name = "s390-ipl source",
		.open = io_open,
		.close = io_close,
		.set_blksize = io_set_blksize,
		.read_blk = io_read,
		.write_blk = io_write,
		.flush = io_flush,
		.read_blk64 = io_read64,
		.write_blk64 = io_write64,
	};
	return &ext->manager;
}
