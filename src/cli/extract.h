/* SPDX-License-Identifier: MIT */
/* "extract": writing files into a directory.
 * May use: everything. */
#ifndef IPL_CLI_EXTRACT_H
#define IPL_CLI_EXTRACT_H

#include "boot/files.h"

struct ipl_extract {
	const struct ipl_map *map;
	const struct ipl_program *prog;
	struct ipl_files files;
	const char *disk; /* its path, or URI */
	const char *dir;
	bool force;
};

/* Make the directory where it is missing, and write all files into it, each
 * with its own name and nothing anywhere else. Without force a file that is
 * there already fails with nothing written; with force it is replaced when the
 * new one is complete, a symbolic link too, but never the disk itself. A file
 * that cannot be written to its end is removed. */
int ipl_extract_write(const struct ipl_extract *x,
		      struct ipl_err *err) IPL_MUST_CHECK;

#endif
