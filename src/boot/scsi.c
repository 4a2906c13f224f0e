/* SPDX-License-Identifier: MIT */
/* The SCSI layout: a boot record in block 0 (docs/formats/zipl.md), on
 * disks with or without a partition table. May use: base, format, disk. */
#include "boot/scsi.h"

#include "boot/note.h"
#include "boot/tables.h"
#include "format/zipl_dump.h"

#include <inttypes.h>
#include <string.h>

static int has_magic(struct ipl_src *src, uint64_t off, struct ipl_err *err)
{
	char magic[ZIPL_MAGIC_LEN];
	int rc;

	rc = ipl_src_read(src, off, magic, sizeof(magic), err);
	if (rc)
		return rc;
	return !memcmp(magic, ZIPL_MAGIC, sizeof(magic));
}

/* When the caller says where the boot record is, then it is one. */
static int scsi_probe(const struct ipl_map *map, struct ipl_err *err)
{
	return map->options.br_lba ? 1 : has_magic(map->src, 0, err);
}

static bool is_block_size(unsigned size)
{
	return size >= ZIPL_BLOCK_MIN && size <= ZIPL_BLOCK_MAX &&
	       (size & (size - 1)) == 0;
}

static int check_record(const struct zipl_boot_record *rec, uint64_t off,
			struct ipl_err *err)
{
	if (rec->version != ZIPL_BOOT_RECORD_VERSION)
		return ipl_fail(err, IPL_EUNSUP,
				"version %u (byte 0x%" PRIx64 "), expected 1",
				rec->version, off + ZIPL_MAGIC_LEN);
	if (rec->table.kind == ZIPL_PTR_NULL)
		return ipl_fail(err, IPL_EBAD,
				"no program table (null pointer at byte "
				"0x%" PRIx64 ")",
				off + ZIPL_BOOT_RECORD_TABLE_OFF);
	if (!is_block_size(rec->table.size))
		return ipl_fail(err, IPL_EBAD,
				"wrong block size: found %u (byte 0x%" PRIx64
				"), expected 512, 1024, 2048 or 4096",
				rec->table.size,
				off + ZIPL_BOOT_RECORD_TABLE_OFF + 8);
	return 0;
}

/* Which of the places that block @lba may be at has a boot record. */
static int find_lba(struct ipl_src *src, uint64_t lba, uint64_t *ret,
		    struct ipl_err *err)
{
	for (unsigned size = ZIPL_BLOCK_MIN; size <= ZIPL_BLOCK_MAX;
	     size *= 2) {
		uint64_t off;
		int rc;

		if (__builtin_mul_overflow(lba, size, &off) ||
		    off > src->size || src->size - off < ZIPL_BLOCK_MIN)
			break;
		rc = has_magic(src, off, err);
		if (rc < 0)
			return rc;
		*ret = off;
		if (rc)
			return 0;
	}
	ipl_fail(err, IPL_ENOTFOUND,
		 "no boot record in block %" PRIu64
		 ", whether blocks have 512, 1024, 2048 or 4096 bytes: "
		 "expected \"zIPL\" (7a 49 50 4c) at its start",
		 lba);
	ipl_err_advise(err, "zipl puts the boot record into block 0");
	return IPL_ENOTFOUND;
}

/* zipl --dump says so in the record; its program is there as always. */
static int note_dump(struct ipl_map *map, const struct zipl_boot_info *info,
		     struct ipl_err *err)
{
	struct zipl_dump_params p;

	if (!info->present || info->boot_type != ZIPL_BOOT_DUMP ||
	    info->dev_type != ZIPL_DEV_SCSI ||
	    zipl_dump_params_decode(info, &p, NULL))
		return 0;
	return ipl_note_add(map, IPL_NOTE_DUMP, err,
			    "the disk is made for stand-alone dumps (zipl "
			    "--dump on a SCSI partition); what describes the "
			    "dump is at byte 0x%" PRIx64,
			    p.super_off);
}

/* The boot record says how long blocks are, and where the program table is. */
static int read_record(struct ipl_map *map, struct ipl_err *err)
{
	uint8_t block[ZIPL_BLOCK_MIN];
	struct ipl_span in = { block, sizeof(block), map->record_off };
	struct zipl_boot_record rec;
	struct ipl_extent table;
	struct ipl_walk walk;
	int rc;

	rc = ipl_src_read(map->src, in.base, block, sizeof(block), err);
	if (!rc)
		rc = zipl_boot_record_decode(map->ptr, in, &rec, err);
	if (!rc)
		rc = check_record(&rec, in.base, err);
	if (rc)
		return rc;
	map->block_size = rec.table.size;
	walk = ipl_walk_of(map);
	rc = ipl_walk_table(&walk, &rec.table, &table, err);
	if (rc) {
		ipl_err_wrap(err, "program table pointer (byte 0x%" PRIx64 ")",
			     in.base + ZIPL_BOOT_RECORD_TABLE_OFF);
		return rc;
	}
	map->table_off = table.off;
	return note_dump(map, &rec.info, err);
}

static int scsi_read(struct ipl_map *map, struct ipl_err *err)
{
	uint64_t lba = map->options.br_lba;
	int rc = 0;

	if (lba)
		rc = find_lba(map->src, lba, &map->record_off, err);
	if (rc)
		return rc;
	rc = read_record(map, err);
	if (rc) {
		ipl_err_at(err, "boot record", map->record_off);
		ipl_err_wrap(err,
			     "boot record at block %" PRIu64 " (byte 0x%" PRIx64
			     ")",
			     lba, map->record_off);
		return rc;
	}
	return ipl_tables_read(map, err);
}

const struct ipl_layout ipl_layout_scsi = {
	.name = "scsi",
	.title = "SCSI boot map",
	.ptr = &zipl_lin16,
	.probe = scsi_probe,
	.read = scsi_read,
};
