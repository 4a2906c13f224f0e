/* SPDX-License-Identifier: MIT */
/* Tables for people, by libsmartcols.
 * May use: libsmartcols. */
#ifndef IPL_CLI_TABLE_H
#define IPL_CLI_TABLE_H

#include <libsmartcols.h>
#include <stddef.h>

struct ipl_column {
	const char *title;
	int flags; /* SCOLS_FL_* */
};

/* A table without lines. Texts are shown as they are: they come from
 * ipl_text_printable, or from us. The caller releases it with scols_unref_table;
 * NULL when out of memory. */
struct libscols_table *ipl_table_new(const struct ipl_column *columns,
				     size_t n);

#endif
