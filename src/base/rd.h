/* SPDX-License-Identifier: MIT */
/* The verdict over a cursor, in words. Apart from span.h, which guest code
 * shares. May use: libc only. */
#ifndef IPL_BASE_RD_H
#define IPL_BASE_RD_H

#include "base/err.h"
#include "base/span.h"

/* Whether everything that was asked of @r was there: 0, or IPL_ETRUNC. A
 * decoder calls this once, after its last field. */
int ipl_rd_done(const struct ipl_rd *r, struct ipl_err *err) IPL_MUST_CHECK;

/* Take @n bytes and compare them with @magic. IPL_EBAD shows what is there
 * instead. A short read is left to ipl_rd_done(). */
int ipl_rd_magic(struct ipl_rd *r, const void *magic, size_t n,
		 struct ipl_err *err) IPL_MUST_CHECK;

#endif
