/* SPDX-License-Identifier: MIT */
/* Labels and tables of contents of DASD volumes. May use: base. */
#include "format/vtoc.h"

#include "base/ebcdic.h"
#include "base/rd.h"

#include <stdio.h>
#include <string.h>

#define KEY_LEN	  44u
#define LABEL_LEN 84u /* with the key in front */
#define VTOC_AT	  15u /* in a label with its key */
#define EXTENT_AT 105u
#define BLANK	  0x40u

/* Identifiers of labels: EBCDIC digits. */
#define FORMAT(n) (0xf0u + (n))

/* Bytes of a 3390's track, as its driver tells (Linux, DS4DEVTK). */
#define TRACK_BYTES_3390 58786u

static void put_text(struct ipl_wr *w, const char *text, size_t len)
{
	size_t n = strnlen(text, len);

	for (size_t i = 0; i < len; i++)
		ipl_put_be(w,
			   i < n ? ipl_ascii_to_ebcdic((uint8_t)text[i])
				 : BLANK,
			   1);
}

static void put_fill(struct ipl_wr *w, uint8_t byte, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ipl_put_be(w, byte, 1);
}

/* --- reading --- */

int vtoc_address_decode(struct ipl_span in, struct zipl_chs *ret,
			struct ipl_err *err)
{
	static const uint8_t vol1[] = { 0xe5, 0xd6, 0xd3, 0xf1 };
	struct ipl_rd r = { .in = in };
	struct zipl_chs chs;
	bool is_vol1;
	int rc;

	ipl_skip(&r, 4);
	is_vol1 = !ipl_rd_magic(&r, vol1, sizeof(vol1), NULL);
	ipl_skip(&r, VTOC_AT - 8);
	chs = zipl_cchh_get(&r);
	chs.sec = ipl_u8(&r);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	if (!is_vol1 || chs.sec == 0)
		return ipl_fail(err, IPL_ENOTFOUND,
				"no VOL1 label that names a VTOC");
	*ret = chs;
	return 0;
}

int vtoc_label_decode(struct ipl_span in, enum vtoc_kind *ret_kind,
		      struct vtoc_extent *ret, struct ipl_err *err)
{
	struct ipl_rd r = { .in = ipl_sub(in, 0, VTOC_LABEL_LEN) };
	struct vtoc_extent x;
	unsigned format;
	int rc;

	ipl_skip(&r, KEY_LEN);
	format = ipl_u8(&r);
	ipl_skip(&r, EXTENT_AT + 2 - KEY_LEN - 1);
	x.low = zipl_cchh_get(&r);
	x.high = zipl_cchh_get(&r);
	ipl_skip(&r, VTOC_LABEL_LEN - EXTENT_AT - 10);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	*ret_kind = VTOC_END;
	if (format == FORMAT(1) || format == FORMAT(8)) {
		*ret_kind = VTOC_PARTITION;
		*ret = x;
	} else if (format == FORMAT(4) || format == FORMAT(5) ||
		   format == FORMAT(7) || format == FORMAT(9)) {
		*ret_kind = VTOC_OTHER;
	}
	return 0;
}

/* Where labels of format 1 and 8 have how many extents they have, the types of
 * their second and third one. */
#define N_EXTENTS_AT 59u
#define EXTENT2_AT   115u
#define EXTENT3_AT   125u

static bool is_zero(struct ipl_span in)
{
	for (size_t i = 0; i < in.len; i++) {
		if (in.p[i])
			return false;
	}
	return true;
}

/* Format 4 with the VTOC's own extent: track 1. */
static int check_format4(struct ipl_span label, struct ipl_err *err)
{
	static const uint8_t track1[] = { 0, 0, 0, 1, 0, 0, 0, 1 };

	if (label.p[KEY_LEN] != FORMAT(4))
		return ipl_fail(err, IPL_EUNSUP,
				"the first label is not of format 4");
	if (memcmp(label.p + EXTENT_AT + 2, track1, sizeof(track1)) != 0)
		return ipl_fail(err, IPL_EUNSUP,
				"it has more than track 1 for itself");
	return 0;
}

static int check_label(struct ipl_span label, size_t number, bool *is_end,
		       struct ipl_err *err)
{
	struct vtoc_extent x;
	enum vtoc_kind kind;
	int rc = vtoc_label_decode(label, &kind, &x, err);

	if (rc)
		return rc;
	*is_end |= kind == VTOC_END;
	if (*is_end && !is_zero(label))
		return ipl_fail(err, IPL_EUNSUP,
				"label %zu is of format 0x%02x, expected one "
				"that fdasd writes and zeros behind the last",
				number, label.p[KEY_LEN]);
	if (kind == VTOC_PARTITION &&
	    (label.p[N_EXTENTS_AT] != 1 || label.p[EXTENT2_AT] ||
	     label.p[EXTENT3_AT]))
		return ipl_fail(err, IPL_EUNSUP,
				"label %zu has %u extents, expected one",
				number, label.p[N_EXTENTS_AT]);
	return 0;
}

