/* SPDX-License-Identifier: MIT */
/* Kernel parameters other than those on the disk (docs/formats/zipl.md).
 * May use: base, format, disk. */
#include "boot/parms.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "boot/origin.h"
#include "boot/replace.h"
#include "format/linux_image.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PSW_ADDR UINT64_C(0x7fffffff)
#define PAGE	 UINT64_C(4096)

/* What stage 3 before zipl 2.20 copies, whatever the kernel takes. */
#define STAGE3_CMDLINE_MAX 896

/* From here on stage 3 and its stack need nothing, and below that every stage 3
 * can address. */
#define ROOM_BEGIN UINT64_C(0x10000)
#define ROOM_END   (UINT64_C(1) << 31)

/* Where stage 3 takes what was typed into zipl's boot menu from: up to 2.9, and
 * since 2.10. One byte of zero says that it was nothing. */
#define EXTRA_OLD 0x9c00u
#define EXTRA_NEW 0xe000u

static bool is_signed(const struct ipl_program *prog)
{
	for (size_t i = 0; i < prog->n_comps; i++) {
		if (prog->comps[i].type == IPL_COMP_SIGNATURE)
			return true;
	}
	return false;
}

/* The new parameters: NULL when out of memory. */
static char *join(const char *old, const char *append)
{
	size_t len = old ? strlen(old) : 0;
	char *text;

	if (*append == '=')
		return strdup(append + 1);
	while (len && strchr(" \t\r\n", old[len - 1]))
		len--;
	append += strspn(append, " ");
	if (asprintf(&text, "%.*s%s%s", (int)len, old ?: "",
		     len && *append ? " " : "", append) < 0)
		return NULL;
	return text;
}

/* How many bytes reach the kernel, with the NUL at their end. */
static int find_max(const struct ipl_map *map, const struct ipl_program *prog,
		    uint64_t *ret, struct ipl_err *err)
{
	uint64_t kernel = prog->cmdline_max ?: STAGE3_CMDLINE_MAX;
	struct ipl_origin origin;
	int rc = ipl_origin_find(map, prog, &origin, err);

	if (rc)
		return rc;
	if (prog->stage3.present && !origin.has_long_cmdline &&
	    kernel > STAGE3_CMDLINE_MAX)
		kernel = STAGE3_CMDLINE_MAX;
	*ret = kernel < IPL_MAX_CMDLINE ? kernel : IPL_MAX_CMDLINE;
	return 0;
}

static int check_length(const struct ipl_map *map,
			const struct ipl_program *prog, size_t size,
			struct ipl_err *err)
{
	uint64_t max;
	int rc = find_max(map, prog, &max, err);

	if (rc || size <= max)
		return rc;
	rc = ipl_fail(err, IPL_ERANGE,
		      "%zu characters of kernel parameters, expected %" PRIu64
		      " at most: more does not reach this kernel",
		      size - 1, max - 1);
	ipl_err_advise(err, "append fewer of them, or replace those of the "
			    "disk with '=' in front");
	return rc;
}

/* Whether a component other than @but is loaded into [@addr, @addr + @len). */
static bool is_taken(const struct ipl_program *prog,
		     const struct ipl_component *but, uint64_t addr,
		     uint64_t len)
{
	for (size_t i = 0; i < prog->n_comps; i++) {
		const struct ipl_component *c = &prog->comps[i];

		if (c != but && c->type == IPL_COMP_LOAD &&
		    addr < c->addr + c->len && c->addr < addr + len)
			return true;
	}
	return false;
}

/* The lowest page from which @len bytes are free: 0 if there is none. */
static uint64_t find_room(const struct ipl_plan *plan,
			  const struct ipl_program *prog, uint64_t len)
{
	uint64_t top = plan->memory < ROOM_END ? plan->memory : ROOM_END;
	uint64_t best = 0;

	for (size_t i = 0; i <= prog->n_comps; i++) {
		uint64_t addr = ROOM_BEGIN;

		if (i < prog->n_comps)
			addr = (prog->comps[i].addr + prog->comps[i].len +
				PAGE - 1) &
			       ~(PAGE - 1);
		if (addr < ROOM_BEGIN || addr + len > top ||
		    is_taken(prog, NULL, addr, len))
			continue;
		if (!best || addr < best)
			best = addr;
	}
	return best;
}

