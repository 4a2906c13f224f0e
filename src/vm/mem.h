/* SPDX-License-Identifier: MIT */
/* Guest memory as the host sees it: a shared mapping with one bounds check.
 * May use: base. */
#ifndef IPL_VM_MEM_H
#define IPL_VM_MEM_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IPL_PAGE UINT64_C(4096)

struct ipl_mem {
	int fd; /* owned */
	uint8_t *p;
	uint64_t size; /* bytes */
};

/* Map @size bytes of @fd, which the object owns from then on (also when this
 * fails). */
int ipl_mem_map(int fd, uint64_t size, struct ipl_mem *ret,
		struct ipl_err *err) IPL_MUST_CHECK;

/* Unmap and close; fine for an object of zeros with fd -1. */
void ipl_mem_unmap(struct ipl_mem *mem);

/* Where the guest's [@addr, @addr + @len) is, or NULL when that is not all
 * memory. The guest may change what is there at any time. */
void *ipl_mem_at(const struct ipl_mem *mem, uint64_t addr, uint64_t len);

/* Copy @len bytes to guest address @addr. Goes through the file, not the mapping,
 * where that works: memory that was never touched then need not be cleared first
 * (a third faster), and a full file system is an error and not the end of this
 * process. */
int ipl_mem_write(const struct ipl_mem *mem, uint64_t addr, const void *buf,
		  size_t len, struct ipl_err *err) IPL_MUST_CHECK;

/* Copy @len bytes from guest address @addr: false when that is not all memory.
 * Memory that was never touched stays so. */
bool ipl_mem_read(const struct ipl_mem *mem, uint64_t addr, void *buf,
		  size_t len);

/* One aligned big-endian doubleword, read or written in one piece; out of
 * range reads 0 and writes nothing. Stores are seen after all earlier ones. */
uint64_t ipl_mem_get64(const struct ipl_mem *mem, uint64_t addr);
void ipl_mem_put64(const struct ipl_mem *mem, uint64_t addr, uint64_t value);

/* The next part of [@from, @to) that has memory behind it, that is, was ever
 * touched: true and its bounds, or false when there is none. */
bool ipl_mem_next_data(const struct ipl_mem *mem, uint64_t from, uint64_t to,
		       uint64_t *ret_start, uint64_t *ret_end);

/* Give the pages of [@addr, @addr + @len) back: they read as zeros. False when
 * the file cannot do that; nothing has changed then. */
bool ipl_mem_punch(const struct ipl_mem *mem, uint64_t addr, uint64_t len);

#endif
