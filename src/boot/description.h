/* SPDX-License-Identifier: MIT */
/* Descriptions in a boot map (docs/formats/description.md).
 * May use: base, format, disk. */
#ifndef IPL_BOOT_DESCRIPTION_H
#define IPL_BOOT_DESCRIPTION_H

#include "boot/map.h"

/* Read the descriptions of the programs of @map into their title and the like.
 * One that makes no sense is left out, with a note: fails only when memory is
 * out. */
int ipl_descriptions_read(struct ipl_map *map,
			  struct ipl_err *err) IPL_MUST_CHECK;

/* Release what it has put into @prog. */
void ipl_description_done(struct ipl_program *prog);

#endif
