/* SPDX-License-Identifier: MIT */
/* QEMU's own firmware, started by the device as QEMU would start it.
 * May use: base, format, boot, vm. */
#ifndef IPL_DEVICE_FIRMWARE_H
#define IPL_DEVICE_FIRMWARE_H

#include "device/load.h"

/* What the firmware is told besides the IPL parameter block. */
struct ipl_firmware {
	const char *qemu;	  /* program whose firmware it is */
	struct json_object *dirs; /* see ipl_datadir_find */
	bool menu;		  /* -boot menu=on */
	bool zipl_menu;		  /* as the disk says, if it is a DASD */
	uint32_t timeout_ms;	  /* of the menu */
};

/* Start the firmware in the VM in which @stub waits: from then on it is what
 * IPLs the device in the block of @start. On failure the stub still waits, but
 * for IPL_ERESET. *@ret_path is the file, which the caller frees, also then. */
int ipl_firmware_start(const struct ipl_firmware *fw,
		       const struct ipl_stub *stub,
		       const struct ipl_start *start, char **ret_path,
		       struct ipl_err *err) IPL_MUST_CHECK;

#endif
