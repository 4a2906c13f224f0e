/* SPDX-License-Identifier: MIT */
/*
 * The stub: what QEMU gets as its -bios, and what a CPU runs from an IPL reset
 * until the engine on the host has loaded the program. May use: the ABI.
 *
 * Position independent. Absolute 0-8K stays untouched: the stub runs with a
 * prefix area of its own. Registers: 12 mailbox, 13 stub, 9 time of the last
 * sign of life, 10 sign of life, 11 time when the wait began.
 */
#include "s390-ipl/abi.h"

#define TOD_US(n) ((n) << 12)	/* bit 51 of the clock is a microsecond */
#define SERVC(cmd, sccb) .insn rre, 0xb2200000, cmd, sccb

#define SAVED_TOD	(MBOX_SCRATCH + 0x00)
#define SAVED_CKC	(MBOX_SCRATCH + 0x08)
#define SAVED_PFX	(MBOX_SCRATCH + 0x10)

#define EXT_CODE	0x86	/* in the prefix area */
#define EXT_SERVICE	0x2401
#define RESTART_NEW	0x1a0
#define EXT_NEW		0x1b0
#define PGM_NEW		0x1d0

	.section .text
	.globl	_start
_start:
	larl	%r13, _start
	larl	%r12, mailbox
	larl	%r2, block
	lghi	%r3, 0
	lghi	%r1, 6
	diag	%r2, %r1, 0x308		/* store the IPL parameter block */
	stg	%r3, MBOX_BLOCK_RC(%r12)

	/* a prefix area of our own, with where interruptions go */
	larl	%r2, prefix
	larl	%r1, external
	stg	%r1, EXT_NEW + 8(%r2)
	larl	%r1, check
	stg	%r1, PGM_NEW + 8(%r2)
	larl	%r1, begin
	stg	%r1, RESTART_NEW + 8(%r2)
	mvc	EXT_NEW(8, %r2), psw64 - _start(%r13)
	mvc	PGM_NEW(8, %r2), psw64 - _start(%r13)
	mvc	RESTART_NEW(8, %r2), psw64 - _start(%r13)
	st	%r2, SAVED_PFX(%r12)
	spx	SAVED_PFX(%r12)
	lctlg	%c0, %c0, cr0 - _start(%r13)

	stck	SAVED_TOD(%r12)
	lg	%r1, SAVED_TOD(%r12)
	stg	%r1, MBOX_GENERATION(%r12)
	lghi	%r1, STUB_REQUESTED
	stg	%r1, MBOX_STATE(%r12)

	/* Look for a command: often at first, then seldom, so that a host that
	 * takes long costs little. Begins anew after each command. */
begin:	larl	%r13, _start
	larl	%r12, mailbox
	stck	SAVED_TOD(%r12)
	lg	%r11, SAVED_TOD(%r12)
	lgr	%r9, %r11
	lg	%r10, MBOX_ALIVE(%r12)
poll:	lg	%r1, MBOX_COMMAND(%r12)
	clg	%r1, MBOX_DONE(%r12)
	je	idle
	lg	%r2, MBOX_FOR(%r12)
	clg	%r2, MBOX_GENERATION(%r12)
	je	command
idle:	stck	SAVED_TOD(%r12)
	lg	%r2, SAVED_TOD(%r12)
	clg	%r10, MBOX_ALIVE(%r12)
	je	1f
	lg	%r10, MBOX_ALIVE(%r12)
	lgr	%r9, %r2
1:	lgr	%r3, %r2		/* give up when nobody is there */
	sgr	%r3, %r9
	llgf	%r4, STUB_ROM_GIVE_UP(%r13)
	msg	%r4, second - _start(%r13)
	clgr	%r3, %r4
	jh	nobody
	sgr	%r2, %r11		/* how long already, how long a nap */
	larl	%r5, naps
2:	clg	%r2, 0(%r5)
	jl	3f
	aghi	%r5, 16
	j	2b
3:	ltg	%r5, 8(%r5)
	jz	poll
	ag	%r5, SAVED_TOD(%r12)
	stg	%r5, SAVED_CKC(%r12)
	sckc	SAVED_CKC(%r12)
	larl	%r8, poll
	lpswe	doze - _start(%r13)

	/* any external interruption: go on where %r8 says */
external:
	br	%r8

command:
	larl	%r8, begin		/* where a simple command goes on */
	llgcr	%r1, %r1
	cghi	%r1, STUB_CMD_STORE_BACK
	je	store_back
	cghi	%r1, STUB_CMD_SAY
	je	say
	cghi	%r1, STUB_CMD_STOP
	je	stop
	cghi	%r1, STUB_CMD_BRANCH
	je	branch
	cghi	%r1, STUB_CMD_CALL
	je	call
	lghi	%r2, -1			/* unknown */
done:	stg	%r2, MBOX_RESULT(%r12)
	lg	%r1, MBOX_COMMAND(%r12)
	stg	%r1, MBOX_DONE(%r12)
	j	begin

store_back:
	lg	%r6, MBOX_ARG0(%r12)
	larl	%r7, buffer