int vtoc_check_fdasd(struct ipl_span in, struct ipl_err *err)
{
	size_t n = in.len / VTOC_LABEL_LEN;
	bool is_end = false;
	int rc = 0;

	if (n < 2)
		return ipl_fail(err, IPL_ETRUNC,
				"a track has %zu labels, expected two at least",
				n);
	rc = check_format4(ipl_sub(in, 0, VTOC_LABEL_LEN), err);
	for (size_t i = 1; !rc && i < n; i++)
		rc = check_label(
			ipl_sub(in, i * VTOC_LABEL_LEN, VTOC_LABEL_LEN), i + 1,
			&is_end, err);
	return rc;
}

/* --- the records of track 0 --- */

/* What dasdfmt has IPLed from a disk that nothing was written to: a disabled
 * wait, and a command that does nothing. */
void vtoc_ipl1_encode(struct ipl_wr *w)
{
	put_text(w, "IPL1", 4);
	ipl_put_be(w, UINT64_C(0x000a00000000000f), 8);
	ipl_put_be(w, UINT64_C(0x0300000000000001), 8);
	ipl_put_be(w, 0, 8);
}

void vtoc_ipl2_encode(struct ipl_wr *w)
{
	put_text(w, "IPL2", 4);
	ipl_put(w, NULL, 144);
}

/* The VTOC begins at record 1 of track 1. */
void vtoc_vol1_encode(struct ipl_wr *w, const struct vtoc_volume *v)
{
	size_t begin = w->at;

	put_text(w, "VOL1VOL1", 8);
	put_text(w, v->serial, 6);
	put_fill(w, BLANK, 1);
	ipl_put_be(w, 0x00000001, 4);
	ipl_put_be(w, 1, 1);
	put_fill(w, BLANK, LABEL_LEN - (w->at - begin));
}

void vtoc_lnx1_encode(struct ipl_wr *w, const char *serial, uint64_t blocks)
{
	put_text(w, "LNX1", 4);
	put_text(w, serial, 6);
	put_text(w, "", 69);
	put_text(w, blocks ? "2" : " ", 1);
	if (blocks)
		ipl_put_be(w, blocks, 8);
}

/* --- the VTOC --- */

static void put_cchh(struct ipl_wr *w, const struct vtoc_volume *v,
		     uint32_t track)
{
	struct zipl_chs chs = { .cyl = track / v->geo.heads,
				.head = (uint8_t)(track % v->geo.heads) };

	zipl_cchh_put(w, &chs);
}

static void put_extent(struct ipl_wr *w, const struct vtoc_volume *v,
		       unsigned type, uint32_t first, uint32_t last)
{
	ipl_put_be(w, type, 1);
	ipl_put_be(w, 0, 1);
	put_cchh(w, v, first);
	put_cchh(w, v, last);
}

static void put_date(struct ipl_wr *w, unsigned year, unsigned day)
{
	ipl_put_be(w, year, 1);
	ipl_put_be(w, day, 2);
}

static bool is_large(const struct vtoc_volume *v)
{
	return v->cylinders * v->geo.heads > VTOC_TRACKS_F5;
}

static void pad(struct ipl_wr *w, size_t begin, size_t len)
{
	if (w->at < begin + len)
		ipl_put(w, NULL, begin + len - w->at);
}

/* Format 4: the volume and the VTOC itself. */
static void put_format4(struct ipl_wr *w, const struct vtoc_volume *v)
{
	size_t begin = w->at;
	unsigned used = 2u + is_large(v) + v->n_parts;

	put_fill(w, 0x04, KEY_LEN);
	ipl_put_be(w, FORMAT(4), 1);
	/* the last format 1 label, and how many labels there is room for */
	ipl_put_be(w, 0x00000001, 4);
	ipl_put_be(w, used, 1);
	ipl_put_be(w, v->geo.sectors - used, 2);
	ipl_put(w, NULL, 4);
	ipl_put(w, NULL, 2);
	ipl_put_be(w, is_large(v) ? 0xa0 : 0, 1);
	ipl_put_be(w, 1, 1);
	ipl_put(w, NULL, 2);
	ipl_put_be(w, v->cylinders, 2);
	ipl_put_be(w, v->geo.heads, 2);
	ipl_put_be(w, TRACK_BYTES_3390, 2);
	ipl_put(w, NULL, 3);
	ipl_put_be(w, 0x30, 1);
	ipl_put(w, NULL, 2);
	ipl_put_be(w, v->geo.sectors, 1);
	pad(w, begin, EXTENT_AT);
	put_extent(w, v, 1, 1, 1);
	pad(w, begin, 125);
	ipl_put_be(w, is_large(v) ? 7 : 0, 1);
	if (is_large(v)) {
		ipl_put_be(w, 0x00000001, 4);
		ipl_put_be(w, 3, 1);
	}
	pad(w, begin, 132);
	ipl_put_be(w, v->cylinders, 4);
	ipl_put(w, NULL, 2);
	ipl_put_be(w, 0x40, 1);
	pad(w, begin, VTOC_LABEL_LEN);
}

