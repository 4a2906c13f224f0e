/* SPDX-License-Identifier: MIT */
/* Load clear: memory is zero before anything is loaded.
 * May use: base, vm. */
#ifndef IPL_DEVICE_CLEAR_H
#define IPL_DEVICE_CLEAR_H

#include "vm/stub.h"

/* Clear all memory but the pages of the stub, which still waits; those are
 * cleared when the program starts. With @store_back the CPUs forget first what
 * they had translated there. IPL_ERESET when the VM was reset. */
int ipl_clear(const struct ipl_stub *stub, bool store_back,
	      struct ipl_err *err) IPL_MUST_CHECK;

#endif
