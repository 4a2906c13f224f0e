/* SPDX-License-Identifier: MIT */
/* Any bytes as a disk: read the map, plan every program, and see that the plan
 * keeps its promises. For libFuzzer; replay.c runs the corpus without it.
 * May use: everything. */
#include "plans.h"

/* As it is, and as each layout that it is not, or not only. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ipl_map_options opts = { 0 };
	struct ipl_src *src = NULL;
	struct ipl_err err = { 0 };

	if (ipl_src_open_mem(data, size, "fuzz", &src, &err))
		return 0;
	check_source(src, &opts);
	for (size_t i = 0; ipl_layout_at(i); i++) {
		opts.layout = ipl_layout_at(i)->name;
		check_source(src, &opts);
	}
	opts = (struct ipl_map_options){ .br_lba = 1 };
	check_source(src, &opts);
	ipl_src_close(src);
	return 0;
}
