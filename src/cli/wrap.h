/* SPDX-License-Identifier: MIT */
/* Sentences that do not fit into a line of a terminal.
 * May use: libc only. */
#ifndef IPL_CLI_WRAP_H
#define IPL_CLI_WRAP_H

/* Print @text (made printable) and a newline to the standard output, from
 * column @column on. In a terminal it is broken between words, and what follows
 * is indented to @indent; elsewhere it is one line. */
void ipl_wrap_print(unsigned column, unsigned indent, const char *text);

#endif
