/* SPDX-License-Identifier: MIT */
/*
 * Stage 2 of a DASD: what an IPL by channel program starts, at 0x2018. QEMU's
 * firmware and s390-ipl read the boot map themselves and take from stage 2 only
 * the menu behind this code. A machine that runs it gets a disabled wait: what
 * would read the disk there is not written yet.
 */
	.section .text
	.globl	_start
_start:
	.org	0x18
	basr	%r13, 0
base:	lpsw	wait - base(%r13)
	.balign	8
wait:	.long	0x000a0000, 0x00495007
