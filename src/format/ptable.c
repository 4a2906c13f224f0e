/* SPDX-License-Identifier: MIT */
/* Partition tables of SCSI disks. May use: base. */
#include "format/ptable.h"

#include "base/rd.h"

#include <inttypes.h>
#include <string.h>

#define MBR_TABLE_OFF 446u
#define MBR_BOOTABLE  0x80u

/* Little-endian, as everything in partition tables is. */
static void put_le(struct ipl_wr *w, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ipl_put_be(w, (v >> (8 * i)) & 0xff, 1);
}

static void get_bytes(struct ipl_rd *r, uint8_t *to, size_t n)
{
	const uint8_t *p = ipl_take(r, n);

	if (p)
		memcpy(to, p, n);
}

int mbr_decode(struct ipl_span in, struct mbr *ret, struct ipl_err *err)
{
	struct ipl_rd r = { .in = ipl_sub(in, 0, MBR_LEN) };
	struct mbr mbr = { 0 };
	bool good = true;
	int rc;

	ipl_skip(&r, MBR_ID_OFF);
	mbr.id = (uint32_t)ipl_le(&r, 4);
	ipl_skip(&r, MBR_TABLE_OFF - MBR_ID_OFF - 4);
	for (size_t i = 0; i < MBR_PARTITIONS; i++) {
		struct mbr_partition *p = &mbr.part[i];

		good &= (ipl_u8(&r) & ~MBR_BOOTABLE) == 0;
		ipl_skip(&r, 3); /* CHS, which nobody uses */
		p->type = ipl_u8(&r);
		ipl_skip(&r, 3);
		p->first = (uint32_t)ipl_le(&r, 4);
		p->count = (uint32_t)ipl_le(&r, 4);
	}
	good &= ipl_le(&r, 2) == 0xaa55;
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	if (!good)
		return ipl_fail(err, IPL_ENOTFOUND, "no partition table");
	*ret = mbr;
	return 0;
}

void mbr_encode(struct ipl_wr *w, const struct mbr *mbr)
{
	put_le(w, mbr->id, 4);
	ipl_put(w, NULL, MBR_TABLE_OFF - MBR_ID_OFF - 4);
	for (size_t i = 0; i < MBR_PARTITIONS; i++) {
		const struct mbr_partition *p = &mbr->part[i];
		/* CHS that says: look at the block numbers */
		uint64_t no_chs = p->type ? 0xfffffe : 0;

		if (p->type == MBR_TYPE_GPT)
			no_chs = 0x000200; /* UEFI, table 5-4 */
		put_le(w, 0, 1);
		put_le(w, no_chs, 3);
		put_le(w, p->type, 1);
		put_le(w, p->type ? 0xffffff : 0, 3);
		put_le(w, p->first, 4);
		put_le(w, p->count, 4);
	}
	put_le(w, 0xaa55, 2);
}

bool mbr_is_extended(uint8_t type)
{
	return type == 0x05 || type == 0x0f || type == 0x85;
}

/* --- GPT --- */

#define GPT_SIGNATURE	  "EFI PART"
#define GPT_SIGNATURE_LEN 8u
#define GPT_REVISION	  0x00010000u
#define GPT_CRC_OFF	  16u

/* 0fc63daf-8483-4772-8e79-3d69d8477de4 */
const uint8_t gpt_type_linux[GPT_GUID_LEN] = {
	0xaf, 0x3d, 0xc6, 0x0f, 0x83, 0x84, 0x72, 0x47,
	0x8e, 0x79, 0x3d, 0x69, 0xd8, 0x47, 0x7d, 0xe4,
};
/* 8da63339-0007-60c0-c436-083ac8230908 */
const uint8_t gpt_type_reserved[GPT_GUID_LEN] = {
	0x39, 0x33, 0xa6, 0x8d, 0x07, 0x00, 0xc0, 0x60,
	0xc4, 0x36, 0x08, 0x3a, 0xc8, 0x23, 0x09, 0x08,
};

/* Four bits at a time: whole ramdisks are summed up, too. */
static uint32_t crc_more(uint32_t crc, const uint8_t *p, size_t len)
{
	/* what becomes of them with the polynomial 0xedb88320 */
	static const uint32_t of[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
		0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};

	for (size_t i = 0; i < len; i++) {
		crc ^= p[i];
		crc = crc >> 4 ^ of[crc & 15];
		crc = crc >> 4 ^ of[crc & 15];
	}
	return crc;
}

uint32_t gpt_crc(const void *data, size_t len)
{
	return ~crc_more(~0u, data, len);
}

