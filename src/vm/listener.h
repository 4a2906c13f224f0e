/* SPDX-License-Identifier: MIT */
/* A socket that listens, for somebody else, and a connection to it.
 * May use: base. */
#ifndef IPL_VM_LISTENER_H
#define IPL_VM_LISTENER_H

#include "base/err.h"

/* Both are stream sockets. No file is left of them, whenever this process ends: nobody
 * else can connect any more. The caller closes both. */
int ipl_listener_make(int *ret_listener, int *ret_connection,
		      struct ipl_err *err) IPL_MUST_CHECK;

#endif
