/* SPDX-License-Identifier: MIT */
/* What the programs of a map are (docs/formats/zipl.md): it is
 * told by the parameters of their stage 3, or by the kernel itself where that
 * is started directly. May use: base, format, disk. */
#include "boot/describe.h"

#include "base/limits.h"
#include "boot/replace.h"
#include "format/linux_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where zipl 2.9 and later put room for stage 3 on SCSI disks. */
#define HEAP_ADDR  0x2000u
#define STACK_ADDR 0xf000u

#define PSW_SHORT_MASK (UINT64_C(0xffffffff) << 32)
#define PSW_LOAD_MASK  (UINT64_C(0x00080000) << 32)
#define PSW_ADDR       UINT64_C(0x7fffffff)

/* One program while it is looked at. */
struct look {
	struct ipl_src *src;
	struct ipl_program *prog;
	struct ipl_component *kernel;
	uint64_t kernel_entry; /* where LINUX_IMAGE_ENTRY lies in @kernel */
	bool is_linux;
	struct linux_image linux_image;
};

static void set_purpose(const struct look *l, uint64_t addr,
			enum ipl_purpose purpose)
{
	struct ipl_component *c = ipl_comp_at(l->prog, addr);

	if (c && c->purpose == IPL_PURPOSE_UNKNOWN)
		c->purpose = purpose;
}

/* Whether the @len bytes at @off of @c are there to be read. */
static bool has(const struct ipl_component *c, uint64_t off, uint64_t len)
{
	return off <= c->len && len <= c->len - off;
}

/* The text that begins at @off of @c, up to a NUL, the end of the component or
 * @max bytes. */
static int read_text(const struct look *l, const struct ipl_component *c,
		     uint64_t off, size_t max, char **ret, struct ipl_err *err)
{
	char *text;
	int rc;

	if (max > c->len - off)
		max = (size_t)(c->len - off);
	text = calloc(1, max + 1);
	if (!text)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	rc = ipl_comp_read(l->src, l->prog, c, off, text, max, err);
	if (rc) {
		free(text);
		return rc;
	}
	*ret = text;
	return 0;
}

/* The generation of stage 3, from where it is entered; 0 for none. */
static enum zipl_stage3_gen stage3_gen(uint64_t entry)
{
	switch (entry) {
	case 0x28:
		return ZIPL_STAGE3_40;
	case 0x2a: /* assembler, 1.20 */
	case 0x50: /* C, 1.24 */
		return ZIPL_STAGE3_42;
	case 0:
		return ZIPL_STAGE3_80;
	default:
		return 0;
	}
}

static int find_stage3(struct look *l, struct ipl_err *err)
{
	uint64_t psw = l->prog->comps[l->prog->n_comps - 1].psw;
	enum zipl_stage3_gen gen =
		stage3_gen((psw & PSW_ADDR) - ZIPL_STAGE3_ADDR);
	uint64_t addr = gen == ZIPL_STAGE3_80 ? ZIPL_STAGE3_PARAMS_ADDR
					      : ZIPL_STAGE3_ADDR;
	struct ipl_component *c = ipl_comp_at(l->prog, addr);
	uint8_t buf[ZIPL_STAGE3_80];
	struct ipl_span in = { buf, gen, 0 };
	struct ipl_stage3 stage3;
	int rc;

	if (!gen || !c || !has(c, addr - c->addr, gen))
		return 0;
	rc = ipl_comp_read(l->src, l->prog, c, addr - c->addr, buf, gen, err);
	if (!rc)
		rc = zipl_stage3_decode(in, gen, &stage3, err);
	if (rc)
		return rc;
	/* any program may be loaded and entered there: zipl's tell where the
	 * kernel starts */
	if ((stage3.load_psw & PSW_SHORT_MASK) != PSW_LOAD_MASK)
		return 0;
	l->prog->stage3 = stage3;
	return 0;
}

/* Old generations say where the kernel is entered, and that is where the
 * component begins: the first 64 KiB of the file are not loaded. */
static void find_kernel(struct look *l)
{
	const struct ipl_stage3 *s = &l->prog->stage3;

	if (s->gen == ZIPL_STAGE3_80) {
		l->kernel = ipl_comp_at(l->prog, s->image_addr);
		l->kernel_entry = LINUX_IMAGE_ENTRY;
	} else {
		l->kernel = ipl_comp_at(l->prog, s->load_psw & PSW_ADDR);
	}
	if (!l->kernel)
		return;
	l->kernel->purpose = IPL_PURPOSE_KERNEL;
	l->prog->kernel_len = l->kernel->len;
	/* a signature that was cut off still counts in image_len */
	if (s->image_len && s->image_len < l->kernel->len)
		l->prog->kernel_len = s->image_len;
}

/* Look for a Linux image with its entry at @entry of @c. */
static int look_for_linux(struct look *l, struct ipl_component *c,
			  uint64_t entry, struct ipl_err *err)
{
	uint8_t buf[LINUX_IMAGE_HEAD_LEN];
	struct ipl_span in = { buf, sizeof(buf), 0 };
	int rc;

	if (!has(c, entry, sizeof(buf)))
		return 0;
	rc = ipl_comp_read(l->src, l->prog, c, entry, buf, sizeof(buf), err);
	if (rc)
		return rc;
	l->is_linux = linux_image_decode(in, &l->linux_image, NULL) == 0;
	if (l->is_linux)
		l->prog->cmdline_max = l->linux_image.cmdline_max;
	return 0;
}

