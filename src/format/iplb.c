/* SPDX-License-Identifier: MIT */
/* IPL parameter blocks, as DIAG 308 subcodes 5 and 6 take and give them.
 * May use: base. */
#include "format/iplb.h"

#include "base/ebcdic.h"

#include <string.h>

#define IPLB_HEADER_LEN	   8
#define IPLB_COMMON_LEN	   24 /* header and what all types have */
#define IPLB_FLAG_LOADPARM 0x80

/* In CCW and QEMU_SCSI blocks the device is at the same place. */
#define OFF_LUN	 24
#define OFF_SSID 109

static bool loadparm_char(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' ||
	       c == '.';
}

static void decode_loadparm(const uint8_t *p, char *out)
{
	size_t len = 0;

	for (size_t i = 0; i < IPL_LOADPARM_LEN; i++) {
		unsigned char c = ipl_ebcdic_to_ascii(p[i]);

		if (c >= 'a' && c <= 'z')
			c = (unsigned char)(c - 'a' + 'A');
		if (p[i] == 0)
			c = ' ';
		out[i] = loadparm_char(c) ? (char)c : '?';
		if (out[i] != ' ')
			len = i + 1;
	}
	out[len] = '\0';
}

static void decode_device(struct ipl_span in, struct iplb *b)
{
	struct ipl_rd r = { .in = ipl_sub(in, OFF_LUN, 8) };

	if (b->type == IPLB_QEMU_SCSI) {
		b->lun = ipl_be32(&r);
		b->target = ipl_be16(&r);
		b->channel = ipl_be16(&r);
	}
	r = (struct ipl_rd){ .in = ipl_sub(in, OFF_SSID, 3) };
	b->ssid = ipl_u8(&r);
	b->devno = ipl_be16(&r);
}

int iplb_decode(struct ipl_span in, struct iplb *ret, struct ipl_err *err)
{
	struct ipl_rd r = { .in = in };
	struct iplb b = { .len = ipl_be32(&r) };
	const uint8_t *loadparm;
	uint8_t flags;

	ipl_skip(&r, 8); /* header flags, version, length of the first block */
	b.type = ipl_u8(&r);
	flags = ipl_u8(&r);
	ipl_skip(&r, 2);
	loadparm = ipl_take(&r, IPL_LOADPARM_LEN);
	if (!loadparm || b.len < IPLB_COMMON_LEN || b.len > in.len)
		return ipl_fail(err, IPL_EBAD,
				"IPL parameter block: length %u, expected %d "
				"to %zu",
				b.len, IPLB_COMMON_LEN, in.len);
	b.has_loadparm = flags & IPLB_FLAG_LOADPARM;
	if (b.has_loadparm)
		decode_loadparm(loadparm, b.loadparm);
	if (b.type == IPLB_CCW || b.type == IPLB_QEMU_SCSI) {
		if (b.len < IPLB_CCW_LEN)
			return ipl_fail(err, IPL_EBAD,
					"IPL parameter block: length %u, "
					"expected %d or more for type %#x",
					b.len, IPLB_CCW_LEN, b.type);
		decode_device(in, &b);
	}
	*ret = b;
	return 0;
}

void iplb_encode_ccw(const struct iplb *b, struct ipl_wr *w)
{
	size_t len = strlen(b->loadparm);

	ipl_put_be(w, IPLB_CCW_LEN, 4);
	ipl_put(w, NULL, 4);
	ipl_put_be(w, IPLB_CCW_LEN - IPLB_HEADER_LEN, 4);
	ipl_put_be(w, IPLB_CCW, 1);
	ipl_put_be(w, IPLB_FLAG_LOADPARM, 1);
	ipl_put(w, NULL, 2);
	for (size_t i = 0; i < IPL_LOADPARM_LEN; i++)
		ipl_put_be(
			w,
			ipl_ascii_to_ebcdic(
				i < len ? (unsigned char)b->loadparm[i] : ' '),
			1);
	ipl_put(w, NULL, OFF_SSID - IPLB_COMMON_LEN);
	ipl_put_be(w, b->ssid, 1);
	ipl_put_be(w, b->devno, 2);
	ipl_put(w, NULL, IPLB_CCW_LEN - OFF_SSID - 3);
}
