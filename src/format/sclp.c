/* SPDX-License-Identifier: MIT */
/* Service calls that put text on a VM's console. May use: base. */
#include "format/sclp.h"

#include "base/ebcdic.h"
#include "s390-ipl/abi.h"

#include <string.h>

#define WRITE_EVENT_DATA 0x00760005
#define WRITE_EVENT_MASK 0x00780005
#define EVENT_MESSAGE	 0x02 /* line mode, to the operator */
#define EVENT_ASCII	 0x1a
#define EVENT_BIT(type)	 (UINT32_C(1) << (32 - (type)))

#define MDB_GENERAL  1 /* object types in a message data block */
#define MDB_TEXT     4
#define MDB_TEXT_END 0x1000 /* line type flag: end of the text */

/* Begin a call; returns where its SCCB is, to fill in the length later. */
static size_t begin_call(struct ipl_wr *w, uint32_t command)
{
	size_t sccb;

	ipl_put(w, NULL, -w->at % 8);
	ipl_put_be(w, command, 4);
	ipl_put(w, NULL, SERVC_SCCB - 4);
	sccb = w->at;
	ipl_put(w, NULL, 8); /* length, function code, control, response */
	return sccb;
}

/* Fill in a length field at @at of something that ends here. */
static void end_at(struct ipl_wr *w, size_t at, size_t width)
{
	struct ipl_wr len = { .p = w->p + at, .len = width };

	if (!w->overflow)
		ipl_put_be(&len, w->at - at, width);
}

static size_t begin_event(struct ipl_wr *w, uint8_t type)
{
	size_t at = w->at;

	ipl_put(w, NULL, 2);
	ipl_put_be(w, type, 1);
	ipl_put(w, NULL, 3);
	return at;
}

static void put_mask(struct ipl_wr *w)
{
	size_t sccb = begin_call(w, WRITE_EVENT_MASK);

	ipl_put(w, NULL, 2);
	ipl_put_be(w, 4, 2); /* length of each mask */
	ipl_put_be(w, 0, 4); /* what we receive */
	ipl_put_be(w, EVENT_BIT(EVENT_MESSAGE) | EVENT_BIT(EVENT_ASCII), 4);
	ipl_put(w, NULL, 8); /* the answer */
	end_at(w, sccb, 2);
}

/* The next character of @text, as all consoles show it: what is not ASCII would
 * come out as something else on the line-mode console, from controls (new lines, a
 * bell) to other letters. Returns its length in bytes. */
static size_t shown(const char *text, char *ret)
{
	size_t len = 1;

	*ret = '?';
	if (*text >= ' ' && *text <= '~')
		*ret = *text;
	if (*text & 0x80) /* the rest of one in UTF-8 */
		while (((unsigned char)text[len] & 0xc0) == 0x80)
			len++;
	return len;
}

static void put_ascii(struct ipl_wr *w, const char *text)
{
	size_t sccb = begin_call(w, WRITE_EVENT_DATA);
	size_t event = begin_event(w, EVENT_ASCII);

	while (*text) {
		char c;

		if (*text == '\n') {
			ipl_put(w, "\r\n", 2);
			text++;
			continue;
		}
		text += shown(text, &c);
		ipl_put(w, &c, 1);
	}
	end_at(w, event, 2);
	end_at(w, sccb, 2);
}

static void put_mdb_text(struct ipl_wr *w, const char *line, size_t len)
{
	size_t at = w->at;

	ipl_put(w, NULL, 2);
	ipl_put_be(w, MDB_TEXT, 2);
	ipl_put_be(w, MDB_TEXT_END, 2);
	ipl_put(w, NULL, 4); /* alarm, reserved */
	for (const char *end = line + len; line < end;) {
		char c;

		line += shown(line, &c);
		ipl_put_be(w, ipl_ascii_to_ebcdic((unsigned char)c), 1);
	}
	end_at(w, at, 2);
}

static void put_line_mode(struct ipl_wr *w, const char *text)
{
	size_t sccb = begin_call(w, WRITE_EVENT_DATA);
	size_t event = begin_event(w, EVENT_MESSAGE);
	size_t mdb = w->at, general;

	ipl_put(w, NULL, 2);
	ipl_put_be(w, 1, 2);	      /* type of a message data block */
	ipl_put_be(w, 0xd4c4c240, 4); /* "MDB " in EBCDIC */
	ipl_put_be(w, 1, 4);	      /* revision */
	general = w->at;
	ipl_put(w, NULL, 2);
	ipl_put_be(w, MDB_GENERAL, 2);
	ipl_put(w, NULL, 52); /* time, date, names: the console knows better */
	end_at(w, general, 2);
	while (*text) {
		size_t len = strcspn(text, "\n");

		put_mdb_text(w, text, len);
		text += len + (text[len] == '\n');
	}
	end_at(w, mdb, 2);
	end_at(w, event, 2);
	end_at(w, sccb, 2);
}

void ipl_sclp_put_message(struct ipl_wr *w, const char *text)
{
	put_mask(w);
	put_ascii(w, text);
	put_line_mode(w, text);
	ipl_put(w, NULL, -w->at % 8 + 8); /* no further call */
}
