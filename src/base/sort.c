/* SPDX-License-Identifier: MIT */
/* Sorting without memory of its own: a heap, so that no input makes it slow.
 * May use: libc only. */
#include "base/sort.h"

#include <stdint.h>

struct array {
	uint8_t *base;
	size_t size;
	int (*compare)(const void *a, const void *b);
};

static uint8_t *at(const struct array *a, size_t i)
{
	return a->base + i * a->size;
}

static void swap(const struct array *a, size_t i, size_t k)
{
	uint8_t *x = at(a, i), *y = at(a, k);

	for (size_t n = 0; n < a->size; n++) {
		uint8_t byte = x[n];

		x[n] = y[n];
		y[n] = byte;
	}
}

/* Let element @i of the heap of @n elements sink to its place. */
static void sink(const struct array *a, size_t i, size_t n)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= n)
			return;
		if (child + 1 < n &&
		    a->compare(at(a, child), at(a, child + 1)) < 0)
			child++;
		if (a->compare(at(a, i), at(a, child)) >= 0)
			return;
		swap(a, i, child);
		i = child;
	}
}

void ipl_sort(void *base, size_t n, size_t size,
	      int (*compare)(const void *a, const void *b))
{
	const struct array a = { base, size, compare };

	for (size_t i = n / 2; i-- > 0;)
		sink(&a, i, n);
	while (n-- > 1) {
		swap(&a, 0, n);
		sink(&a, 0, n);
	}
}
