/* SPDX-License-Identifier: MIT */
/* Descriptions of programs in a boot map (docs/formats/description.md).
 * May use: base. */
#include "format/description.h"

#include "base/rd.h"

#include <string.h>

#define MAGIC_WORD	 "s390-ipl-description "
#define MAGIC_WORD_LEN	 (sizeof(MAGIC_WORD) - 1)
#define SLOT_MAGIC	 "dscr"
#define SLOT_MAGIC_LEN	 4u
#define SLOT_POINTER_LEN 8u /* bytes that are 0: no pointer of any format */

/* Each key, and where its value goes. */
static const struct {
	const char *name;
	size_t off;
} keys[] = {
	{ "title", offsetof(struct ipl_description, title) },
	{ "version", offsetof(struct ipl_description, version) },
	{ "id", offsetof(struct ipl_description, id) },
	{ "machine-id", offsetof(struct ipl_description, machine_id) },
	{ "sort-key", offsetof(struct ipl_description, sort_key) },
	{ "writer", offsetof(struct ipl_description, writer) },
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

static struct ipl_span *value_of(struct ipl_description *d, size_t key)
{
	return (struct ipl_span *)(void *)((char *)d + keys[key].off);
}

static const struct ipl_span *const_value_of(const struct ipl_description *d,
					     size_t key)
{
	return (const struct ipl_span *)(const void *)((const char *)d +
						       keys[key].off);
}

/* The bytes of the character at the start of @in, 0 where there is none: UTF-8
 * as RFC 3629 has it, and no control characters. */
static size_t char_len(struct ipl_span in)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t first = in.len ? in.p[0] : 0;
	uint32_t c;
	size_t n;

	if (first < 0x80)
		return first >= 0x20 && first != 0x7f;
	n = first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if (!n || first >= 0xf8 || n > in.len)
		return 0;
	c = first & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((in.p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (in.p[i] & 0x3fu);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ||
	    c < 0xa0) /* C1 controls */
		return 0;
	return n;
}

size_t ipl_description_fit(struct ipl_span text)
{
	size_t at = 0;

	for (;;) {
		size_t n = char_len(ipl_sub(text, at, text.len));

		if (!n || at + n > IPL_DESCRIPTION_VALUE_MAX)
			return at;
		at += n;
	}
}

/* A line, with which the walk over the lines begins at offset 0. */
static bool next_line(struct ipl_span in, size_t *at, struct ipl_span *ret)
{
	const uint8_t *end;

	if (*at >= in.len)
		return false;
	*ret = ipl_sub(in, *at, in.len);
	end = memchr(ret->p, '\n', ret->len);
	if (end)
		ret->len = (size_t)(end - ret->p);
	*at += ret->len + 1;
	return true;
}

/* The number of a line "[N]", or -1. */
static int section_of(struct ipl_span line)
{
	int n = 0;

	if (line.len < 3 || line.len > 4 || line.p[0] != '[' ||
	    line.p[line.len - 1] != ']')
		return -1;
	for (size_t i = 1; i + 1 < line.len; i++) {
		if (line.p[i] < '0' || line.p[i] > '9')
			return -1;
		n = n * 10 + (line.p[i] - '0');
	}
	return n;
}

static void take_line(struct ipl_description *d, struct ipl_span line)
{
	const uint8_t *eq = line.len ? memchr(line.p, '=', line.len) : NULL;
	size_t name_len = eq ? (size_t)(eq - line.p) : 0;
	struct ipl_span value = ipl_sub(line, name_len + 1, line.len);

	for (size_t i = 0; eq && i < N_KEYS; i++) {
		if (name_len != strlen(keys[i].name) ||
		    memcmp(keys[i].name, line.p, name_len) != 0)
			continue;
		if (value_of(d, i)->p || value.len == 0)
			return;
		if (ipl_description_fit(value) == value.len)
			*value_of(d, i) = value;
		else
			d->bad++;
	}
}

/* The first line of @in; *@at is where the next one begins. */
static int check_magic(struct ipl_span in, size_t *at, struct ipl_err *err)
{
	struct ipl_rd r = { .in = in };
	struct ipl_span line = { 0 };
	int rc;

	rc = ipl_rd_magic(&r, MAGIC_WORD, MAGIC_WORD_LEN, err);
	if (!rc)
		rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	next_line(in, at, &line);
	if (line.len + 1 == strlen(IPL_DESCRIPTION_MAGIC) &&
	    line.p[MAGIC_WORD_LEN] == '1')
		return 0;
	line = ipl_sub(line, MAGIC_WORD_LEN, 8);
	line.len = ipl_description_fit(line);
	return ipl_fail(err, IPL_EUNSUP,
			"description of version \"%.*s\", expected 1",
			(int)line.len, (const char *)line.p);
}

int ipl_description_decode(struct ipl_span in, int number,
			   struct ipl_description *ret, struct ipl_err *err)
{
	struct ipl_description d = { 0 };
	int section = IPL_DESCRIPTION_OWN;
	bool found = number == IPL_DESCRIPTION_OWN;
	struct ipl_span line;
	size_t at = 0;
	int rc;

	rc = check_magic(in, &at, err);
	if (rc)
		return rc;
	while (next_line(in, &at, &line)) {
		if (line.len && line.p[0] == '[') {
			section = section_of(line);
			if (section < 0)
				section = IPL_DESCRIPTION_OWN - 1;
			found |= section == number;
		} else if (section == number) {
			take_line(&d, line);
		}
	}
	if (!found)
		return ipl_fail(err, IPL_ENOTFOUND, "nothing about program %d",
				number);
	*ret = d;
	return 0;
}

static int check_values(const struct ipl_description *d, struct ipl_err *err)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		const struct ipl_span *v = const_value_of(d, i);

		if (v->p && ipl_description_fit(*v) != v->len)
			return ipl_fail(
				err, IPL_EINVAL,
				"%s: %zu bytes, expected at most %u in UTF-8 "
				"without control characters",
				keys[i].name, v->len,
				IPL_DESCRIPTION_VALUE_MAX);
	}
	return 0;
}

