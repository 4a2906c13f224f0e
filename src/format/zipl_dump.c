/* SPDX-License-Identifier: MIT */
/* What zipl --dump writes: parameters and dump tools.
 * May use: base. */
#include "format/zipl_dump.h"

#include "base/rd.h"

#include <string.h>

#define MAGIC_LEN 7

/* zdump/df_s390.h; those with Z are from before zipl 2.4 and without
 * compression, and were dropped in 2.38. */
static const struct zipl_dumper dumpers[] = {
	{ "XECKD64", "ECKD, single volume" },
	{ "ZECKD64", "ECKD, single volume" },
	{ "ZECKD31", "ECKD, single volume, 31-bit" },
	{ "XMULT64", "ECKD, multi-volume" },
	{ "ZMULT64", "ECKD, multi-volume" },
	{ "XDFBA64", "FBA" },
	{ "ZDFBA64", "FBA" },
	{ "ZDFBA31", "FBA, 31-bit" },
};

const struct zipl_dumper *zipl_dumper_find(struct ipl_span stage2)
{
	for (size_t i = 0; i < sizeof(dumpers) / sizeof(dumpers[0]); i++) {
		if (stage2.len >= MAGIC_LEN &&
		    !memcmp(stage2.p, dumpers[i].magic, MAGIC_LEN))
			return &dumpers[i];
	}
	return NULL;
}

int zipl_dump_params_decode(const struct zipl_boot_info *info,
			    struct zipl_dump_params *ret, struct ipl_err *err)
{
	struct ipl_rd r = { .in = { info->data, sizeof(info->data), 0 } };
	struct zipl_dump_params p = { .first = 0 };
	int rc;

	switch (info->dev_type) {
	case ZIPL_DEV_ECKD:
		p.first = ipl_be32(&r);
		p.last = ipl_be32(&r);
		p.block_size = ipl_be16(&r);
		break;
	case ZIPL_DEV_FBA:
		p.first = ipl_be64(&r);
		p.last = ipl_be64(&r);
		break;
	case ZIPL_DEV_SCSI:
		p.super_off = ipl_be64(&r);
		break;
	default:
		return ipl_fail(err, IPL_EBAD,
				"device type %u, expected 0 (ECKD), 1 (FBA) or "
				"2 (SCSI)",
				info->dev_type);
	}
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	*ret = p;
	return 0;
}
