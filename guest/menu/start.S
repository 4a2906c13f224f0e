/* SPDX-License-Identifier: MIT */
/*
 * The menu's entry and what C cannot say. Called by the stub, see
 * STUB_CMD_CALL. May use: the ABI.
 */
	.section .start, "ax"
	.globl _start
	.hidden _start
_start:
	larl	%r1, return_to
	stg	%r14, 0(%r1)
	larl	%r15, stack_end
	aghi	%r15, -160
	brasl	%r14, menu_main
	larl	%r1, return_to
	lg	%r14, 0(%r1)
	br	%r14

	/* void machine_wait(uint64_t until): until the clock has that value, or
	 * a service signal. */
	.text
	.globl machine_wait
	.hidden machine_wait
machine_wait:
	stmg	%r6, %r15, 48(%r15)
	larl	%r1, comparator
	stg	%r2, 0(%r1)
	sckc	0(%r1)
	larl	%r8, 1f			/* the stub's handler goes there */
	larl	%r1, doze
	lpswe	0(%r1)
1:	lmg	%r6, %r15, 48(%r15)
	br	%r14

	.section .start_data, "aw"
	.balign	16
doze:	.quad	0x0102000180000000, 0
return_to: .quad 0
comparator: .quad 0

	.section .note.GNU-stack, "", @progbits
