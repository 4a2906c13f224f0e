/* SPDX-License-Identifier: MIT */
/* CD images: volume descriptors, directory records, the boot catalog.
 * May use: base. */
#include "format/iso9660.h"

#include "base/rd.h"

#include <string.h>

#define ID     "CD001"
#define ID_LEN 5u

#define EL_TORITO     "EL TORITO SPECIFICATION"
#define EL_TORITO_LEN (sizeof(EL_TORITO) - 1)
#define SYSTEM_ID_LEN 32u

/* A directory record: what is in front of the name. */
#define RECORD_HEAD_LEN 33u

#define FLAG_DIRECTORY 0x02u
#define FLAG_CONTINUED 0x80u

bool iso_is_descriptor(struct ipl_span sector)
{
	struct ipl_span id = ipl_sub(sector, 1, ID_LEN);

	return id.len == ID_LEN && !memcmp(id.p, ID, ID_LEN);
}

/* Numbers are there twice, in either byte order; Linux reads the little-endian one,
 * too, for the sake of what wrote only that. */
static uint32_t both32(struct ipl_rd *r)
{
	uint32_t v = (uint32_t)ipl_le(r, 4);

	ipl_skip(r, 4);
	return v;
}

static uint16_t both16(struct ipl_rd *r)
{
	uint16_t v = (uint16_t)ipl_le(r, 2);

	ipl_skip(r, 2);
	return v;
}

static struct ipl_span take_span(struct ipl_rd *r, size_t n)
{
	size_t at = r->at;

	ipl_skip(r, n);
	return r->short_read ? (struct ipl_span){ 0 } : ipl_sub(r->in, at, n);
}

static struct ipl_span without_blanks(struct ipl_span s)
{
	while (s.len && (s.p[s.len - 1] == ' ' || !s.p[s.len - 1]))
		s.len--;
	return s;
}

static void read_boot_record(struct ipl_rd *r, struct iso_descriptor *d)
{
	struct ipl_span system = take_span(r, SYSTEM_ID_LEN);

	d->is_el_torito =
		system.len && !memcmp(system.p, EL_TORITO, EL_TORITO_LEN);
	ipl_skip(r, 32); /* boot identifier */
	d->catalog = (uint32_t)ipl_le(r, 4);
}

static int read_primary(struct ipl_rd *r, struct iso_descriptor *d,
			struct ipl_err *err)
{
	ipl_skip(r, 1 + SYSTEM_ID_LEN);
	d->volume_id = without_blanks(take_span(r, ISO_VOLUME_ID_LEN));
	ipl_skip(r, 8 + 8 + 32 + 4 + 4);
	d->block_size = both16(r);
	ipl_skip(r, 8 + 4 * 4); /* path tables */
	return iso_record_decode(take_span(r, RECORD_HEAD_LEN + 1), &d->root,
				 err);
}

int iso_descriptor_decode(struct ipl_span sector, struct iso_descriptor *ret,
			  struct ipl_err *err)
{
	struct ipl_rd r = { .in = ipl_sub(sector, 0, ISO_SECTOR_LEN) };
	struct iso_descriptor d = { 0 };
	int rc;

	d.type = ipl_u8(&r);
	rc = ipl_rd_magic(&r, ID, ID_LEN, err);
	ipl_skip(&r, 1); /* version: what is not known of is not read either */
	if (!rc && d.type == ISO_BOOT_RECORD)
		read_boot_record(&r, &d);
	if (!rc && d.type == ISO_PRIMARY && r.in.len == ISO_SECTOR_LEN)
		rc = read_primary(&r, &d, err);
	ipl_skip(&r, ISO_SECTOR_LEN - r.at);
	if (!rc)
		rc = ipl_rd_done(&r, err);
	if (!rc)
		*ret = d;
	return rc;
}

/* "KERNEL.IMG;1" and "README.;1": the version is always 1. */
static struct ipl_span without_version(struct ipl_span name)
{
	const uint8_t *p = name.len ? memchr(name.p, ';', name.len) : NULL;

	if (p)
		name.len = (size_t)(p - name.p);
	if (name.len > 1 && name.p[name.len - 1] == '.')
		name.len--;
	return name;
}

int iso_record_decode(struct ipl_span in, struct iso_record *ret,
		      struct ipl_err *err)
{
	struct ipl_rd r = { .in = in };
	struct iso_record rec = { .record_len = ipl_u8(&r) };
	uint8_t attributes, flags, unit, gap, name_len;

