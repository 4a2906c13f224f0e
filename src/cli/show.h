/* SPDX-License-Identifier: MIT */
/* "show": the same map as JSON, and as text in several parts.
 * May use: everything. */
#ifndef IPL_CLI_SHOW_H
#define IPL_CLI_SHOW_H

#include "boot/map.h"
#include "boot/memory_map.h"
#include "boot/origin.h"
#include "secure/secure.h"

struct ipl_show {
	const struct ipl_map *map;
	const struct ipl_program *only; /* NULL: all programs */
	uint64_t memory;		/* of the VM */
	bool all;			/* blocks are not shortened */
	const struct ipl_certs *certs;	/* judge signatures; NULL: do not */
};

/* One program, with what was found out about it. */
struct ipl_show_program {
	const struct ipl_program *prog;
	struct ipl_memory_map *memory; /* owned */
	struct ipl_origin origin;
	/* Owned; NULL when signatures are not asked for, or when the program
	 * cannot be loaded, for which @unjudged then is the reason. */
	struct ipl_plan *plan;
	struct ipl_secured *secured;
	struct ipl_err unjudged;
};

/* What became of the signature of component @entry; NULL: it has no verdict. */
const struct ipl_secure_part *
ipl_show_signature(const struct ipl_show_program *p, size_t entry);

/* Find out about @prog. The caller does ipl_show_program_done. */
int ipl_show_program_init(const struct ipl_show *show,
			  const struct ipl_program *prog,
			  struct ipl_show_program *ret,
			  struct ipl_err *err) IPL_MUST_CHECK;
void ipl_show_program_done(struct ipl_show_program *p);

/* Whether @prog is asked for. */
bool ipl_show_wants(const struct ipl_show *show,
		    const struct ipl_program *prog);

int ipl_show_print_json(const struct ipl_show *show,
			struct ipl_err *err) IPL_MUST_CHECK;
int ipl_show_print_text(const struct ipl_show *show,
			struct ipl_err *err) IPL_MUST_CHECK;

/* Parts of the text. */
int ipl_show_print_components(const struct ipl_show *show,
			      const struct ipl_program *prog,
			      struct ipl_err *err) IPL_MUST_CHECK;
void ipl_show_print_memory(const struct ipl_memory_map *map);

#endif
