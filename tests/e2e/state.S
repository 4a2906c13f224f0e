/* SPDX-License-Identifier: MIT */
/* Stores what the CPU was started with. Position independent; general registers
 * are only used at the end. */
	.globl	_start
_start:	stmg	%r0, %r15, 0x800(%r0)
	stctg	%c0, %c15, 0x880(%r0)
	stckc	0x900(%r0)
	stpx	0x910(%r0)
	stap	0x918(%r0)
	epsw	%r2, %r3
	stm	%r2, %r3, 0x920(%r0)
	/* floating-point control, which needs a bit in control register 0 */
	mvc	0x938(8), 0x880
	oi	0x93d, 0x04
	lctlg	%c0, %c0, 0x938(%r0)
	stfpc	0x914(%r0)
	/* the state of CPU 1 */
	lghi	%r4, 0
	lghi	%r3, 1
	sigp	%r4, %r3, 1		/* sense */
	ipm	%r5
	st	%r4, 0x928(%r0)
	st	%r5, 0x92c(%r0)
	/* the storage key of the first page */
	lghi	%r6, 0
	lghi	%r7, 0
	iske	%r7, %r6
	st	%r7, 0x930(%r0)
	j	.
