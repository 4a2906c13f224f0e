/* SPDX-License-Identifier: MIT */
/* Kernel parameters other than those on the disk (docs/formats/zipl.md).
 * May use: base, format, disk. */
#ifndef IPL_BOOT_PARMS_H
#define IPL_BOOT_PARMS_H

#include "boot/plan.h"

/*
 * Have @plan, made for @prog of @map, give the kernel other parameters: those of
 * the disk, a blank and @append; or what follows '=' where @append begins with
 * that. @append may be NULL: they stay as they are.
 *
 * Works with each stage 3 of zipl, whose parameters are moved where they do not
 * fit, and with a Linux that is started directly. IPL_EUNSUP when the program is
 * signed or when it is neither; IPL_ERANGE when the kernel or stage 3 does not
 * take that many; @plan is then of no use.
 *
 * In any case, where stage 3 looks for parameters from zipl's own boot menu it
 * finds none, whatever an earlier system left in that memory.
 */
int ipl_parms_edit(struct ipl_plan *plan, const struct ipl_map *map,
		   const struct ipl_program *prog, const char *append,
		   struct ipl_err *err) IPL_MUST_CHECK;

#endif
