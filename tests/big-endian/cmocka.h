/* SPDX-License-Identifier: MIT */
/* As much of cmocka's interface as our unit tests use, for where there is no cmocka:
 * programs for s390x (tests/big-endian/run). A test that fails ends the program.
 * May use: libc only. */
#ifndef SMALL_CMOCKA_H
#define SMALL_CMOCKA_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
	const char *name;
	void (*run)(void **state);
};

#define cmocka_unit_test(f)	\
	{                       \
		.name = #f, .run = f \
	}

static int small_skipped;

__attribute__((noreturn)) static inline void _fail(const char *file, int line)
{
	printf("%s:%d: failed\n", file, line);
	exit(1);
}

static inline void small_check(int good, const char *what, const char *file,
			       int line)
{
	if (good)
		return;
	printf("not so: %s\n", what);
	_fail(file, line);
}

#define small(good) small_check((good) != 0, #good, __FILE__, __LINE__)
#define small_equal(a, b)                                                    \
	do {                                                                 \
		unsigned long long a_ = (unsigned long long)(a),             \
				   b_ = (unsigned long long)(b);             \
		if (a_ != b_)                                                \
			printf("%#llx is not %#llx\n", a_, b_);              \
		small_check(a_ == b_, #a " == " #b, __FILE__, __LINE__);     \
	} while (0)

#define fail_msg(...) (printf(__VA_ARGS__), _fail(__FILE__, __LINE__))
#define print_error		     printf
#define skip()			     do { small_skipped++; return; } while (0)
#define assert_true(x)		     small(x)
#define assert_false(x)		     small(!(x))
#define assert_null(x)		     small(!(x))
#define assert_non_null(x)	     small(x)
#define assert_ptr_equal(a, b)	     small((a) == (b))
#define assert_int_equal(a, b)	     small_equal(a, b)
#define assert_int_not_equal(a, b)   small((a) != (b))
#define assert_in_range(x, a, b)     small((x) >= (a) && (x) <= (b))
#define assert_string_equal(a, b)    small(!strcmp(a, b))
#define assert_memory_equal(a, b, n) small(!memcmp(a, b, n))

static inline int small_run(const struct CMUnitTest *tests, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		void *state = NULL;

		tests[i].run(&state);
	}
	printf("%zu tests, %d skipped\n", n, small_skipped);
	return 0;
}

#define cmocka_run_group_tests(tests, setup, teardown) \
	small_run(tests, sizeof(tests) / sizeof((tests)[0]))

#endif
