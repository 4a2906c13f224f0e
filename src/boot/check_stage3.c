/* SPDX-License-Identifier: MIT */
/* Checks of what stage 3 is told: are kernel, ramdisk and command line there
 * (docs/formats/zipl.md, section 6)? May use: base, format, disk. */
#include "boot/check_parts.h"
#include "boot/extent.h"
#include "boot/origin.h"

#include <inttypes.h>
#include <string.h>

#define PSW_ADDR UINT64_C(0x7fffffff)

/* What a signed file has behind its signature. */
#define SIGNATURE_END_LEN 40
/* More than any kernel's PKCS#7 signature has. */
#define SIGNATURE_MAX 16384

/* The component that has the parameters, and where they begin on the disk. */
static const struct ipl_component *params(const struct ipl_check *c,
					  uint64_t *ret_off)
{
	uint64_t addr = c->prog->stage3.gen == ZIPL_STAGE3_80
				? ZIPL_STAGE3_PARAMS_ADDR
				: ZIPL_STAGE3_ADDR;
	const struct ipl_component *comp = ipl_check_comp_at(c->prog, addr);
	struct ipl_extent_pos pos;

	*ret_off = 0;
	if (!comp)
		return NULL;
	pos = (struct ipl_extent_pos){ comp->extents, comp->n_extents, 0 };
	ipl_extent_skip(&pos, addr - comp->addr);
	if (pos.n)
		*ret_off = pos.x->off + pos.off;
	return comp;
}

/* A finding about the field at @field of the parameters. */
static struct ipl_finding *add(const struct ipl_check *c,
			       enum ipl_severity severity, const char *code,
			       unsigned field)
{
	struct ipl_finding *f = ipl_check_add(c, severity, code);
	uint64_t off;

	if (params(c, &off))
		ipl_finding_at(f, "stage 3 parameters", off + field);
	return f;
}

/* Whether the parameters name something: zipl writes 0 or all ones for
 * nothing. */
static bool is_named(uint64_t addr)
{
	return addr != 0 && addr != ZIPL_STAGE3_NONE;
}

static void nothing_there(const struct ipl_check *c, enum ipl_severity severity,
			  const char *code, unsigned field, const char *what,
			  uint64_t addr)
{
	struct ipl_finding *f = add(c, severity, code, field);

	ipl_finding_found(f,
			  "stage 3 is told that the %s is at 0x%" PRIx64
			  ", where nothing is loaded",
			  what, addr);
	ipl_finding_expected(f, "an address inside a component");
	ipl_finding_advise(f, "run zipl again");
}

/* @len bytes at @addr shall be loaded, but the component ends before. */
static void check_length(const struct ipl_check *c, const char *code,
			 unsigned field, const char *what, uint64_t addr,
			 uint64_t len)
{
	const struct ipl_component *comp = ipl_check_comp_at(c->prog, addr);
	struct ipl_finding *f;

	if (!comp || len <= comp->len - (addr - comp->addr))
		return;
	f = add(c, IPL_ERROR, code, field);
	ipl_finding_found(f,
			  "stage 3 is told that the %s has %" PRIu64
			  " bytes, but only %" PRIu64 " are loaded",
			  what, len, comp->len - (addr - comp->addr));
	ipl_finding_advise(f, "run zipl again");
}

static void check_ramdisk(const struct ipl_check *c)
{
	const struct ipl_stage3 *s = &c->prog->stage3;

	if (s->initrd_len == 0)
		return;
	if (!ipl_check_comp_at(c->prog, s->initrd_addr))
		nothing_there(c, IPL_ERROR, "ramdisk-missing", 8, "ramdisk",
			      s->initrd_addr);
	else
		check_length(c, "ramdisk-short", 16, "ramdisk", s->initrd_addr,
			     s->initrd_len);
}

/* How much longer than what is loaded the file of @comp may be: its signature
 * is not loaded, in whole blocks. */
static uint64_t signature_len(const struct ipl_check *c,
			      const struct ipl_component *comp)
{
	size_t i = (size_t)(comp - c->prog->comps);

	if (i == 0 || c->prog->comps[i - 1].type != IPL_COMP_SIGNATURE)
		return 0;
	return c->prog->comps[i - 1].len + SIGNATURE_END_LEN +
	       c->map->block_size;
}

