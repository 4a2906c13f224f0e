/* SPDX-License-Identifier: MIT */
/* Text files from outside, line by line.
 * May use: base. */
#include "format/text.h"

#include <string.h>

bool ipl_lines_next(struct ipl_lines *lines, struct ipl_span *ret)
{
	struct ipl_span line = ipl_sub(lines->in, lines->at, lines->in.len);
	const uint8_t *end;

	if (line.len == 0)
		return false;
	end = memchr(line.p, '\n', line.len);
	if (end)
		line.len = (size_t)(end - line.p);
	lines->at += line.len + (end != NULL);
	lines->number++;
	if (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	*ret = line;
	return true;
}

bool ipl_is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static struct ipl_span skip_blanks(struct ipl_span text)
{
	size_t n = 0;

	while (n < text.len && ipl_is_blank(text.p[n]))
		n++;
	return ipl_sub(text, n, text.len);
}

struct ipl_span ipl_span_trim(struct ipl_span text)
{
	text = skip_blanks(text);
	while (text.len && ipl_is_blank(text.p[text.len - 1]))
		text.len--;
	return text;
}

struct ipl_span ipl_span_word(struct ipl_span *text)
{
	struct ipl_span rest = skip_blanks(*text);
	size_t n = 0;

	while (n < rest.len && !ipl_is_blank(rest.p[n]))
		n++;
	*text = skip_blanks(ipl_sub(rest, n, rest.len));
	return ipl_sub(rest, 0, n);
}

int ipl_span_compare(struct ipl_span a, struct ipl_span b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.len > b.len) - (a.len < b.len);
}

bool ipl_span_same(struct ipl_span a, struct ipl_span b)
{
	return ipl_span_compare(a, b) == 0;
}

bool ipl_span_is(struct ipl_span a, const char *text)
{
	return ipl_span_same(
		a, (struct ipl_span){ (const uint8_t *)text, strlen(text), 0 });
}

bool ipl_span_number(struct ipl_span text, uint64_t max, uint64_t *ret)
{
	uint64_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned)text.p[i] - '0';

		if (digit > 9 || digit > max || n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*ret = n;
	return text.len > 0;
}

int ipl_span_shown(struct ipl_span text, size_t max)
{
	size_t n = 0;

	while (n < text.len && n < max && text.p[n] >= ' ' && text.p[n] < 0x7f)
		n++;
	return (int)n;
}
