/* SPDX-License-Identifier: MIT */
/* Tests that every decoder gets: truncation at every length, and decode and
 * encode as inverses. May use: base. */
#ifndef IPL_TESTS_TRIP_H
#define IPL_TESTS_TRIP_H

#include "unit.h"

#include "base/err.h"
#include "base/span.h"

/* A decoder behind one signature; decode, and encode what came out. */
typedef int (*trip_fn)(struct ipl_span in, struct ipl_wr *w,
		       struct ipl_err *err);

/* Every input shorter than @len is IPL_ETRUNC. */
static inline void cut_short(trip_fn trip, const uint8_t *bytes, size_t len)
{
	uint8_t *out = malloc(len);

	assert_non_null(out);
	for (size_t n = 0; n < len; n++) {
		uint8_t *part = exactly(bytes, n);
		struct ipl_span in = { part, n, 0 };
		struct ipl_wr w = { .p = out, .len = len };
		struct ipl_err err = { 0 };

		assert_int_equal(trip(in, &w, &err), IPL_ETRUNC);
		assert_int_equal(err.code, IPL_ETRUNC);
		assert_int_equal(w.at, 0);
		free(part);
	}
	free(out);
}

/* Decode @len bytes and get them back. */
static inline void round_trip(trip_fn trip, const uint8_t *bytes, size_t len)
{
	uint8_t *out = malloc(len);
	struct ipl_wr w = { .p = out, .len = len };
	struct ipl_err err = { 0 };

	assert_non_null(out);
	assert_int_equal(trip((struct ipl_span){ bytes, len, 0 }, &w, &err), 0);
	assert_false(w.overflow);
	assert_int_equal(w.at, len);
	assert_memory_equal(out, bytes, len);
	assert_int_equal(err.code, 0); /* untouched on success */
	free(out);
	cut_short(trip, bytes, len);
}

#endif
