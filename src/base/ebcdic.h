/* SPDX-License-Identifier: MIT */
/* EBCDIC, code page 037: load parameters, labels, menu and console text.
 * May use: libc only. */
#ifndef IPL_BASE_EBCDIC_H
#define IPL_BASE_EBCDIC_H

#include <stddef.h>
#include <stdint.h>

/* One character. Code page 037 and ISO 8859-1 have the same 256 characters, so
 * that both directions are complete and inverse to one another; what is not
 * ASCII comes out as ISO 8859-1. The end of a line is 0x15 in EBCDIC, as Linux
 * and zipl write it, and not 0x25, which iconv makes of it. */
uint8_t ipl_ebcdic_to_ascii(uint8_t c);
uint8_t ipl_ascii_to_ebcdic(uint8_t c);

/* @len characters; @to may be @from. */
void ipl_ebcdic_to_ascii_buf(void *to, const void *from, size_t len);
void ipl_ascii_to_ebcdic_buf(void *to, const void *from, size_t len);

#endif
