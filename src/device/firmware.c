/* SPDX-License-Identifier: MIT */
/* QEMU's own firmware, started by the device as QEMU would start it.
 * May use: base, format, boot, vm. */
#include "device/firmware.h"

#include "base/cleanup.h"
#include "format/elf.h"
#include "vm/datadir.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "s390-ccw.img"

/* QEMU's window for it, with bss; hw/s390x/ipl.c */
#define FIRMWARE_MAX (UINT64_C(3) << 20)

/* The PSW of an IPL: 64-bit mode. Bit 12 makes it a short one. */
#define PSW_64BIT (UINT64_C(1) << 51 | UINT64_C(0x180000000))

/* QEMU's words to its firmware, in lowcore: include/hw/s390x/ipl/qipl.h. All
 * versions have the flags and the timeout at the same place; all zeros are no
 * network, and no further disks. */
#define QIPL_ADDR      0xcc
#define QIPL_LEN       28
#define QIPL_TIMEOUT   12
#define QIPL_MENU      0x80
#define QIPL_ZIPL_MENU 0x40

static int read_file(const char *path, uint8_t **ret, size_t *ret_len,
		     struct ipl_err *err)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	auto_free uint8_t *bytes = malloc(FIRMWARE_MAX);
	size_t at = 0;
	ssize_t n = 0;

	if (!bytes)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	while (fd >= 0 && at < FIRMWARE_MAX &&
	       (n = read(fd, bytes + at, FIRMWARE_MAX - at)) > 0)
		at += (size_t)n;
	if (fd < 0 || n < 0)
		return ipl_fail_errno(err, errno, "cannot read %s", path);
	*ret = ipl_steal(bytes);
	*ret_len = at;
	return 0;
}

static int put_qipl(const struct ipl_firmware *fw, struct ipl_plan *plan,
		    struct ipl_err *err)
{
	uint8_t qipl[QIPL_LEN] = { fw->menu ? QIPL_MENU : 0 };
	struct ipl_wr w = { .p = qipl + QIPL_TIMEOUT, .len = 4 };

	if (fw->zipl_menu)
		qipl[0] |= QIPL_ZIPL_MENU;
	ipl_put_be(&w, fw->timeout_ms, 4);
	return ipl_plan_put(plan, QIPL_ADDR, qipl, sizeof(qipl),
			    IPL_PURPOSE_UNKNOWN, err);
}

/* The plan of a program that is the firmware at @base. */
static int make_plan(const struct ipl_firmware *fw, const char *path,
		     uint64_t base, struct ipl_plan *plan, struct ipl_err *err)
{
	auto_free uint8_t *file = NULL, *image = NULL;
	struct elf_image elf;
	struct ipl_span in = { 0 };
	int rc = read_file(path, &file, &in.len, err);

	in.p = file;
	if (!rc)
		rc = elf_decode(in, FIRMWARE_MAX, &elf, err);
	if (rc)
		return rc;
	image = malloc(elf.size);
	if (!image)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	rc = elf_place(in, &elf, base, image, err);
	if (!rc)
		rc = ipl_plan_put(plan, base, image, elf.size,
				  IPL_PURPOSE_UNKNOWN, err);
	if (!rc)
		rc = put_qipl(fw, plan, err);
	plan->psw = PSW_64BIT | (base + elf.entry);
	return rc;
}

int ipl_firmware_start(const struct ipl_firmware *fw,
		       const struct ipl_stub *stub,
		       const struct ipl_start *start, char **ret_path,
		       struct ipl_err *err)
{
	struct ipl_plan *plan;
	int rc = ipl_datadir_find(fw->qemu, fw->dirs, NAME, ret_path, err);

	if (rc)
		return rc;
	plan = ipl_plan_new(stub->mem->size);
	if (!plan)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	/* the stub lies where QEMU would have put its own */
	rc = make_plan(fw, *ret_path, stub->base, plan, err);
	if (rc)
		ipl_err_wrap(err, "QEMU's firmware %s", *ret_path);
	else
		rc = ipl_load(plan, stub, start, err);
	ipl_plan_free(plan);
	return rc;
}
