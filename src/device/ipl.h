/* SPDX-License-Identifier: MIT */
/* One IPL: which disk, which program, and load it.
 * May use: everything but cli. */
#ifndef IPL_DEVICE_IPL_H
#define IPL_DEVICE_IPL_H

#include "device/panel.h"
#include "vm/stub.h"

/* Do what the load panel says in the VM in which @stub waits. On failure the
 * stub still waits, but for IPL_ERESET. */
int ipl_panel_load(struct ipl_panel *panel, const struct ipl_stub *stub,
		   struct ipl_err *err) IPL_MUST_CHECK;

#endif
