/* SPDX-License-Identifier: MIT */
/* The layouts of FBA disks: a boot record with a channel program in block 0
 * (docs/formats/fba.md). May use: base, format, disk. */
#include "boot/fba.h"

#include "boot/dasd.h"
#include "format/label.h"

/* zipl 1.20 and later; also the boot_info of ECKD LDL */
#define INFO_OFF    0x70u
#define TABLE_OFF   (INFO_OFF + ZIPL_BOOT_INFO_TABLE_OFF)
#define LOCATES_OFF 0x40u

/* before */
#define OLD_TABLE_OFF	0x18u
#define OLD_LOCATES_OFF 0xa8u
#define OLD_LOCATES	8u

#define SIZE_OFF_LIN16 8u
#define SIZE_OFF_LIN8  4u

static struct ipl_dasd fba_dasd(void)
{
	return (struct ipl_dasd){
		.record = "boot record",
		.read_format = &zipl_locate,
		.label_block = IPL_LABEL_BLOCK_FBA,
	};
}

static int fba_probe(const struct ipl_map *map, struct ipl_err *err)
{
	return ipl_dasd_has_info(map->src, INFO_OFF, ZIPL_DEV_FBA, err);
}

static int fba_read(struct ipl_map *map, struct ipl_err *err)
{
	struct ipl_dasd dasd = fba_dasd();
	uint8_t block[ZIPL_BLOCK_MIN];
	struct ipl_span in = { block, sizeof(block), 0 };
	unsigned size;
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
				       ipl_sub(in, LOCATES_OFF, sizeof(block)),
				       ZIPL_STAGE1B_BLOCKS, &dasd.reads, err);
	if (rc)
		return rc;
	/* a dump disk has no pointer; FBA has no other size */
	size = dasd.info.boot_type == ZIPL_BOOT_DUMP ? ZIPL_BLOCK_MIN
						     : dasd.table.size;
	rc = ipl_dasd_set_size(map, size, TABLE_OFF + SIZE_OFF_LIN16, err);
	if (rc) {
		ipl_err_at(err, "boot record", 0);
		ipl_err_wrap(err, "boot record at block 0 (byte 0x0)");
		return rc;
	}
	dasd.table_at = TABLE_OFF;
	dasd.has_stage1b = true;
	return ipl_dasd_read(map, &dasd, err);
}

/* PSW, and the command that reads the rest of the record */
static const uint8_t old_start[] = {
	0x00, 0x08, 0x00, 0x00, 0x80, 0x00, 0x20, 0x08,
	0x02, 0x00, 0x02, 0x00, 0x60, 0x00, 0x00, 0xe8,
};

static int fba_old_probe(const struct ipl_map *map, struct ipl_err *err)
{
	return ipl_dasd_begins(map->src, 0, old_start, sizeof(old_start), err);
}

static int fba_old_read(struct ipl_map *map, struct ipl_err *err)
{
	struct ipl_dasd dasd = fba_dasd();
	uint8_t block[ZIPL_BLOCK_MIN];
	struct ipl_span in = { block, sizeof(block), 0 };
	int rc;

	rc = ipl_src_read(map->src, 0, block, sizeof(block), err);
	if (!rc)
		rc = zipl_ptr_decode(map->ptr,
				     ipl_sub(in, OLD_TABLE_OFF, map->ptr->len),
				     &dasd.table, err);
	if (!rc)
		rc = zipl_reads_decode(
			dasd.read_format,
			ipl_sub(in, OLD_LOCATES_OFF, sizeof(block)),
			OLD_LOCATES, &dasd.reads, err);
	if (rc)
		return rc;
	rc = ipl_dasd_set_size(map, dasd.table.size,
			       OLD_TABLE_OFF + SIZE_OFF_LIN8, err);
	if (rc) {
		ipl_err_at(err, "boot record", 0);
		ipl_err_wrap(err, "boot record at block 0 (byte 0x0)");
		return rc;
	}
	dasd.table_at = OLD_TABLE_OFF;
	return ipl_dasd_read(map, &dasd, err);
}

const struct ipl_layout ipl_layout_fba = {
	.name = "fba",
	.title = "FBA boot map",
	.ptr = &zipl_lin16,
	.probe = fba_probe,
	.read = fba_read,
};

const struct ipl_layout ipl_layout_fba_old = {
	.name = "fba-old",
	.title = "FBA boot map of zipl before 1.20",
	.ptr = &zipl_lin8,
	.probe = fba_old_probe,
	.read = fba_old_read,
};
