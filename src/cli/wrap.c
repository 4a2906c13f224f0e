/* SPDX-License-Identifier: MIT */
/* Sentences that do not fit into a line of a terminal.
 * May use: libc only. */
#include "cli/wrap.h"

#include "base/cleanup.h"
#include "cli/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#define NARROWEST 40 /* narrower is worse than lines that are too long */

/* Columns of the terminal, 0 if there is none. */
static unsigned width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col >= NARROWEST ? size.ws_col : 0;
}

/* Characters in @len bytes of UTF-8, each taken for one column. */
static unsigned columns(const char *text, size_t len)
{
	unsigned n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

void ipl_wrap_print(unsigned column, unsigned indent, const char *text)
{
	auto_free char *printable = ipl_text_printable(text);
	const char *p = printable ? printable : "?";
	unsigned max = width();
	unsigned at = column;

	while (*p) {
		size_t blanks = strspn(p, " ");
		size_t len = strcspn(p + blanks, " ");
		unsigned more = columns(p, blanks + len);

		if (max && at + more > max && at > indent) {
			printf("\n%*s", (int)indent, "");
			p += blanks;
			blanks = 0;
			more = columns(p, len);
			at = indent;
		}
		fwrite(p, 1, blanks + len, stdout);
		at += more;
		p += blanks + len;
	}
	putchar('\n');
}
