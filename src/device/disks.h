/* SPDX-License-Identifier: MIT */
/* The disks of a running VM, as QEMU tells over QMP, and which one to IPL.
 * May use: base, vm. */
#ifndef IPL_DEVICE_DISKS_H
#define IPL_DEVICE_DISKS_H

#include "base/err.h"
#include "vm/qmp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ipl_disk {
	char *id;   /* qdev id, else the drive's name, else the QOM path */
	char *node; /* block node, NULL without a medium */
	char *file; /* what QEMU calls a raw file or block device that nothing is
		     * on top of, or NULL: see device/direct.h */
	char *format; /* QEMU's name of the node's driver, NULL without medium */
	long bootindex; /* -1: none */
	char *loadparm; /* of the device itself (QEMU 10), or NULL */
	bool is_cdrom;
	/* The channel-attached device: the disk, or its virtio-scsi adapter. */
	bool has_ccw;
	uint8_t ssid;
	uint16_t devno;
	uint32_t schid; /* subsystem identification word */
	bool is_scsi;
	uint32_t lun, target, channel;
	uint64_t wwpn; /* port_wwn= of a SCSI disk, 0: none */
};

struct ipl_disks {
	struct ipl_disk *d;
	size_t n;
};

/* Ask QEMU for all disks, in the order of its query-block. */
int ipl_disks_query(struct ipl_qmp *qmp, struct ipl_disks *ret,
		    struct ipl_err *err) IPL_MUST_CHECK;

void ipl_disks_free(struct ipl_disks *disks);

/* The disk with id (or block node) @id, or at the channel address "fe.0.1234":
 * the first in boot order of several behind an adapter. IPL_ENOTFOUND names those
 * there are. */
int ipl_disks_find(const struct ipl_disks *disks, const char *id,
		   const struct ipl_disk **ret,
		   struct ipl_err *err) IPL_MUST_CHECK;

/* The disk at a channel address: NULL if there is none. For an adapter with
 * several disks: the one that @lun, @target and @channel name if @scsi, else
 * the first in boot order. */
const struct ipl_disk *ipl_disks_at(const struct ipl_disks *disks, uint8_t ssid,
				    uint16_t devno, bool scsi, uint32_t lun,
				    uint32_t target, uint32_t channel);

/* The disk that an IPL parameter block of FCP type names: NULL if there is none.
 * A port name of 0 in either is any. On virtio-blk there is one disk to an
 * address, whatever the rest says. */
const struct ipl_disk *ipl_disks_at_fcp(const struct ipl_disks *disks,
					uint16_t devno, uint64_t wwpn,
					uint64_t fcp_lun);

/* The disks to try, in boot order: those with a bootindex, lowest first, or all
 * with a medium when none has one. An array of @ret_n pointers into @disks, which
 * the caller frees; IPL_ENOTFOUND when there is no disk at all. */
int ipl_disks_order(const struct ipl_disks *disks, const struct ipl_disk ***ret,
		    size_t *ret_n, struct ipl_err *err) IPL_MUST_CHECK;

#endif
