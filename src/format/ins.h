/* SPDX-License-Identifier: MIT */
/* .ins files: which files are loaded where, as the HMC's "Load from Removable Media or
 * Server" takes them. Bytes to spans.
 *
 *     * comments begin with an asterisk
 *     images/kernel.img    0x00000000
 *     images/initrd.img    0x02000000
 *     images/generic.prm   0x00010480
 *
 * Files that come later replace what is in their place; then the PSW at 0 is loaded
 * (Linux: Documentation/arch/s390; Hercules: the ipl command). May use: base. */
#ifndef IPL_FORMAT_INS_H
#define IPL_FORMAT_INS_H

#include "base/err.h"
#include "format/text.h"

struct ins_line {
	struct ipl_span
		path; /* from the directory of the .ins file; no '/' in front */
	uint64_t addr;
	unsigned line; /* from 1 */
};

/* The next file: 1, 0 when there is none, or IPL_EBAD for a line that is none, with
 * its number in the message. @lines begins like every walk over lines. */
int ins_next(struct ipl_lines *lines, struct ins_line *ret,
	     struct ipl_err *err) IPL_MUST_CHECK;

#endif
