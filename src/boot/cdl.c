/* SPDX-License-Identifier: MIT */
/* The layouts of ECKD disks with the z/OS compatible layout, for CCW-type IPL
 * (docs/formats/eckd.md). May use: base, format, disk. */
#include "boot/cdl.h"

#include "boot/dasd.h"
#include "format/label.h"
#include "format/zipl_dump.h"

#include <string.h>

/* Offsets in block 1, where the IPL2 record begins with its key. */
#define STAGE1_OFF 0x04u
/* zipl 1.20 and later */
#define SEEKS_OFF  0x4cu
#define INFO_OFF   0x5cu
#define TABLE_OFF  (INFO_OFF + ZIPL_BOOT_INFO_TABLE_OFF)

/* Before, stage 2 has a fixed place and is this long. */
#define OLD_STAGE2_BLOCK 3u
#define OLD_STAGE2_LEN	 4096u

#define DUMPER_MAGIC_LEN 8u

/* Keys of records, in EBCDIC. */
static const uint8_t key_ipl1[] = { 0xc9, 0xd7, 0xd3, 0xf1 };
static const uint8_t key_ipl2[] = { 0xc9, 0xd7, 0xd3, 0xf2 };
static const uint8_t key_vol1[] = { 0xe5, 0xd6, 0xd3, 0xf1 };

/* The largest block size for which @key is at the start of block @block. */
static int find_key(struct ipl_src *src, unsigned block, const uint8_t key[4],
		    unsigned *ret_size, struct ipl_err *err)
{
	for (unsigned size = ZIPL_BLOCK_MAX; size >= ZIPL_BLOCK_MIN;
	     size /= 2) {
		int rc = ipl_dasd_begins(src, (uint64_t)block * size, key, 4,
					 err);

		if (rc > 0)
			*ret_size = size;
		if (rc)
			return rc;
	}
	return 0;
}

int ipl_cdl_find(struct ipl_src *src, unsigned *ret_size, struct ipl_err *err)
{
	int rc = find_key(src, IPL_LABEL_BLOCK_ECKD, key_vol1, ret_size, err);

	if (rc)
		return rc;
	/* the label may be lost, the keys in front of it may be zero */
	rc = ipl_dasd_begins(src, 0, key_ipl1, sizeof(key_ipl1), err);
	if (rc > 0)
		rc = find_key(src, 1, key_ipl2, ret_size, err);
	return rc;
}

static int cdl_probe(const struct ipl_map *map, struct ipl_err *err)
{
	unsigned size;
	int rc = ipl_cdl_find(map->src, &size, err);

	if (rc > 0)
		rc = ipl_dasd_has_info(map->src, size + INFO_OFF, -1, err);
	return rc;
}

/* Take the records apart; @map has its block size. */
static int read_new(const struct ipl_map *map, struct ipl_dasd *ret,
		    struct ipl_err *err)
{
	struct ipl_dasd dasd = { .record = "IPL2 record",
				 .record_off = map->block_size,
				 .table_at = map->block_size + TABLE_OFF,
				 .read_format = &zipl_seek,
				 .has_stage1b = true,
				 .label_block = IPL_LABEL_BLOCK_ECKD };
	uint8_t bytes[INFO_OFF + ZIPL_BOOT_INFO_LEN];
	struct ipl_span in = { bytes, sizeof(bytes), dasd.record_off };
	int rc;

	rc = ipl_src_read(map->src, in.base, bytes, sizeof(bytes), err);
	if (!rc)
		rc = zipl_boot_info_decode(
			ipl_sub(in, INFO_OFF, ZIPL_BOOT_INFO_LEN), &dasd.info,
			err);
	if (!rc)
		rc = zipl_ptr_decode(&zipl_chs16,
				     ipl_sub(in, TABLE_OFF, zipl_chs16.len),
				     &dasd.table, err);
	if (!rc)
		rc = zipl_reads_decode(dasd.read_format,
				       ipl_sub(in, SEEKS_OFF, sizeof(bytes)),
				       ZIPL_STAGE1B_BLOCKS, &dasd.reads, err);
	if (!rc)
		*ret = dasd;
	return rc;
}

static int set_size(struct ipl_map *map, struct ipl_err *err)
{
	unsigned size;
	int rc = ipl_cdl_find(map->src, &size, err);

	if (rc < 0)
		return rc;
	if (!rc)
		return ipl_fail(err, IPL_EBUG, "not a CDL disk");
	return ipl_dasd_set_size(map, size, 0, err);
}

