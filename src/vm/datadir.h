/* SPDX-License-Identifier: MIT */
/* Files that come with a QEMU: where it looks for them itself.
 * May use: base, json-c. */
#ifndef IPL_VM_DATADIR_H
#define IPL_VM_DATADIR_H

#include "base/err.h"

#include <json-c/json.h>

/* The path of file @name: in a directory of @dirs (what the user gave with -L, an
 * array of texts or NULL), else in one that the program @qemu names when it is
 * asked ("-L help"). Caller frees. IPL_ENOTFOUND names the directories. */
int ipl_datadir_find(const char *qemu, struct json_object *dirs,
		     const char *name, char **ret,
		     struct ipl_err *err) IPL_MUST_CHECK;

#endif
