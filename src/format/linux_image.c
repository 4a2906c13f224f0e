/* SPDX-License-Identifier: MIT */
/* Linux kernel images for s390: what their parameter area says.
 * May use: base. */
#include "format/linux_image.h"

#include "base/limits.h"
#include "base/rd.h"

/* Before the kernel said how much it takes (5.16). */
#define CMDLINE_DEFAULT 896

int linux_image_decode(struct ipl_span entry, struct linux_image *ret,
		       struct ipl_err *err)
{
	struct ipl_rd r = { .in = entry };
	struct linux_image img;
	int rc;

	ipl_skip(&r, LINUX_IMAGE_MAGIC_OFF);
	rc = ipl_rd_magic(&r, LINUX_IMAGE_MAGIC, sizeof(LINUX_IMAGE_MAGIC) - 1,
			  err);
	if (rc)
		return rc;
	ipl_skip(&r, 0x408 - r.at);
	img.initrd_addr = ipl_be64(&r);
	img.initrd_len = ipl_be64(&r);
	ipl_skip(&r, 0x428 - 0x418);
	img.version_off = ipl_be64(&r);
	img.cmdline_max = ipl_be64(&r);
	ipl_skip(&r, LINUX_IMAGE_HEAD_LEN - 0x438);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	if (img.cmdline_max == 0)
		img.cmdline_max = CMDLINE_DEFAULT;
	*ret = img;
	return 0;
}

size_t linux_image_release_len(struct ipl_span text)
{
	size_t n = 0;

	if (text.len == 0 || text.p[0] < '0' || text.p[0] > '9')
		return 0;
	while (n < text.len && text.p[n] > ' ' && text.p[n] < 0x7f)
		n++;
	if (n > IPL_MAX_RELEASE)
		return 0;
	/* the last byte decides: the word must end here, not be cut off */
	if (n == text.len || (text.p[n] != ' ' && text.p[n] != '\0'))
		return 0;
	return n;
}
