/* SPDX-License-Identifier: MIT */
/* The boot menu in zipl's stage 2.
 * May use: base. */
#include "format/zipl_menu.h"

#include "base/rd.h"

#include <string.h>

/* "zIPL v" in EBCDIC: so begins the banner, which follows the parameters. */
static const uint8_t banner_start[] = { 0xa9, 0xc9, 0xd7, 0xd3, 0x40, 0xa5 };

/* Bytes of the parameters, with the bits for kdump and (before 1.18) without;
 * that is also the offset of the banner that they name. */
static const uint16_t params_lens[] = { 140, 132 };

/* Where the parameters begin whose banner is at @at of @stage2. */
static bool find_params(struct ipl_span stage2, size_t at, size_t *ret_off,
			uint16_t *ret_len)
{
	for (size_t i = 0; i < sizeof(params_lens) / sizeof(params_lens[0]);
	     i++) {
		size_t off = at - params_lens[i];
		struct ipl_rd r = { .in = ipl_sub(stage2, off + 4, 2) };

		if (at < params_lens[i] || ipl_be16(&r) != params_lens[i])
			continue;
		*ret_off = off;
		*ret_len = params_lens[i];
		return true;
	}
	return false;
}

static bool find_menu(struct ipl_span stage2, size_t *ret_off,
		      uint16_t *ret_len)
{
	size_t len = sizeof(banner_start);

	for (size_t at = 0; at + len <= stage2.len; at++) {
		if (stage2.p[at] == banner_start[0] &&
		    !memcmp(stage2.p + at, banner_start, len) &&
		    find_params(stage2, at, ret_off, ret_len))
			return true;
	}
	return false;
}

/* The text at @off of the parameters @params, which go on to the end of stage
 * 2. */
static struct ipl_span get_text(struct ipl_span params, uint16_t off,
				unsigned *bad)
{
	struct ipl_span text = ipl_sub(params, off, ZIPL_MENU_TEXT_MAX);
	const uint8_t *end = text.len ? memchr(text.p, 0, text.len) : NULL;

	if (end)
		text.len = (size_t)(end - text.p);
	else
		++*bad;
	return text;
}

int zipl_menu_decode(struct ipl_span stage2, struct zipl_menu *ret,
		     struct ipl_err *err)
{
	struct zipl_menu menu = { .prompt = false };
	struct ipl_span params;
	struct ipl_rd r;
	uint16_t offset, len;
	size_t off;
	int rc;

	if (!find_menu(stage2, &off, &len))
		return ipl_fail(err, IPL_EBAD,
				"no boot menu in the %zu bytes of stage 2: "
				"expected \"zIPL v\" in EBCDIC behind its "
				"parameters",
				stage2.len);
	params = ipl_sub(stage2, off, stage2.len);
	r = (struct ipl_rd){ .in = params };
	menu.prompt = ipl_be16(&r) != 0;
	menu.timeout_s = ipl_be16(&r);
	menu.banner = get_text(params, ipl_be16(&r), &menu.bad);
	for (unsigned i = 0; i < ZIPL_MENU_ENTRIES; i++) {
		offset = ipl_be16(&r);
		if (offset)
			menu.text[i] = get_text(params, offset, &menu.bad);
	}
	if (len == params_lens[0])
		menu.kdump = ipl_be64(&r);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	*ret = menu;
	return 0;
}

void zipl_menu_encode(struct ipl_wr *w, const struct zipl_menu *menu)
{
	uint16_t len = params_lens[0];
	size_t at = len + menu->banner.len + 1;

	ipl_put_be(w, menu->prompt, 2);
	ipl_put_be(w, menu->timeout_s, 2);
	ipl_put_be(w, len, 2);
	for (unsigned i = 0; i < ZIPL_MENU_ENTRIES; i++) {
		ipl_put_be(w, menu->text[i].p ? at : 0, 2);
		at += menu->text[i].p ? menu->text[i].len + 1 : 0;
	}
	ipl_put_be(w, menu->kdump, 8);
	ipl_put(w, menu->banner.p, menu->banner.len);
	ipl_put(w, NULL, 1);
	for (unsigned i = 0; i < ZIPL_MENU_ENTRIES; i++) {
		if (!menu->text[i].p)
			continue;
		ipl_put(w, menu->text[i].p, menu->text[i].len);
		ipl_put(w, NULL, 1);
	}
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Numbers as large as may be: they are only compared. */
static const char *take_number(const char *p, struct zipl_menu_text *t)
{
	const char *begin;

	while (*p == ' ')
		p++;
	begin = p;
	for (; is_digit(*p); p++) {
		t->has_number = true;
		if (t->number < UINT64_MAX / 10 - 1)
			t->number = t->number * 10 + (uint64_t)(*p - '0');
	}
	if (!t->has_number || p[0] != '.' || p[1] != ' ') {
		*t = (struct zipl_menu_text){ .has_number = false };
		return begin;
	}
	return p + 2;
}

/* Drop @end from the end of @t's name. */
static void drop(struct zipl_menu_text *t, const char *end)
{
	size_t len = strlen(end);

	if (t->name_len >= len &&
	    !memcmp(t->name + t->name_len - len, end, len))
		t->name_len -= len;
}

struct zipl_menu_text zipl_menu_parse(const char *text, unsigned entry,
				      bool kdump)
{
	static const char dflt[] = "default (";
	static const char mark[] = " (kdump)";
	struct zipl_menu_text t = { .has_number = false };

	t.name = take_number(text, &t);
	t.name_len = strlen(t.name);
	if (entry == 0 && !strcmp(t.name, "default"))
		t.name_len = 0;
	if (entry != 0 || strncmp(t.name, dflt, strlen(dflt))) {
		if (kdump)
			drop(&t, mark);
		return t;
	}
	/* the default's name may be "kdump" and look like the mark */
	t.name += strlen(dflt);
	t.name_len -= strlen(dflt);
	if (kdump)
		drop(&t, ") (kdump)");
	drop(&t, ")");
	return t;
}
