/* SPDX-License-Identifier: MIT */
/* Characters in text from outside.
 * May use: libc only. */
#include "base/utf8.h"

#include <stddef.h>

size_t ipl_utf8_decode(const unsigned char *p, uint32_t *ret)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c = p[0];
	size_t len = 1;

	if (c >= 0xf0 && c < 0xf8) {
		len = 4;
		c &= 0x07;
	} else if (c >= 0xe0 && c < 0xf0) {
		len = 3;
		c &= 0x0f;
	} else if (c >= 0xc0 && c < 0xe0) {
		len = 2;
		c &= 0x1f;
	} else if (c >= 0x80) {
		return 0;
	}
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < smallest[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*ret = c;
	return len;
}

/* Line and paragraph separators, marks and overrides of direction: with them a
 * text can look like another one. */
static bool is_treacherous(uint32_t c)
{
	return (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

bool ipl_utf8_is_printable(uint32_t c)
{
	if (c < 0x80)
		return c >= 0x20 && c != 0x7f;
	return c >= 0xa0 && !is_treacherous(c);
}

void ipl_utf8_disarm(char *text)
{
	unsigned char *p = (unsigned char *)text;

	while (*p) {
		uint32_t c = 0;
		size_t len = ipl_utf8_decode(p, &c);

		if (len && ipl_utf8_is_printable(c)) {
			p += len;
			continue;
		}
		for (size_t i = 0; i < (len ? len : 1); i++)
			*p++ = '?';
	}
}
