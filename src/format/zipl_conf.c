/* SPDX-License-Identifier: MIT */
/* zipl.conf, line by line. May use: base. */
#include "format/zipl_conf.h"

#include <string.h>

/* Numbers in menus have at most two digits; more are told apart from garbage. */
#define NUMBER_MAX 9999u

static const char *const key_names[ZIPL_CONF_KEYS] = {
	[ZIPL_CONF_DEFAULT] = "default",
	[ZIPL_CONF_DEFAULTAUTO] = "defaultauto",
	[ZIPL_CONF_DEFAULTMENU] = "defaultmenu",
	[ZIPL_CONF_DUMPTO] = "dumpto",
	[ZIPL_CONF_DUMPTOFS] = "dumptofs",
	[ZIPL_CONF_IMAGE] = "image",
	[ZIPL_CONF_KDUMP] = "kdump",
	[ZIPL_CONF_MVDUMP] = "mvdump",
	[ZIPL_CONF_PARAMETERS] = "parameters",
	[ZIPL_CONF_PARMFILE] = "parmfile",
	[ZIPL_CONF_PROMPT] = "prompt",
	[ZIPL_CONF_RAMDISK] = "ramdisk",
	[ZIPL_CONF_SECURE] = "secure",
	[ZIPL_CONF_SEGMENT] = "segment",
	[ZIPL_CONF_TAPE] = "tape",
	[ZIPL_CONF_TARGET] = "target",
	[ZIPL_CONF_TARGETBASE] = "targetbase",
	[ZIPL_CONF_TARGETBLOCKSIZE] = "targetblocksize",
	[ZIPL_CONF_TARGETGEOMETRY] = "targetgeometry",
	[ZIPL_CONF_TARGETOFFSET] = "targetoffset",
	[ZIPL_CONF_TARGETTYPE] = "targettype",
	[ZIPL_CONF_TIMEOUT] = "timeout",
};

const char *zipl_conf_key_name(enum zipl_conf_key key)
{
	return key_names[key];
}

static bool is_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

static int find_key(struct ipl_span name, struct zipl_conf_line *ret,
		    struct ipl_err *err)
{
	for (unsigned i = 0; i < ZIPL_CONF_KEYS; i++) {
		if (!ipl_span_is(name, key_names[i]))
			continue;
		ret->key = (enum zipl_conf_key)i;
		return 0;
	}
	return ipl_fail(err, IPL_EBAD, "line %u: unknown keyword '%.*s'",
			ret->line, IPL_SPAN_ARG(name));
}

/* "[name]", with nothing behind it. */
static int take_section(struct ipl_span line, struct zipl_conf_line *ret,
			struct ipl_err *err)
{
	const uint8_t *end = memchr(line.p, ']', line.len);

	ret->kind = ZIPL_CONF_SECTION;
	if (!end)
		return ipl_fail(err, IPL_EBAD, "line %u: there is no ']'",
				ret->line);
	if (end != line.p + line.len - 1)
		return ipl_fail(err, IPL_EBAD,
				"line %u: there is something behind ']'",
				ret->line);
	ret->text = ipl_sub(line, 1, line.len - 2);
	if (ret->text.len == 0)
		return ipl_fail(err, IPL_EBAD,
				"line %u: the section has no name", ret->line);
	for (size_t i = 0; i < ret->text.len; i++) {
		if (ret->text.p[i] <= ' ' || ret->text.p[i] >= 0x7f)
			return ipl_fail(err, IPL_EBAD,
					"line %u: the section's name has a "
					"blank, or what is not ASCII",
					ret->line);
	}
	return 0;
}

static int take_menu(struct ipl_span line, struct zipl_conf_line *ret,
		     struct ipl_err *err)
{
	ret->kind = ZIPL_CONF_MENU;
	ret->text = ipl_sub(line, 1, line.len);
	if (ret->text.len == 0)
		return ipl_fail(err, IPL_EBAD, "line %u: the menu has no name",
				ret->line);
	for (size_t i = 0; i < ret->text.len; i++) {
		if (!is_alnum(ret->text.p[i]))
			return ipl_fail(
				err, IPL_EBAD,
				"line %u: the menu's name has something "
				"else than letters and digits",
				ret->line);
	}
	return 0;
}

