/* SPDX-License-Identifier: MIT */
/* What the layouts of DASDs share: CCW-type IPL, labels, stage 2.
 * May use: base, format, disk. */
#include "boot/dasd.h"

#include "base/cleanup.h"
#include "boot/dump.h"
#include "boot/note.h"
#include "format/label.h"

#include <inttypes.h>
#include <string.h>

int ipl_dasd_begins(struct ipl_src *src, uint64_t off, const void *wanted,
		    size_t len, struct ipl_err *err)
{
	uint8_t found[16];
	int rc;

	if (len > sizeof(found))
		return ipl_fail(err, IPL_EBUG, "%zu bytes to compare", len);
	if (src->size < len || off > src->size - len)
		return 0;
	rc = ipl_src_read(src, off, found, len, err);
	if (rc)
		return rc;
	return !memcmp(found, wanted, len);
}

int ipl_dasd_has_info(struct ipl_src *src, uint64_t off, int dev_type,
		      struct ipl_err *err)
{
	uint8_t bytes[ZIPL_BOOT_INFO_LEN];
	struct ipl_span in = { bytes, sizeof(bytes), off };
	struct zipl_boot_info info;
	int rc;

	if (src->size < sizeof(bytes) || off > src->size - sizeof(bytes))
		return 0;
	rc = ipl_src_read(src, off, bytes, sizeof(bytes), err);
	if (!rc)
		rc = zipl_boot_info_decode(in, &info, err);
	if (rc)
		return rc;
	return info.present && (dev_type < 0 || info.dev_type == dev_type);
}

int ipl_dasd_set_size(struct ipl_map *map, unsigned size, uint64_t at,
		      struct ipl_err *err)
{
	if (size < ZIPL_BLOCK_MIN || size > ZIPL_BLOCK_MAX ||
	    (size & (size - 1)) != 0)
		return ipl_fail(err, IPL_EBAD,
				"wrong block size: found %u (byte 0x%" PRIx64
				"), expected 512, 1024, 2048 or 4096",
				size, at);
	map->block_size = size;
	if (map->ptr->has_chs)
		map->geo = zipl_geometry(size);
	return 0;
}

static int check_info(const struct ipl_map *map, const struct ipl_dasd *dasd,
		      struct ipl_err *err)
{
	uint8_t dev = map->ptr->has_chs ? ZIPL_DEV_ECKD : ZIPL_DEV_FBA;
	const struct zipl_boot_info *info = &dasd->info;

	if (!info->present)
		return 0;
	if (info->version != ZIPL_BOOT_RECORD_VERSION)
		return ipl_fail(err, IPL_EUNSUP, "version %u, expected 1",
				info->version);
	if (info->boot_type > ZIPL_BOOT_DUMP)
		return ipl_fail(err, IPL_EBAD,
				"type %u, expected 0 (IPL) or 1 (dump)",
				info->boot_type);
	if (info->dev_type != dev)
		return ipl_fail(err, IPL_EBAD,
				"device type %u, expected %u (%s)",
				info->dev_type, dev,
				dev == ZIPL_DEV_FBA ? "FBA" : "ECKD");
	return 0;
}

static int read_stage2(const struct ipl_walk *walk, const struct ipl_dasd *dasd,
		       struct ipl_stage2 *ret, struct ipl_err *err)
{
	if (!dasd->reads.n)
		return ipl_fail(err, IPL_EBAD,
				"the channel program of the %s (byte "
				"0x%" PRIx64 ") has no %s",
				dasd->record, dasd->record_off,
				dasd->read_format->name);
	if (dasd->has_stage1b)
		return ipl_stage2_read_via(walk, dasd->read_format,
					   &dasd->reads, ret, err);
	return ipl_stage2_read(walk, &dasd->reads, ret, err);
}

/* We need no stage 2 to start a program: without it there are no names. */
static int take_menu(struct ipl_map *map, const struct ipl_stage2 *stage2,
		     const struct ipl_err *why, struct ipl_err *err)
{
	if (stage2->bytes)
		return ipl_menu_read(map, stage2, err);
	if (why->code == IPL_ENOMEM) {
		if (err)
			*err = *why;
		return IPL_ENOMEM;
	}
	return ipl_note_add(map, IPL_NOTE_NO_MENU, err,
			    "the programs have no names: %s", why->msg);
}

static int read_table_pointer(struct ipl_map *map, const struct ipl_dasd *dasd,
			      const struct ipl_walk *walk, struct ipl_err *err)
{
	struct ipl_extent table;
	int rc;

	rc = ipl_walk_table(walk, &dasd->table, &table, err);
	if (!rc && !table.len)
		rc = ipl_fail(err, IPL_EBAD, "no program table (null pointer)");
	if (rc)
		ipl_err_wrap(err, "program table pointer (byte 0x%" PRIx64 ")",
			     dasd->table_at);
	else
		map->table_off = table.off;
	return rc;
}

int ipl_dasd_read(struct ipl_map *map, const struct ipl_dasd *dasd,
		  struct ipl_err *err)
{
	struct ipl_walk walk = ipl_walk_of(map);
	struct ipl_stage2 stage2 = { .len = 0 };
	auto_free uint8_t *bytes = NULL;
	struct ipl_err why = { .code = 0 };
	int rc;

	map->record_off = dasd->record_off;
	/* why it fails is only said if nothing worse comes out */
	if (read_stage2(&walk, dasd, &stage2, &why))
		stage2 = (struct ipl_stage2){ .len = 0 };
	bytes = stage2.bytes;
	rc = ipl_dump_refuse(&stage2, &dasd->info, err);
	if (rc)
		return rc;
	rc = check_info(map, dasd, err);
	if (!rc)
		rc = read_table_pointer(map, dasd, &walk, err);
	if (rc) {
		ipl_walk_wrap(&walk, err, dasd->record, dasd->record_off);
		return rc;
	}
	rc = ipl_tables_read(map, err);
	if (!rc)
		rc = take_menu(map, &stage2, &why, err);
	if (!rc)
		rc = ipl_dasd_read_label(map, dasd->label_block, err);
	return rc;
}

int ipl_dasd_read_menu(struct ipl_map *map, const struct ipl_dasd *dasd,
		       struct ipl_err *err)
{
	struct ipl_walk walk = ipl_walk_of(map);
	struct ipl_stage2 stage2 = { .len = 0 };
	auto_free uint8_t *bytes = NULL;
	struct ipl_err why = { .code = 0 };

	/* the addresses are those of the other map's pointers */
	walk.ptr = &zipl_chs16;
	if (read_stage2(&walk, dasd, &stage2, &why))
		stage2 = (struct ipl_stage2){ .len = 0 };
	bytes = stage2.bytes;
	return take_menu(map, &stage2, &why, err);
}

int ipl_dasd_read_label(struct ipl_map *map, unsigned block,
			struct ipl_err *err)
{
	uint64_t off = (uint64_t)block * map->block_size;
	uint8_t bytes[IPL_LABEL_LEN];
	struct ipl_span in = { bytes, sizeof(bytes), off };
	struct ipl_label label;
	int rc;

	if (map->src->size < off + sizeof(bytes))
		return 0;
	rc = ipl_src_read(map->src, off, bytes, sizeof(bytes), err);
	if (rc)
		return rc;
	if (ipl_label_decode(in, map->ptr->has_chs, &label, NULL))
		return 0;
	memcpy(map->volume.label, label.id, sizeof(label.id));
	memcpy(map->volume.serial, label.serial, sizeof(label.serial));
	return 0;
}
