/* SPDX-License-Identifier: MIT */
/* Load parameters: what they say to whoever loads, and what the program gets.
 * May use: base, format. */
#include "device/loadparm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ASCII only, whatever the locale. */
static char upper(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return c;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What zipl's stage 3 takes from a load parameter: "S1", "SS". */
static bool is_site(const char *s)
{
	return s[0] == 'S' && (is_digit(s[1]) || s[1] == 'S') && !s[2];
}

/* The whole of a normalized load parameter that the machine has too. */
static bool parse_classic(struct ipl_loadparm *p)
{
	const char *rest = p->text + strspn(p->text, "0123456789");

	if (!strcmp(p->text, "PROMPT")) {
		p->kind = IPL_LOADPARM_PROMPT;
		return true;
	}
	if (*rest && !is_site(rest) && !(rest > p->text && *rest == 'G'))
		return false;
	p->kind = IPL_LOADPARM_NUMBER;
	p->number = (unsigned)strtoul(p->text, NULL, 10); /* 8 digits */
	return true;
}

static int check_chars(const char *text, size_t len, struct ipl_err *err)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return ipl_fail(err, IPL_EINVAL,
					"control character 0x%02x in the load "
					"parameter, expected a number, a name, "
					"PROMPT or a site (S1)",
					(unsigned char)text[i]);
	}
	if (len > IPL_ENTRY_NAME_MAX)
		return ipl_fail(err, IPL_EINVAL,
				"load parameter of %zu characters, expected 8, "
				"or %d for the name of an entry",
				len, IPL_ENTRY_NAME_MAX);
	if (len > IPL_LOADPARM_LEN && strspn(text, "0123456789") >= len)
		return ipl_fail(
			err, IPL_EINVAL,
			"load parameter '%.*s' has %zu digits, expected "
			"%d at most",
			(int)len, text, len, IPL_LOADPARM_LEN);
	return 0;
}

int ipl_loadparm_parse(const char *text, struct ipl_loadparm *ret,
		       struct ipl_err *err)
{
	struct ipl_loadparm p = { 0 };
	size_t len;
	int rc;

	text += strspn(text, " ");
	len = strlen(text);
	while (len && text[len - 1] == ' ')
		len--;
	rc = check_chars(text, len, err);
	if (rc)
		return rc;
	if (len <= IPL_LOADPARM_LEN) {
		for (size_t i = 0; i < len; i++)
			p.text[i] = upper(text[i]);
		if (parse_classic(&p)) {
			*ret = p;
			return 0;
		}
	}
	memset(p.text, 0, sizeof(p.text));
	p.kind = IPL_LOADPARM_NAME;
	memcpy(p.name, text, len);
	*ret = p;
	return 0;
}

void ipl_loadparm_of_number(unsigned number, struct ipl_loadparm *ret)
{
	*ret = (struct ipl_loadparm){ .kind = IPL_LOADPARM_NUMBER,
				      .number = number };
	snprintf(ret->text, sizeof(ret->text), "%u", number % 100000000);
}
