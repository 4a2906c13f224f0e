/* SPDX-License-Identifier: MIT */
/*
 * The trampoline: the last guest code before the loaded program. Runs in pages
 * that no component covers, puts the components over the stub, sets the IPL
 * parameter block, and starts the program with a reset. May use: the ABI.
 *
 * Position independent; prefix is 0, nothing is enabled.
 */
#include "s390-ipl/abi.h"

	.section .text
	.globl	_start
_start:
	larl	%r12, _start
	larl	%r11, table
	/* plain stores: TCG shall forget what it had translated there */
next:	lg	%r2, 0(%r11)
	lg	%r3, 8(%r11)
	ltg	%r4, 16(%r11)
	jz	block
	agr	%r4, %r2
	lghi	%r5, 0
	lghi	%r6, 0
	lghi	%r7, 0
	lghi	%r8, 0
1:	ltgr	%r3, %r3
	jz	2f
	lmg	%r5, %r8, 0(%r3)
	aghi	%r3, 32
2:	stmg	%r5, %r8, 0(%r2)
	aghi	%r2, 32
	clgr	%r2, %r4
	jl	1b
	aghi	%r11, 24
	j	next

	/* what the program shall see that it was IPLed from: first page */
block:	lg	%r2, TRAMP_AREA(%r12)
	lghi	%r3, 0
	lghi	%r1, 5
	diag	%r2, %r1, 0x308
	cghi	%r3, 1
	je	1f
	lpswe	refused - _start(%r12)

1:	lg	%r2, TRAMP_AREA(%r12)
	lg	%r3, TRAMP_AREA_LEN(%r12)
	srlg	%r3, %r3, 2
	lghi	%r0, 0
	ltg	%r1, TRAMP_KEEP_LOW(%r12)
	jnz	2f

	/* The usual end: 16 bytes of code at absolute 8, where a channel-program
	 * IPL has its CCWs, clear these pages and reset; the reset loads the
	 * program's PSW from absolute 0. */
	mvc	0(8, %r0), TRAMP_PSW(%r12)
	mvc	8(16, %r0), last - _start(%r12)
	lghi	%r1, 8
	br	%r1

	/* A component lies at absolute 0-23: come back here after the reset. */
2:	larl	%r1, tail
	mvc	0(4, %r0), short - _start(%r12)
	st	%r1, 4
	oi	4, 0x80			/* 31 bits of address, 64-bit mode */
	lghi	%r1, 0
	diag	%r1, %r1, 0x308

last:	st	%r0, 0(%r2)
	la	%r2, 4(%r2)
	brct	%r3, last
	diag	%r3, %r3, 0x308		/* %r3 is 0: clears the registers too */

	.org	TRAMP_PARAMS
	.org	TRAMP_TABLE
table:
	.org	TRAMP_TABLE + TRAMP_TABLE_MAX * 24
	.balign	8
refused: .quad	0x0002000180000000, WAIT_BLOCK
short:	.long	0x00080001

	/* The end of this page stays in memory when TRAMP_KEEP_LOW is set, and
	 * the program finds the address of its PSW in register 1. */
	.org	TRAMP_TAIL
tail:	larl	%r4, _start
	larl	%r1, psw
	mvc	0(24, %r0), TRAMP_LOW(%r4)
	mvc	0(16, %r1), TRAMP_LONG_PSW(%r4)
	lg	%r2, TRAMP_AREA(%r4)
	lg	%r3, TRAMP_AREA_LEN(%r4)
	srlg	%r3, %r3, 2
	aghi	%r3, -(0x1000 - TRAMP_TAIL) / 4
1:	st	%r0, 0(%r2)
	la	%r2, 4(%r2)
	brct	%r3, 1b
	lghi	%r2, 0
	lghi	%r4, 0
	lpswe	0(%r1)
	.balign	8
psw:	.quad	0, 0
	.org	0x1000
