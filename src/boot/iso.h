/* SPDX-License-Identifier: MIT */
/* The layout of CD images, for the table in layouts.c.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_ISO_H
#define IPL_BOOT_ISO_H

#include "boot/map.h"

extern const struct ipl_layout ipl_layout_iso;

#endif
