/* SPDX-License-Identifier: MIT */
/* New disks: a partition table or labels. May use: base, format, disk. */
#include "install/format.h"

#include "base/cleanup.h"
#include "format/label.h"
#include "format/ptable.h"
#include "format/vtoc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIGN	  (UINT64_C(1) << 20)
#define PARTS_MAX 2u

/* What the partition for the boot map is called in a GPT. */
#define BOOT_NAME "s390-ipl boot"
#define DATA_NAME "data"

static uint64_t round_up(uint64_t n, uint64_t unit)
{
	return (n + unit - 1) / unit * unit;
}

static bool is_eckd(const struct ipl_format *f)
{
	return f->scheme->sets[0]->has_chs;
}

static uint64_t cylinder_bytes(const struct ipl_format *f)
{
	struct zipl_geometry geo = zipl_geometry(f->block_size);

	return (uint64_t)geo.heads * geo.sectors * f->block_size;
}

/* --- sizes --- */

static int check_block_size(struct ipl_format *f, struct ipl_err *err)
{
	bool fba = f->scheme == &ipl_scheme_fba;
	unsigned usual = is_eckd(f) ? 4096 : 512;

	if (!f->block_size)
		f->block_size = usual;
	if (fba && f->block_size != usual)
		return ipl_fail(err, IPL_EINVAL,
				"an FBA disk has blocks of 512 bytes, not %u",
				f->block_size);
	return 0;
}

/* Labels, partition tables, alignment. */
static uint64_t overhead(const struct ipl_format *f)
{
	return is_eckd(f) ? cylinder_bytes(f) : 2 * ALIGN;
}

int ipl_format_check(struct ipl_format *f, uint64_t *size, struct ipl_err *err)
{
	int rc = check_block_size(f, err);
	uint64_t least;

	if (rc)
		return rc;
	*size = round_up(*size, is_eckd(f) ? cylinder_bytes(f) : f->block_size);
	least = f->boot_bytes + overhead(f);
	if (*size < least)
		return ipl_fail(
			err, IPL_EINVAL,
			"%" PRIu64
			" bytes are too few: the boot map takes %" PRIu64
			", for two of them and the labels it has to be "
			"%" PRIu64,
			*size, f->boot_bytes / 2, least);
	if (is_eckd(f) && *size / cylinder_bytes(f) > VTOC_CYLINDERS_MAX)
		return ipl_fail(err, IPL_EINVAL,
				"%" PRIu64
				" cylinders are too many: expected up to %u",
				*size / cylinder_bytes(f), VTOC_CYLINDERS_MAX);
	if (f->mbr && *size / f->block_size > UINT32_MAX)
		return ipl_fail(err, IPL_EINVAL,
				"%" PRIu64
				" blocks are too many for a MBR: take a GPT",
				*size / f->block_size);
	return 0;
}

/* --- identifiers --- */

