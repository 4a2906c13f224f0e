/* SPDX-License-Identifier: MIT */
/* The layouts of FBA disks, for the table in layouts.c.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_FBA_H
#define IPL_BOOT_FBA_H

#include "boot/map.h"

extern const struct ipl_layout ipl_layout_fba;
extern const struct ipl_layout ipl_layout_fba_old;

#endif