static void put_text(struct ipl_wr *w, const char *text)
{
	ipl_put(w, text, strlen(text));
}

static void put_section(struct ipl_wr *w, unsigned number)
{
	char digits[] = { (char)('0' + number / 10 % 10),
			  (char)('0' + number % 10), '\0' };

	put_text(w, "[");
	put_text(w, digits[0] == '0' ? digits + 1 : digits);
	put_text(w, "]\n");
}

int ipl_description_encode(struct ipl_wr *w, int number,
			   const struct ipl_description *d, struct ipl_err *err)
{
	int rc = check_values(d, err);

	if (rc)
		return rc;
	if (w->at == 0)
		put_text(w, IPL_DESCRIPTION_MAGIC);
	if (number != IPL_DESCRIPTION_OWN)
		put_section(w, (unsigned)number);
	for (size_t i = 0; i < N_KEYS; i++) {
		const struct ipl_span *v = const_value_of(d, i);

		if (!v->p || v->len == 0)
			continue;
		put_text(w, keys[i].name);
		put_text(w, "=");
		ipl_put(w, v->p, v->len);
		put_text(w, "\n");
	}
	return 0;
}

uint32_t ipl_description_slot_decode(struct ipl_span slot)
{
	static const uint8_t none[SLOT_POINTER_LEN];
	struct ipl_rd r = { .in = slot };
	const uint8_t *pointer = ipl_take(&r, SLOT_POINTER_LEN);
	const uint8_t *magic = ipl_take(&r, SLOT_MAGIC_LEN);
	uint32_t block = ipl_be32(&r);

	if (r.short_read || memcmp(pointer, none, sizeof(none)) != 0 ||
	    memcmp(magic, SLOT_MAGIC, SLOT_MAGIC_LEN) != 0)
		return 0;
	return block;
}

void ipl_description_slot_encode(struct ipl_wr *w, uint32_t block)
{
	ipl_put(w, NULL, SLOT_POINTER_LEN);
	ipl_put(w, SLOT_MAGIC, SLOT_MAGIC_LEN);
	ipl_put_be(w, block, 4);
}
