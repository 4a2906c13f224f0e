/* SPDX-License-Identifier: MIT */
/* What is said of an IPL: in the log, as an event, on the VM's console.
 * May use: base, format, secure, vm, device/loader, log. */
#ifndef IPL_DEVICE_TELL_H
#define IPL_DEVICE_TELL_H

#include "device/choice.h"
#include "device/log.h"
#include "vm/stub.h"

/* All of them fail only when the console cannot be written to, like ipl_stub_say. */

/* A line on the console, and the same in the log. */
int ipl_tell(const struct ipl_log *log, const struct ipl_stub *stub,
	     struct ipl_err *err, const char *fmt, ...)
	IPL_PRINTF(4, 5) IPL_MUST_CHECK;

/* The guest's IPL parameter block names none. */
int ipl_tell_no_such_disk(const struct ipl_log *log,
			  const struct ipl_stub *stub, const struct iplb *block,
			  struct ipl_err *err) IPL_MUST_CHECK;

/* Which program of which disk is loaded: event "program". */
int ipl_tell_program(const struct ipl_log *log, const struct ipl_stub *stub,
		     const struct ipl_choice *choice,
		     const struct ipl_load_summary *summary,
		     struct ipl_err *err) IPL_MUST_CHECK;

/* What was verified of it. */
int ipl_tell_secure(const struct ipl_log *log, const struct ipl_stub *stub,
		    enum ipl_secure_mode mode,
		    const struct ipl_load_summary *summary,
		    struct ipl_err *err) IPL_MUST_CHECK;

/* A program that only loads data ends in a wait at once, which QEMU's TCG does
 * not tell anybody. */
int ipl_tell_if_it_waits(const struct ipl_log *log, const struct ipl_stub *stub,
			 const struct ipl_load_summary *summary,
			 struct ipl_err *err) IPL_MUST_CHECK;

/* QEMU's firmware gets @disk, and @why: event "firmware". */
int ipl_tell_firmware(const struct ipl_log *log, const struct ipl_stub *stub,
		      const struct ipl_disk *disk, const char *why,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* @why a disk is not IPLed and the next one is tried: event "refused". */
int ipl_tell_refusal(const struct ipl_log *log, const struct ipl_stub *stub,
		     const struct ipl_err *why,
		     struct ipl_err *err) IPL_MUST_CHECK;

/* It runs, after so many microseconds: event "started". Not on the console, which
 * is the program's now. */
void ipl_tell_started(const struct ipl_log *log, uint64_t took_us);

#endif
