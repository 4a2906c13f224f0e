/* SPDX-License-Identifier: MIT */
/* Service calls that put text on a VM's console. May use: base. */
#ifndef IPL_FORMAT_SCLP_H
#define IPL_FORMAT_SCLP_H

#include "base/span.h"

/* Encode @text (ASCII, lines end with '\n') as a list of service calls, see
 * SERVC_COMMAND in abi.h, that show it on the ASCII (VT220) console and on the
 * line-mode console of a VM, whichever it has. @w is at the list's beginning
 * and overflows when there is no room. Layouts: QEMU, include/hw/s390x/
 * event-facility.h and sclp.h; Linux, drivers/s390/char/sclp_rw.h. */
void ipl_sclp_put_message(struct ipl_wr *w, const char *text);

#endif
