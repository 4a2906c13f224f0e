/* SPDX-License-Identifier: MIT */
/* Carry a load plan out: components into guest memory, then the start.
 * May use: base, format, boot, vm. */
#ifndef IPL_DEVICE_LOAD_H
#define IPL_DEVICE_LOAD_H

#include "boot/plan.h"
#include "format/iplb.h"
#include "secure/secure.h"
#include "vm/stub.h"

/* What a program finds besides its components. */
struct ipl_start {
	struct ipl_span block; /* IPL parameter block */
	uint32_t schid;	       /* subsystem identification word, for 0xb8 */
	/* The CPUs may have translated code of an earlier program, which only
	 * stores of their own make them forget (TCG). */
	bool store_back;
	/* What was verified, for the report that the program is handed; NULL:
	 * none. @is_secure: it was refused if it were not as it must be. */
	const struct ipl_secured *secured;
	bool is_secure;
};

/* Load @plan into the VM in which @stub waits and start it. On failure the stub
 * still waits; IPL_ERESET when it does not, because the VM was reset. */
int ipl_load(const struct ipl_plan *plan, const struct ipl_stub *stub,
	     const struct ipl_start *start, struct ipl_err *err) IPL_MUST_CHECK;

#endif
