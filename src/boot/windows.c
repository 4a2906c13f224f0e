/* SPDX-License-Identifier: MIT */
/* Where file systems may be on a disk with a boot map: its partitions.
 * May use: base, format, disk. */
#include "boot/windows.h"

#include "format/label.h"
#include "format/ptable.h"

#include <string.h>

/* Blocks in front of the only partition (Linux, block/partitions/ibm.c): up to
 * and with the label. */
#define FBA_FIRST 2u
#define LDL_FIRST 3u

/* CMS minidisks: where the file starts that Linux has in place of the
 * partition (the label's disk offset, in blocks). */
#define CMS_OFFSET_OFF 52u

/* CDL: tracks for labels and the table of contents, in front of the first
 * partition. */
#define CDL_TRACKS 2u

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
		add(&f,
		    (uint64_t)CDL_TRACKS *
			    zipl_geometry(map->block_size).sectors,
		    UINT64_MAX);
	return f.n;
}
