/* SPDX-License-Identifier: MIT */
/* The verdict over a cursor, in words.
 * May use: libc only. */
#include "base/rd.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

int ipl_rd_done(const struct ipl_rd *r, struct ipl_err *err)
{
	if (!r->short_read)
		return 0;
	return ipl_fail(err, IPL_ETRUNC, "ends after %zu bytes, more expected",
			r->in.len);
}

/* "7a 49 50 4c" into @text, which has three bytes for each of @n. */
static void hex(const uint8_t *p, size_t n, char *text)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		text[3 * i] = digit[p[i] >> 4];
		text[3 * i + 1] = digit[p[i] & 15];
		text[3 * i + 2] = i + 1 < n ? ' ' : '\0';
	}
}

int ipl_rd_magic(struct ipl_rd *r, const void *magic, size_t n,
		 struct ipl_err *err)
{
	const uint8_t *p = ipl_take(r, n);
	char found[3 * 8] = "";
	char wanted[3 * 8] = "";

	if (!p || memcmp(p, magic, n) == 0)
		return 0;
	if (n > 8)
		n = 8;
	hex(p, n, found);
	hex(magic, n, wanted);
	return ipl_fail(err, IPL_EBAD, "begins with %s, expected %s", found,
			wanted);
}
