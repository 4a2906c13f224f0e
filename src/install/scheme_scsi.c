/* SPDX-License-Identifier: MIT */
/* SCSI disks: a boot record in block 0 (docs/formats/zipl.md).
 * May use: base, format, disk. */
#include "install/build.h"

/* What is behind the pointer stays: a partition table, and what zipl may have
 * put there for dumps goes. */
static int records(struct ipl_build *b, struct ipl_err *err)
{
	struct zipl_boot_record rec = { .version = ZIPL_BOOT_RECORD_VERSION,
					.table = b->programs[0] };
	uint8_t bytes[ZIPL_BOOT_RECORD_LEN];
	struct ipl_wr w = { .p = bytes, .len = sizeof(bytes) };

	zipl_boot_record_encode(&zipl_lin16, &w, &rec);
	return ipl_build_record(b, 0, 0, bytes, sizeof(bytes), "boot record",
				err);
}

const struct ipl_scheme ipl_scheme_scsi = {
	.name = "scsi",
	.title = "SCSI disk",
	.sets = { &zipl_lin16 },
	.n_sets = 1,
	.run_max = 65536,
	.records = records,
};