/* Whether what is not loaded of a kernel file of @len bytes may well be its
 * signature: zipl leaves it out also where it writes no SIGNATURE entry. */
static bool is_signature(uint64_t len, uint64_t addr,
			 const struct ipl_component *comp)
{
	uint64_t loaded = comp->len - (addr - comp->addr);

	return len > loaded && len - loaded <= SIGNATURE_MAX;
}

static void add_unloaded_signature(const struct ipl_check *c, uint64_t len)
{
	struct ipl_finding *f = add(c, IPL_NOTE, "kernel-short", 48);

	ipl_finding_found(f,
			  "stage 3 is told that the kernel has %" PRIu64
			  " bytes; the last of them, a signature as it seems, "
			  "are not loaded",
			  len);
	ipl_finding_advise(f, "if the kernel is not signed, run zipl again");
}

static void check_kernel(const struct ipl_check *c)
{
	const struct ipl_stage3 *s = &c->prog->stage3;
	bool is_new = s->gen == ZIPL_STAGE3_80;
	uint64_t addr = is_new ? s->image_addr : s->load_psw & PSW_ADDR;
	const struct ipl_component *comp = ipl_check_comp_at(c->prog, addr);
	uint64_t signature;

	if (!comp) {
		nothing_there(c, IPL_ERROR, "kernel-missing", is_new ? 56 : 24,
			      "kernel", addr);
		return;
	}
	signature = signature_len(c, comp);
	if (!is_new || s->image_len <= signature)
		return;
	if (signature == 0 && is_signature(s->image_len, addr, comp))
		add_unloaded_signature(c, s->image_len);
	else
		check_length(c, "kernel-short", 48, "kernel", addr,
			     s->image_len - signature);
}

static void check_flags(const struct ipl_check *c)
{
	const struct ipl_stage3 *s = &c->prog->stage3;
	struct ipl_finding *f;

	if (s->gen != ZIPL_STAGE3_80 || (s->flags & ZIPL_STAGE3_SCSI) ||
	    strcmp(c->map->layout->name, "scsi") != 0)
		return;
	f = add(c, IPL_NOTE, "stage3-flags", 40);
	ipl_finding_found(f,
			  "the flags of stage 3, 0x%016" PRIx64
			  ", do not say SCSI: so zipl 2.13.0 writes them, "
			  "whose stage 3 stops in a VM without an IPL "
			  "parameter block",
			  s->flags);
	ipl_finding_expected(f, "0x%016" PRIx64, (uint64_t)ZIPL_STAGE3_SCSI);
	ipl_finding_advise(f, "s390-ipl always gives it one; with QEMU's own "
			      "firmware the disk needs a bootindex");
}

static void check_cmdline(const struct ipl_check *c)
{
	const struct ipl_stage3 *s = &c->prog->stage3;
	const struct ipl_component *comp =
		ipl_check_comp_at(c->prog, s->parm_addr);
	size_t len = c->prog->cmdline ? strlen(c->prog->cmdline) : 0;
	struct ipl_finding *f;
	uint64_t max = c->prog->cmdline_max;

	if (is_named(s->parm_addr) && !comp)
		nothing_there(c, IPL_WARNING, "parmline-missing", 0,
			      "command line", s->parm_addr);
	if (max == 0 || len < max)
		return;
	f = ipl_check_add(c, IPL_WARNING, "cmdline-too-long");
	if (comp)
		ipl_finding_at(f, "component table", comp->entry_off);
	ipl_finding_found(f, "the kernel parameters have %zu bytes", len);
	ipl_finding_expected(
		f, "at most %" PRIu64 ", as the kernel says itself", max - 1);
	ipl_finding_advise(f, "shorten them and run zipl again");
}

void ipl_check_stage3(const struct ipl_check *c)
{
	const struct ipl_stage3 *s = &c->prog->stage3;

	if (!s->present)
		return;
	check_kernel(c);
	check_ramdisk(c);
	check_flags(c);
	if (ipl_origin_has_environment(s) &&
	    !ipl_check_comp_at(c->prog, s->envblk_addr))
		nothing_there(c, IPL_WARNING, "environment-missing", 64,
			      "environment block", s->envblk_addr);
	check_cmdline(c);
}
