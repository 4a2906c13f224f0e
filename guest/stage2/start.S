/* SPDX-License-Identifier: MIT */
/*
 * Stage 2 of a DASD: its entry, and what C cannot say. An IPL by channel program
 * loads it to 0x2000 and starts it at 0x2018, in ESA/390 mode or, on a new
 * machine, in z/Architecture mode.
 */
#define EXT_NEW	0x1b0		/* lowcore of z/Architecture */
#define PGM_OLD	0x150
#define PGM_NEW	0x1d0
#define IO_NEW	0x1f0
#define PGM_CODE 0x8e

#define SIGP_SET_ARCHITECTURE 0x12
#define INVALID_PARAMETER 0x100	/* its status: it is that mode already */

	.section .start, "ax"
	.globl	_start
_start:
	.org	0x18
	basr	%r13, 0
base:	lhi	%r1, 1			/* z/Architecture */
	lhi	%r0, 0
	sigp	%r1, %r0, SIGP_SET_ARCHITECTURE
	jz	1f
	tml	%r1, INVALID_PARAMETER
	jnz	1f
	lpsw	old_machine - base(%r13)
1:	sam64
	larl	%r1, psws
	mvc	EXT_NEW(16), 0(%r1)
	mvc	IO_NEW(16), 0(%r1)
	mvc	PGM_NEW(16), 16(%r1)
	larl	%r1, controls
	lctlg	%c0, %c0, 0(%r1)
	lctlg	%c6, %c6, 8(%r1)
	/* what is not in the file is zero */
	larl	%r2, bss_begin
	larl	%r3, bss_end
	sgr	%r3, %r2
	lghi	%r5, 0
1:	mvcle	%r2, %r4, 0
	jo	1b
	larl	%r15, stack_end
	aghi	%r15, -160
	brasl	%r14, stage2_main
	j	.			/* does not return */

	.balign	8
old_machine: .long 0x000a0000, 0x0049500a
psws:	.quad	0x0000000180000000, wake
	.quad	0x0000000180000000, checked
controls: .quad	0xa00			/* clock comparator, service signal */
	.quad	0xff000000		/* I/O */

	/* void machine_wait(uint64_t until): until the clock has that value, or
	 * a service signal, or an I/O interruption. */
	.text
	.globl	machine_wait
machine_wait:
	stmg	%r6, %r15, 48(%r15)
	larl	%r1, comparator
	stg	%r2, 0(%r1)
	sckc	0(%r1)
	larl	%r1, doze
	lpswe	0(%r1)
wake:	lmg	%r6, %r15, 48(%r15)
	br	%r14

	/* A program check: a second one ends without a word. */
checked:
	larl	%r1, end_check
	mvc	PGM_NEW(16), 0(%r1)
	larl	%r15, stack_end
	aghi	%r15, -160
	llgh	%r2, PGM_CODE
	lg	%r3, PGM_OLD + 8
	brasl	%r14, stage2_checked

	/* void machine_stop(uint64_t code): a disabled wait. */
	.globl	machine_stop
machine_stop:
	larl	%r1, stopped
	stg	%r2, 8(%r1)
	lpswe	0(%r1)

	/* void machine_start(uint64_t psw): a program begins as after an IPL, but
	 * for the mode of z/Architecture. */
	.globl	machine_start
machine_start:
	stg	%r2, 0
	larl	%r1, reset_controls
	lctlg	%c0, %c0, 0(%r1)
	lctlg	%c6, %c6, 8(%r1)
	xc	EXT_NEW(16), EXT_NEW
	xc	PGM_NEW(16), PGM_NEW
	xc	IO_NEW(16), IO_NEW
	larl	%r1, zeros
	lmg	%r0, %r15, 0(%r1)
	lpsw	0

	.data
	.balign	16
doze:	.quad	0x0302000180000000, 0
stopped: .quad	0x0002000180000000, 0
end_check: .quad 0x0002000180000000, 0x495009
reset_controls: .quad 0xe0, 0
comparator: .quad 0
	.bss
	.balign	8
zeros:	.fill	128

	.section .note.GNU-stack, "", @progbits
