/* SPDX-License-Identifier: MIT */
/* The table of layouts, and finding the one that a disk has.
 * May use: base, format, disk. */
#include "boot/layouts.h"

#include "boot/cdl.h"
#include "boot/fba.h"
#include "boot/iso.h"
#include "boot/ldl.h"
#include "boot/scsi.h"
#include "boot/whatis.h"

#include <stdio.h>
#include <string.h>

/* In the order of probing: a disk that was put to another use has records of
 * both, and those that come first here are the first to be overwritten. A CD image leaves
 * the first 32 KiB to others. */
static const struct ipl_layout *const layouts[] = {
	&ipl_layout_scsi,    &ipl_layout_cdl,	  &ipl_layout_cdl_old,
	&ipl_layout_cdl_ld,  &ipl_layout_fba,	  &ipl_layout_ldl,
	&ipl_layout_fba_old, &ipl_layout_ldl_old, &ipl_layout_iso,
};

const struct ipl_layout *ipl_layout_at(size_t i)
{
	return i < sizeof(layouts) / sizeof(layouts[0]) ? layouts[i] : NULL;
}

static int no_such_layout(const char *name, struct ipl_err *err)
{
	char names[160] = "";
	size_t len = 0;

	for (size_t i = 0; ipl_layout_at(i) && len < sizeof(names); i++) {
		int n = snprintf(names + len, sizeof(names) - len, "%s%s",
				 i ? ", " : "", ipl_layout_at(i)->name);

		len += n > 0 ? (size_t)n : 0;
	}
	return ipl_fail(err, IPL_EINVAL,
			"there is no layout '%.60s', expected one of %s", name,
			names);
}

/* The layout that the options name: nothing else is looked for. */
static int named_layout(const struct ipl_map *map,
			const struct ipl_layout **ret, struct ipl_err *err)
{
	const char *name = map->options.layout;
	const struct ipl_layout *layout;
	size_t i = 0;
	int rc;

	while ((layout = ipl_layout_at(i++)) && strcmp(layout->name, name))
		;
	if (!layout)
		return no_such_layout(name, err);
	if (map->options.br_lba && layout != &ipl_layout_scsi)
		return ipl_fail(err, IPL_EINVAL,
				"only the layout 'scsi' has a boot record at a "
				"block of choice");
	rc = layout->probe(map, err);
	if (rc < 0)
		return rc;
	*ret = layout;
	if (rc)
		return 0;
	ipl_fail(err, IPL_EUNSUP, "there is no %s", layout->title);
	ipl_err_advise(err, "without the name of a layout the disk is searched "
			    "for all that are known");
	return IPL_EUNSUP;
}

/* With the address of its boot record there is only one that it can be. */
static int ld_layout(const struct ipl_map *map, const struct ipl_layout **ret,
		     struct ipl_err *err)
{
	int rc = ipl_layout_cdl_ld.probe(map, err);

	if (rc < 0)
		return rc;
	*ret = &ipl_layout_cdl_ld;
	return rc ? 0
		  : ipl_fail(
			    err, IPL_EUNSUP,
			    "this is no ECKD CDL disk, which could have a boot "
			    "record at a cylinder, head and record");
}

int ipl_layout_find(const struct ipl_map *map, const struct ipl_layout **ret,
		    struct ipl_err *err)
{
	if (map->options.layout)
		return named_layout(map, ret, err);
	if (map->options.br_chr.sec)
		return ld_layout(map, ret, err);
	for (size_t i = 0; ipl_layout_at(i); i++) {
		int rc = layouts[i]->probe(map, err);

		if (rc < 0)
			return rc;
		if (rc) {
			*ret = layouts[i];
			return 0;
		}
	}
	return ipl_whatis_fail(map->src, err);
}
