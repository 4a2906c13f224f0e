/* SPDX-License-Identifier: MIT */
/* What is on a disk that has no boot map we know, for the message.
 * May use: base, disk. */
#ifndef IPL_BOOT_WHATIS_H
#define IPL_BOOT_WHATIS_H

#include "base/err.h"
#include "disk/src.h"

/* Fail with IPL_EUNSUP (or what reading @src gives) and a message that says
 * what was looked for and what is there. */
int ipl_whatis_fail(struct ipl_src *src, struct ipl_err *err);

#endif
