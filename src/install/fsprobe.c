/* SPDX-License-Identifier: MIT */
/* File systems and the like, by the signatures that libblkid looks for.
 * May use: base, disk. */
#include "install/target.h"

#include <string.h>

static const struct {
	uint32_t off;
	uint8_t len;
	const char *bytes;
	const char *name;
} signatures[] = {
	{ 0x438, 2, "\x53\xef", "ext4" },
	{ 0, 4, "XFSB", "xfs" },
	{ 0x10040, 8, "_BHRfS_M", "btrfs" },
	{ 0xff6, 10, "SWAPSPACE2", "swap" },
	{ 0xfff6, 10, "SWAPSPACE2", "swap" },
	{ 0x218, 8, "LVM2 001", "LVM2_member" },
	{ 0x18, 8, "LVM2 001", "LVM2_member" },
	{ 0, 6, "LUKS\xba\xbe", "crypto_LUKS" },
	{ 0x1000, 4, "\xfc\x4e\x2b\xa9", "linux_raid_member" },
	{ 0, 4, "\xfc\x4e\x2b\xa9", "linux_raid_member" },
	{ 0, 4, "hsqs", "squashfs" },
	{ 0x400, 4, "\xe2\xe1\xf5\xe0", "erofs" },
	{ 0x400, 4, "\x10\x20\xf5\xf2", "f2fs" },
	{ 0x36, 3, "FAT", "vfat" },
	{ 0x52, 5, "FAT32", "vfat" },
	{ 3, 8, "NTFS    ", "ntfs" },
	{ 3, 8, "EXFAT   ", "exfat" },
	{ 0x8001, 5, "CD001", "iso9660" },
	{ 0x10034, 8, "ReIsErFs", "reiserfs" },
	{ 0x10034, 9, "ReIsEr2Fs", "reiserfs" },
	{ 0x8000, 4, "JFS1", "jfs" },
	{ 0x18, 8, "\xc6\x85\x73\xf6\x4e\x1a\x45\xca", "bcachefs" },
	{ 0x1018, 8, "\xc6\x85\x73\xf6\x4e\x1a\x45\xca", "bcachefs" },
};

int ipl_fs_probe(struct ipl_src *src, uint64_t off, uint64_t len,
		 const char **ret, struct ipl_err *err)
{
	char found[16];

	*ret = NULL;
	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]);
	     i++) {
		int rc;

		if (signatures[i].off + signatures[i].len > len)
			continue;
		rc = ipl_src_read(src, off + signatures[i].off, found,
				  signatures[i].len, err);
		if (rc)
			return rc;
		if (memcmp(found, signatures[i].bytes, signatures[i].len))
			continue;
		*ret = signatures[i].name;
		return 0;
	}
	return 0;
}
