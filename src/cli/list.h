/* SPDX-License-Identifier: MIT */
/* "list": the same map as JSON and as a table.
 * May use: everything. */
#ifndef IPL_CLI_LIST_H
#define IPL_CLI_LIST_H

#include "boot/map.h"

int ipl_list_print_json(const struct ipl_map *map,
			struct ipl_err *err) IPL_MUST_CHECK;
int ipl_list_print_table(const struct ipl_map *map,
			 struct ipl_err *err) IPL_MUST_CHECK;

#endif
