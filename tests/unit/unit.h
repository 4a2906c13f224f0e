/* SPDX-License-Identifier: MIT */
/* What unit tests share: cmocka with its includes, small helpers.
 * May use: everything. */
#ifndef IPL_TESTS_UNIT_H
#define IPL_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define assert_contains(text, part) \
	assert_contains_(text, part, __FILE__, __LINE__)

static inline void assert_contains_(const char *text, const char *part,
				    const char *file, int line)
{
	if (strstr(text, part))
		return;
	print_error("\"%s\" does not contain \"%s\"\n", text, part);
	_fail(file, line);
}

/* @len bytes in a block of their own, so that valgrind and ASan see a read
 * past their end. The caller frees. */
static inline uint8_t *exactly(const void *from, size_t len)
{
	uint8_t *p = malloc(len ? len : 1);

	assert_non_null(p);
	memcpy(p, from, len);
	return p;
}

#endif