/* Quotes keep blanks; what stands behind the second one is wrong. */
static int take_value(struct ipl_span text, struct zipl_conf_line *ret,
		      struct ipl_err *err)
{
	uint8_t quote = text.len ? text.p[0] : 0;
	const uint8_t *end;

	ret->text = text;
	if (quote != '"' && quote != '\'')
		return 0;
	ret->text = ipl_sub(text, 1, text.len);
	end = ret->text.len ? memchr(ret->text.p, quote, ret->text.len) : NULL;
	if (!end)
		return ipl_fail(err, IPL_EBAD, "line %u: there is no second %c",
				ret->line, quote);
	if (end != text.p + text.len - 1)
		return ipl_fail(err, IPL_EBAD,
				"line %u: there is something behind the second "
				"%c",
				ret->line, quote);
	ret->text.len--;
	return 0;
}

static int take_assignment(struct ipl_span name, struct ipl_span value,
			   struct zipl_conf_line *ret, struct ipl_err *err)
{
	uint64_t number;
	int rc = 0;

	ret->kind = ZIPL_CONF_SET;
	if (name.len && name.p[0] >= '0' && name.p[0] <= '9') {
		ret->kind = ZIPL_CONF_ENTRY;
		if (!ipl_span_number(name, NUMBER_MAX, &number))
			return ipl_fail(err, IPL_EBAD,
					"line %u: '%.*s' is no number of a "
					"menu",
					ret->line, IPL_SPAN_ARG(name));
		ret->number = (unsigned)number;
	} else {
		rc = find_key(name, ret, err);
	}
	return rc ? rc : take_value(value, ret, err);
}

/* A line without '='. */
static int take_word(struct ipl_span line, struct zipl_conf_line *ret,
		     struct ipl_err *err)
{
	int rc = find_key(line, ret, err);

	ret->kind = ZIPL_CONF_SET;
	if (!rc && ret->key != ZIPL_CONF_DEFAULTAUTO)
		return ipl_fail(err, IPL_EBAD,
				"line %u: '%s' has no '=' and no value",
				ret->line, key_names[ret->key]);
	return rc;
}

static int decode_line(struct ipl_span line, struct zipl_conf_line *ret,
		       struct ipl_err *err)
{
	const uint8_t *eq;
	size_t len;

	if (memchr(line.p, '\0', line.len))
		return ipl_fail(err, IPL_EBAD, "line %u: has a NUL", ret->line);
	if (line.p[0] == '[')
		return take_section(line, ret, err);
	if (line.p[0] == ':')
		return take_menu(line, ret, err);
	eq = memchr(line.p, '=', line.len);
	if (!eq)
		return take_word(line, ret, err);
	len = (size_t)(eq - line.p);
	return take_assignment(ipl_span_trim(ipl_sub(line, 0, len)),
			       ipl_span_trim(ipl_sub(line, len + 1, line.len)),
			       ret, err);
}

int zipl_conf_next(struct ipl_lines *lines, struct zipl_conf_line *ret,
		   struct ipl_err *err)
{
	struct ipl_span line;

	while (ipl_lines_next(lines, &line)) {
		struct zipl_conf_line l = { .line = lines->number };
		int rc;

		line = ipl_span_trim(line);
		if (line.len == 0 || line.p[0] == '#')
			continue;
		rc = decode_line(line, &l, err);
		if (rc)
			return rc;
		*ret = l;
		return 1;
	}
	return 0;
}

/* One hexadecimal digit, or -1. */
static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct zipl_conf_file zipl_conf_file_decode(struct ipl_span text)
{
	struct zipl_conf_file ret = { .path = text };
	size_t comma = text.len;
	uint64_t addr = 0;
	size_t i;

	while (comma && text.p[comma - 1] != ',')
		comma--;
	i = comma;
	if (text.len - i > 2 && text.p[i] == '0' &&
	    (text.p[i + 1] | 0x20) == 'x')
		i += 2;
	if (comma == 0 || i == text.len || text.len - i > 16)
		return ret;
	for (; i < text.len; i++) {
		int digit = hex_digit(text.p[i]);

		if (digit < 0)
			return ret;
		addr = addr << 4 | (unsigned)digit;
	}
	ret.path = ipl_span_trim(ipl_sub(text, 0, comma - 1));
	ret.has_addr = true;
	ret.addr = addr;
	return ret;
}
