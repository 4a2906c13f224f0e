/* SPDX-License-Identifier: MIT */
/*
 * A little program to be IPLed; position independent. Adds WHO at many places of
 * its pages, notes the sum in memory, and re-IPLs itself or stops.
 *
 *   ME	     number of its words at RESULTS
 *   WHO     what it adds at each place
 *   PLACES  how many places, STRIDE bytes apart
 *   NEXT    IPLs with this load parameter (an EBCDIC character); 0: ends in a
 *	     disabled wait at 0x1000000 + the sum; -1: stays in a loop
 *   COUNTS  in which it counts, in the last of its words
 *   ALSO    copy the places there and run them there, too
 *   SMP     CPU 1 runs them as well, over and over
 *   GIVEN   set the parameter block that the disk has put at BLOCK; with NEXT
 *   SUBCODE  of the DIAGNOSE that IPLs; 3 if it is not said
 *   PREFIX  use that address as lowcore
 *   FAKE    write the mailbox of a stub that is said to lie there
 */
#include "s390-ipl/abi.h"

#ifndef ME
#define ME 0
#endif
#ifndef WHO
#define WHO 1
#endif
#ifndef PLACES
#define PLACES 1
#endif
#ifndef SIZE
#define SIZE 0x1000
#endif
#ifndef SUBCODE
#define SUBCODE 3
#endif
#define STRIDE 42

#define RESULTS 0x10000			/* { u64 CPU 0, CPU 1, times, 0 } */
#define BLOCK 0x11000			/* IPL parameter block */

	.globl	_start
_start:	llilf	%r8, RESULTS + 32 * ME
	lg	%r1, 16(%r8)
	aghi	%r1, 1
	stg	%r1, 16(%r8)
#ifdef SMP
	larl	%r1, psw64
	mvc	0x1a0(8), 0(%r1)	/* restart-new PSW */
	larl	%r1, second
	stg	%r1, 0x1a8
	lghi	%r3, 1
1:	sigp	%r4, %r3, 6		/* restart */
	jnz	1b
#endif
	lghi	%r2, 0
	brasl	%r14, places
#ifdef ALSO
	llilf	%r4, ALSO
	lghi	%r5, places_end - places
	larl	%r6, places
	lgr	%r7, %r5
	mvcle	%r4, %r6, 0
	jo	.-4
	llilf	%r4, ALSO
	basr	%r14, %r4
#endif
	stg	%r2, 0(%r8)
#ifdef SMP
1:	lg	%r1, 8(%r8)
	ltgr	%r1, %r1
	jz	1b
#endif
#ifdef FAKE
	/* not at once: the engine shall have turned to other things */
	llilf	%r7, 400000000
1:	brct	%r7, 1b
	llilf	%r7, FAKE + STUB_MAILBOX
	stck	MBOX_GENERATION(%r7)
	lghi	%r1, STUB_REQUESTED
	stg	%r1, MBOX_STATE(%r7)
	stg	%r2, 24(%r8)
#endif
#if NEXT == 0
	llilf	%r1, 0x1000000
	agr	%r2, %r1
	larl	%r1, waitpsw
	stg	%r2, 8(%r1)
	lpswe	0(%r1)
#elif NEXT == -1
#ifdef COUNTS
1:	lg	%r1, 24(%r8)
	aghi	%r1, 1
	stg	%r1, 24(%r8)
	j	1b
#endif
	j	.
#else
	llilf	%r4, BLOCK
#ifndef GIVEN
	lghi	%r1, 6			/* store the block */
	lghi	%r5, 0
	diag	%r4, %r1, 0x308
	lgr	%r2, %r5
	cghi	%r5, 1
	jne	stop
	mvi	16(%r4), NEXT		/* its load parameter */
	mvi	17(%r4), 0x40
#endif
	lghi	%r1, 5			/* set it */
	lghi	%r5, 0
	diag	%r4, %r1, 0x308
	lgr	%r2, %r5
	cghi	%r5, 1
	jne	stop
#ifdef PREFIX
	larl	%r1, prefix
	spx	0(%r1)
#endif
	larl	%r1, wait		/* program-new PSW: stop, as Linux does */
	mvc	0x1d0(8), 0(%r1)
	lghi	%r1, 0x666
	stg	%r1, 0x1d8
	lghi	%r1, SUBCODE		/* load clear; what Linux uses is 4 */
	diag	%r1, %r1, 0x308
stop:	larl	%r1, waitpsw
	stg	%r2, 8(%r1)
	lpswe	0(%r1)
#endif

#ifdef SMP
second:	llilf	%r8, RESULTS + 32 * ME
1:	lghi	%r2, 0
	brasl	%r14, places
	stg	%r2, 8(%r8)
	j	1b
#endif

	.balign	8
psw64:	.quad	0x0000000180000000
wait:
waitpsw: .quad	0x0002000180000000, 0
#ifdef PREFIX
prefix:	.long	PREFIX
#endif

	/* each place is entered by a jump, so has a translation of its own; some
	 * lie across two pages */
places:
	.rept	PLACES
	agfi	%r2, WHO
	j	1f
	.skip	STRIDE - 10
1:
	.endr
	br	%r14
places_end:
	.org	SIZE
