/* SPDX-License-Identifier: MIT */
/* .ins files: which files are loaded where. May use: base. */
#include "format/ins.h"

/* Hexadecimal, with or without 0x: at most 16 digits. */
static bool read_address(struct ipl_span text, uint64_t *ret)
{
	uint64_t v = 0;

	if (text.len > 2 && text.p[0] == '0' && (text.p[1] | 0x20) == 'x')
		text = ipl_sub(text, 2, text.len);
	if (!text.len || text.len > 16)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.p[i], low = c | 0x20;

		if (c >= '0' && c <= '9')
			v = v << 4 | (uint64_t)(c - '0');
		else if (low >= 'a' && low <= 'f')
			v = v << 4 | (uint64_t)(low - 'a' + 10);
		else
			return false;
	}
	*ret = v;
	return true;
}

static int decode(struct ipl_span text, struct ins_line *ret,
		  struct ipl_err *err)
{
	struct ipl_span rest = text, addr;

	ret->path = ipl_span_word(&rest);
	while (ret->path.len && ret->path.p[0] == '/')
		ret->path = ipl_sub(ret->path, 1, ret->path.len);
	addr = ipl_span_word(&rest);
	if (!ret->path.len || !read_address(addr, &ret->addr))
		return ipl_fail(err, IPL_EBAD,
				"line %u: '%.*s', expected the name of a file "
				"and an address such as 0x00010480",
				ret->line, IPL_SPAN_ARG(text));
	return 0;
}

int ins_next(struct ipl_lines *lines, struct ins_line *ret, struct ipl_err *err)
{
	struct ipl_span text;

	while (ipl_lines_next(lines, &text)) {
		int rc;

		text = ipl_span_trim(text);
		if (!text.len || text.p[0] == '*')
			continue;
		ret->line = lines->number;
		rc = decode(text, ret, err);
		return rc ? rc : 1;
	}
	return 0;
}