static int cdl_read(struct ipl_map *map, struct ipl_err *err)
{
	struct ipl_dasd dasd;
	int rc = set_size(map, err);

	if (!rc)
		rc = read_new(map, &dasd, err);
	return rc ? rc : ipl_dasd_read(map, &dasd, err);
}

/* PSW, and the command that reads the IPL2 record; behind the key */
static const uint8_t old_start[] = {
	0x00, 0x08, 0x00, 0x00, 0x80, 0x00, 0x20, 0x08,
	0x06, 0x00, 0x02, 0x18, 0x60, 0x00, 0x00, 0x90,
};

/* Old dump tools are started by other records, but lie in the same place. */
static int has_dumper(struct ipl_src *src, unsigned size, struct ipl_err *err)
{
	uint64_t off = (uint64_t)OLD_STAGE2_BLOCK * size;
	uint8_t bytes[DUMPER_MAGIC_LEN];
	int rc;

	if (src->size < off + sizeof(bytes))
		return 0;
	rc = ipl_src_read(src, off, bytes, sizeof(bytes), err);
	if (rc)
		return rc;
	return zipl_dumper_find(
		       (struct ipl_span){ bytes, sizeof(bytes), off }) != NULL;
}

static int cdl_old_probe(const struct ipl_map *map, struct ipl_err *err)
{
	unsigned size;
	int rc = ipl_cdl_find(map->src, &size, err);

	if (rc <= 0)
		return rc;
	rc = ipl_dasd_begins(map->src, STAGE1_OFF, old_start, sizeof(old_start),
			     err);
	return rc ? rc : has_dumper(map->src, size, err);
}

static int read_old(const struct ipl_map *map, struct ipl_dasd *ret,
		    struct ipl_err *err)
{
	struct ipl_dasd dasd = { .record = "IPL2 record",
				 .record_off = map->block_size,
				 .table_at = map->block_size + STAGE1_OFF,
				 .read_format = &zipl_seek,
				 .label_block = IPL_LABEL_BLOCK_ECKD };
	uint8_t bytes[ZIPL_PTR_LEN_MIN];
	struct ipl_span in = { bytes, sizeof(bytes), dasd.table_at };
	int rc;

	rc = ipl_src_read(map->src, in.base, bytes, sizeof(bytes), err);
	if (!rc)
		rc = zipl_ptr_decode(&zipl_chs8, in, &dasd.table, err);
	if (rc)
		return rc;
	dasd.reads.n = OLD_STAGE2_LEN / map->block_size;
	for (unsigned i = 0; i < dasd.reads.n; i++)
		dasd.reads.at[i] = (struct zipl_ptr){
			.kind = ZIPL_PTR_RUN,
			.chs = zipl_block_chs(&map->geo, OLD_STAGE2_BLOCK + i),
			.count = 1,
		};
	*ret = dasd;
	return 0;
}

static int cdl_old_read(struct ipl_map *map, struct ipl_err *err)
{
	struct ipl_dasd dasd;
	int rc = set_size(map, err);

	if (!rc)
		rc = read_old(map, &dasd, err);
	return rc ? rc : ipl_dasd_read(map, &dasd, err);
}

int ipl_cdl_read_menu(struct ipl_map *map, struct ipl_err *err)
{
	struct ipl_dasd dasd;
	int rc = cdl_probe(map, err);
	bool is_new = rc > 0;

	if (!rc)
		rc = cdl_old_probe(map, err);
	if (rc <= 0)
		return rc;
	rc = is_new ? read_new(map, &dasd, err) : read_old(map, &dasd, err);
	return rc ? rc : ipl_dasd_read_menu(map, &dasd, err);
}

const struct ipl_layout ipl_layout_cdl = {
	.name = "cdl",
	.title = "ECKD CDL boot map",
	.ptr = &zipl_chs16,
	.probe = cdl_probe,
	.read = cdl_read,
	.others = { &ipl_layout_cdl_ld },
};

const struct ipl_layout ipl_layout_cdl_old = {
	.name = "cdl-old",
	.title = "ECKD CDL boot map of zipl before 1.20",
	.ptr = &zipl_chs8,
	.probe = cdl_old_probe,
	.read = cdl_old_read,
	.others = { &ipl_layout_cdl_ld },
};
