/* SPDX-License-Identifier: MIT */
/* IPL parameter blocks, as DIAG 308 subcodes 5 and 6 take and give them.
 * May use: base. */
#ifndef IPL_FORMAT_IPLB_H
#define IPL_FORMAT_IPLB_H

#include "base/err.h"
#include "base/span.h"

#define IPLB_MAX	 4096 /* bytes */
#define IPLB_CCW_LEN	 200  /* bytes of a whole CCW-type block */
#define IPL_LOADPARM_LEN 8
#define IPLB_SCPDATA_MAX 3452 /* bytes: what is left of an FCP-type block */

/* Types of a parameter block (field pbt). Layouts: QEMU, hw/s390x/ipl.h and
 * include/hw/s390x/ipl/qipl.h; Linux, arch/s390/include/uapi/asm/ipl.h. */
enum iplb_type {
	IPLB_FCP = 0x00,
	IPLB_CCW = 0x02,
	IPLB_QEMU_SCSI = 0xff, /* QEMU's own: a disk behind virtio-scsi */
};

struct iplb {
	uint32_t len; /* of the whole block */
	uint8_t type; /* enum iplb_type, or one we do not know */
	bool has_loadparm;
	/* Upper case ASCII, blanks at the end cut off; characters that cannot
	 * be in a loadparm are '?'. */
	char loadparm[IPL_LOADPARM_LEN + 1];
	/* CCW and QEMU_SCSI: */
	uint8_t ssid;
	uint16_t devno; /* of the disk, or of its virtio-scsi adapter */
	/* QEMU_SCSI: */
	uint32_t lun;
	uint16_t target;
	uint16_t channel;
};

/* Decode a block, whose length comes from its first field and may not exceed
 * @in. */
int iplb_decode(struct ipl_span in, struct iplb *ret,
		struct ipl_err *err) IPL_MUST_CHECK;

/* Encode a CCW-type block (IPLB_CCW_LEN bytes) with the ssid, devno and
 * loadparm of @b. */
void iplb_encode_ccw(const struct iplb *b, struct ipl_wr *w);

#endif
