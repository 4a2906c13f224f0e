/* SPDX-License-Identifier: MIT */
/* "show" for people: the component table, by libsmartcols, and all blocks.
 * May use: everything. */
#include "boot/plan.h"
#include "cli/show.h"
#include "cli/table.h"
#include "cli/text.h"
#include "cli/wrap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PSW_ADDR UINT64_C(0x7fffffff)

#define INDENT 4u /* of lists of blocks */

enum column {
	COL_INDENT,
	COL_NR,
	COL_TYPE,
	COL_PURPOSE,
	COL_ADDRESS,
	COL_SIZE,
	COL_RUNS,
	COL_BLOCKS,
};

static const struct ipl_column columns[] = {
	[COL_INDENT] = { "", 0 },
	[COL_NR] = { "NR", SCOLS_FL_RIGHT },
	[COL_TYPE] = { "TYPE", 0 },
	[COL_PURPOSE] = { "PURPOSE", 0 },
	[COL_ADDRESS] = { "ADDRESS", 0 },
	[COL_SIZE] = { "SIZE", SCOLS_FL_RIGHT },
	[COL_RUNS] = { "RUNS", SCOLS_FL_RIGHT },
	[COL_BLOCKS] = { "BLOCKS", 0 },
};

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

static const char *type_name(enum ipl_comp_type type)
{
	switch (type) {
	case IPL_COMP_EXECUTE:
		return "execute";
	case IPL_COMP_LOAD:
		return "load";
	case IPL_COMP_SIGNATURE:
		return "signature";
	}
	return "?";
}

/* "32168-32199", or "zeros" */
static int put_run(char *to, size_t size, const struct ipl_map *map,
		   const struct ipl_extent *x)
{
	uint64_t first = x->off / map->block_size;
	/* files of a CD do not fill their last block */
	uint64_t count = (x->len + map->block_size - 1) / map->block_size;

	if (x->zero)
		return snprintf(to, size, "%" PRIu64 " of zeros", count);
	if (count == 1)
		return snprintf(to, size, "%" PRIu64, first);
	return snprintf(to, size, "%" PRIu64 "-%" PRIu64, first,
			first + count - 1);
}

static int fill_data(struct libscols_line *line, const struct ipl_map *map,
		     const struct ipl_component *comp)
{
	char text[80], size[IPL_TEXT_SIZE];
	int rc;

	rc = scols_line_set_data(line, COL_SIZE,
				 ipl_text_size(comp->len, size));
	snprintf(text, sizeof(text), "%zu", comp->n_extents);
	rc |= scols_line_set_data(line, COL_RUNS, text);
	if (comp->n_extents == 0)
		return rc;
	put_run(text, sizeof(text) - 4, map, &comp->extents[0]);
	if (comp->n_extents > 1)
		snprintf(text + strlen(text), 5, ", ..");
	return rc | scols_line_set_data(line, COL_BLOCKS, text);
}

static void put_range(char *to, size_t size, const struct ipl_component *comp)
{
	uint64_t last = comp->addr + (comp->len ? comp->len - 1 : 0);

	if (last < comp->addr)
		snprintf(to, size, "0x%" PRIx64 "-..", comp->addr);
	else
		snprintf(to, size, "0x%" PRIx64 "-0x%" PRIx64, comp->addr,
			 last);
}

static int fill_line(struct libscols_line *line, const struct ipl_map *map,
		     const struct ipl_component *comp, size_t nr)
{
	char text[80];
	int rc;

	snprintf(text, sizeof(text), "%zu", nr);
	rc = scols_line_set_data(line, COL_NR, text);
	rc |= scols_line_set_data(line, COL_TYPE, type_name(comp->type));
	if (comp->type == IPL_COMP_EXECUTE) {
		snprintf(text, sizeof(text), "0x%" PRIx64,
			 comp->psw & PSW_ADDR);
		return rc | scols_line_set_data(line, COL_ADDRESS, text);
	}
	if (comp->type == IPL_COMP_LOAD) {
		rc |= scols_line_set_data(line, COL_PURPOSE,
					  ipl_purpose_name(comp->purpose));
		put_range(text, sizeof(text), comp);
		rc |= scols_line_set_data(line, COL_ADDRESS, text);
	}
	return rc | fill_data(line, map, comp);
}

static int fill_table(struct libscols_table *table, const struct ipl_map *map,
		      const struct ipl_program *prog)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < prog->n_comps; i++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		rc = line ? fill_line(line, map, &prog->comps[i], i) : -1;
	}
	return rc;
}

/* All runs of a component, as many as fit into a line. */
static int print_runs(const struct ipl_map *map,
		      const struct ipl_component *comp, size_t nr)
{
	size_t size = comp->n_extents * 48 + 48, len;
	char *text = malloc(size);

	if (!text)
		return -1;
	len = (size_t)snprintf(text, size,
			       "%s: ", ipl_entry_name(comp->purpose, nr).text);
	for (size_t i = 0; i < comp->n_extents; i++) {
		len += (size_t)snprintf(text + len, size - len, "%s",
					i ? ", " : "");
		len += (size_t)put_run(text + len, size - len, map,
				       &comp->extents[i]);
	}
	printf("%*s", (int)INDENT, "");
	ipl_wrap_print(INDENT, INDENT + 2, text);
	free(text);
	return 0;
}

static int print_all_runs(const struct ipl_map *map,
			  const struct ipl_program *prog)
{
	int rc = 0;

	printf("\n  Blocks, in the order in which they are loaded:\n");
	for (size_t i = 0; !rc && i < prog->n_comps; i++) {
		if (prog->comps[i].n_extents)
			rc = print_runs(map, &prog->comps[i], i);
	}
	return rc;
}

int ipl_show_print_components(const struct ipl_show *show,
			      const struct ipl_program *prog,
			      struct ipl_err *err)
{
	struct libscols_table *table = ipl_table_new(columns, N_COLUMNS);
	int rc = -1;

	if (table)
		rc = fill_table(table, show->map, prog);
	if (!rc)
		rc = scols_print_table(table);
	scols_unref_table(table);
	if (!rc && show->all)
		rc = print_all_runs(show->map, prog);
	if (rc)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	return 0;
}
