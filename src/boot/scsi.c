/* SPDX-License-Identifier: MIT */
/* The SCSI layout: a boot record in block 0 (docs/formats-scsi.md), on
 * disks with or without a partition table. May use: base, format, disk. */
#include "boot/scsi.h"

#include "boot/tables.h"

#include <string.h>

static int scsi_probe(struct ipl_src *src, struct ipl_err *err)
{
	char magic[ZIPL_MAGIC_LEN];
	int rc;

	rc = ipl_src_read(src, 0, magic, sizeof(magic), err);
	if (rc)
		return rc;
	return !memcmp(magic, ZIPL_MAGIC, sizeof(magic));
}

static bool is_block_size(unsigned size)
{
	return size >= ZIPL_BLOCK_MIN && size <= ZIPL_BLOCK_MAX &&
	       (size & (size - 1)) == 0;
}

static int check_record(const struct zipl_boot_record *rec, struct ipl_err *err)
{
	if (rec->version != ZIPL_BOOT_RECORD_VERSION)
		return ipl_fail(err, IPL_EUNSUP,
				"version %u (byte 0x4), expected 1",
				rec->version);
	if (rec->table.block == 0)
		return ipl_fail(err, IPL_EBAD,
				"no program table (null pointer at byte 0x%x)",
				ZIPL_BOOT_RECORD_TABLE_OFF);
	if (!is_block_size(rec->table.size))
		return ipl_fail(err, IPL_EBAD,
				"wrong block size: found %u (byte 0x%x), "
				"expected 512, 1024, 2048 or 4096",
				rec->table.size,
				ZIPL_BOOT_RECORD_TABLE_OFF + 8);
	return 0;
}

/* Block 0 says how long blocks are, and where the program table is. */
static int read_record(struct ipl_map *map, struct ipl_err *err)
{
	uint8_t block[ZIPL_BLOCK_MIN];
	struct ipl_span in = { block, sizeof(block), 0 };
	struct ipl_walk walk = { .src = map->src };
	struct zipl_boot_record rec;
	struct ipl_extent table;
	int rc;

	rc = ipl_src_read(map->src, 0, block, sizeof(block), err);
	if (!rc)
		rc = zipl_boot_record_decode(in, &rec, err);
	if (!rc)
		rc = check_record(&rec, err);
	if (rc)
		return rc;
	walk.block_size = rec.table.size;
	rc = ipl_walk_resolve(&walk, &rec.table, &table, err);
	if (rc) {
		ipl_err_wrap(err, "program table pointer (byte 0x%x)",
			     ZIPL_BOOT_RECORD_TABLE_OFF);
		return rc;
	}
	map->block_size = rec.table.size;
	map->table_off = table.off;
	return 0;
}

static int scsi_read(struct ipl_map *map, struct ipl_err *err)
{
	int rc = read_record(map, err);

	if (rc) {
		ipl_err_wrap(err, "boot record at block 0 (byte 0x0)");
		return rc;
	}
	return ipl_tables_read(map, err);
}

const struct ipl_layout ipl_layout_scsi = {
	.name = "scsi",
	.title = "SCSI boot map",
	.probe = scsi_probe,
	.read = scsi_read,
};
