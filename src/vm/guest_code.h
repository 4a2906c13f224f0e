/* SPDX-License-Identifier: MIT */
/* The guest code that is part of this executable. May use: base, the ABI. */
#ifndef IPL_VM_GUEST_CODE_H
#define IPL_VM_GUEST_CODE_H

#include "base/err.h"
#include "base/span.h"

/* The stub as it stands in memory, STUB_SIZE bytes. */
struct ipl_span ipl_guest_stub(void);

/* The trampoline's code page, 4096 bytes. */
struct ipl_span ipl_guest_trampoline(void);

/* The boot menu as it is put into memory; zeros follow up to STUB_MENU_SIZE. */
struct ipl_span ipl_guest_menu(void);

/* An unnamed file with the stub as QEMU's -bios takes it, complete with its
 * last words for when it waited @give_up_s seconds for nobody. *@ret_fd is
 * inherited by programs that are executed; the caller closes it. */
int ipl_guest_stub_file(unsigned give_up_s, int *ret_fd,
			struct ipl_err *err) IPL_MUST_CHECK;

#endif
