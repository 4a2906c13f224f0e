/* SPDX-License-Identifier: MIT */
/* Install jobs from zipl.conf and from boot loader entries.
 * May use: base, format, disk, boot. */
#ifndef IPL_INSTALL_CONF_H
#define IPL_INSTALL_CONF_H

#include "install/place.h"

/* Add the boot loader entries in the directory @dir of @place to @job, in their
 * order: the first is the default. Paths in them are those of the partition
 * for /boot, two directories up, or, where the file is not there, of @place. */
int ipl_job_read_bls(struct ipl_job *job, const struct ipl_place *place,
		     const char *dir, struct ipl_err *err) IPL_MUST_CHECK;

/* Add what zipl would do by default with the configuration file @path of @place:
 * a menu, all sections, or one. With @bls_dir, the entries there are sections
 * too, as for zipl. What is for zipl alone (targets), and sections that are not for
 * IPL and not asked for by name, become notes. Messages name file and line. */
int ipl_job_read_conf(struct ipl_job *job, const struct ipl_place *place,
		      const char *path, const char *bls_dir,
		      struct ipl_err *err) IPL_MUST_CHECK;

#endif
