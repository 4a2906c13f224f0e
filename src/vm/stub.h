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

/* Look whether a stub waits: 1 and where, or 0. It counts only when its code is
 * what the machine's ROM holds. Fills in base and generation. */
int ipl_stub_find(const struct ipl_mem *mem, struct ipl_stub *ret);

/* Whether this is the memory of a machine with the stub as its -bios. */
bool ipl_stub_is_there(const struct ipl_mem *mem);

/* Whether it still waits, that is, whether there was no reset meanwhile. */
bool ipl_stub_is_current(const struct ipl_stub *stub);

/* A sign of life, for when the next command takes a while. */
void ipl_stub_alive(const struct ipl_stub *stub);

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

/* End in a disabled wait with PSW address @code. */
int ipl_stub_stop(const struct ipl_stub *stub, uint64_t code,
		  struct ipl_err *err) IPL_MUST_CHECK;

/* Give control to the trampoline in the @len bytes at @addr. Returns when the
 * CPU has left the stub. */
int ipl_stub_branch(const struct ipl_stub *stub, uint64_t addr, uint64_t len,
		    struct ipl_err *err) IPL_MUST_CHECK;

#endif