1:	aghi	%r6, -1
	jl	2f
	lg	%r2, 0(%r7)
	lg	%r3, 8(%r7)
	brasl	%r14, store
	aghi	%r7, 16
	j	1b
2:	lghi	%r2, 0
	j	done

	/* Store %r3 bytes at %r2 onto themselves. Plain stores: QEMU 7.2 drops
	 * only the first byte's translations for MVC and MVCLE. */
store:	agr	%r3, %r2
1:	clgr	%r2, %r3
	bnlr	%r14
	lmg	%r4, %r5, 0(%r2)
	stmg	%r4, %r5, 0(%r2)
	lmg	%r4, %r5, 16(%r2)
	stmg	%r4, %r5, 16(%r2)
	lmg	%r4, %r5, 32(%r2)
	stmg	%r4, %r5, 32(%r2)
	lmg	%r4, %r5, 48(%r2)
	stmg	%r4, %r5, 48(%r2)
	aghi	%r2, STUB_STORE_BACK_UNIT
	j	1b

say:	lg	%r7, MBOX_ARG0(%r12)
	brasl	%r15, calls
	lghi	%r2, 0
	j	done

	/* A list of service calls at offset %r7: see SERVC_COMMAND. */
calls:	agr	%r7, %r13
1:	lt	%r2, SERVC_COMMAND(%r7)
	bzr	%r15
	llgfr	%r2, %r2
	la	%r3, SERVC_SCCB(%r7)
	llgh	%r6, 0(%r3)		/* its length; the next is aligned to 8 */
	aghi	%r6, SERVC_SCCB + 7
	nill	%r6, 0xfff8
	brasl	%r14, sclp
	agr	%r7, %r6
	j	1b

	/* Service call %r2 with the SCCB at %r3, condition code to %r2. Waits for
	 * the interruption that tells the end, a second at the most. */
sclp:	SERVC(%r2, %r3)
	ipm	%r2
	srl	%r2, 28
	llgfr	%r2, %r2
	ltgr	%r2, %r2
	bnzr	%r14
	stck	SAVED_TOD(%r12)
	lg	%r5, SAVED_TOD(%r12)
	ag	%r5, second - _start(%r13)
	stg	%r5, SAVED_CKC(%r12)
	sckc	SAVED_CKC(%r12)
	larl	%r8, 1f
	lpswe	doze - _start(%r13)
1:	br	%r14

stop:	lg	%r2, MBOX_ARG0(%r12)
halt:	lghi	%r1, STUB_STOPPED
	stg	%r1, MBOX_STATE(%r12)
	lg	%r1, MBOX_COMMAND(%r12)
	stg	%r1, MBOX_DONE(%r12)
	larl	%r3, dead
	mvc	0(8, %r3), waitpsw - _start(%r13)
	stg	%r2, 8(%r3)
	lpswe	0(%r3)

check:	larl	%r13, _start
	larl	%r12, mailbox
	llilf	%r2, WAIT_CHECK
	j	halt

nobody:	lghi	%r7, STUB_CONSOLE
	brasl	%r15, calls
	llilf	%r2, WAIT_NOBODY
	j	halt

branch:	lg	%r2, MBOX_ARG0(%r12)
	lg	%r3, MBOX_ARG1(%r12)
	lay	%r7, -4096(%r2, %r3)	/* the code is the last page */
	brasl	%r14, store		/* host-written code may have a stale
					 * translation from an earlier program */
	lghi	%r1, STUB_HANDED_OVER
	stg	%r1, MBOX_STATE(%r12)
	lg	%r1, MBOX_COMMAND(%r12)
	stg	%r1, MBOX_DONE(%r12)
	spx	zero - _start(%r13)
	br	%r7

call:	lg	%r2, MBOX_ARG0(%r12)
	lg	%r3, MBOX_ARG1(%r12)
	lgr	%r7, %r2
	brasl	%r14, store
	lgr	%r2, %r12
	basr	%r14, %r7
	larl	%r13, _start
	larl	%r12, mailbox
	j	done

	.balign	8
psw64:	.quad	0x0000000180000000
waitpsw: .quad	0x0002000180000000
doze:	.quad	0x0102000180000000, 0
cr0:	.quad	0x0000000000000ae0	/* clock comparator, service signal */
zero:	.quad	0
second:	.quad	TOD_US(1000000)
	/* waited less than, nap: figures in docs/design.md */
naps:	.quad	TOD_US(300), 0
	.quad	TOD_US(100000), TOD_US(250)
	.quad	TOD_US(1000000), TOD_US(1000)
	.quad	TOD_US(10000000), TOD_US(10000)
	.quad	-1, TOD_US(100000)

	.org	STUB_ROM_PARAMS
	.long	STUB_ABI_VERSION
	.long	30			/* STUB_ROM_GIVE_UP */
	.quad	0

	.org	STUB_MAILBOX
mailbox: .quad	MBOX_MAGIC_VALUE
	.org	STUB_MAILBOX + MBOX_SIZE
dead:	.quad	0, 0

	.org	STUB_PREFIX
prefix:
	.org	STUB_BLOCK
block:

	.org	STUB_CONSOLE		/* filled in by the host: the last words */
	.org	STUB_BUFFER
buffer:
	.org	STUB_SIZE
