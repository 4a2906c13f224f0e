/* SPDX-License-Identifier: MIT */
/* A guest that re-IPLs itself and looks as if it had panicked.
 * May use: base, vm. */
#ifndef IPL_DEVICE_REBOOT_H
#define IPL_DEVICE_REBOOT_H

#include "vm/mem.h"
#include "vm/qmp.h"

/*
 * Linux re-IPLs a CCW-type IPL with DIAG 308 subcode 4 (load normal with dump
 * support), which QEMU does not have under TCG: the guest gets a specification
 * exception and ends in a disabled wait, which QEMU reports as a panic and
 * stops for (set-action panic=pause).
 *
 * @data is that of the GUEST_PANICKED event. If the CPU's lowcore shows such an
 * end, have the guest issue subcode 3 itself, by a restart interruption: its
 * IPL parameter block survives, as it would not with system_reset. Returns 1
 * when that was done, 0 when it is a panic, or an error.
 */
int ipl_reboot_rescue(struct ipl_qmp *qmp, const struct ipl_mem *mem,
		      struct json_object *data,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* Let QEMU see the same panic again, for the user's own @action (a value of
 * -action panic=). */
int ipl_reboot_panic_again(struct ipl_qmp *qmp, const struct ipl_mem *mem,
			   struct json_object *data, const char *action,
			   struct ipl_err *err) IPL_MUST_CHECK;

/* What QEMU does at a panic from now on. */
int ipl_reboot_set_action(struct ipl_qmp *qmp, const char *action,
			  struct ipl_err *err) IPL_MUST_CHECK;

#endif
