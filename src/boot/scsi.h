/* SPDX-License-Identifier: MIT */
/* The SCSI layout, for the table in layouts.c.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_SCSI_H
#define IPL_BOOT_SCSI_H

#include "boot/map.h"

extern const struct ipl_layout ipl_layout_scsi;

#endif