/* Numbers that look random but are made of the seed (splitmix64). */
static uint64_t next_number(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Version 4 (RFC 4122), as it stands on the disk. */
static void make_guid(uint64_t *state, uint8_t to[GPT_GUID_LEN])
{
	for (unsigned i = 0; i < GPT_GUID_LEN; i += 8) {
		uint64_t n = next_number(state);

		memcpy(to + i, &n, 8);
	}
	to[7] = (uint8_t)((to[7] & 0x0f) | 0x40);
	to[8] = (uint8_t)((to[8] & 0x3f) | 0x80);
}

/* --- partitions --- */

struct part {
	uint64_t first, count; /* blocks, or tracks */
	bool is_boot;
};

/* The boot map's partition, and one for what is left if that is worth it:
 * from @first up to @end, in units of @align. */
static unsigned make_parts(uint64_t first, uint64_t end, uint64_t align,
			   uint64_t boot, struct part parts[PARTS_MAX])
{
	uint64_t data = first + round_up(boot, align);

	parts[0] = (struct part){ first, end - first, true };
	if (data + align > end)
		return 1;
	parts[0].count = data - first;
	parts[1] = (struct part){ data, (end - data) / align * align, false };
	return 2;
}

static int put_block(struct ipl_writes *w, unsigned unit, uint64_t block,
		     const struct ipl_wr *bytes, const char *what,
		     struct ipl_err *err)
{
	return ipl_writes_add(w, block * unit, bytes->p, bytes->at, what, err);
}

/* --- SCSI --- */

static int format_mbr(const struct ipl_format *f, uint64_t blocks,
		      struct ipl_writes *w, struct ipl_err *err)
{
	uint64_t align = ALIGN / f->block_size, state = f->seed;
	struct part parts[PARTS_MAX] = { 0 };
	unsigned n = make_parts(align, blocks, align,
				f->boot_bytes / f->block_size, parts);
	struct mbr mbr = { .id = (uint32_t)next_number(&state) };
	uint8_t bytes[MBR_LEN];
	struct ipl_wr wr = { .p = bytes, .len = sizeof(bytes) };

	for (unsigned i = 0; i < n; i++)
		mbr.part[i] = (struct mbr_partition){
			.type = parts[i].is_boot ? MBR_TYPE_NO_FS
						 : MBR_TYPE_LINUX,
			.first = (uint32_t)parts[i].first,
			.count = (uint32_t)parts[i].count,
		};
	ipl_put(&wr, NULL, MBR_ID_OFF);
	mbr_encode(&wr, &mbr);
	return put_block(w, f->block_size, 0, &wr, "partition table (MBR)",
			 err);
}

/* What tells programs without GPT that the disk is taken. */
static int put_protective_mbr(const struct ipl_format *f, uint64_t blocks,
			      struct ipl_writes *w, struct ipl_err *err)
{
	uint64_t count = blocks - 1 > UINT32_MAX ? UINT32_MAX : blocks - 1;
	struct mbr mbr = { .part = { { .type = MBR_TYPE_GPT,
				       .first = 1,
				       .count = (uint32_t)count } } };
	uint8_t bytes[MBR_LEN];
	struct ipl_wr wr = { .p = bytes, .len = sizeof(bytes) };

	ipl_put(&wr, NULL, MBR_ID_OFF);
	mbr_encode(&wr, &mbr);
	return put_block(w, f->block_size, 0, &wr,
			 "partition table (protective MBR)", err);
}

static void put_entries(struct ipl_wr *w, const struct part *parts, unsigned n,
			uint64_t *state)
{
	for (unsigned i = 0; i < n; i++) {
		struct gpt_entry e = {
			.first = parts[i].first,
			.last = parts[i].first + parts[i].count - 1,
			.name = parts[i].is_boot ? BOOT_NAME : DATA_NAME
		};

		memcpy(e.type,
		       parts[i].is_boot ? gpt_type_reserved : gpt_type_linux,
		       sizeof(e.type));
		make_guid(state, e.guid);
		gpt_entry_encode(w, &e);
	}
	ipl_put(w, NULL, w->len - w->at);
}

static int put_header(const struct ipl_format *f, const struct gpt_header *h,
		      struct ipl_writes *w, struct ipl_err *err)
{
	uint8_t bytes[GPT_HEADER_LEN];
	struct ipl_wr wr = { .p = bytes, .len = sizeof(bytes) };

	gpt_header_encode(&wr, h);
	return put_block(w, f->block_size, h->self, &wr,
			 "partition table (GPT header)", err);
}

static int format_gpt(const struct ipl_format *f, uint64_t blocks,
		      struct ipl_writes *w, struct ipl_err *err)
{
	uint64_t align = ALIGN / f->block_size, state = f->seed;
	size_t len = (size_t)GPT_ENTRIES * GPT_ENTRY_LEN;
	auto_free uint8_t *bytes = malloc(len);
	struct ipl_wr wr = { .p = bytes, .len = len };
	uint64_t used = len / f->block_size;
	struct part parts[PARTS_MAX] = { 0 };
	struct gpt_header h = { .self = 1,
				.other = blocks - 1,
				.first = 2 + used,
				.last = blocks - 2 - used,
				.entries = 2,
				.n_entries = GPT_ENTRIES,
				.entry_len = GPT_ENTRY_LEN };
	unsigned n = make_parts(align, (h.last + 1) / align * align, align,
				f->boot_bytes / f->block_size, parts);
	int rc;

	if (!bytes)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	make_guid(&state, h.guid);
	put_entries(&wr, parts, n, &state);
	h.entries_crc = gpt_crc(bytes, len);
	rc = put_protective_mbr(f, blocks, w, err);
	if (!rc)
		rc = put_block(w, f->block_size, h.entries, &wr,
			       "partition table (GPT entries)", err);
	if (!rc)
		rc = put_header(f, &h, w, err);
	h.self = blocks - 1;
	h.other = 1;
	h.entries = blocks - 1 - used;
	if (!rc)
		rc = put_block(w, f->block_size, h.entries, &wr,
			       "partition table (copy of the entries)", err);
	return rc ? rc : put_header(f, &h, w, err);
}

/* --- DASD --- */

/* Linux shows what a record has behind its end as 0xe5. */
#define NO_DATA 0xe5u

/* A short record as its block looks. */
static int put_record(const struct ipl_format *f, uint64_t block,
		      const uint8_t *data, size_t len, const char *what,
		      struct ipl_writes *w, struct ipl_err *err)
{
	uint8_t bytes[ZIPL_BLOCK_MAX];

	memset(bytes, NO_DATA, sizeof(bytes));
	memcpy(bytes, data, len);
	return ipl_writes_add(w, block * f->block_size, bytes, f->block_size,
			      what, err);
}

static int put_track0(const struct ipl_format *f, const struct vtoc_volume *v,
		      struct ipl_writes *w, struct ipl_err *err)
{
	uint8_t bytes[256];
	struct ipl_wr wr = { .p = bytes, .len = sizeof(bytes) };
	int rc;

	vtoc_ipl1_encode(&wr);
	rc = put_record(f, 0, bytes, wr.at, "IPL1 record", w, err);
	wr.at = 0;
	vtoc_ipl2_encode(&wr);
	if (!rc)
		rc = put_record(f, 1, bytes, wr.at, "IPL2 record", w, err);
	wr.at = 0;
	vtoc_vol1_encode(&wr, v);
	return rc ? rc
		  : put_record(f, IPL_LABEL_BLOCK_ECKD, bytes, wr.at,
			       "volume label", w, err);
}

static int put_vtoc(const struct ipl_format *f, const struct vtoc_volume *v,
		    struct ipl_writes *w, struct ipl_err *err)
{
	uint8_t bytes[8 * VTOC_LABEL_LEN] = { 0 };
	uint8_t none[VTOC_LABEL_LEN] = { 0 };
	struct ipl_wr wr = { .p = bytes, .len = sizeof(bytes) };
	unsigned n = vtoc_encode(&wr, v);
	int rc = 0;

	for (unsigned i = 0; !rc && i < v->geo.sectors; i++)
		rc = put_record(f, v->geo.sectors + i,
				i < n ? bytes + (size_t)i * VTOC_LABEL_LEN : none,
				VTOC_LABEL_LEN, "VTOC", w, err);
	return rc;
}

static int format_cdl(const struct ipl_format *f, uint64_t size,
		      struct ipl_writes *w, struct ipl_err *err)
{
	struct vtoc_volume v = {
		.geo = zipl_geometry(f->block_size),
		.cylinders = (uint32_t)(size / cylinder_bytes(f)),
		.block_size = (uint16_t)f->block_size,
		.year = (uint16_t)f->year,
		.day = (uint16_t)f->day,
	};
	uint64_t track = (uint64_t)v.geo.sectors * f->block_size;
	struct part parts[PARTS_MAX] = { 0 };
	int rc;

	snprintf(v.serial, sizeof(v.serial), "%s", f->serial);
	v.n_parts = make_parts(VTOC_FIRST_TRACK, (uint64_t)v.cylinders * v.geo.heads, 1,
			       round_up(f->boot_bytes, track) / track, parts);
	for (unsigned i = 0; i < v.n_parts; i++) {
		v.part[i].first = (uint32_t)parts[i].first;
		v.part[i].count = (uint32_t)parts[i].count;
		v.part[i].has_fs = true;
	}
	rc = put_track0(f, &v, w, err);
	return rc ? rc : put_vtoc(f, &v, w, err);
}

static int format_single(const struct ipl_format *f, uint64_t size,
			 struct ipl_writes *w, struct ipl_err *err)
{
	bool eckd = is_eckd(f);
	unsigned block = eckd ? IPL_LABEL_BLOCK_ECKD : IPL_LABEL_BLOCK_FBA;
	uint8_t bytes[128];
	struct ipl_wr wr = { .p = bytes, .len = sizeof(bytes) };

	vtoc_lnx1_encode(&wr, f->serial, eckd ? size / f->block_size : 0);
	return put_block(w, f->block_size, block, &wr, "volume label", err);
}

int ipl_format_disk(const struct ipl_format *f, const struct ipl_src *src,
		    struct ipl_writes *writes, struct ipl_err *err)
{
	if (f->scheme == &ipl_scheme_cdl)
		return format_cdl(f, src->size, writes, err);
	if (f->scheme != &ipl_scheme_scsi)
		return format_single(f, src->size, writes, err);
	return f->mbr ? format_mbr(f, src->size / f->block_size, writes, err)
		      : format_gpt(f, src->size / f->block_size, writes, err);
}
