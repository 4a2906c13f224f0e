/* SPDX-License-Identifier: MIT */
/* The one place where bytes from outside are tested against their bounds.
 * May use: libc only; freestanding code may include this. */
#ifndef IPL_BASE_SPAN_H
#define IPL_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes from outside, and where the first of them lies in its source. */
struct ipl_span {
	const uint8_t *p;
	size_t len;
	uint64_t base;
};

/* Reads a span field by field. The first miss sticks: all later reads give 0,
 * so that a decoder asks once, at the end, whether everything was there. */
struct ipl_rd {
	struct ipl_span in;
	size_t at;
	bool short_read;
};

/* The next @n bytes, or NULL when they are not there. */
static inline const uint8_t *ipl_take(struct ipl_rd *r, size_t n)
{
	const uint8_t *p;

	if (r->short_read || n > r->in.len - r->at) {
		r->short_read = true;
		return NULL;
	}
	p = r->in.p + r->at;
	r->at += n;
	return p;
}

static inline void ipl_skip(struct ipl_rd *r, size_t n)
{
	(void)ipl_take(r, n);
}

/* Big-endian integer of @n <= 8 bytes. */
static inline uint64_t ipl_be(struct ipl_rd *r, size_t n)
{
	const uint8_t *p = ipl_take(r, n);
	uint64_t v = 0;

	for (size_t i = 0; p && i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static inline uint8_t ipl_u8(struct ipl_rd *r)
{
	return (uint8_t)ipl_be(r, 1);
}

static inline uint16_t ipl_be16(struct ipl_rd *r)
{
	return (uint16_t)ipl_be(r, 2);
}

static inline uint32_t ipl_be32(struct ipl_rd *r)
{
	return (uint32_t)ipl_be(r, 4);
}

static inline uint64_t ipl_be64(struct ipl_rd *r)
{
	return ipl_be(r, 8);
}

/* Little-endian integer of @n <= 8 bytes, for what comes from elsewhere: partition
 * tables, CDs. */
static inline uint64_t ipl_le(struct ipl_rd *r, size_t n)
{
	const uint8_t *p = ipl_take(r, n);
	uint64_t v = 0;

	for (size_t i = n; p && i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

/* The part of @s from @off on, @len bytes; shorter or empty where @s ends. */
static inline struct ipl_span ipl_sub(struct ipl_span s, size_t off, size_t len)
{
	if (off > s.len)
		off = s.len;
	if (len > s.len - off)
		len = s.len - off;
	return (struct ipl_span){ .p = s.p + off,
				  .len = len,
				  .base = s.base + off };
}

/* Mirror of the reader: fills a fixed buffer, an overflow sticks. */
struct ipl_wr {
	uint8_t *p;
	size_t len;
	size_t at;
	bool overflow;
};

static inline void ipl_put(struct ipl_wr *w, const void *src, size_t n)
{
	if (w->overflow || n > w->len - w->at) {
		w->overflow = true;
		return;
	}
	for (size_t i = 0; i < n; i++)
		w->p[w->at + i] = src ? ((const uint8_t *)src)[i] : 0;
	w->at += n;
}

/* Big-endian integer of @n <= 8 bytes. */
static inline void ipl_put_be(struct ipl_wr *w, uint64_t v, size_t n)
{
	uint8_t b[8] = { 0 };

	for (size_t i = 0; i < n && i < sizeof(b); i++)
		b[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
	ipl_put(w, b, n);
}

#endif
