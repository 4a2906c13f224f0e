/* SPDX-License-Identifier: MIT */
/*
 * For -kernel: re-IPLs with the IPL parameter block at BLOCK when it is started for the
 * first time. After a reset it is started again, stores a word at AREA and waits for
 * somebody to change it. At RESULT: how often it was started, the response code of
 * setting the block, whether the word changed, and the word.
 */
#define RESULT 0x900000
#define BLOCK 0x11000
#define WORD 0x5a5a5a5a

	.globl	_start
_start:	sam64
	llilf	%r8, RESULT
	lg	%r1, 0(%r8)
	aghi	%r1, 1
	stg	%r1, 0(%r8)
	cghi	%r1, 1
	jne	1f
	llilf	%r4, BLOCK
	lghi	%r1, 5
	diag	%r4, %r1, 0x308
	stg	%r5, 8(%r8)
	lghi	%r1, 3
	diag	%r1, %r1, 0x308
	j	.
1:	llilf	%r9, AREA
	llilf	%r3, WORD
	stg	%r3, 0(%r9)
	stg	%r3, 24(%r8)
2:	lg	%r2, 0(%r9)
	cgr	%r2, %r3
	je	2b
	lghi	%r1, 1
	stg	%r1, 16(%r8)
	j	.