/* The release, from the text that the image points at. */
static int read_release(struct look *l, struct ipl_err *err)
{
	uint64_t off = l->linux_image.version_off;
	char *text;
	size_t len;
	int rc;

	if (off < LINUX_IMAGE_ENTRY ||
	    __builtin_add_overflow(off - LINUX_IMAGE_ENTRY, l->kernel_entry,
				   &off) ||
	    !has(l->kernel, off, 1))
		return 0;
	rc = read_text(l, l->kernel, off, IPL_MAX_RELEASE + 1, &text, err);
	if (rc)
		return rc;
	len = linux_image_release_len(
		(struct ipl_span){ (uint8_t *)text, strlen(text) + 1, off });
	if (len) {
		text[len] = '\0';
		l->prog->kernel_version = text;
	} else {
		free(text);
	}
	return 0;
}

static void set_ramdisk(struct look *l, uint64_t addr, uint64_t len)
{
	struct ipl_component *c = len ? ipl_comp_at(l->prog, addr) : NULL;

	if (!c)
		return;
	set_purpose(l, addr, IPL_PURPOSE_RAMDISK);
	l->prog->ramdisk_len = len < c->len ? len : c->len;
}

/* What zipl's stage 3 will hand to the kernel. */
static int describe_zipl(struct look *l, struct ipl_err *err)
{
	const struct ipl_stage3 *s = &l->prog->stage3;
	struct ipl_component *parm;
	int rc;

	find_kernel(l);
	set_purpose(l, ZIPL_STAGE3_ADDR, IPL_PURPOSE_STAGE3);
	if (s->gen == ZIPL_STAGE3_80) {
		set_purpose(l, ZIPL_STAGE3_PARAMS_ADDR, IPL_PURPOSE_PARAMS);
		set_purpose(l, HEAP_ADDR, IPL_PURPOSE_SCRATCH);
		set_purpose(l, STACK_ADDR, IPL_PURPOSE_SCRATCH);
	}
	set_ramdisk(l, s->initrd_addr, s->initrd_len);
	if (s->envblk_len && s->envblk_addr)
		set_purpose(l, s->envblk_addr, IPL_PURPOSE_ENVBLK);

	parm = ipl_comp_at(l->prog, s->parm_addr);
	if (parm) {
		set_purpose(l, s->parm_addr, IPL_PURPOSE_PARMLINE);
		rc = read_text(l, parm, s->parm_addr - parm->addr,
			       IPL_MAX_CMDLINE, &l->prog->cmdline, err);
		if (rc)
			return rc;
	}
	if (!l->kernel)
		return 0;
	return look_for_linux(l, l->kernel, l->kernel_entry, err);
}

/* A file of parameters has lines, whose ends are blanks to the kernel; at the end it
 * drops them. */
static void join_lines(char *text)
{
	size_t len = 0;

	for (size_t i = 0; text[i]; i++) {
		if (strchr("\t\r\n", text[i]))
			text[i] = ' ';
		if (text[i] != ' ')
			len = i + 1;
	}
	text[len] = '\0';
}

/* A program without a stage 3 may be a kernel that is started directly: then
 * its parameter area was filled in on the disk. */
static int describe_direct(struct look *l, struct ipl_err *err)
{
	uint64_t addr = l->prog->comps[l->prog->n_comps - 1].psw & PSW_ADDR;
	struct ipl_component *c = ipl_comp_at(l->prog, addr);
	uint64_t cmdline;
	size_t max = IPL_MAX_CMDLINE;
	int rc;

	if (!c)
		return 0;
	rc = look_for_linux(l, c, addr - c->addr, err);
	if (rc || !l->is_linux)
		return rc;
	l->kernel = c;
	l->kernel_entry = addr - c->addr;
	c->purpose = IPL_PURPOSE_KERNEL;
	l->prog->kernel_len = c->len;
	set_ramdisk(l, l->linux_image.initrd_addr, l->linux_image.initrd_len);
	if (max > l->linux_image.cmdline_max)
		max = (size_t)l->linux_image.cmdline_max;
	cmdline = l->kernel_entry + LINUX_IMAGE_CMDLINE - LINUX_IMAGE_ENTRY;
	set_purpose(l, c->addr + cmdline, IPL_PURPOSE_PARMLINE);
	rc = read_text(l, c, cmdline, max, &l->prog->cmdline, err);
	if (!rc)
		join_lines(l->prog->cmdline);
	return rc;
}

int ipl_program_describe(const struct ipl_map *map, struct ipl_program *prog,
			 struct ipl_err *err)
{
	struct look l = { .src = map->src, .prog = prog };
	int rc;

	rc = find_stage3(&l, err);
	if (!rc && prog->stage3.present)
		rc = describe_zipl(&l, err);
	else if (!rc)
		rc = describe_direct(&l, err);
	if (!rc && l.is_linux)
		rc = read_release(&l, err);
	return rc;
}
