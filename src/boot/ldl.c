/* SPDX-License-Identifier: MIT */
/* The layouts of ECKD disks with the Linux layout, of CMS minidisks and of ECKD
 * disks without a label: to zipl they are the same (docs/formats/eckd.md).
 * May use: base, format, disk. */
#include "boot/ldl.h"

#include "boot/dasd.h"
#include "format/label.h"
#include "format/zipl_dump.h"

#include <inttypes.h>

/* zipl 1.20 and later, in block 0 */
#define INFO_OFF  0x70u
#define TABLE_OFF (INFO_OFF + ZIPL_BOOT_INFO_TABLE_OFF)
#define SEEKS_OFF 0x60u

/* before, in block 1 */
#define OLD_SEEKS_OFF 0x110u
#define OLD_SEEKS     8u

#define SIZE_OFF 5u /* in CHS8 and CHS16 */

static struct ipl_dasd ldl_dasd(const char *record)
{
	return (struct ipl_dasd){
		.record = record,
		.read_format = &zipl_seek,
		.label_block = IPL_LABEL_BLOCK_ECKD,
	};
}

static int ldl_probe(const struct ipl_map *map, struct ipl_err *err)
{
	return ipl_dasd_has_info(map->src, INFO_OFF, ZIPL_DEV_ECKD, err);
}

/* The pointer to the program table tells the block size; a dump disk has
 * parameters in its place. */
static unsigned find_size(const struct ipl_dasd *dasd)
{
	struct zipl_dump_params p;

	if (dasd->info.boot_type != ZIPL_BOOT_DUMP)
		return dasd->table.size;
	return zipl_dump_params_decode(&dasd->info, &p, NULL) ? 0
							      : p.block_size;
}

static int ldl_read(struct ipl_map *map, struct ipl_err *err)
{
	struct ipl_dasd dasd = ldl_dasd("boot record");
	uint8_t block[ZIPL_BLOCK_MIN];
	struct ipl_span in = { block, sizeof(block), 0 };
	int rc;

	rc = ipl_src_read(map->src, 0, block, sizeof(block), err);
	if (!rc)
		rc = zipl_boot_info_decode(
			ipl_sub(in, INFO_OFF, ZIPL_BOOT_INFO_LEN), &dasd.info,
			err);
	if (!rc)
		rc = zipl_ptr_decode(map->ptr,
				     ipl_sub(in, TABLE_OFF, map->ptr->len),
				     &dasd.table, err);
	if (!rc)
		rc = zipl_reads_decode(dasd.read_format,
				       ipl_sub(in, SEEKS_OFF, sizeof(block)),
				       ZIPL_STAGE1B_BLOCKS, &dasd.reads, err);
	if (rc)
		return rc;
	rc = ipl_dasd_set_size(map, find_size(&dasd), TABLE_OFF + SIZE_OFF,
			       err);
	if (rc) {
		ipl_err_at(err, "boot record", 0);
		ipl_err_wrap(err, "boot record at block 0 (byte 0x0)");
		return rc;
	}
	dasd.table_at = TABLE_OFF;
	dasd.has_stage1b = true;
	return ipl_dasd_read(map, &dasd, err);
}

/* PSW, and the command that reads stage 1 from block 1 */
static const uint8_t old_start[] = {
	0x00, 0x08, 0x00, 0x00, 0x80, 0x00, 0x20, 0x08,
	0x06, 0x00, 0x02, 0x18, 0x60, 0x00, 0x01, 0x50,
};

static int ldl_old_probe(const struct ipl_map *map, struct ipl_err *err)
{
	return ipl_dasd_begins(map->src, 0, old_start, sizeof(old_start), err);
}

/* Block 1 begins with the pointer to the program table, which has the block
 * size. It is where that size says. */
static int find_old_size(struct ipl_map *map, struct zipl_ptr *ret,
			 struct ipl_err *err)
{
	for (unsigned size = ZIPL_BLOCK_MAX; size >= ZIPL_BLOCK_MIN;
	     size /= 2) {
		uint8_t bytes[ZIPL_PTR_LEN_MIN];
		struct ipl_span in = { bytes, sizeof(bytes), size };
		struct zipl_ptr ptr;
		int rc;

		if (map->src->size < size + sizeof(bytes))
			continue;
		rc = ipl_src_read(map->src, size, bytes, sizeof(bytes), err);
		if (!rc)
			rc = zipl_ptr_decode(map->ptr, in, &ptr, err);
		if (rc)
			return rc;
		if (ptr.kind != ZIPL_PTR_RUN || ptr.size != size)
			continue;
		*ret = ptr;
		return ipl_dasd_set_size(map, size, size + SIZE_OFF, err);
	}
	return ipl_fail(err, IPL_EBAD,
			"stage 1 at block 1: no pointer to a program table at "
			"byte 0x200, 0x400, 0x800 or 0x1000 that has this as "
			"its block size");
}

static int ldl_old_read(struct ipl_map *map, struct ipl_err *err)
{
	struct ipl_dasd dasd = ldl_dasd("stage 1");
	uint8_t block[ZIPL_BLOCK_MIN];
	struct ipl_span in = { block, sizeof(block), 0 };
	int rc;

	rc = find_old_size(map, &dasd.table, err);
	if (rc)
		return rc;
	in.base = map->block_size;
	rc = ipl_src_read(map->src, in.base, block, sizeof(block), err);
	if (!rc)
		rc = zipl_reads_decode(
			dasd.read_format,
			ipl_sub(in, OLD_SEEKS_OFF, sizeof(block)), OLD_SEEKS,
			&dasd.reads, err);
	if (rc)
		return rc;
	dasd.record_off = in.base;
	dasd.table_at = in.base;
	return ipl_dasd_read(map, &dasd, err);
}

const struct ipl_layout ipl_layout_ldl = {
	.name = "ldl",
	.title = "ECKD LDL boot map",
	.ptr = &zipl_chs16,
	.probe = ldl_probe,
	.read = ldl_read,
};

const struct ipl_layout ipl_layout_ldl_old = {
	.name = "ldl-old",
	.title = "ECKD LDL boot map of zipl before 1.20",
	.ptr = &zipl_chs8,
	.probe = ldl_old_probe,
	.read = ldl_old_read,
};
