/* SPDX-License-Identifier: MIT */
/* Load plans: every address is checked here, before anything is loaded.
 * May use: base, disk. */
#include "boot/plan.h"

#include "base/sort.h"

#include "boot/extent.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIB (UINT64_C(1) << 20)

static const char *const purpose_names[] = {
	[IPL_PURPOSE_UNKNOWN] = "unknown", [IPL_PURPOSE_KERNEL] = "kernel",
	[IPL_PURPOSE_RAMDISK] = "ramdisk", [IPL_PURPOSE_PARMLINE] = "parmline",
	[IPL_PURPOSE_STAGE3] = "stage3",   [IPL_PURPOSE_PARAMS] = "params",
	[IPL_PURPOSE_SCRATCH] = "scratch", [IPL_PURPOSE_ENVBLK] = "envblk",
};

const char *ipl_purpose_name(enum ipl_purpose purpose)
{
	size_t n = sizeof(purpose_names) / sizeof(purpose_names[0]);

	return (size_t)purpose < n ? purpose_names[purpose] : "unknown";
}

struct ipl_entry_name ipl_entry_name(enum ipl_purpose purpose, size_t entry)
{
	struct ipl_entry_name name;

	if (purpose == IPL_PURPOSE_UNKNOWN || purpose == IPL_PURPOSE_SCRATCH)
		snprintf(name.text, sizeof(name.text), "entry %zu", entry);
	else
		snprintf(name.text, sizeof(name.text), "%s",
			 ipl_purpose_name(purpose));
	return name;
}

static struct ipl_entry_name name_segment(const struct ipl_segment *seg)
{
	return ipl_entry_name(seg->purpose, seg->entry);
}

/* How much memory the whole program takes, 0 if no memory is enough. */
static uint64_t memory_needed(const struct ipl_plan *plan)
{
	uint64_t needed = 0;

	for (size_t i = 0; i < plan->n_segments; i++) {
		uint64_t end;

		if (__builtin_add_overflow(plan->segments[i].addr,
					   plan->segments[i].len, &end))
			return 0;
		if (end > needed)
			needed = end;
	}
	return needed;
}

static int past_memory(const struct ipl_plan *plan,
		       const struct ipl_segment *seg, uint64_t memory,
		       struct ipl_err *err)
{
	uint64_t needed = memory_needed(plan);
	uint64_t mib = needed / MIB + (needed % MIB != 0);

	ipl_fail(err, IPL_ERANGE,
		 "component '%s' is loaded to 0x%" PRIx64 "-0x%" PRIx64
		 ", past the end of memory: the VM has %" PRIu64
		 " MiB (0x%" PRIx64 " bytes)",
		 name_segment(seg).text, seg->addr, seg->addr + seg->len - 1,
		 memory / MIB, memory);
	if (needed)
		ipl_err_advise(err,
			       "give the VM at least %" PRIu64
			       " MiB (-m %" PRIu64 "M)",
			       mib, mib);
	return IPL_ERANGE;
}

static int check_memory(const struct ipl_plan *plan, uint64_t memory,
			struct ipl_err *err)
{
	for (size_t i = 0; i < plan->n_segments; i++) {
		const struct ipl_segment *seg = &plan->segments[i];
		uint64_t end;

		if (__builtin_add_overflow(seg->addr, seg->len, &end))
			return ipl_fail(err, IPL_ERANGE,
					"component '%s' is loaded to "
					"0x%" PRIx64 " with 0x%" PRIx64
					" bytes, past the last address",
					name_segment(seg).text, seg->addr,
					seg->len);
		if (end > memory)
			return past_memory(plan, seg, memory, err);
	}
	return 0;
}

/* The segments are sorted and none wraps: if any two overlap, then two
 * neighbours do. */
static int check_overlap(const struct ipl_plan *plan, struct ipl_err *err)
{
	for (size_t i = 1; i < plan->n_segments; i++) {
		const struct ipl_segment *a = &plan->segments[i - 1];
		const struct ipl_segment *b = &plan->segments[i];

		if (a->addr + a->len <= b->addr)
			continue;
		ipl_fail(err, IPL_EBAD,
			 "components '%s' and '%s' overlap (0x%" PRIx64
			 "-0x%" PRIx64 " and 0x%" PRIx64 "-0x%" PRIx64 ")",
			 name_segment(a).text, name_segment(b).text, a->addr,
			 a->addr + a->len - 1, b->addr, b->addr + b->len - 1);
		ipl_err_advise(err, "give them other addresses in zipl.conf "
				    "and run zipl again");
		return IPL_EBAD;
	}
	return 0;
}