/* The checksum counts as 0 in itself. */
static uint32_t header_crc(const uint8_t *p, size_t len)
{
	static const uint8_t zeros[4];
	uint32_t crc = crc_more(~0u, p, GPT_CRC_OFF);

	crc = crc_more(crc, zeros, sizeof(zeros));
	return ~crc_more(crc, p + GPT_CRC_OFF + 4, len - GPT_CRC_OFF - 4);
}

static bool is_sound(const struct gpt_header *h)
{
	return h->n_entries <= GPT_ENTRIES_MAX &&
	       h->entry_len >= GPT_ENTRY_LEN &&
	       h->entry_len <= GPT_ENTRY_LEN_MAX && h->first <= h->last;
}

int gpt_header_decode(struct ipl_span in, struct gpt_header *ret,
		      struct ipl_err *err)
{
	struct ipl_rd r = { .in = in };
	struct gpt_header h;
	uint32_t crc, len;
	int rc;

	if (ipl_rd_magic(&r, GPT_SIGNATURE, GPT_SIGNATURE_LEN, NULL))
		return ipl_fail(err, IPL_ENOTFOUND, "no GPT");
	ipl_skip(&r, 4);
	len = (uint32_t)ipl_le(&r, 4);
	crc = (uint32_t)ipl_le(&r, 4);
	ipl_skip(&r, 4);
	h.self = ipl_le(&r, 8);
	h.other = ipl_le(&r, 8);
	h.first = ipl_le(&r, 8);
	h.last = ipl_le(&r, 8);
	get_bytes(&r, h.guid, sizeof(h.guid));
	h.entries = ipl_le(&r, 8);
	h.n_entries = (uint32_t)ipl_le(&r, 4);
	h.entry_len = (uint32_t)ipl_le(&r, 4);
	h.entries_crc = (uint32_t)ipl_le(&r, 4);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	if (len < GPT_HEADER_LEN || len > in.len ||
	    header_crc(in.p, len) != crc)
		return ipl_fail(err, IPL_EBAD,
				"GPT header with a wrong checksum");
	if (!is_sound(&h))
		return ipl_fail(err, IPL_EBAD,
				"GPT header with %" PRIu32
				" entries of %" PRIu32 " bytes, blocks %" PRIu64
				" to %" PRIu64,
				h.n_entries, h.entry_len, h.first, h.last);
	*ret = h;
	return 0;
}

void gpt_header_encode(struct ipl_wr *w, const struct gpt_header *h)
{
	size_t at = w->at;
	struct ipl_wr crc;

	ipl_put(w, GPT_SIGNATURE, GPT_SIGNATURE_LEN);
	put_le(w, GPT_REVISION, 4);
	put_le(w, GPT_HEADER_LEN, 4);
	put_le(w, 0, 8);
	put_le(w, h->self, 8);
	put_le(w, h->other, 8);
	put_le(w, h->first, 8);
	put_le(w, h->last, 8);
	ipl_put(w, h->guid, sizeof(h->guid));
	put_le(w, h->entries, 8);
	put_le(w, h->n_entries, 4);
	put_le(w, h->entry_len, 4);
	put_le(w, h->entries_crc, 4);
	if (w->overflow)
		return;
	crc = (struct ipl_wr){ .p = w->p + at + GPT_CRC_OFF, .len = 4 };
	put_le(&crc, header_crc(w->p + at, GPT_HEADER_LEN), 4);
}

int gpt_entry_decode(struct ipl_span in, struct gpt_entry *ret,
		     struct ipl_err *err)
{
	struct ipl_rd r = { .in = in };
	struct gpt_entry e = { .name = "" };
	int rc;

	get_bytes(&r, e.type, sizeof(e.type));
	get_bytes(&r, e.guid, sizeof(e.guid));
	e.first = ipl_le(&r, 8);
	e.last = ipl_le(&r, 8);
	ipl_skip(&r, 8 + 2 * GPT_NAME_UNITS);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	if (gpt_entry_is_used(&e) && e.first > e.last)
		return ipl_fail(err, IPL_EBAD,
				"partition from block %" PRIu64 " to %" PRIu64,
				e.first, e.last);
	*ret = e;
	return 0;
}

void gpt_entry_encode(struct ipl_wr *w, const struct gpt_entry *e)
{
	size_t len = strnlen(e->name, GPT_NAME_UNITS);

	ipl_put(w, e->type, sizeof(e->type));
	ipl_put(w, e->guid, sizeof(e->guid));
	put_le(w, e->first, 8);
	put_le(w, e->last, 8);
	put_le(w, 0, 8);
	for (size_t i = 0; i < GPT_NAME_UNITS; i++)
		put_le(w, i < len ? (uint8_t)e->name[i] : 0, 2);
}

bool gpt_entry_is_used(const struct gpt_entry *e)
{
	static const uint8_t none[GPT_GUID_LEN];

	return memcmp(e->type, none, sizeof(none)) != 0;
}
