/* SPDX-License-Identifier: MIT */
/* A disk as a person names it: a path or a URI, raw or in some image format.
 * May use: base. */
#include "base/cleanup.h"
#include "disk/src.h"

#include <stdio.h>
#include <string.h>

/* Image formats that QEMU reads, by how their files begin (QEMU, block/, the
 * probe functions). */
static const struct {
	const char *format;
	const char *magic;
	size_t len;
} formats[] = {
	{ "qcow2", "QFI\xfb\0\0\0", 7 }, /* version 1 is qcow, see below */
	{ "vmdk", "KDMV", 4 },
	{ "vmdk", "COWD", 4 },
	{ "vmdk", "# Disk DescriptorFile", 21 },
	{ "vhdx", "vhdxfile", 8 },
	{ "vpc", "conectix", 8 },
	{ "qed", "QED\0", 4 },
	{ "luks", "LUKS\xba\xbe", 6 },
	{ "parallels", "WithoutFreeSpace", 16 },
	{ "parallels", "WithouFreSpacExt", 16 },
	{ "vdi", "<<< ", 4 },
};

/* The format of a file, as its first bytes tell: "raw" for none of these. */
static const char *probe(struct ipl_src *src)
{
	char head[32] = { 0 };
	size_t len =
		src->size < sizeof(head) ? (size_t)src->size : sizeof(head);

	if (ipl_src_read(src, 0, head, len, NULL))
		return "raw";
	if (!memcmp(head, "QFI\xfb\0\0\0\1", 8))
		return "qcow";
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (!memcmp(head, formats[i].magic, formats[i].len))
			return formats[i].format;
	return "raw";
}

bool ipl_src_is_uri(const char *disk)
{
	static const char *const schemes[] = { "nbd://", "nbds://",
					       "nbd+unix://", "nbds+unix://" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
		if (!strncmp(disk, schemes[i], strlen(schemes[i])))
			return true;
	return false;
}

char *ipl_src_qemu_name(const char *path)
{
	char *name;

	if (asprintf(&name, "%s%s", path[0] == '/' ? "" : "./", path) < 0)
		return NULL;
	return name;
}

static int open_any(const char *disk, const char *format, bool writable,
		    struct ipl_src **ret, struct ipl_err *err)
{
	struct ipl_src *src = NULL;
	int rc;

	if (ipl_src_is_uri(disk))
		return writable
			       ? ipl_src_open_nbd_writable(disk, disk, ret, err)
			       : ipl_src_open_nbd(disk, disk, ret, err);
	if (format && strcmp(format, "raw"))
		return ipl_src_open_qemu_nbd(disk, format, writable, ret, err);
	rc = ipl_src_open_file(disk, &src, err);
	if (rc)
		return rc;
	if (!format)
		format = probe(src);
	if (!writable && !strcmp(format, "raw")) {
		*ret = src;
		return 0;
	}
	ipl_src_close(src);
	if (!strcmp(format, "raw"))
		return ipl_src_open_file_writable(disk, ret, err);
	return ipl_src_open_qemu_nbd(disk, format, writable, ret, err);
}

int ipl_src_open(const char *disk, const char *format, struct ipl_src **ret,
		 struct ipl_err *err)
{
	return open_any(disk, format, false, ret, err);
}

int ipl_src_open_writable(const char *disk, const char *format,
			  struct ipl_src **ret, struct ipl_err *err)
{
	return open_any(disk, format, true, ret, err);
}