/* zipl 2.25 to 2.43 write "segment" programs as two EXECUTE entries: the first
 * one has the load address as its value, and nothing leads to the data
 * (docs/formats/zipl.md). Bit 12 tells. */
static int check_psw(const struct ipl_program *prog, struct ipl_err *err)
{
	uint64_t psw = prog->comps[prog->n_comps - 1].psw;

	if (!ipl_psw_is_short(psw)) {
		ipl_fail(err, IPL_EBAD,
			 "PSW 0x%016" PRIx64
			 " in the EXECUTE entry (byte 0x%" PRIx64
			 ") is not a short PSW: bit 12 is off",
			 psw, prog->comps[prog->n_comps - 1].entry_off);
		if (prog->n_comps == 1)
			ipl_err_advise(err,
				       "zipl 2.25 and later write a 'segment' "
				       "program without its data: write it "
				       "with an older or a corrected zipl");
		return IPL_EBAD;
	}
	if (ipl_psw_fault(psw))
		return ipl_fail(err, IPL_EBAD,
				"PSW 0x%016" PRIx64
				" in the EXECUTE entry (byte 0x%" PRIx64 ") %s",
				psw, prog->comps[prog->n_comps - 1].entry_off,
				ipl_psw_fault(psw));
	if (psw & 1)
		return ipl_fail(err, IPL_EBAD,
				"PSW 0x%016" PRIx64
				" in the EXECUTE entry (byte 0x%" PRIx64
				") has an odd address",
				psw, prog->comps[prog->n_comps - 1].entry_off);
	return 0;
}

static int by_addr(const void *a, const void *b)
{
	const struct ipl_segment *x = a;
	const struct ipl_segment *y = b;

	if (x->addr != y->addr)
		return x->addr > y->addr ? 1 : -1;
	return (x->entry > y->entry) - (x->entry < y->entry);
}

/* Append to @to the part [@from, @end) of memory that @seg covers, if any. */
static size_t add_part(struct ipl_segment *to, const struct ipl_segment *seg,
		       uint64_t from, uint64_t end)
{
	uint64_t seg_end = seg->addr + seg->len;

	if (from < seg->addr)
		from = seg->addr;
	if (end > seg_end)
		end = seg_end;
	if (from >= end)
		return 0;
	*to = *seg;
	to->addr = from;
	to->len = end - from;
	if (seg->bytes)
		to->bytes += from - seg->addr;
	else
		to->skip += from - seg->addr;
	return 1;
}

/* Put into @to what of @n disjoint segments is not in [@addr, @end): one of them may
 * fall into two. One that wraps stays, to be refused. */
static size_t leave_out(struct ipl_segment *to, const struct ipl_segment *from,
			size_t n, uint64_t addr, uint64_t end)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (from[i].len > UINT64_MAX - from[i].addr) {
			to[count++] = from[i];
			continue;
		}
		count += add_part(&to[count], &from[i], 0, addr);
		count += add_part(&to[count], &from[i], end, UINT64_MAX);
	}
	return count;
}

/* Take what is in place of @seg away from the segments that are there. One that wraps
 * is left to check_memory. */
static int make_room(struct ipl_plan *plan, const struct ipl_segment *seg,
		     struct ipl_err *err)
{
	struct ipl_segment *old;
	uint64_t end;
	size_t n = plan->n_segments;

	if (__builtin_add_overflow(seg->addr, seg->len, &end) || !n)
		return 0;
	old = calloc(n, sizeof(*old));
	if (!old)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	memcpy(old, plan->segments, n * sizeof(*old));
	plan->n_segments = leave_out(plan->segments, old, n, seg->addr, end);
	free(old);
	return 0;
}

static int add_segments(struct ipl_plan *plan, const struct ipl_program *prog,
			struct ipl_err *err)
{
	/* each that replaces something may split another one */
	plan->segments = calloc(2 * prog->n_comps, sizeof(*plan->segments));
	if (!plan->segments)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");

	for (size_t i = 0; i < prog->n_comps; i++) {
		const struct ipl_component *c = &prog->comps[i];
		struct ipl_segment seg = {
			.addr = c->addr,
			.len = c->len,
			.entry = i,
			.purpose = c->purpose,
			.extents = c->extents,
			.n_extents = c->n_extents,
		};
		int rc = 0;

		if (c->type != IPL_COMP_LOAD || c->len == 0)
			continue;
		if (c->replaces)
			rc = make_room(plan, &seg, err);
		if (rc)
			return rc;
		plan->segments[plan->n_segments++] = seg;
		plan->n_components++;
	}
	for (size_t i = 0; i < plan->n_segments; i++)
		plan->bytes += plan->segments[i].len;
	ipl_sort(plan->segments, plan->n_segments, sizeof(*plan->segments),
		 by_addr);
	return 0;
}

