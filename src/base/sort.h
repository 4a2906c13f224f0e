/* SPDX-License-Identifier: MIT */
/* Sorting without memory of its own. May use: libc only. */
#ifndef IPL_BASE_SORT_H
#define IPL_BASE_SORT_H

#include <stddef.h>

/* Sort @n elements of @size bytes at @base. For processes in a sandbox: qsort of
 * glibc before 2.37 asks the system how much memory there is, and allocates.
 * Elements that are equal may change places. */
void ipl_sort(void *base, size_t n, size_t size,
	      int (*compare)(const void *a, const void *b));

#endif
