/* SPDX-License-Identifier: MIT */
/* The device's registers: what the stub in guest memory and the engine on the
 * host agree on. Only macros: assembler and C on both sides include this. */
#ifndef S390_IPL_ABI_H
#define S390_IPL_ABI_H

/*
 * The stub is an ELF file that QEMU loads as its -bios: to a multiple of
 * 64 KiB near the top of memory (below 2 GiB), again at every IPL reset. Its
 * pages, as offsets from there. All integers are big-endian.
 */
#define STUB_CODE 0x0000    /* code and constants; never written */
#define STUB_MAILBOX 0x1000 /* the registers below */
#define STUB_PREFIX 0x2000  /* the stub's own prefix area, 8 KiB */
#define STUB_BLOCK 0x4000   /* IPL parameter block, DIAG 308 subcode 6 */
#define STUB_CONSOLE 0x5000 /* list of service calls: the stub's last words */
#define STUB_BUFFER 0x5800  /* lists and tables that the host gives */
#define STUB_BUFFER_SIZE 0x800
#define STUB_LANDING 0x6000 /* room for the trampoline: block page, code page */
#define STUB_SIZE 0x8000

/* In the code page, where the host may patch the ELF file before QEMU has it */
#define STUB_ROM_PARAMS 0x0ff0
#define STUB_ROM_VERSION 0x0ff0 /* u32: ABI version */
#define STUB_ROM_GIVE_UP 0x0ff4 /* u32: seconds to wait for a sign of life */
#define STUB_ABI_VERSION 1

/*
 * Mailbox, offsets from STUB_MAILBOX, 64-bit each. Each field has one writer.
 * Guest:
 */
#define MBOX_MAGIC 0x00 /* "S390IPL1" */
#define MBOX_MAGIC_VALUE 0x5333393049504c31
#define MBOX_GENERATION 0x08 /* clock at the stub's start; new at each reset */
#define MBOX_STATE 0x10
#define MBOX_BLOCK_RC 0x18 /* response code of DIAG 308 subcode 6 */
#define MBOX_DONE 0x20     /* copy of MBOX_COMMAND when that is done */
#define MBOX_RESULT 0x28   /* what the command gave */
#define MBOX_SCRATCH 0x30  /* to 0x7f: the stub's own */
/* Host: */
#define MBOX_FOR 0x80     /* generation that the command is meant for */
#define MBOX_COMMAND 0x88 /* sequence number << 8 | command; written last */
#define MBOX_ARG0 0x90
#define MBOX_ARG1 0x98
#define MBOX_ALIVE 0xa0 /* any change is a sign of life */
#define MBOX_SIZE 0x100

/* MBOX_STATE */
#define STUB_REQUESTED 1  /* IPL requested; takes commands */
#define STUB_HANDED_OVER 2 /* branched to the trampoline */
#define STUB_STOPPED 3    /* in a disabled wait */

/* Commands. A command counts when MBOX_FOR is the stub's generation. */
/* Load and store every byte of ARG0 ranges { u64 address, u64 length }, which
 * stand in STUB_BUFFER: multiples of 64 bytes. TCG then forgets what it had
 * translated there. */
#define STUB_CMD_STORE_BACK 1
#define STUB_STORE_BACK_UNIT 64
/* Issue the service calls of the list at stub + ARG0: that is how the host
 * speaks on the VM's consoles. */
#define STUB_CMD_SAY 2
/* Stop in a disabled wait with PSW address ARG0. */
#define STUB_CMD_STOP 3
/* Give control to the trampoline, whose ARG1 bytes at ARG0 are stored back
 * first; its code is the last page. */
#define STUB_CMD_BRANCH 4

/*
 * A list of service calls (SCLP): entries that begin at multiples of 8, each
 * u32 command word, u32 0, SCCB (whose first two bytes are its length).
 * A command word of 0 ends the list.
 */
#define CALL_COMMAND 0
#define CALL_SCCB 8

/*
 * Wait codes: PSW address of the disabled wait that a VM ends in when it cannot
 * be IPLed. The reason is on the VM's console.
 */
#define WAIT_NOBODY 0x495001    /* no engine answered the stub */
#define WAIT_NOT_IPLED 0x495002 /* the engine refused; the console says why */
#define WAIT_CHECK 0x495003     /* program check in the stub */
#define WAIT_BLOCK 0x495004     /* the IPL parameter block was not taken */

/*
 * The trampoline: its pages are, in this order, the IPL parameter block to be
 * set, pages that are copied over the stub, and its code page with:
 */
#define TRAMP_PARAMS 0x400
#define TRAMP_AREA 0x400     /* address of the first page */
#define TRAMP_AREA_LEN 0x408 /* bytes of all pages, cleared in the end */
#define TRAMP_PSW 0x410      /* the program's PSW, 8 bytes */
#define TRAMP_KEEP_LOW 0x418 /* 1: TRAMP_LOW belongs at absolute 0 */
#define TRAMP_LOW 0x420      /* 24 bytes */
#define TRAMP_LONG_PSW 0x438 /* the same PSW, 16 bytes, for TRAMP_KEEP_LOW */
/* Entries { u64 to, u64 from, u64 length }, multiples of 32 bytes; from 0
 * means zeros; length 0 ends the table. */
#define TRAMP_TABLE 0x480
#define TRAMP_TABLE_MAX 64
#define TRAMP_TAIL 0xfa0 /* what stays when TRAMP_KEEP_LOW is set */

#endif