static int fill_plan(struct ipl_plan *plan, const struct ipl_program *prog,
		     uint64_t memory, struct ipl_err *err)
{
	int rc = check_psw(prog, err);

	if (!rc)
		rc = add_segments(plan, prog, err);
	if (!rc)
		rc = check_memory(plan, memory, err);
	if (!rc)
		rc = check_overlap(plan, err);
	return rc;
}

int ipl_plan_make(const struct ipl_map *map, const struct ipl_program *prog,
		  uint64_t memory, struct ipl_plan **ret, struct ipl_err *err)
{
	struct ipl_plan *plan;
	int rc;

	if (prog->rc)
		return ipl_program_fail(prog, err);
	plan = calloc(1, sizeof(*plan));
	if (!plan)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	plan->src = map->src;
	plan->memory = memory;
	plan->psw = prog->comps[prog->n_comps - 1].psw;
	rc = fill_plan(plan, prog, memory, err);
	if (rc) {
		ipl_err_wrap(err, "program %u", prog->number);
		if (map->ptr && ipl_code_is_data(rc))
			ipl_err_advise(err, "run zipl again");
		ipl_plan_free(plan);
		return rc;
	}
	*ret = plan;
	return 0;
}

struct ipl_plan *ipl_plan_new(uint64_t memory)
{
	struct ipl_plan *plan = calloc(1, sizeof(*plan));

	if (plan)
		plan->memory = memory;
	return plan;
}

void ipl_plan_free(struct ipl_plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; i < plan->n_owned; i++)
		free(plan->owned[i]);
	free(plan->owned);
	free(plan->segments);
	free(plan);
}

/* A copy of @bytes that lives as long as the plan. */
static const uint8_t *own(struct ipl_plan *plan, const void *bytes, size_t len)
{
	uint8_t **owned = realloc(plan->owned,
				  (plan->n_owned + 1) * sizeof(*plan->owned));
	uint8_t *copy = malloc(len);

	if (owned)
		plan->owned = owned;
	if (!owned || !copy) {
		free(copy);
		return NULL;
	}
	memcpy(copy, bytes, len);
	plan->owned[plan->n_owned++] = copy;
	return copy;
}

int ipl_plan_put(struct ipl_plan *plan, uint64_t addr, const void *bytes,
		 size_t len, enum ipl_purpose purpose, struct ipl_err *err)
{
	struct ipl_segment *segments,
		put = { .addr = addr, .len = len, .purpose = purpose };
	uint64_t end;
	size_t n;

	if (!len || __builtin_add_overflow(addr, len, &end) ||
	    end > plan->memory)
		return ipl_fail(err, IPL_ERANGE,
				"%zu bytes at 0x%" PRIx64
				", expected some inside the VM's memory",
				len, addr);
	/* a segment may fall into two pieces, and there is one more */
	segments = calloc(plan->n_segments + 2, sizeof(*segments));
	put.bytes = segments ? own(plan, bytes, len) : NULL;
	if (!put.bytes) {
		free(segments);
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	}
	plan->bytes = len;
	n = leave_out(segments, plan->segments, plan->n_segments, addr, end);
	for (size_t i = 0; i < n; i++)
		plan->bytes += segments[i].len;
	segments[n++] = put;
	ipl_sort(segments, n, sizeof(*segments), by_addr);
	free(plan->segments);
	plan->segments = segments;
	plan->n_segments = n;
	return 0;
}

bool ipl_plan_covers(const struct ipl_plan *plan, uint64_t addr, uint64_t len)
{
	for (size_t i = 0; i < plan->n_segments; i++) {
		const struct ipl_segment *seg = &plan->segments[i];

		/* neither sum can wrap: both differences are of unsigned
		 * values where the first is not the smaller one */
		if (addr >= seg->addr ? addr - seg->addr < seg->len && len
				      : seg->addr - addr < len)
			return true;
	}
	return false;
}

int ipl_plan_read(const struct ipl_plan *plan, const struct ipl_segment *seg,
		  uint64_t addr, void *buf, size_t len, struct ipl_err *err)
{
	if (addr < seg->addr || addr - seg->addr > seg->len ||
	    len > seg->len - (addr - seg->addr))
		return ipl_fail(err, IPL_EBUG,
				"0x%" PRIx64 "+0x%zx is not in the segment",
				addr, len);
	if (seg->bytes) {
		memcpy(buf, seg->bytes + (addr - seg->addr), len);
		return 0;
	}
	return ipl_extent_read(
		plan->src,
		&(struct ipl_extent_pos){ .x = seg->extents,
					  .n = seg->n_extents,
					  .off = seg->skip + addr - seg->addr },
		buf, len, err);
}
