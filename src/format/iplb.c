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

/* FCP. QEMU takes blocks that end behind the length of the SCP data. */
#define OFF_FCP_OPT    328
#define OFF_FCP_DEVNO  334
#define OFF_FCP_WWPN   340
#define OFF_FCP_BR_LBA 372
#define FCP_LEN_MIN    384
#define FCP_OPT_IPL    0x10

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
		out[i] = (char)(loadparm_char(c) ? c : '?');
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

uint64_t iplb_fcp_lun(uint32_t lun)
{
	return (uint64_t)(lun < 256 ? lun : 0x4000 | lun) << 48;
}

static int decode_fcp(struct ipl_span in, struct iplb *b, struct ipl_err *err)
{
	struct ipl_rd r = { .in = ipl_sub(in, 0, b->len) };
	uint32_t scp_len;

	ipl_skip(&r, OFF_FCP_DEVNO);
	b->devno = ipl_be16(&r);
	ipl_skip(&r, OFF_FCP_WWPN - OFF_FCP_DEVNO - 2);
	b->wwpn = ipl_be64(&r);
	b->fcp_lun = ipl_be64(&r);
	b->bootprog = ipl_be32(&r);
	ipl_skip(&r, OFF_FCP_BR_LBA - OFF_FCP_WWPN - 20);
	b->br_lba = ipl_be64(&r);
	scp_len = ipl_be32(&r);
	if (r.short_read)
		return ipl_fail(err, IPL_EBAD,
				"IPL parameter block: length %u, expected %d "
				"or more for type %#x",
				b->len, FCP_LEN_MIN, b->type);
	if (scp_len &&
	    (b->len < IPLB_FCP_LEN || scp_len > b->len - IPLB_FCP_LEN))
		return ipl_fail(err, IPL_EBAD,
				"IPL parameter block: %u bytes of SCP data, "
				"expected what fits into a block of %u bytes",
				scp_len, b->len);
	b->scpdata = ipl_sub(in, IPLB_FCP_LEN, scp_len);
	return 0;
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
	if (b.type == IPLB_FCP) {
		int rc = decode_fcp(in, &b, err);

		if (rc)
			return rc;
	}
	*ret = b;
	return 0;
}

/* What all types begin with: IPLB_COMMON_LEN bytes. */
static void encode_common(const struct iplb *b, enum iplb_type type,
			  size_t block_len, struct ipl_wr *w)
{
	size_t len = strlen(b->loadparm);

	ipl_put_be(w, block_len, 4);
	ipl_put(w, NULL, 4);
	ipl_put_be(w, block_len - IPLB_HEADER_LEN, 4);
	ipl_put_be(w, type, 1);
	ipl_put_be(w, IPLB_FLAG_LOADPARM, 1);
	ipl_put(w, NULL, 2);
	for (size_t i = 0; i < IPL_LOADPARM_LEN; i++)
		ipl_put_be(
			w,
			ipl_ascii_to_ebcdic(
				i < len ? (unsigned char)b->loadparm[i] : ' '),
			1);
}

void iplb_encode_ccw(const struct iplb *b, struct ipl_wr *w)
{
	encode_common(b, IPLB_CCW, IPLB_CCW_LEN, w);
	ipl_put(w, NULL, OFF_SSID - IPLB_COMMON_LEN);
	ipl_put_be(w, b->ssid, 1);
	ipl_put_be(w, b->devno, 2);
	ipl_put(w, NULL, IPLB_CCW_LEN - OFF_SSID - 3);
}

void iplb_encode_fcp(const struct iplb *b, struct ipl_wr *w)
{
	encode_common(b, IPLB_FCP, IPLB_FCP_LEN + b->scpdata.len, w);
	ipl_put(w, NULL, OFF_FCP_OPT - IPLB_COMMON_LEN);
	ipl_put_be(w, FCP_OPT_IPL, 1);
	ipl_put(w, NULL, OFF_FCP_DEVNO - OFF_FCP_OPT - 1);
	ipl_put_be(w, b->devno, 2);
	ipl_put(w, NULL, OFF_FCP_WWPN - OFF_FCP_DEVNO - 2);
	ipl_put_be(w, b->wwpn, 8);
	ipl_put_be(w, b->fcp_lun, 8);
	ipl_put_be(w, b->bootprog, 4);
	ipl_put(w, NULL, OFF_FCP_BR_LBA - OFF_FCP_WWPN - 20);
	ipl_put_be(w, b->br_lba, 8);
	ipl_put_be(w, b->scpdata.len, 4);
	ipl_put(w, NULL, IPLB_FCP_LEN - FCP_LEN_MIN);
	if (b->scpdata.len)
		ipl_put(w, b->scpdata.p, b->scpdata.len);
}
