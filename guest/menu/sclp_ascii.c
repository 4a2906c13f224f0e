/* SPDX-License-Identifier: MIT */
/* The ASCII console: a VT220 or what the user has in its place. May use: libc's
 * freestanding headers. */
#include "console.h"
#include "sclp.h"

/* The first byte of input: what comes behind it. Linux,
 * drivers/s390/char/sclp_vt220.c */
#define SESSION_DATA 0x00

static char out[SCLP_DATA_MAX];
static size_t n_out;

static void put(char c)
{
	if (n_out == sizeof(out)) {
		sclp_send(SCLP_ASCII, out, n_out);
		n_out = 0;
	}
	out[n_out++] = c;
}

static void write(struct console *c, const char *p, size_t n)
{
	(void)c;
	n_out = 0;
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\n')
			put('\r');
		put(p[i]);
	}
	sclp_send(SCLP_ASCII, out, n_out);
}

static size_t read(struct console *c, char *buf, size_t size)
{
	const uint8_t *p;
	size_t n;

	(void)c;
	p = sclp_input(SCLP_ASCII, &n);
	if (!n || p[0] != SESSION_DATA)
		return 0;
	for (size_t i = 1; i < n && i <= size; i++)
		buf[i - 1] = (char)p[i];
	return n - 1 < size ? n - 1 : size;
}

struct console *console_sclp_ascii(void)
{
	static struct console console;

	console.write = write;
	console.read = read;
	return sclp_has(SCLP_ASCII) ? &console : NULL;
}
