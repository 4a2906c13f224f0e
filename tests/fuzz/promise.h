/* SPDX-License-Identifier: MIT */
/* What fuzz targets share. May use: libc only. */
#ifndef FUZZ_PROMISE_H
#define FUZZ_PROMISE_H

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

/* What must be so of every function that can fail. */
#define promise_err(rc, err)                                             \
	promise((rc) == 0 || ((err)->code == (enum ipl_code)(rc) &&      \
			      (err)->msg[0]),                            \
		"a failure says why")

#endif
