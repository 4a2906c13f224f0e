/* SPDX-License-Identifier: MIT */
/* The boot map that is on a disk already: which blocks must stay as they are
 * until there is a new one. May use: base, format, disk, boot. */
#ifndef IPL_INSTALL_OLD_H
#define IPL_INSTALL_OLD_H

#include "install/target.h"

struct ipl_old {
	bool present;
	uint64_t *blocks; /* some of it, among them the first and the last that
			   * ipl_build took; in no order */
	size_t n;
};

/* A disk without a boot map that can be read has none that could be kept. The
 * caller does ipl_old_done. */
int ipl_old_find(const struct ipl_target *target, struct ipl_old *ret,
		 struct ipl_err *err) IPL_MUST_CHECK;

/* Whether @src has a boot map that ipl_build made, and all of it can be read, so
 * that it tells which blocks it has. */
int ipl_old_is_ours(struct ipl_src *src, bool *ret,
		    struct ipl_err *err) IPL_MUST_CHECK;

void ipl_old_done(struct ipl_old *old);

/* An area of runs without what the old map has there: the runs before it, and
 * those behind. Each has room for @n_runs. */
struct ipl_rest {
	struct ipl_region *before, *behind;
	size_t n_before, n_behind;
	bool has_old; /* some of it lies in the area */
};
void ipl_old_cut(const struct ipl_old *old, const struct ipl_region *runs,
		 size_t n_runs, struct ipl_rest *ret);

#endif
