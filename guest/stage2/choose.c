/* SPDX-License-Identifier: MIT */
/* Which program: load parameter, menu, or the default (docs/formats/eckd.md,
 * section 5). May use: base's ebcdic, libc's freestanding headers. */
#include "base/ebcdic.h"
#include "console.h"
#include "lib.h"
#include "machine.h"
#include "sclp.h"
#include "stage2.h"

#include <string.h>

#define MENU_END     0x5000u /* of stage 2 as it was loaded */
#define MENU_TIMEOUT 2u
#define MENU_BANNER  4u
#define MENU_TEXTS   6u
#define MENU_ENTRIES 63u

#define LINE_MAX 128u
#define NONE	 (~0u)

extern const uint8_t menu_params[]; /* behind the code */

/* A text of the menu, in lines. */
static void say_text(uint16_t offset)
{
	const uint8_t *p = menu_params + offset;
	char buf[2 * LINE_MAX];
	struct text t = TEXT_ON(buf);

	if (!offset)
		return;
	for (; (uintptr_t)p < MENU_END && *p; p++) {
		uint8_t c = ipl_ebcdic_to_ascii(*p);
		char utf8[4];

		if (c != '\n') {
			text_add_n(&t, utf8, utf8_put(c, utf8));
			continue;
		}
		say(buf);
		text_clear(&t);
	}
	say(buf);
}

static void show_menu(unsigned timeout)
{
	char buf[LINE_MAX];
	struct text t = TEXT_ON(buf);

	say_text(get16(menu_params + MENU_BANNER));
	for (unsigned i = 0; i < MENU_ENTRIES; i++)
		say_text(get16(menu_params + MENU_TEXTS + 2 * i));
	text_add(&t, "Number of a program, then kernel parameters to add");
	if (timeout) {
		text_add(&t, "; 0 in ");
		text_add_number(&t, timeout);
		text_add(&t, " s");
	}
	text_add(&t, ":");
	say(buf);
}

/* A line that was typed; false: the time is over. */
static bool read_line(char *line, size_t size, uint64_t until)
{
	struct console *c = console_sclp_lines();
	size_t n;

	for (;;) {
		sclp_receive();
		n = c ? c->read(c, line, size - 1) : 0;
		if (n) {
			line[n] = '\0';
			if (line[n - 1] == '\n')
				line[n - 1] = '\0';
			return true;
		}
		if (machine_clock() >= until)
			return false;
		sclp_wait(until);
	}
}

/* More for the command line, in EBCDIC, where stage 3 looks. */
static void put_extra(const char *typed, unsigned number)
{
	char buf[LINE_MAX + 32];
	struct text t = TEXT_ON(buf);

	text_add(&t, typed);
	if (*typed)
		text_add(&t, " ");
	text_add(&t, "BOOT_IMAGE=");
	text_add_number(&t, number);
	memset((void *)EXTRA, 0, EXTRA_MAX);
	for (size_t i = 0; i < t.len; i++)
		((uint8_t *)EXTRA)[i] = ipl_ascii_to_ebcdic((uint8_t)buf[i]);
}

static const char *skip_blanks(const char *s)
{
	while (*s == ' ')
		s++;
	return s;
}

/* What a line chooses; *@ret_more is the rest of it. */
static unsigned parse_line(const char *line, const char **ret_more)
{
	const char *s = skip_blanks(line);
	long n = *s ? parse_number(&s) : 0;

	*ret_more = skip_blanks(s);
	if (n < 0 || n >= (long)MENU_ENTRIES || (*s && *s != ' ') ||
	    !get16(menu_params + MENU_TEXTS + 2 * n))
		return NONE;
	return (unsigned)n;
}

static unsigned ask(unsigned timeout)
{
	uint64_t end = timeout ? machine_clock() + CLOCK_MS(1000) * timeout
			       : UINT64_MAX;
	char line[LINE_MAX];
	const char *more = "";
	unsigned number = 0;

	show_menu(timeout);
	while (read_line(line, sizeof(line), end)) {
		number = parse_line(line, &more);
		if (number != NONE)
			break;
		say("There is no such program.");
		end = UINT64_MAX; /* somebody is there */
		number = 0;
		more = "";
	}
	put_extra(more, number);
	return number;
}

unsigned choose(const uint8_t loadparm[8])
{
	char parm[9] = "";
	const char *s;
	long n;

	for (unsigned i = 0; i < 8 && loadparm[i]; i++)
		parm[i] = (char)ipl_ebcdic_to_ascii(loadparm[i]);
	s = skip_blanks(parm);
	n = parse_number(&s);
	if (n < 0 && (get16(menu_params) || !memcmp(s, "PROMPT", 6)))
		return ask(get16(menu_params + MENU_TIMEOUT));
	n = n < 0 ? 0 : n;
	put_extra("", (unsigned)n);
	return (unsigned)n;
}
