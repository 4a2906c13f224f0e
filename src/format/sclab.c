/* SPDX-License-Identifier: MIT */
/* Secure-code loading attributes. May use: base. */
#include "format/sclab.h"

#include <string.h>

#define LOCATOR_LEN 8 /* 2 bytes of zeros, length, magic */

int sclab_decode(struct ipl_span in, struct sclab *ret, struct ipl_err *err)
{
	struct ipl_rd r = { .in = in };
	struct sclab s = { .present = true };
	uint16_t len;

	if (in.len < SCLAB_LEN || memcmp(in.p + in.len - 4, "zIPL", 4) != 0) {
		*ret = (struct sclab){ 0 };
		return 0;
	}
	r.at = in.len - LOCATOR_LEN + 2;
	len = ipl_be16(&r);
	if (len != SCLAB_LEN)
		return ipl_fail(err, IPL_EBAD,
				"loading attributes of %u bytes, expected %d",
				len, SCLAB_LEN);
	r.at = in.len - SCLAB_LEN;
	s.format = ipl_u8(&r);
	ipl_skip(&r, 1);
	s.flags = ipl_be16(&r);
	ipl_skip(&r, 4);
	s.load_psw = ipl_be64(&r);
	s.load_addr = ipl_be64(&r);
	if (r.short_read || s.format)
		return ipl_fail(err, IPL_EBAD,
				"loading attributes of format %u, expected 0",
				s.format);
	*ret = s;
	return 0;
}
