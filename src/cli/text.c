/* SPDX-License-Identifier: MIT */
/* Text from outside on its way to a terminal or into JSON.
 * May use: base. */
#include "cli/text.h"

#include "base/utf8.h"

#include <langinfo.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_printable(uint32_t c, bool utf8)
{
	return (utf8 || c < 0x80) && ipl_utf8_is_printable(c);
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
		size_t len = ipl_utf8_decode(p, &c);

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
		size_t len = ipl_utf8_decode(p, &c);

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
		size_t len = ipl_utf8_decode(p, &c);

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
	if (bytes < 100) {
		snprintf(buf, IPL_TEXT_SIZE, "%u B", (unsigned)bytes);
		return buf;
	}
	while (n >= 1000 && i + 1 < sizeof(units) / sizeof(units[0])) {
		n /= 1024;
		i++;
	}
	snprintf(buf, IPL_TEXT_SIZE, "%.1f %s", n, units[i]);
	return buf;
}
