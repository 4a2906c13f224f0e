/* SPDX-License-Identifier: MIT */
/*
 * A guest that wants to deceive or to break the engine; position independent. It has
 * a perfect copy of the stub at COPY, puts that where the stub was (STUB), and then
 * writes requests and nonsense into its mailbox, changes its code, and, in the end,
 * IPLs itself. CPU 1 does the same at the same time, but for the IPL.
 *
 *   ROUNDS  how often, on each CPU, before the IPL; 0: for ever
 *   SUBCODE  of a DIAGNOSE that resets and is no IPL, instead: 0 or 1. The request
 *	     stands meanwhile, and it goes on afterwards.
 *   SELDOM  how often nonsense comes, of 2^n - 1; else it answers as the stub does,
 *	     and has one generation for each start
 *
 * Counts its starts, its rounds and these resets at RESULTS (see program.S), where
 * program 1 is.
 */
#include "s390-ipl/abi.h"

#define RESULTS 0x10000
#define COPY 0x200000

	.globl	_start
_start:	llilf	%r8, RESULTS + 32
	lg	%r1, 16(%r8)
	aghi	%r1, 1
	stg	%r1, 16(%r8)
	larl	%r1, generation
	stck	0(%r1)
cpus:	larl	%r1, psw64
	mvc	0x1a0(8), 0(%r1)	/* restart-new PSW of CPU 1 */
	larl	%r1, second
	stg	%r1, 0x1a8
	lghi	%r3, 1
	sigp	%r4, %r3, 6		/* restart; there may be none */
	la	%r9, 0(%r8)
	j	evil
second:	llilf	%r9, RESULTS + 32 + 8
	lghi	%r3, 1

evil:	llilf	%r12, STUB + STUB_MAILBOX
	llilf	%r13, STUB
	stck	0x400
	lg	%r6, 0x400
	agr	%r6, %r9
	llilf	%r11, ROUNDS
round:	brasl	%r14, request

	/* it stays so for a while, with fields that change: xorshift */
	lghi	%r7, 64
1:	sllg	%r1, %r6, 13
	xgr	%r6, %r1
	srlg	%r1, %r6, 7
	xgr	%r6, %r1
	sllg	%r1, %r6, 17
	xgr	%r6, %r1
#ifdef SELDOM
	larl	%r2, generation
	mvc	MBOX_GENERATION(8, %r12), 0(%r2)
	lg	%r1, MBOX_COMMAND(%r12)
	stg	%r1, MBOX_DONE(%r12)
	lghi	%r2, STUB_HANDED_OVER
	nill	%r1, 0xff
	tmll	%r1, 0xff ^ STUB_CMD_BRANCH
	jnz	2f
	tmll	%r1, STUB_CMD_BRANCH
	jnz	3f
2:	lghi	%r2, STUB_REQUESTED
3:	stg	%r2, MBOX_STATE(%r12)
	srlg	%r1, %r6, 40
	tmll	%r1, SELDOM
	jnz	4f
#endif
	lgr	%r1, %r6
	nill	%r1, 0xf8		/* any field of the mailbox */
	nilh	%r1, 0
	llgfr	%r1, %r1
	stg	%r6, 0(%r1, %r12)
	lgr	%r1, %r6
	srlg	%r1, %r1, 20
	nill	%r1, 0xff8		/* the parameter block */
	nilh	%r1, 0
	llgfr	%r1, %r1
	agr	%r1, %r13
	lay	%r1, STUB_BLOCK(%r1)
	stg	%r6, 0(%r1)
	lghi	%r1, STUB_REQUESTED	/* mostly still a request */
	stg	%r1, MBOX_STATE(%r12)
4:	brct	%r7, 1b
	lg	%r1, 0(%r13)		/* now no stub any more */
	aghi	%r1, 1
	stg	%r1, 0(%r13)
	lg	%r1, 0(%r9)
	aghi	%r1, 64
	stg	%r1, 0(%r9)
#if ROUNDS
	brct	%r11, round
	clgfi	%r9, RESULTS + 32
	jne	.
#ifdef SUBCODE
	brasl	%r14, request
	larl	%r1, again		/* a short PSW for it */
	oihf	%r1, 0x00080001
	oilh	%r1, 0x8000
	stg	%r1, 0
	lghi	%r1, SUBCODE
#else
	lghi	%r1, 3			/* load clear */
#endif
	diag	%r1, %r1, 0x308
#endif
	j	round

again:	llilf	%r8, RESULTS + 32
	lg	%r1, 24(%r8)
	aghi	%r1, 1
	stg	%r1, 24(%r8)
	j	cpus

	/* a perfect copy, as if it waited, with generation %r6 */
request: llilf	%r2, STUB
	lghi	%r3, STUB_MAILBOX
	llilf	%r4, COPY
	lghi	%r5, STUB_MAILBOX
	mvcle	%r2, %r4, 0
	jo	.-4
	larl	%r1, magic
	mvc	MBOX_MAGIC(8, %r12), 0(%r1)
	lghi	%r1, 1
	stg	%r1, MBOX_BLOCK_RC(%r12)
	stg	%r6, MBOX_GENERATION(%r12)
#ifdef SELDOM
	larl	%r1, generation
	mvc	MBOX_GENERATION(8, %r12), 0(%r1)
#endif
	lghi	%r1, STUB_REQUESTED
	stg	%r1, MBOX_STATE(%r12)
	br	%r14

	.balign	8
psw64:	.quad	0x0000000180000000
magic:	.quad	MBOX_MAGIC_VALUE
generation: .quad 0
	.org	0x1000
