/* SPDX-License-Identifier: MIT */
/* The layout for list-directed IPL, which zipl 2.25 and later write in addition
 * on CDL disks (docs/formats/eckd.md). May use: base, format, disk. */
#include "boot/cdl.h"
#include "boot/dasd.h"
#include "format/label.h"

#include <inttypes.h>

/* The label of the disk, if it is one with a label and a boot record. */
static int find_label(const struct ipl_map *map, unsigned *ret_size,
		      struct ipl_label *ret, struct ipl_err *err)
{
	struct ipl_src *src = map->src;
	uint8_t bytes[IPL_LABEL_LEN];
	struct ipl_span in = { bytes, sizeof(bytes), 0 };
	int rc = ipl_cdl_find(src, ret_size, err);

	if (rc <= 0)
		return rc;
	in.base = (uint64_t)IPL_LABEL_BLOCK_ECKD * *ret_size;
	if (src->size < in.base + in.len)
		return 0;
	rc = ipl_src_read(src, in.base, bytes, sizeof(bytes), err);
	if (rc)
		return rc;
	if (ipl_label_decode(in, true, ret, NULL))
		return 0;
	if (map->options.br_chr.sec) {
		ret->br = map->options.br_chr;
		return 1;
	}
	return ret->has_br;
}

static int ld_probe(const struct ipl_map *map, struct ipl_err *err)
{
	struct ipl_label label;
	unsigned size;

	return find_label(map, &size, &label, err);
}

/* From the label to the boot record. */
static int find_record(struct ipl_map *map, const struct ipl_walk *walk,
		       const struct ipl_label *label, struct ipl_err *err)
{
	struct zipl_ptr br = { .kind = ZIPL_PTR_RUN,
			       .chs = label->br,
			       .count = 1 };
	uint64_t off = (uint64_t)IPL_LABEL_BLOCK_ECKD * map->block_size;
	struct ipl_extent x;
	int rc;

	rc = ipl_walk_place(walk, &br, &x, err);
	if (!rc) {
		map->record_off = x.off;
		return 0;
	}
	ipl_err_wrap(err,
		     "address of the list-directed boot record (byte "
		     "0x%" PRIx64 ")",
		     off + IPL_LABEL_BR_OFF);
	ipl_walk_wrap(walk, err, "VOL1 label", off);
	return rc;
}

static int find_table(struct ipl_map *map, const struct ipl_walk *walk,
		      struct ipl_err *err)
{
	uint8_t block[ZIPL_BLOCK_MIN];
	struct ipl_span in = { block, sizeof(block), map->record_off };
	struct zipl_boot_record rec;
	struct ipl_extent table;
	int rc;

	rc = ipl_src_read(map->src, in.base, block, sizeof(block), err);
	if (!rc)
		rc = zipl_boot_record_decode(map->ptr, in, &rec, err);
	if (!rc && rec.version != ZIPL_BOOT_RECORD_VERSION)
		rc = ipl_fail(err, IPL_EUNSUP, "version %u, expected 1",
			      rec.version);
	if (!rc)
		rc = ipl_walk_table(walk, &rec.table, &table, err);
	if (!rc && !table.len)
		rc = ipl_fail(err, IPL_EBAD,
			      "no program table (null pointer at byte "
			      "0x%" PRIx64 ")",
			      in.base + ZIPL_BOOT_RECORD_TABLE_OFF);
	if (rc)
		ipl_walk_wrap(walk, err, "list-directed boot record", in.base);
	else
		map->table_off = table.off;
	return rc;
}

static int ld_read(struct ipl_map *map, struct ipl_err *err)
{
	struct ipl_label label;
	struct ipl_walk walk;
	unsigned size;
	int rc = find_label(map, &size, &label, err);

	if (rc < 0)
		return rc;
	if (!rc)
		return ipl_fail(err, IPL_EBUG, "no list-directed boot record");
	rc = ipl_dasd_set_size(map, size, 0, err);
	walk = ipl_walk_of(map);
	if (!rc)
		rc = find_record(map, &walk, &label, err);
	if (!rc)
		rc = find_table(map, &walk, err);
	if (!rc)
		rc = ipl_tables_read(map, err);
	if (!rc)
		rc = ipl_cdl_read_menu(map, err);
	if (!rc)
		rc = ipl_dasd_read_label(map, IPL_LABEL_BLOCK_ECKD, err);
	return rc;
}

const struct ipl_layout ipl_layout_cdl_ld = {
	.name = "cdl-ld",
	.title = "ECKD CDL boot map for list-directed IPL",
	.ptr = &zipl_ldchs16,
	.probe = ld_probe,
	.read = ld_read,
	.others = { &ipl_layout_cdl, &ipl_layout_cdl_old },
};
