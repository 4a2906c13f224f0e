/* SPDX-License-Identifier: MIT */
/* What is on a disk that has no boot map we know, for the message.
 * May use: base, disk. */
#include "boot/whatis.h"

#include <stdbool.h>
#include <string.h>

#define WRONG_FORMAT "name its format where the disk is named, or none at all"

#define ZIPL "run zipl with this disk as its target"

/* The first that matches is said; EBCDIC in hexadecimal. */
static const struct signature {
	uint32_t off;
	uint8_t len;
	const char *bytes;
	const char *what;
	const char *advice;
} signatures[] = {
	{ 0, 4, "QFI\xfb", "it is a qcow2 image, but was opened as raw",
	  WRONG_FORMAT },
	{ 0, 4, "KDMV", "it is a VMDK image, but was opened as raw",
	  WRONG_FORMAT },
	{ 0, 4, "COWD", "it is a VMDK image, but was opened as raw",
	  WRONG_FORMAT },
	{ 0, 8, "# Disk D",
	  "it is the descriptor of a VMDK image, but was opened as raw",
	  WRONG_FORMAT },
	{ 0, 8, "vhdxfile", "it is a VHDX image, but was opened as raw",
	  WRONG_FORMAT },
	{ 0, 8, "conectix", "it is a VHD image, but was opened as raw",
	  WRONG_FORMAT },
	{ 0x40, 4, "\x7f\x10\xda\xbe",
	  "it is a VDI image, but was opened as raw", WRONG_FORMAT },
	{ 0, 2, "\x1f\x8b", "it is compressed with gzip", "unpack it first" },
	{ 0, 6,
	  "\xfd"
	  "7zXZ\0",
	  "it is compressed with xz", "unpack it first" },
	{ 0, 4, "\x28\xb5\x2f\xfd", "it is compressed with zstd",
	  "unpack it first" },
	{ 0, 3, "BZh", "it is compressed with bzip2", "unpack it first" },
	{ 0, 8, "CKD_P370", "it is a CKD image of Hercules", "" },
	{ 0, 8, "CKD_C370", "it is a compressed CKD image of Hercules", "" },
	{ 0, 4,
	  "\x7f"
	  "ELF",
	  "it is an ELF program", "" },
	{ 0x10008, 6, "S390EP", "it is a Linux kernel, not a disk", "" },
	{ 0x2000, 4, "\xe5\xd6\xd3\xf1",
	  "it is an ECKD disk (label VOL1, 4096-byte blocks), but zipl has not been run",
	  ZIPL },
	{ 0x2000, 4, "\xd3\xd5\xe7\xf1",
	  "it is an ECKD disk (label LNX1, 4096-byte blocks), but zipl has not been run",
	  ZIPL },
	{ 0x2000, 4, "\xc3\xd4\xe2\xf1",
	  "it is a CMS minidisk (label CMS1, 4096-byte blocks), but zipl has not been run",
	  ZIPL },
	{ 0x1000, 4, "\xe5\xd6\xd3\xf1",
	  "it is an ECKD disk (label VOL1, 2048-byte blocks), but zipl has not been run",
	  ZIPL },
	{ 0x1000, 4, "\xd3\xd5\xe7\xf1",
	  "it is an ECKD disk (label LNX1, 2048-byte blocks), but zipl has not been run",
	  ZIPL },
	{ 0x1000, 4, "\xc3\xd4\xe2\xf1",
	  "it is a CMS minidisk (label CMS1, 2048-byte blocks), but zipl has not been run",
	  ZIPL },
	{ 0x800, 4, "\xe5\xd6\xd3\xf1",
	  "it is an ECKD disk (label VOL1, 1024-byte blocks), but zipl has not been run",
	  ZIPL },
	{ 0x800, 4, "\xd3\xd5\xe7\xf1",
	  "it is an ECKD disk (label LNX1, 1024-byte blocks), but zipl has not been run",
	  ZIPL },
	{ 0x800, 4, "\xc3\xd4\xe2\xf1",
	  "it is a CMS minidisk (label CMS1, 1024-byte blocks), but zipl has not been run",
	  ZIPL },
	{ 0x400, 4, "\xe5\xd6\xd3\xf1",
	  "it is an ECKD disk (label VOL1, 512-byte blocks), but zipl has not been run",
	  ZIPL },
	{ 0x400, 4, "\xd3\xd5\xe7\xf1",
	  "it is an ECKD disk (label LNX1, 512-byte blocks), but zipl has not been run",
	  ZIPL },
	{ 0x400, 4, "\xc3\xd4\xe2\xf1",
	  "it is a CMS minidisk (label CMS1, 512-byte blocks), but zipl has not been run",
	  ZIPL },
	{ 0, 4, "\xc9\xd7\xd3\xf1",
	  "it is an ECKD disk (IPL1 record) without a label",
	  "run dasdfmt, fdasd and zipl" },
	{ 0x200, 4, "\xd3\xd5\xe7\xf1",
	  "it is an FBA disk (label LNX1), but zipl has not been run", ZIPL },
	{ 0x70, 4, "zIPL",
	  "it has the boot record of an FBA or ECKD LDL disk, but for a device type that is not known",
	  "" },
	{ 0x200, 8, "EFI PART",
	  "there is a GPT partition table, but zipl has not been run", ZIPL },
	{ 0x1000, 8, "EFI PART",
	  "there is a GPT partition table, but zipl has not been run", ZIPL },
	{ 0x1fe, 2, "\x55\xaa",
	  "there is a DOS partition table, but zipl has not been run", ZIPL },
};

static int matches(struct ipl_src *src, const struct signature *sig,
		   struct ipl_err *err)
{
	uint8_t found[8];
	int rc;

	if (src->size < sig->off + sig->len)
		return 0;
	rc = ipl_src_read(src, sig->off, found, sig->len, err);
	if (rc)
		return rc;
	return !memcmp(found, sig->bytes, sig->len);
}

static int fail_block_zero(struct ipl_src *src, struct ipl_err *err)
{
	static const uint8_t zero[512];
	uint8_t b[512];
	int rc;

	rc = ipl_src_read(src, 0, b, sizeof(b), err);
	if (rc)
		return rc;
	if (!memcmp(b, zero, sizeof(b)))
		return ipl_fail(err, IPL_EUNSUP,
				"nothing to boot: block 0 is all zeros");
	return ipl_fail(err, IPL_EUNSUP,
			"no boot map: block 0 (byte 0x0) begins with "
			"%02x %02x %02x %02x, expected \"zIPL\" "
			"(7a 49 50 4c)",
			b[0], b[1], b[2], b[3]);
}

int ipl_whatis_fail(struct ipl_src *src, struct ipl_err *err)
{
	int rc;

	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]);
	     i++) {
		const struct signature *sig = &signatures[i];

		rc = matches(src, sig, err);
		if (rc < 0)
			return rc;
		if (!rc)
			continue;
		rc = ipl_fail(err, IPL_EUNSUP,
			      "no boot map: block 0 (byte 0x0) does not begin "
			      "with \"zIPL\"; %s",
			      sig->what);
		ipl_err_advise(err, "%s", sig->advice);
		return rc;
	}
	return fail_block_zero(src, err);
}
