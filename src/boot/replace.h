/* SPDX-License-Identifier: MIT */
/* Components that replace what earlier ones have in their place, as the files of an
 * .ins file do. May use: base, format, disk. */
#ifndef IPL_BOOT_REPLACE_H
#define IPL_BOOT_REPLACE_H

#include "boot/map.h"

/* The component of @prog whose bytes are at @addr when all are loaded, or NULL. */
struct ipl_component *ipl_comp_at(const struct ipl_program *prog,
				  uint64_t addr);

/* Read @len bytes from byte @off of @comp on, which it must have, as they are when all
 * components of @prog are loaded. */
int ipl_comp_read(struct ipl_src *src, const struct ipl_program *prog,
		  const struct ipl_component *comp, uint64_t off, void *buf,
		  size_t len, struct ipl_err *err) IPL_MUST_CHECK;

#endif
