/* SPDX-License-Identifier: MIT */
/* The components of a plan into guest memory, by several threads.
 * May use: base, boot, vm. */
#include "device/copy.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "boot/extent.h"
#include "s390-ipl/abi.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

/* Read at once: what stays in a CPU's cache on its way to guest memory. */
#define CHUNK	    (UINT64_C(512) << 10)
/* More threads than this gain nothing: memory is what is waited for. */
#define THREADS_MAX 4

/* A load that takes longer is worth a line on the console. */
#define TELL_AFTER_MS 1000
#define TELL_AGAIN_MS 10000

/* A part of a component: neither below nor above the stub by halves. */
struct chunk {
	struct ipl_extent_pos pos;
	const uint8_t *bytes; /* if it is not on the disk */
	uint64_t addr;
	uint64_t len;
};

struct copy {
	const struct ipl_plan *plan;
	const struct ipl_stub *stub;
	pthread_t teller; /* the thread that tells how far it is */
	uint64_t tell_at; /* ms: when it does so next */
	pthread_mutex_t lock;
	/* Under the lock: what comes next, and how it went so far. */
	size_t next_segment;
	struct chunk rest; /* of the segment before */
	uint64_t done;	   /* bytes */
	int rc;
	struct ipl_err err;
};

/* Leave out what is not [@from, @to) of memory. */
static void clip(struct chunk *c, uint64_t from, uint64_t to)
{
	uint64_t skip = from > c->addr ? from - c->addr : 0;

	if (skip > c->len)
		skip = c->len;
	if (c->bytes)
		c->bytes += skip;
	else
		ipl_extent_skip(&c->pos, skip);
	c->addr += skip;
	c->len -= skip;
	if (c->addr + c->len > to)
		c->len = to > c->addr ? to - c->addr : 0;
}

/* The next piece of work, or false when there is none or something failed. */
static bool next_chunk(struct copy *c, struct chunk *ret)
{
	uint64_t stub = c->stub->base, stub_end = stub + STUB_SIZE;

	while (!c->rc && !c->rest.len &&
	       c->next_segment < c->plan->n_segments) {
		const struct ipl_segment *s =
			&c->plan->segments[c->next_segment++];

		c->rest = (struct chunk){ .pos = { .x = s->extents,
						   .n = s->n_extents },
					  .bytes = s->bytes,
					  .addr = s->addr,
					  .len = s->len };
		ipl_extent_skip(&c->rest.pos, s->skip);
	}
	if (c->rc || !c->rest.len)
		return false;
	*ret = c->rest;
	if (ret->addr < stub)
		clip(ret, 0, stub);
	else
		clip(ret, stub_end, UINT64_MAX);
	if (ret->len > CHUNK)
		ret->len = CHUNK;
	clip(&c->rest, ret->addr + ret->len, UINT64_MAX);
	return true;
}

static int load_chunk(const struct copy *c, const struct chunk *chunk,
		      uint8_t *buf, struct ipl_err *err)
{
	int rc = chunk->bytes ? 0
			      : ipl_extent_read(c->plan->src, &chunk->pos, buf,
						chunk->len, err);

	if (rc)
		return rc;
	/* reading may have taken long; whose memory is it now? */
	if (!ipl_stub_is_current(c->stub))
		return ipl_fail(err, IPL_ERESET,
				"the VM was reset during the IPL");
	rc = ipl_mem_write(c->stub->mem, chunk->addr, chunk->bytes ?: buf,
			   chunk->len, err);
	if (!rc)
		ipl_stub_alive(c->stub);
	return rc;
}

/* Tell a person at the console how far it is, if it takes a while. */
static int tell(struct copy *c, uint64_t done, struct ipl_err *err)
{
	char text[100];

	if (!pthread_equal(pthread_self(), c->teller) ||
	    ipl_clock_ms() < c->tell_at)
		return 0;
	c->tell_at = ipl_clock_ms() + TELL_AGAIN_MS;
	snprintf(text, sizeof(text),
		 "s390-ipl: loaded %" PRIu64 " of %" PRIu64 " MiB\n",
		 done >> 20, c->plan->bytes >> 20);
	return ipl_stub_say(c->stub, text, err);
}

static void *work(void *arg)
{
	auto_free uint8_t *buf = malloc(CHUNK);
	struct copy *c = arg;
	struct chunk chunk;

	pthread_mutex_lock(&c->lock);
	if (!buf && !c->rc)
		c->rc = ipl_fail(&c->err, IPL_ENOMEM, "out of memory");
	while (next_chunk(c, &chunk)) {
		uint64_t done = c->done += chunk.len;
		struct ipl_err err;
		int rc;

		pthread_mutex_unlock(&c->lock);
		rc = load_chunk(c, &chunk, buf, &err);
		if (!rc)
			rc = tell(c, done, &err);
		pthread_mutex_lock(&c->lock);
		if (rc && !c->rc) {
			c->rc = rc;
			c->err = err;
		}
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* Worth their start: one for each CPU and a few chunks. */
static size_t count_threads(const struct ipl_plan *plan)
{
	uint64_t n = plan->bytes / (4 * CHUNK);
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (!plan->src || !plan->src->ops->is_parallel || cpus < 2)
		return 1;
	if (n > (uint64_t)cpus)
		n = (uint64_t)cpus;
	return n > THREADS_MAX ? THREADS_MAX : n ? (size_t)n : 1;
}

int ipl_copy_in(const struct ipl_plan *plan, const struct ipl_stub *stub,
		struct ipl_err *err)
{
	struct copy c = { .plan = plan,
			  .stub = stub,
			  .teller = pthread_self(),
			  .tell_at = ipl_clock_ms() + TELL_AFTER_MS,
			  .lock = PTHREAD_MUTEX_INITIALIZER };
	size_t wanted = count_threads(plan) - 1, n = 0;
	pthread_t threads[THREADS_MAX];

	while (n < wanted && !pthread_create(&threads[n], NULL, work, &c))
		n++;
	work(&c); /* this one works too, alone if need be */
	while (n)
		pthread_join(threads[--n], NULL);
	if (c.rc && err)
		*err = c.err;
	return c.rc;
}