/* Called with each run of tracks that belongs to no partition. */
typedef void (*free_fn)(struct ipl_wr *w, const struct vtoc_volume *v,
			uint32_t first, uint32_t end);

static void each_free(struct ipl_wr *w, const struct vtoc_volume *v,
		      free_fn put)
{
	uint32_t at = VTOC_FIRST_TRACK;

	for (unsigned i = 0; i <= v->n_parts; i++) {
		uint32_t end = i < v->n_parts ? v->part[i].first
					      : v->cylinders * v->geo.heads;

		if (at < end)
			put(w, v, at, end);
		if (i < v->n_parts)
			at = v->part[i].first + v->part[i].count;
	}
}

/* Format 5 counts free space in whole cylinders and tracks. */
static void put_free5(struct ipl_wr *w, const struct vtoc_volume *v,
		      uint32_t first, uint32_t end)
{
	ipl_put_be(w, first, 2);
	ipl_put_be(w, (end - first) / v->geo.heads, 2);
	ipl_put_be(w, (end - first) % v->geo.heads, 1);
}

static void put_free7(struct ipl_wr *w, const struct vtoc_volume *v,
		      uint32_t first, uint32_t end)
{
	(void)v;
	ipl_put_be(w, first, 4);
	ipl_put_be(w, end, 4);
}

static void put_format5(struct ipl_wr *w, const struct vtoc_volume *v)
{
	size_t begin = w->at;

	put_fill(w, 0x05, 4);
	if (!is_large(v))
		each_free(w, v, put_free5);
	pad(w, begin, KEY_LEN);
	ipl_put_be(w, FORMAT(5), 1);
	pad(w, begin, VTOC_LABEL_LEN);
}

static void put_format7(struct ipl_wr *w, const struct vtoc_volume *v)
{
	size_t begin = w->at;

	put_fill(w, 0x07, 4);
	each_free(w, v, put_free7);
	pad(w, begin, KEY_LEN);
	ipl_put_be(w, FORMAT(7), 1);
	pad(w, begin, VTOC_LABEL_LEN);
}

/* Format 1: a partition, which z/OS takes for a data set. */
static void put_format1(struct ipl_wr *w, const struct vtoc_volume *v,
			unsigned i)
{
	uint32_t first = v->part[i].first;
	size_t begin = w->at;
	char name[KEY_LEN + 1];

	snprintf(name, sizeof(name), "LINUX.V%s.PART%04u.%s", v->serial, i + 1,
		 v->part[i].has_fs ? "NATIVE" : "NEW");
	put_text(w, name, KEY_LEN);
	ipl_put_be(w, FORMAT(1), 1);
	put_text(w, v->serial, 6);
	ipl_put_be(w, 1, 2);
	put_date(w, v->year - 1900u, v->day);
	put_date(w, 99, 365);
	ipl_put_be(w, 1, 1);
	ipl_put(w, NULL, 2);
	put_text(w, "IBM LINUX    ", 13);
	put_date(w, v->year - 1900u, v->day);
	pad(w, begin, 84);
	ipl_put_be(w, 0x88, 1);
	ipl_put(w, NULL, 1);
	ipl_put_be(w, v->block_size, 2);
	ipl_put_be(w, v->block_size, 2);
	pad(w, begin, 93);
	ipl_put_be(w, 0x80, 1);
	ipl_put_be(w, 0x80, 1);
	pad(w, begin, EXTENT_AT);
	/* type 0x81: on cylinder boundaries; 1: on tracks */
	put_extent(w, v, 1, first, first + v->part[i].count - 1);
	pad(w, begin, VTOC_LABEL_LEN);
}

unsigned vtoc_encode(struct ipl_wr *w, const struct vtoc_volume *v)
{
	size_t begin = w->at;

	put_format4(w, v);
	put_format5(w, v);
	if (is_large(v))
		put_format7(w, v);
	for (unsigned i = 0; i < v->n_parts; i++)
		put_format1(w, v, i);
	return (unsigned)((w->at - begin) / VTOC_LABEL_LEN);
}
