/* SPDX-License-Identifier: MIT */
/* Strings for the menu, with bounds. May use: libc's freestanding headers. */
#include "lib.h"

#define REPLACEMENT 0xfffd

void text_clear(struct text *t)
{
	t->len = 0;
	t->p[0] = '\0';
}

void text_add_n(struct text *t, const char *s, size_t n)
{
	for (size_t i = 0; i < n && t->len + 1 < t->size; i++)
		t->p[t->len++] = s[i];
	t->p[t->len] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_add_n(t, s, str_len(s));
}

void text_add_number(struct text *t, uint64_t n)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	text_add_n(t, digits + at, sizeof(digits) - at);
}

void text_add_clean(struct text *t, const char *s)
{
	char buf[4];
	uint32_t c;

	while ((c = utf8_next(&s)) != 0)
		text_add_n(t, buf, utf8_put(c, buf));
}

size_t str_len(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

bool str_same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	       /* directions of writing */
	       (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

uint32_t utf8_next(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	uint32_t c = p[0], least;
	unsigned more;

	if (!c)
		return 0;
	*s += 1;
	if (c < 0x80)
		return is_control(c) ? REPLACEMENT : c;
	if (c >= 0xc0 && c < 0xe0) {
		more = 1;
		least = 0x80;
	} else if (c >= 0xe0 && c < 0xf0) {
		more = 2;
		least = 0x800;
	} else if (c >= 0xf0 && c < 0xf8) {
		more = 3;
		least = 0x10000;
	} else {
		return REPLACEMENT;
	}
	c &= 0x3f >> more;
	for (unsigned i = 1; i <= more; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return REPLACEMENT;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return REPLACEMENT;
	*s += more;
	return is_control(c) ? REPLACEMENT : c;
}

size_t utf8_put(uint32_t c, char buf[4])
{
	if (c < 0x80) {
		buf[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		buf[0] = (char)(0xc0 | c >> 6);
		buf[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		buf[0] = (char)(0xe0 | c >> 12);
		buf[1] = (char)(0x80 | (c >> 6 & 0x3f));
		buf[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	buf[0] = (char)(0xf0 | (c >> 18 & 7));
	buf[1] = (char)(0x80 | (c >> 12 & 0x3f));
	buf[2] = (char)(0x80 | (c >> 6 & 0x3f));
	buf[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* Unicode's East Asian Width W and F, and combining marks: what names of
 * kernels and systems may contain. */
static const struct {
	uint32_t first, last;
	unsigned columns;
} widths[] = {
	{ 0x0300, 0x036f, 0 },	 { 0x1100, 0x115f, 2 },
	{ 0x200b, 0x200d, 0 },	 { 0x20d0, 0x20ff, 0 },
	{ 0x2e80, 0x303e, 2 },	 { 0x3041, 0xa4cf, 2 },
	{ 0xac00, 0xd7a3, 2 },	 { 0xf900, 0xfaff, 2 },
	{ 0xfe00, 0xfe0f, 0 },	 { 0xfe30, 0xfe6f, 2 },
	{ 0xff00, 0xff60, 2 },	 { 0xffe0, 0xffe6, 2 },
	{ 0x1f300, 0x1f64f, 2 }, { 0x1f900, 0x1f9ff, 2 },
	{ 0x20000, 0x3fffd, 2 },
};

unsigned char_columns(uint32_t c)
{
	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++)
		if (c >= widths[i].first && c <= widths[i].last)
			return widths[i].columns;
	return 1;
}

size_t str_columns(const char *s)
{
	size_t n = 0;
	uint32_t c;

	while ((c = utf8_next(&s)) != 0)
		n += char_columns(c);
	return n;
}

long parse_number(const char **s)
{
	long n = 0;
	unsigned digits = 0;

	for (; **s >= '0' && **s <= '9'; ++*s, digits++)
		n = digits < 8 ? n * 10 + (**s - '0') : n;
	return digits && digits <= 8 ? n : -1;
}
