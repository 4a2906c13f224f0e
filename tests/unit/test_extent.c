/* SPDX-License-Identifier: MIT */
/* Reading through lists of extents: what lies close together is read at once,
 * and the bytes are the same as one by one. May use: base, disk, boot. */
#include "unit.h"

#include "boot/extent.h"

#define DISK  (256u << 10)
#define N_MAX 40

/* A disk of pseudo-random bytes that counts reads and has a bad area. */
struct disk {
	struct ipl_src src;
	uint8_t bytes[DISK];
	unsigned reads;
	uint64_t bad;
	uint64_t bad_end;
};

static int read_disk(struct ipl_src *src, uint64_t off, void *buf, size_t len,
		     struct ipl_err *err)
{
	struct disk *d = (struct disk *)src;

	d->reads++;
	if (off < d->bad_end && off + len > d->bad)
		return ipl_fail(err, IPL_EIO, "bad area");
	memcpy(buf, d->bytes + off, len);
	return 0;
}

static void close_disk(struct ipl_src *src)
{
	(void)src;
}

static const struct ipl_src_ops ops = { .read = read_disk,
					.close = close_disk };

static uint32_t seed = 1;

static uint32_t random_below(uint32_t n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % n;
}

static void make_disk(struct disk *d)
{
	*d = (struct disk){ .src = { .ops = &ops, .size = DISK } };
	for (size_t i = 0; i < DISK; i++)
		d->bytes[i] = (uint8_t)random_below(256);
}

/* Some extents, in any order and close together or not, with zeros between. */
static size_t make_extents(struct ipl_extent *x, uint64_t *ret_len)
{
	size_t n = 1 + random_below(N_MAX);
	uint64_t off = random_below(DISK / 2);

	*ret_len = 0;
	for (size_t i = 0; i < n; i++) {
		x[i] = (struct ipl_extent){ .off = off,
					    .len = 1 + random_below(3000),
					    .zero = !random_below(6) };
		if (off + x[i].len > DISK)
			x[i].off = off = 0;
		off += x[i].len + random_below(3) * random_below(20000);
		if (!random_below(5) || off >= DISK)
			off = random_below(DISK / 2);
		*ret_len += x[i].len;
	}
	return n;
}

/* The same, one byte after the other. */
static void read_simply(const struct disk *d, const struct ipl_extent *x,
			uint64_t off, uint8_t *to, size_t len)
{
	for (; len; x++) {
		if (off >= x->len) {
			off -= x->len;
			continue;
		}
		for (; len && off < x->len; len--, off++)
			*to++ = x->zero ? 0 : d->bytes[x->off + off];
		off = 0;
	}
}

static void test_same_bytes(void **state)
{
	static struct disk d;

	(void)state;
	make_disk(&d);
	for (int round = 0; round < 3000; round++) {
		struct ipl_extent x[N_MAX];
		uint64_t total, off;
		size_t n = make_extents(x, &total), len;
		uint8_t *got, *wanted;

		off = random_below((uint32_t)total);
		len = random_below((uint32_t)(total - off)) + 1;
		got = malloc(len);
		wanted = malloc(len);
		assert_true(got && wanted);
		assert_int_equal(
			ipl_extent_read(&d.src,
					&(struct ipl_extent_pos){
						.x = x, .n = n, .off = off },
					got, len, NULL),
			0);
		read_simply(&d, x, off, wanted, len);
		assert_memory_equal(got, wanted, len);
		free(got);
		free(wanted);
	}
}

/* 32 blocks, each followed by a foreign one. */
static size_t interleaved(struct ipl_extent *x)
{
	for (size_t i = 0; i < 32; i++)
		x[i] = (struct ipl_extent){ .off = i * 8192, .len = 4096 };
	return 32;
}

static void test_few_reads(void **state)
{
	static uint8_t buf[32 * 4096];
	static struct disk d;
	struct ipl_extent x[N_MAX];

	(void)state;
	make_disk(&d);
	assert_int_equal(ipl_extent_read(&d.src,
					 &(struct ipl_extent_pos){
						 .x = x, .n = interleaved(x) },
					 buf, sizeof(buf), NULL),
			 0);
	assert_true(d.reads <= 2);
}

/* A bad block between ours is none of our business; a bad one of ours is. */
static void test_bad_blocks(void **state)
{
	static uint8_t buf[32 * 4096];
	static struct disk d;
	struct ipl_extent x[N_MAX];
	const struct ipl_extent_pos pos = { .x = x, .n = interleaved(x) };
	struct ipl_err err;

	(void)state;
	make_disk(&d);
	d.bad = 5 * 8192 + 4096;
	d.bad_end = d.bad + 512;
	assert_int_equal(ipl_extent_read(&d.src, &pos, buf, sizeof(buf), NULL),
			 0);
	assert_memory_equal(buf + 6 * 4096, d.bytes + 6 * 8192, 4096);
	d.bad_end = d.bad + 4097;
	assert_int_equal(ipl_extent_read(&d.src, &pos, buf, sizeof(buf), &err),
			 IPL_EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_few_reads),
		cmocka_unit_test(test_bad_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
