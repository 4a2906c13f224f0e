/* SPDX-License-Identifier: MIT */
/* IPL parameter blocks, as DIAG 308 subcodes 5 and 6 take and give them.
 * May use: base. */
#ifndef IPL_FORMAT_IPLB_H
#define IPL_FORMAT_IPLB_H

#include "base/err.h"
#include "base/span.h"

#define IPLB_MAX	 4096 /* bytes */
#define IPLB_CCW_LEN	 200  /* bytes of a whole CCW-type block */
#define IPLB_FCP_LEN	 644  /* of an FCP-type block without SCP data */
#define IPL_LOADPARM_LEN 8
#define IPLB_SCPDATA_MAX (IPLB_MAX - IPLB_FCP_LEN)

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
	/* FCP, besides devno; ssid is 0: the adapter is fe.0.devno */
	uint64_t wwpn;
	uint64_t fcp_lun;
	uint32_t bootprog;
	uint64_t br_lba;
	struct ipl_span scpdata; /* lent by the block */
};

/* How an FCP-type block writes the number of a logical unit, as SCSI does
 * (SAM-5, 4.7.7): peripheral addressing, or flat space addressing from 256 on. */
uint64_t iplb_fcp_lun(uint32_t lun);

/* Decode a block, whose length comes from its first field and may not exceed
 * @in. */
int iplb_decode(struct ipl_span in, struct iplb *ret,
		struct ipl_err *err) IPL_MUST_CHECK;

/* Encode a CCW-type block (IPLB_CCW_LEN bytes) with the ssid, devno and
 * loadparm of @b. */
void iplb_encode_ccw(const struct iplb *b, struct ipl_wr *w);

/* Encode an FCP-type block with the devno, the loadparm and the FCP fields of
 * @b. SCP data of more than IPLB_SCPDATA_MAX bytes overflow @w. */
void iplb_encode_fcp(const struct iplb *b, struct ipl_wr *w);

#endif
