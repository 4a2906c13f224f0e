/* SPDX-License-Identifier: MIT */
/* The host's side of the mailbox: finds the stub in guest memory and has it do
 * things. May use: base, format, the ABI. */
#ifndef IPL_VM_STUB_H
#define IPL_VM_STUB_H

#include "base/span.h"
#include "vm/mem.h"

/* Called every few milliseconds while something is waited for; anything but 0
 * ends the waiting with that code. */
typedef int (*ipl_pump_fn)(void *ctx, struct ipl_err *err);

struct ipl_stub {
	const struct ipl_mem *mem;
	uint64_t base;	     /* where the stub is */
	uint64_t generation; /* of the reset that it answers to */
	ipl_pump_fn pump;
	void *pump_ctx;
};

/* Where a QEMU of this version (ipl_qmp_version) puts its firmware, that is the
 * stub; 0 if there is no room. To be asked before a guest runs: a guest can have a
 * copy in another place, but that is not written anew at a reset. */
uint64_t ipl_stub_place(const struct ipl_mem *mem, int qemu_version);

/* Look whether a stub waits at @base: 1, or 0. It counts only when its code is what
 * the machine's ROM holds. Fills in base and generation. */
int ipl_stub_find(const struct ipl_mem *mem, uint64_t base,
		  struct ipl_stub *ret);

/* Whether this is the memory of a machine with the stub as its -bios. */
bool ipl_stub_is_there(const struct ipl_mem *mem);

/* Whether it still waits, that is, whether there was no reset meanwhile. */
bool ipl_stub_is_current(const struct ipl_stub *stub);

/* A sign of life, for when the next command takes a while. */
void ipl_stub_alive(const struct ipl_stub *stub);

/* What signs of life count; only that it changes means something. */
uint64_t ipl_stub_life(const struct ipl_stub *stub);

/* Whether a command was given that the CPU has not done yet. */
bool ipl_stub_is_busy(const struct ipl_stub *stub);

/* A private copy of the IPL parameter block that the stub got; @buf has
 * IPLB_MAX bytes. Empty span when the machine has none. */
struct ipl_span ipl_stub_block(const struct ipl_stub *stub, uint8_t *buf);

/* Show @text (lines end with '\n') on the consoles of the VM. */
int ipl_stub_say(const struct ipl_stub *stub, const char *text,
		 struct ipl_err *err) IPL_MUST_CHECK;

/* Have the CPU load and store the ranges back, see STUB_CMD_STORE_BACK: all of
 * memory that was ever touched but the stub itself. */
int ipl_stub_store_back(const struct ipl_stub *stub,
			struct ipl_err *err) IPL_MUST_CHECK;

/* The same for @len bytes at @addr, multiples of STUB_STORE_BACK_UNIT. */
int ipl_stub_store_back_range(const struct ipl_stub *stub, uint64_t addr,
			      uint64_t len, struct ipl_err *err) IPL_MUST_CHECK;

/* What a program that was called asks for, see CALL_LIST in abi.h: a private
 * copy, as the guest gave it. */
struct ipl_guest_call {
	uint64_t word; /* sequence number and call */
	uint64_t number;
	uint64_t text, text_len;
	uint64_t buffer, buffer_len;
};

/* What a program that was called does. */
enum ipl_stub_called {
	IPL_STUB_RUNS,
	IPL_STUB_CALLS, /* it waits for an answer */
	IPL_STUB_RETURNED,
};

/* Have the CPU call the program in the @len bytes at @addr, see STUB_CMD_CALL.
 * Does not wait for it. *@ret_word is for ipl_stub_called. */
int ipl_stub_call(const struct ipl_stub *stub, uint64_t addr, uint64_t len,
		  uint64_t *ret_word, struct ipl_err *err) IPL_MUST_CHECK;

/* Look what it does; @call->word has the last call that was answered and is
 * what tells a new one. IPL_ERESET when the VM was reset. */
int ipl_stub_called(const struct ipl_stub *stub, uint64_t word,
		    struct ipl_guest_call *call, enum ipl_stub_called *ret,
		    struct ipl_err *err) IPL_MUST_CHECK;

/* Answer a call: the @len bytes in its buffer are there. */
void ipl_stub_reply(const struct ipl_stub *stub,
		    const struct ipl_guest_call *call, uint64_t rc,
		    uint64_t len);

/* End in a disabled wait with PSW address @code. */
int ipl_stub_stop(const struct ipl_stub *stub, uint64_t code,
		  struct ipl_err *err) IPL_MUST_CHECK;

/* Give control to the trampoline in the @len bytes at @addr. Returns when the
 * CPU has left the stub. */
int ipl_stub_branch(const struct ipl_stub *stub, uint64_t addr, uint64_t len,
		    struct ipl_err *err) IPL_MUST_CHECK;

#endif
