/* SPDX-License-Identifier: MIT */
/*
 * kexec for the test disks: kexec KERNEL INITRD PARAMETERS starts another Linux
 * from this one. Debian's s390x kernel has only the old kexec_load(2), which
 * takes ready-made memory segments, so this does for one raw s390 kernel image
 * what kexec-tools does: skip the 64 KiB in front of its entry, put the ramdisk
 * well above it and write both addresses and the parameters into the kernel's
 * parameter area (Documentation/s390: PARMAREA at 0x10400).
 */
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KERNEL_START 0x10000UL
#define PARM_INITRD 0x408
#define PARM_INITRD_SIZE 0x410
#define PARM_CMDLINE 0x480
#define PARM_CMDLINE_SIZE 896UL /* of kernels before 5.17, and enough here */
#define INITRD_START 0x6000000UL

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* The file from byte @from on, in memory rounded up to whole pages. */
static unsigned char *load(const char *path, size_t from, size_t *len)
{
	struct stat st;
	unsigned char *p;
	int fd = open(path, O_RDONLY);

	if (fd < 0 || fstat(fd, &st) < 0)
		die(path);
	*len = (size_t)st.st_size - from;
	p = calloc(1, (*len + 4095) & ~4095UL);
	if (!p || pread(fd, p, *len, (off_t)from) != (ssize_t)*len)
		die(path);
	close(fd);
	return p;
}

static struct kexec_segment segment(void *p, size_t len, uintptr_t at)
{
	return (struct kexec_segment){ .buf = p, .bufsz = len,
		.mem = (void *)at, .memsz = (len + 4095) & ~4095UL };
}

int main(int argc, char **argv)
{
	size_t kernel_len, initrd_len;
	unsigned char *kernel, *initrd;
	uint64_t at = INITRD_START, size;
	struct kexec_segment seg[2];

	if (argc != 4 || strlen(argv[3]) >= PARM_CMDLINE_SIZE) {
		fputs("usage: kexec KERNEL INITRD PARAMETERS\n", stderr);
		return 2;
	}
	kernel = load(argv[1], KERNEL_START, &kernel_len);
	initrd = load(argv[2], 0, &initrd_len);

	/* big-endian like this program */
	size = initrd_len;
	memcpy(kernel + PARM_INITRD, &at, 8);
	memcpy(kernel + PARM_INITRD_SIZE, &size, 8);
	strcpy((char *)kernel + PARM_CMDLINE, argv[3]);

	seg[0] = segment(kernel, kernel_len, KERNEL_START);
	seg[1] = segment(initrd, initrd_len, INITRD_START);
	if (syscall(SYS_kexec_load, KERNEL_START, 2UL, seg, KEXEC_ARCH_S390))
		die("kexec_load");
	puts("KEXEC-LOADED");
	fflush(stdout);
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		LINUX_REBOOT_CMD_KEXEC, NULL);
	die("reboot");
}
