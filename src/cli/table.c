/* SPDX-License-Identifier: MIT */
/* Tables for people, by libsmartcols.
 * May use: libsmartcols. */
#include "cli/table.h"

struct libscols_table *ipl_table_new(const struct ipl_column *columns, size_t n)
{
	struct libscols_table *table = scols_new_table();
	/* what is printable was encoded, and would be again */
	int rc = table ? scols_table_enable_noencoding(table, 1) : -1;

	for (size_t i = 0; !rc && i < n; i++) {
		if (!scols_table_new_column(table, columns[i].title, 0,
					    columns[i].flags))
			rc = -1;
	}
	if (!rc)
		return table;
	scols_unref_table(table);
	return NULL;
}
