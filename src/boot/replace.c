/* SPDX-License-Identifier: MIT */
/* Components that replace what earlier ones have in their place.
 * May use: base, format, disk. */
#include "boot/replace.h"

#include "boot/extent.h"

struct ipl_component *ipl_comp_at(const struct ipl_program *prog, uint64_t addr)
{
	for (size_t i = prog->n_comps; i > 0; i--) {
		struct ipl_component *c = &prog->comps[i - 1];

		if (c->type == IPL_COMP_LOAD && addr >= c->addr &&
		    addr - c->addr < c->len)
			return c;
	}
	return NULL;
}

static int read_part(struct ipl_src *src, const struct ipl_component *c,
		     uint64_t off, void *buf, size_t len, struct ipl_err *err)
{
	return ipl_extent_read(src,
			       &(struct ipl_extent_pos){ .x = c->extents,
							 .n = c->n_extents,
							 .off = off },
			       buf, len, err);
}

/* Put into @buf, the @len bytes of memory from @addr on, what @c has of them. */
static int replace(struct ipl_src *src, const struct ipl_component *c,
		   uint64_t addr, uint8_t *buf, size_t len, struct ipl_err *err)
{
	uint64_t off = 0, at = 0, n;

	if (c->addr < addr)
		off = addr - c->addr;
	else
		at = c->addr - addr;
	if (off >= c->len || at >= len)
		return 0;
	n = c->len - off < len - at ? c->len - off : len - at;
	return read_part(src, c, off, buf + at, (size_t)n, err);
}

int ipl_comp_read(struct ipl_src *src, const struct ipl_program *prog,
		  const struct ipl_component *comp, uint64_t off, void *buf,
		  size_t len, struct ipl_err *err)
{
	const struct ipl_component *end = prog->comps + prog->n_comps;
	int rc = read_part(src, comp, off, buf, len, err);

	for (const struct ipl_component *c = comp + 1; !rc && c < end; c++) {
		if (c->type == IPL_COMP_LOAD && c->replaces)
			rc = replace(src, c, comp->addr + off, buf, len, err);
	}
	return rc;
}
