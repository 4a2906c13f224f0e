/* SPDX-License-Identifier: MIT */
/* The layouts of ECKD disks with the Linux layout (LDL), for the table in layouts.c.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_LDL_H
#define IPL_BOOT_LDL_H

#include "boot/map.h"

extern const struct ipl_layout ipl_layout_ldl;
extern const struct ipl_layout ipl_layout_ldl_old;

#endif
