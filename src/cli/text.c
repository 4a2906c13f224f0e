/* SPDX-License-Identifier: MIT */
/* Text from outside on its way to a terminal or into JSON.
 * May use: libc only. */
#include "cli/text.h"

#include <langinfo.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Decode one character of UTF-8 at @p, which a NUL ends. Returns its length,
 * or 0 when it is none (cut off, too long for what it says, a surrogate). */
static size_t utf8_decode(const unsigned char *p, uint32_t *ret)
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

static bool is_printable(uint32_t c, bool utf8)
{
	if (c < 0x80)
		return c >= 0x20 && c != 0x7f;
	return utf8 && c >= 0xa0 && !is_treacherous(c);
}

char *ipl_text_printable(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	char *ret = malloc(4 * strlen(text) + 1);
	char *to = ret;

	if (!ret)
		return NULL;
	while (*p) {
		uint32_t c = 0;
		size_t len = utf8_decode(p, &c);

		if (len && is_printable(c, utf8)) {
			to = mempcpy(to, p, len);
			p += len;
			continue;
		}
		for (size_t i = 0; i < (len ? len : 1); i++)
			to += sprintf(to, "\\x%02x", *p++);
	}
	*to = '\0';
	return ret;
}

char *ipl_text_utf8(const char *text)
{
	static const char unknown[] = "\xef\xbf\xbd"; /* U+FFFD */
	const unsigned char *p = (const unsigned char *)text;
	char *ret = malloc(3 * strlen(text) + 1);
	char *to = ret;

	if (!ret)
		return NULL;
	while (*p) {
		uint32_t c;
		size_t len = utf8_decode(p, &c);

		if (len)
			to = mempcpy(to, p, len);
		else
			to = mempcpy(to, unknown, 3);
		p += len ? len : 1;
	}
	*to = '\0';
	return ret;
}

void ipl_text_put_json(const char *json, FILE *to)
{
	const unsigned char *p = (const unsigned char *)json;

	while (*p) {
		uint32_t c = 0;
		size_t len = utf8_decode(p, &c);

		if (c == '\n' || is_printable(c, true))
			fwrite(p, 1, len, to);
		else
			fprintf(to, "\\u%04x", c);
		p += len ? len : 1;
	}
}

const char *ipl_text_size(uint64_t bytes, char buf[IPL_TEXT_SIZE])
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double n = (double)bytes / 1024;
	size_t i = 0;

	buf[0] = '\0';
	if (bytes == 0)
		return buf;
	while (n >= 1000 && i + 1 < sizeof(units) / sizeof(units[0])) {
		n /= 1024;
		i++;
	}
	snprintf(buf, IPL_TEXT_SIZE, "%.1f %s", n, units[i]);
	return buf;
}
