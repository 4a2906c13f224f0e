/* SPDX-License-Identifier: MIT */
/* A console of the machine. May use: libc's freestanding headers. */
#ifndef MENU_CONSOLE_H
#define MENU_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

struct console {
	/* Whole lines go in and out, and there is no cursor. */
	bool is_lines;
	/* Its input must be looked for, no interruption tells of it. */
	bool is_polled;
	/* Write UTF-8 text. Lines end with '\n'; a line may come in parts. */
	void (*write)(struct console *c, const char *p, size_t n);
	/* Bytes that came since, up to @size; 0: none. */
	size_t (*read)(struct console *c, char *buf, size_t size);
	/* Leave the device as it was found; may be NULL. */
	void (*close)(struct console *c);
};

/* The consoles there are; each returns NULL if the machine has none of its
 * kind. */
struct console *console_sclp_ascii(void);
struct console *console_sclp_lines(void);
struct console *console_virtio(void);

#endif
