/* SPDX-License-Identifier: MIT */
/* Sources in memory, for tests and fuzzing.
 * May use: base. */
#include "base/cleanup.h"
#include "disk/src.h"

#include <string.h>

struct mem_src {
	struct ipl_src src;
	const uint8_t *data; /* lent */
};

static int mem_read(struct ipl_src *src, uint64_t off, void *buf, size_t len,
		    struct ipl_err *err)
{
	(void)err; /* src.c checked the range: nothing can fail here */
	memcpy(buf, ((struct mem_src *)src)->data + off, len);
	return 0;
}

static void mem_close(struct ipl_src *src)
{
	free(src->name);
	free(src);
}

static const struct ipl_src_ops mem_ops = {
	.read = mem_read,
	.close = mem_close,
	.is_parallel = true,
};

int ipl_src_open_mem(const void *data, size_t len, const char *name,
		     struct ipl_src **ret, struct ipl_err *err)
{
	auto_free struct mem_src *m = calloc(1, sizeof(*m));
	auto_free char *copy = strdup(name);

	if (!m || !copy)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	m->src.ops = &mem_ops;
	m->src.name = ipl_steal(copy);
	m->src.size = len;
	m->data = data;
	*ret = &ipl_steal(m)->src;
	return 0;
}
