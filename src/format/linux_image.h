/* SPDX-License-Identifier: MIT */
/* Linux kernel images for s390: what their parameter area says.
 * May use: base. */
#ifndef IPL_FORMAT_LINUX_IMAGE_H
#define IPL_FORMAT_LINUX_IMAGE_H

#include "base/err.h"
#include "base/span.h"

/* Offsets in the image file, which are also the addresses it runs at
 * (arch/s390/include/asm/setup.h). zipl before 2.9 does not load the first
 * 64 KiB: what it loads begins with the entry. */
#define LINUX_IMAGE_ENTRY   0x10000u
#define LINUX_IMAGE_CMDLINE 0x10480u

/* What tells a Linux image, so far behind its entry. */
#define LINUX_IMAGE_MAGIC     "S390EP"
#define LINUX_IMAGE_MAGIC_OFF 8u

/* How much the decoder looks at, from LINUX_IMAGE_ENTRY on. */
#define LINUX_IMAGE_HEAD_LEN 0x480u

struct linux_image {
	uint64_t initrd_addr; /* what a loader has put there, 0 in a file */
	uint64_t initrd_len;
	uint64_t version_off; /* of the version text; 0: does not tell */
	uint64_t cmdline_max; /* bytes with the final NUL */
};

/* Decode the image whose bytes from LINUX_IMAGE_ENTRY on are @entry.
 * IPL_EBAD when it is not a Linux image. */
int linux_image_decode(struct ipl_span entry, struct linux_image *ret,
		       struct ipl_err *err) IPL_MUST_CHECK;

/* How many bytes of the version text @text ("6.1.0-28-s390x (debian...) #1")
 * are the release; 0 if that is not what it is. */
size_t linux_image_release_len(struct ipl_span text);

#endif
