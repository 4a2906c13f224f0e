/* SPDX-License-Identifier: MIT */
/* Where file systems may be on a disk with a boot map: its partitions.
 * May use: base, format, disk. */
#include "boot/windows.h"

#include "format/label.h"
#include "format/ptable.h"
#include "format/vtoc.h"

#include <string.h>

/* Blocks in front of the only partition (Linux, block/partitions/ibm.c): up to
 * and with the label. */
#define FBA_FIRST 2u
#define LDL_FIRST 3u

/* CMS minidisks: where the file starts that Linux has in place of the
 * partition (the label's disk offset, in blocks). */
#define CMS_OFFSET_OFF 52u

struct finding {
	const struct ipl_map *map;
	struct ipl_window *windows;
	size_t n;
};

static void add(struct finding *f, uint64_t first, uint64_t count)
{
	uint64_t bs = f->map->block_size;
	uint64_t blocks = f->map->src->size / bs;

	if (f->n == IPL_WINDOWS_MAX || first >= blocks || count == 0)
		return;
	if (count > blocks - first)
		count = blocks - first;
	f->windows[f->n++] =
		(struct ipl_window){ .off = first * bs, .len = count * bs };
}

static void add_gpt(struct finding *f)
{
	uint8_t bytes[GPT_ENTRY_LEN_MAX];
	struct ipl_span in = { bytes, ZIPL_BLOCK_MIN, f->map->block_size };
	struct gpt_header h;

	if (ipl_src_read(f->map->src, in.base, bytes, in.len, NULL) ||
	    gpt_header_decode(in, &h, NULL))
		return;
	in.len = h.entry_len;
	for (uint32_t i = 0; i < h.n_entries && f->n < IPL_WINDOWS_MAX; i++) {
		struct gpt_entry e;
		uint64_t off;

		if (__builtin_mul_overflow(h.entries,
					   (uint64_t)f->map->block_size, &off))
			return;
		if (ipl_src_read(f->map->src, off + (uint64_t)i * h.entry_len,
				 bytes, in.len, NULL) ||
		    gpt_entry_decode(in, &e, NULL))
			return;
		if (gpt_entry_is_used(&e) && e.last >= e.first)
			add(f, e.first, e.last - e.first + 1);
	}
}

static void add_scsi(struct finding *f)
{
	uint8_t bytes[MBR_LEN];
	struct ipl_span in = { bytes, sizeof(bytes), 0 };
	struct mbr mbr;

	if (ipl_src_read(f->map->src, 0, bytes, sizeof(bytes), NULL))
		return;
	if (mbr_decode(in, &mbr, NULL)) {
		add(f, 0, UINT64_MAX); /* no partitions */
		return;
	}
	add_gpt(f);
	for (unsigned i = 0; !f->n && i < MBR_PARTITIONS; i++) {
		if (mbr.part[i].type && !mbr_is_extended(mbr.part[i].type))
			add(f, mbr.part[i].first, mbr.part[i].count);
	}
}

static void add_ldl(struct finding *f)
{
	uint8_t bytes[IPL_LABEL_LEN];
	struct ipl_rd r = { .in = { bytes, sizeof(bytes), 0 } };
	uint64_t bs = f->map->block_size;

	if (!strcmp(f->map->volume.label, "CMS1") &&
	    !ipl_src_read(f->map->src, IPL_LABEL_BLOCK_ECKD * bs, bytes,
			  sizeof(bytes), NULL)) {
		ipl_skip(&r, CMS_OFFSET_OFF);
		add(f, ipl_be32(&r), UINT64_MAX);
	}
	add(f, LDL_FIRST, UINT64_MAX);
}

/* The partition from track to track, both inclusive. */
static void add_extent(struct finding *f, const struct zipl_geometry *geo,
		       struct vtoc_extent *x)
{
	uint64_t low, high;

	x->low.sec = x->high.sec = 1;
	if (!zipl_chs_block(geo, &x->low, &low, NULL) &&
	    !zipl_chs_block(geo, &x->high, &high, NULL) && low <= high)
		add(f, low, high - low + geo->sectors);
}

/* The labels of the VTOC are records of one track. */
static void add_cdl(struct finding *f)
{
	struct zipl_geometry geo = zipl_geometry(f->map->block_size);
	uint64_t bs = f->map->block_size, block;
	uint8_t bytes[VTOC_LABEL_LEN];
	struct ipl_span in = { bytes, IPL_LABEL_LEN, 0 };
	enum vtoc_kind kind = VTOC_OTHER;
	struct zipl_chs chs;

	if (ipl_src_read(f->map->src, IPL_LABEL_BLOCK_ECKD * bs, bytes, in.len,
			 NULL) ||
	    vtoc_address_decode(in, &chs, NULL) ||
	    zipl_chs_block(&geo, &chs, &block, NULL))
		return;
	in.len = sizeof(bytes);
	for (unsigned i = 0; i < geo.sectors && kind != VTOC_END; i++) {
		struct vtoc_extent x;

		if (ipl_src_read(f->map->src, (block + i) * bs, bytes, in.len,
				 NULL) ||
		    vtoc_label_decode(in, &kind, &x, NULL))
			return;
		if (kind == VTOC_PARTITION)
			add_extent(f, &geo, &x);
	}
}

size_t ipl_windows_find(const struct ipl_map *map,
			struct ipl_window ret[IPL_WINDOWS_MAX])
{
	struct finding f = { .map = map, .windows = ret };
	const char *layout = map->layout->name;

	if (!strncmp(layout, "scsi", 4))
		add_scsi(&f);
	else if (!strncmp(layout, "fba", 3))
		add(&f, FBA_FIRST, UINT64_MAX);
	else if (!strncmp(layout, "ldl", 3))
		add_ldl(&f);
	else if (!strncmp(layout, "cdl", 3))
		add_cdl(&f);
	/* a damaged table of contents: as a rule there is one partition */
	if (!f.n && !strncmp(layout, "cdl", 3))
		add(&f,
		    (uint64_t)VTOC_FIRST_TRACK *
			    zipl_geometry(map->block_size).sectors,
		    UINT64_MAX);
	return f.n;
}
