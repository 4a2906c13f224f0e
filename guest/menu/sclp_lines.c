/* SPDX-License-Identifier: MIT */
/* The line-mode console: messages to the operator, and lines that an operator
 * typed. Layouts: QEMU, include/hw/s390x/event-facility.h; Linux,
 * drivers/s390/char/sclp_rw.h and sclp_tty.c. May use: base's ebcdic, libc's
 * freestanding headers. */
#include "base/ebcdic.h"
#include "console.h"
#include "lib.h"
#include "sclp.h"

#include <string.h>

#define LINE_MAX 240u /* characters of a line; what QEMU shows of one */

/* Message data block: header, general object, one text object. */
#define MDB_HEADER  12u
#define MDB_GENERAL 56u
#define MDB_TEXT    10u

/* Vectors in what an operator typed. */
#define GDS_MDSMU    0x1310
#define GDS_CPMSU    0x1212
#define GDS_TEXTCMD  0x1320
#define SUBV_MESSAGE 0x31
#define SUBV_TEXT    0x30
#define QEMU_TEXT    16u /* where QEMU has the text, behind one of each */

static struct {
	uint8_t header[MDB_HEADER];
	uint8_t general[MDB_GENERAL];
	uint8_t text_header[MDB_TEXT];
	uint8_t text[LINE_MAX];
} mdb;
static unsigned n_line; /* characters of mdb.text */

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void send_line(void)
{
	static const uint8_t type[] = { 0, 1, 0xd4, 0xc4, 0xc2, 0x40, 0, 0,
					0, 1 }; /* "MDB ", revision */
	unsigned all = MDB_HEADER + MDB_GENERAL + MDB_TEXT + n_line;

	memset(&mdb, 0, MDB_HEADER + MDB_GENERAL + MDB_TEXT);
	put16(mdb.header, all);
	memcpy(mdb.header + 2, type, sizeof(type));
	put16(mdb.general, MDB_GENERAL);
	put16(mdb.general + 2, 1);
	put16(mdb.text_header, MDB_TEXT + n_line);
	put16(mdb.text_header + 2, 4);
	put16(mdb.text_header + 4, 0x1000); /* the text ends */
	sclp_send(SCLP_MESSAGE, &mdb, all);
	n_line = 0;
}

static void write(struct console *c, const char *p, size_t n)
{
	const char *end = p + n;

	(void)c;
	while (p < end) {
		uint32_t character;

		if (*p == '\n') {
			p++;
			send_line();
			continue;
		}
		character = utf8_next(&p);
		if (n_line == LINE_MAX)
			send_line();
		mdb.text[n_line++] = ipl_ascii_to_ebcdic(
			character < 0x100 ? (uint8_t)character : '?');
	}
}

/* The contents of the vector @id among those in @n bytes, or NULL. Lengths of
 * vectors take 2 bytes, those of subvectors one. */
static const uint8_t *find(const uint8_t *p, size_t n, unsigned width,
			   unsigned id, size_t *ret_n)
{
	while (n >= 2 * width) {
		size_t len = width == 2 ? (size_t)p[0] << 8 | p[1] : p[0];
		unsigned here = width == 2 ? (unsigned)p[2] << 8 | p[3] : p[1];

		if (len < 2 * width || len > n)
			return NULL;
		if (here == id) {
			*ret_n = len - 2 * width;
			return p + 2 * width;
		}
		p += len;
		n -= len;
	}
	return NULL;
}

/* The text of what an operator typed, or NULL. */
static const uint8_t *find_text(const uint8_t *p, size_t n, size_t *ret_n)
{
	static const struct {
		unsigned width, id;
	} path[] = { { 2, GDS_MDSMU },
		     { 2, GDS_CPMSU },
		     { 2, GDS_TEXTCMD },
		     { 1, SUBV_MESSAGE },
		     { 1, SUBV_TEXT } };
	const uint8_t *at = p;
	size_t len = n;

	for (size_t i = 0; at && i < sizeof(path) / sizeof(*path); i++)
		at = find(at, len, path[i].width, path[i].id, &len);
	*ret_n = len;
	/* QEMU on a little-endian host has the bytes of the names swapped and
	 * no lengths of the inner two; they are all there, and nothing else. */
	if (!at && n >= QEMU_TEXT && p[QEMU_TEXT - 3] == SUBV_MESSAGE &&
	    p[QEMU_TEXT - 1] == SUBV_TEXT) {
		at = p + QEMU_TEXT;
		*ret_n = n - QEMU_TEXT;
	}
	return at;
}

static size_t read(struct console *c, char *buf, size_t size)
{
	const uint8_t *p;
	size_t n;

	(void)c;
	if (n_line)
		send_line(); /* a prompt: now somebody waits */
	p = sclp_input(SCLP_COMMAND, &n);
	p = n ? find_text(p, n, &n) : NULL;
	if (!p || !size)
		return 0;
	if (n > size - 1)
		n = size - 1;
	for (size_t i = 0; i < n; i++)
		buf[i] = (char)ipl_ebcdic_to_ascii(p[i]);
	buf[n] = '\n';
	return n + 1;
}

struct console *console_sclp_lines(void)
{
	static struct console console;

	console.is_lines = true;
	console.write = write;
	console.read = read;
	return sclp_has(SCLP_MESSAGE) ? &console : NULL;
}
