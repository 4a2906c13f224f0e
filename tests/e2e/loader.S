/* SPDX-License-Identifier: MIT */
/*
 * A boot loader of few words (docs/abi.md): IPLs the last program of the list, as
 * if numbers went from 1 without a gap. With IDLE it chooses nothing.
 * Registers: 12 mailbox, 13 buffer, 10 sequence number, 9 where to return to.
 */
#include "s390-ipl/abi.h"

#define ROOM 4096

	.section .text
	.globl _start
_start:
	lgr	%r12, %r2
	lgr	%r9, %r14
	larl	%r13, buffer
	lghi	%r10, 0
#ifdef IDLE
	br	%r9
#endif
	lghi	%r2, CALL_LIST
	lghi	%r3, 0
	brasl	%r11, call
	cghi	%r2, REPLY_OK
	jne	out
	llgf	%r1, LIST_VERSION(%r13)
	cghi	%r1, 1
	jne	out
	llgf	%r8, LIST_COUNT(%r13)
	/* one that there is not: the host says so, and goes on */
	lghi	%r2, CALL_IPL
	lgr	%r3, %r8
	aghi	%r3, 1
	brasl	%r11, call
	cghi	%r2, REPLY_FAILED
	jne	out
	lghi	%r2, CALL_IPL
	lgr	%r3, %r8
	brasl	%r11, call
out:	br	%r9

	/* call %r2 with number %r3; its result to %r2 */
call:	stg	%r3, MBOX_CALL_NUMBER(%r12)
	lghi	%r1, 0
	stg	%r1, MBOX_CALL_TEXT_LEN(%r12)
	stg	%r13, MBOX_CALL_BUFFER(%r12)
	lghi	%r1, ROOM
	stg	%r1, MBOX_CALL_BUFFER_LEN(%r12)
	aghi	%r10, 1
	sllg	%r1, %r10, 8
	ogr	%r1, %r2
	stg	%r1, MBOX_CALL(%r12)
1:	clg	%r1, MBOX_REPLY(%r12)
	jne	1b
	lg	%r2, MBOX_REPLY_RC(%r12)
	br	%r11

	.balign	8
buffer:	.space	ROOM
