/* SPDX-License-Identifier: MIT */
/* What fuzz targets share. May use: base. */
#ifndef FUZZ_PROMISE_H
#define FUZZ_PROMISE_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A finding that no sanitizer would make. */
static inline void promise(bool kept, const char *what)
{
	if (kept)
		return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

/* Whether @part, if it is not empty, lies in @in. */
static inline bool inside(struct ipl_span part, struct ipl_span in)
{
	return part.len == 0 || (part.p >= in.p && part.len <= in.len &&
				 (size_t)(part.p - in.p) <= in.len - part.len);
}

/* What must be so of every function that can fail. */
#define promise_err(rc, err)                                             \
	promise((rc) == 0 || ((err)->code == (enum ipl_code)(rc) &&      \
			      (err)->msg[0]),                            \
		"a failure says why")

#endif