/* Tell stage 3 where the parameters are: the first field of what it is told. */
static int set_parm_addr(struct ipl_plan *plan, const struct ipl_program *prog,
			 uint64_t addr, struct ipl_err *err)
{
	uint8_t field[8];
	struct ipl_wr w = { .p = field, .len = sizeof(field) };

	ipl_put_be(&w, addr, sizeof(field));
	return ipl_plan_put(plan,
			    prog->stage3.gen == ZIPL_STAGE3_80
				    ? ZIPL_STAGE3_PARAMS_ADDR
				    : ZIPL_STAGE3_ADDR,
			    field, sizeof(field), IPL_PURPOSE_PARAMS, err);
}

/* Whether @size bytes can stand where the parameters of the disk are: not in
 * place of anything else, nor over what stage 3 uses besides. */
static bool fits_in_place(const struct ipl_plan *plan,
			  const struct ipl_program *prog, uint64_t size)
{
	uint64_t addr = prog->stage3.parm_addr;
	const struct ipl_component *old = ipl_comp_at(prog, addr);

	if (!old || old->purpose != IPL_PURPOSE_PARMLINE)
		return false;
	if (size <= old->len - (addr - old->addr))
		return true;
	return addr >= ROOM_BEGIN && addr + size <= plan->memory &&
	       addr + size <= ROOM_END && !is_taken(prog, old, addr, size);
}

static int edit_stage3(struct ipl_plan *plan, const struct ipl_program *prog,
		       const char *text, struct ipl_err *err)
{
	uint64_t size = strlen(text) + 1, addr = prog->stage3.parm_addr;
	int rc = 0;

	if (!fits_in_place(plan, prog, size)) {
		addr = find_room(plan, prog, size);
		if (!addr)
			return ipl_fail(err, IPL_ERANGE,
					"the components leave no room for "
					"%" PRIu64 " bytes of parameters",
					size);
		rc = set_parm_addr(plan, prog, addr, err);
	}
	return rc ? rc
		  : ipl_plan_put(plan, addr, text, size, IPL_PURPOSE_PARMLINE,
				 err);
}

/* The kernel's own parameter area, in the component that has its entry. */
static int edit_direct(struct ipl_plan *plan, const char *text,
		       struct ipl_err *err)
{
	uint64_t addr = (plan->psw & PSW_ADDR) + LINUX_IMAGE_CMDLINE -
			LINUX_IMAGE_ENTRY;

	return ipl_plan_put(plan, addr, text, strlen(text) + 1,
			    IPL_PURPOSE_PARMLINE, err);
}

static int edit(struct ipl_plan *plan, const struct ipl_map *map,
		const struct ipl_program *prog, const char *append,
		struct ipl_err *err)
{
	auto_free char *text = join(prog->cmdline, append);
	int rc;

	if (!text)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (is_signed(prog))
		return ipl_fail(err, IPL_EUNSUP,
				"it is signed, so its kernel parameters cannot "
				"be changed");
	if (!prog->stage3.present && !prog->cmdline_max)
		return ipl_fail(err, IPL_EUNSUP,
				"it is neither a program of zipl's nor a Linux "
				"kernel, so it has no kernel parameters to be "
				"changed");
	rc = check_length(map, prog, strlen(text) + 1, err);
	if (rc)
		return rc;
	return prog->stage3.present ? edit_stage3(plan, prog, text, err)
				    : edit_direct(plan, text, err);
}

/* Stage 3 on a DASD adds what stage 2 of zipl has left at a fixed place. We do
 * not run stage 2, and an earlier system may have left anything there. */
static int forget_extra(struct ipl_plan *plan, const struct ipl_program *prog,
			struct ipl_err *err)
{
	static const uint8_t nothing[8];
	int rc = 0;

	if (!prog->stage3.present || !prog->stage3.extra_parm)
		return 0;
	if (!ipl_plan_covers(plan, EXTRA_OLD, sizeof(nothing)))
		rc = ipl_plan_put(plan, EXTRA_OLD, nothing, sizeof(nothing),
				  IPL_PURPOSE_SCRATCH, err);
	if (!rc && prog->stage3.gen == ZIPL_STAGE3_80 &&
	    !ipl_plan_covers(plan, EXTRA_NEW, sizeof(nothing)))
		rc = ipl_plan_put(plan, EXTRA_NEW, nothing, sizeof(nothing),
				  IPL_PURPOSE_SCRATCH, err);
	return rc;
}

int ipl_parms_edit(struct ipl_plan *plan, const struct ipl_map *map,
		   const struct ipl_program *prog, const char *append,
		   struct ipl_err *err)
{
	int rc = forget_extra(plan, prog, err);

	if (!rc && append && *append)
		rc = edit(plan, map, prog, append, err);
	if (rc)
		ipl_err_wrap(err, "append to program %u", prog->number);
	return rc;
}