	if (rec.record_len == 0) {
		*ret = rec;
		return 0;
	}
	if (rec.record_len < RECORD_HEAD_LEN + 1 || rec.record_len > in.len)
		return ipl_fail(err, IPL_EBAD,
				"a directory record of %zu bytes, expected %u "
				"to %zu",
				rec.record_len, RECORD_HEAD_LEN + 1, in.len);
	r.in = ipl_sub(in, 0, rec.record_len);
	attributes = ipl_u8(&r);
	rec.sector = both32(&r);
	rec.len = both32(&r);
	ipl_skip(&r, 7); /* date */
	flags = ipl_u8(&r);
	unit = ipl_u8(&r);
	gap = ipl_u8(&r);
	ipl_skip(&r, 4); /* number of the volume */
	name_len = ipl_u8(&r);
	rec.name = take_span(&r, name_len);
	if (r.short_read || !name_len)
		return ipl_fail(err, IPL_EBAD,
				"a directory record of %zu bytes with a name "
				"of %u, expected 1 to %zu",
				rec.record_len, name_len,
				rec.record_len - RECORD_HEAD_LEN);
	rec.is_dot = name_len == 1 && rec.name.p[0] <= 1;
	rec.name = without_version(rec.name);
	rec.is_directory = flags & FLAG_DIRECTORY;
	rec.is_continued = flags & FLAG_CONTINUED;
	rec.is_interleaved = unit || gap;
	/* wraps at the end of 8 TiB, which no disk that is read has */
	rec.sector += attributes;
	if (name_len % 2 == 0)
		ipl_skip(&r, 1);
	if (!r.short_read)
		rec.system_use = ipl_sub(r.in, r.at, r.in.len);
	*ret = rec;
	return 0;
}

/* ---- Rock Ridge */

#define SUSP_HEAD_LEN 4u

#define NAME_CURRENT 0x02u
#define NAME_PARENT  0x04u

static bool is_entry(const uint8_t *head, const char *signature)
{
	return !memcmp(head, signature, 2);
}

static void add_name(struct iso_susp *io, struct ipl_span data)
{
	struct ipl_span text = ipl_sub(data, 1, data.len);

	if (!data.len || data.p[0] & (NAME_CURRENT | NAME_PARENT))
		return;
	if (text.len > ISO_NAME_MAX - io->name_len)
		text.len = ISO_NAME_MAX - io->name_len;
	if (text.len)
		memcpy(io->name + io->name_len, text.p, text.len);
	io->name_len += text.len;
	io->name[io->name_len] = '\0';
}

static void set_next(struct iso_susp *io, struct ipl_span data)
{
	struct ipl_rd r = { .in = data };
	uint32_t sector = both32(&r), off = both32(&r), len = both32(&r);

	if (r.short_read)
		return;
	io->next_sector = sector;
	io->next_off = off;
	io->next_len = len;
}

void iso_susp_decode(struct ipl_span area, struct iso_susp *io)
{
	size_t at = 0;

	io->next_len = 0;
	while (area.len - at >= SUSP_HEAD_LEN) {
		const uint8_t *head = area.p + at;
		size_t len = head[2];
		struct ipl_span data;

		if (len < SUSP_HEAD_LEN || len > area.len - at ||
		    is_entry(head, "ST"))
			return;
		data = ipl_sub(area, at + SUSP_HEAD_LEN, len - SUSP_HEAD_LEN);
		if (is_entry(head, "NM"))
			add_name(io, data);
		else if (is_entry(head, "CE"))
			set_next(io, data);
		at += len;
	}
}

/* ---- the boot catalog */

#define BOOTABLE 0x88u

int iso_boot_catalog_check(struct ipl_span in, struct ipl_err *err)
{
	struct ipl_rd r = { .in = ipl_sub(in, 0, ISO_BOOT_ENTRY_LEN) };
	uint16_t sum = 0;
	int rc;

	for (size_t i = 0; i < ISO_BOOT_ENTRY_LEN / 2; i++)
		sum = (uint16_t)(sum + ipl_le(&r, 2));
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	if (in.p[0] != 1 || in.p[30] != 0x55 || in.p[31] != 0xaa)
		return ipl_fail(err, IPL_EBAD,
				"begins with %02x and ends with %02x %02x, "
				"expected a validation entry (01, 55 aa)",
				in.p[0], in.p[30], in.p[31]);
	if (sum)
		return ipl_fail(err, IPL_EBAD,
				"the sum of the validation entry is 0x%04x, "
				"expected 0",
				sum);
	return 0;
}

int iso_boot_entry_decode(struct ipl_span in, struct iso_boot_entry *ret,
			  struct ipl_err *err)
{
	struct ipl_rd r = { .in = ipl_sub(in, 0, ISO_BOOT_ENTRY_LEN) };
	struct iso_boot_entry e = { 0 };
	int rc;

	e.is_bootable = ipl_u8(&r) == BOOTABLE;
	ipl_skip(&r,
		 1); /* which disk is emulated: the firmware does not care */
	e.segment = (uint16_t)ipl_le(&r, 2);
	ipl_skip(&r, 1); /* system type */
	e.reserved = ipl_u8(&r);
	e.count = (uint16_t)ipl_le(&r, 2);
	e.sector = (uint32_t)ipl_le(&r, 4);
	ipl_skip(&r, ISO_BOOT_ENTRY_LEN - r.at);
	rc = ipl_rd_done(&r, err);
	if (!rc)
		*ret = e;
	return rc;
}
