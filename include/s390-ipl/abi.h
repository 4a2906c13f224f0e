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
#define STUB_PREFIX 0x2000  /* the stub's own prefix area */
#define STUB_PREFIX_SIZE 0x2000
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
#define MBOX_SCRATCH 0x30  /* to 0x4f: the stub's own */
#define MBOX_CALL 0x50     /* sequence number << 8 | call; written last */
#define MBOX_CALL_NUMBER 0x58
#define MBOX_CALL_TEXT 0x60     /* address of a text for the host */
#define MBOX_CALL_TEXT_LEN 0x68 /* its bytes */
#define MBOX_CALL_BUFFER 0x70   /* address of room for the answer */
#define MBOX_CALL_BUFFER_LEN 0x78
/* Host: */
#define MBOX_FOR 0x80     /* generation that the command is meant for */
#define MBOX_COMMAND 0x88 /* sequence number << 8 | command; written last */
#define MBOX_ARG0 0x90
#define MBOX_ARG1 0x98
#define MBOX_ALIVE 0xa0 /* any change is a sign of life */
#define MBOX_REPLY 0xa8     /* copy of MBOX_CALL when that is answered */
#define MBOX_REPLY_RC 0xb0  /* REPLY_OK... */
#define MBOX_REPLY_LEN 0xb8 /* bytes of the answer: what the buffer has no room
			     * for is left out */
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

/* Call the program whose ARG1 bytes at ARG0 are stored back first: its first
 * byte is its entry. It gets the address of the mailbox in register 2, may use
 * those bytes, and returns to register 14; register 2 becomes MBOX_RESULT.
 * External interruptions (enabled are clock comparator and service signal) go
 * to where register 8 says, disabled. Until it returns it can make the calls
 * below. */
#define STUB_CMD_CALL 5

/*
 * Where the host puts the boot menu to be called, and takes it away again: what
 * was in these bytes is put back. There is always that much above the stub.
 */
#define STUB_MENU STUB_SIZE
#define STUB_MENU_SIZE 0x80000

/*
 * Calls of a program in the guest to the host, see docs/abi.md. The program
 * fills in the fields that the call needs, then MBOX_CALL, and waits for
 * MBOX_REPLY. All texts in answers are UTF-8 with a NUL behind them, and given
 * as offsets from the beginning of the answer; 0: there is none.
 */
#define CALL_LIST 1     /* the programs of the disk: LIST_... */
#define CALL_DETAILS 2  /* of program NUMBER: DETAILS_... */
#define CALL_DEVICES 3  /* disks of the VM: DEVICES_... */
#define CALL_OPEN 4     /* disk NUMBER is listed and IPLed from now on */
#define CALL_IPL 5      /* IPL program NUMBER, parameters TEXT, after the return */
#define CALL_FIRMWARE 6 /* have QEMU's firmware boot, after the return */

#define REPLY_OK 0
#define REPLY_FAILED 1  /* the answer is a text that says why */
#define REPLY_UNKNOWN 2 /* no such call */
#define REPLY_BUFFER 3  /* buffer or text are not in memory, or too long */

/* The answer to CALL_LIST; u32 each. */
#define LIST_VERSION 0x00 /* 1 */
#define LIST_COUNT 0x04
#define LIST_ENTRIES 0x08    /* offset of the first entry */
#define LIST_ENTRY_SIZE 0x0c /* may grow */
#define LIST_CHOSEN 0x10     /* number of the program that is IPLed when nobody chooses */
#define LIST_TIMEOUT 0x14    /* milliseconds until then; 0: never */
#define LIST_FLAGS 0x18
#define LIST_HAS_FIRMWARE 1 /* CALL_FIRMWARE works */
#define LIST_WHO 0x1c       /* text: name and version of the engine */
#define LIST_DEVICE 0x20    /* text: the disk */
#define LIST_DEVICES 0x24   /* how many disks there are */
#define LIST_SIZE 0x28
/* An entry of it; u32 each. */
#define ENTRY_NUMBER 0x00
#define ENTRY_FLAGS 0x04
#define ENTRY_IS_DEFAULT 1
#define ENTRY_IS_EDITABLE 2 /* its parameters can be changed */
#define ENTRY_IS_SIGNED 4
#define ENTRY_IS_BAD 8     /* it cannot be IPLed */
#define ENTRY_TITLE 0x08   /* text */
#define ENTRY_VERSION 0x0c /* text: of the kernel */
#define ENTRY_CMDLINE 0x10 /* text: parameters; maybe only their beginning */
#define ENTRY_WHY 0x14     /* text: why it is bad */
#define ENTRY_SIZE 0x18

/* The answer to CALL_DETAILS; u32 each. */
#define DETAILS_CMDLINE 0x00 /* text: all parameters */
#define DETAILS_TEXT 0x04    /* text: lines for people */
#define DETAILS_SIZE 0x08

/* The answer to CALL_DEVICES; u32 each. */
#define DEVICES_COUNT 0x00
#define DEVICES_ENTRIES 0x04
#define DEVICES_ENTRY_SIZE 0x08
#define DEVICES_CURRENT 0x0c /* number of the disk that is listed */
#define DEVICES_SIZE 0x10
/* An entry of it, numbered from 0. */
#define DEVICE_NAME 0x00 /* text: id */
#define DEVICE_TEXT 0x04 /* text: address, what is behind it */
#define DEVICE_SIZE 0x08

/*
 * A list of service calls (SCLP): entries that begin at multiples of 8, each
 * u32 command word, u32 0, SCCB (whose first two bytes are its length).
 * A command word of 0 ends the list.
 */
#define SERVC_COMMAND 0
#define SERVC_SCCB 8

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
