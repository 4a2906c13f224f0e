/* SPDX-License-Identifier: MIT */
/* The components of a plan into guest memory, by several threads.
 * May use: base, boot, vm. */
#ifndef IPL_DEVICE_COPY_H
#define IPL_DEVICE_COPY_H

#include "boot/plan.h"
#include "vm/stub.h"

/* Load all of @plan but what would go over the stub, which waits meanwhile and
 * gets signs of life. IPL_ERESET when it no longer does. */
int ipl_copy_in(const struct ipl_plan *plan, const struct ipl_stub *stub,
		struct ipl_err *err) IPL_MUST_CHECK;

#endif
