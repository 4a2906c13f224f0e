/* SPDX-License-Identifier: MIT */
/* Carry a load plan out: components into guest memory, then the start.
 * May use: base, format, boot, vm. */
#include "device/load.h"

#include "device/copy.h"
#include "format/iirb.h"
#include "s390-ipl/abi.h"
#include "vm/guest_code.h"

#include <inttypes.h>
#include <string.h>

#define STUB_PAGES   (STUB_SIZE / IPL_PAGE)
/* A short PSW holds 31 bits of address. */
#define AREA_TOP     (UINT64_C(1) << 31)
#define LOWCORE_SIZE UINT64_C(0x2000)

/* Lowcore, Principles of Operation, "Assigned Storage Locations". */
#define LOW_IPL		   0 /* IPL PSW and CCWs */
#define LOW_IPL_LEN	   24
#define LOW_SCHID	   0xb8 /* subsystem id and interruption parameter */
#define LOW_SCHID_LEN	   8
#define LOW_QIPL	   0xcc /* QEMU's words to its own firmware; hw/s390x/ipl.h */
#define LOW_QIPL_LEN	   28
#define LOW_QIPL_CHAIN_LEN 0xde /* u16: further parameter blocks, a page each */
#define LOW_QIPL_CHAIN	   0xe0 /* u64: address of the first */
#define CHAIN_MAX	   7

struct load {
	const struct ipl_plan *plan;
	const struct ipl_stub *stub;
	const struct ipl_start *start;
	const struct ipl_mem *mem;
	bool covered[STUB_PAGES]; /* pages of the stub that components want */
	unsigned n_covered;
	uint64_t area; /* trampoline: block page, copied pages, code page */
	uint64_t area_len;
	uint64_t report; /* of a secure IPL: stays in memory */
	uint64_t report_len;
};

static bool overlaps(uint64_t a, uint64_t a_len, uint64_t b, uint64_t b_len)
{
	return a < b + b_len && b < a + a_len;
}

/* ---- where the trampoline goes */

/* Room that a program does not use and nothing of value is lost in. */
static bool is_free(const struct load *l, uint64_t addr, bool untouched)
{
	uint64_t start, end;

	if (addr < LOWCORE_SIZE || addr + l->area_len > AREA_TOP ||
	    addr + l->area_len > l->mem->size ||
	    overlaps(addr, l->area_len, l->stub->base, STUB_SIZE) ||
	    ipl_plan_covers(l->plan, addr, l->area_len))
		return false;
	return !untouched ||
	       !ipl_mem_next_data(l->mem, addr, addr + l->area_len, &start,
				  &end);
}

/* Try the page-aligned places at the ends of what is in the way. With
 * @untouched only memory that was never used, which reads as zeros before and
 * after. */
static bool find_area_from(struct load *l, uint64_t addr, bool untouched)
{
	uint64_t start, end;

	while (addr + l->area_len <= l->mem->size) {
		if (is_free(l, addr, untouched)) {
			l->area = addr;
			return true;
		}
		if (!untouched ||
		    !ipl_mem_next_data(l->mem, addr, addr + l->area_len, &start,
				       &end))
			return false;
		addr = (end + IPL_PAGE - 1) & ~(IPL_PAGE - 1);
	}
	return false;
}

static bool find_area(struct load *l, bool untouched)
{
	const struct ipl_plan *p = l->plan;

	if (find_area_from(l, LOWCORE_SIZE, untouched) ||
	    find_area_from(l, l->stub->base + STUB_SIZE, untouched))
		return true;
	for (size_t i = 0; i < p->n_segments; i++) {
		uint64_t end = p->segments[i].addr + p->segments[i].len;

		end = (end + IPL_PAGE - 1) & ~(IPL_PAGE - 1);
		if (find_area_from(l, end, untouched))
			return true;
	}
	return false;
}

static int choose_area(struct load *l, struct ipl_err *err)
{
	int rc;

	for (unsigned i = 0; i < STUB_PAGES; i++) {
		l->covered[i] = ipl_plan_covers(
			l->plan, l->stub->base + i * IPL_PAGE, IPL_PAGE);
		l->n_covered += l->covered[i];
	}
	l->area_len = (2 + l->n_covered) * IPL_PAGE;
	if (!l->n_covered) {
		l->area = l->stub->base + STUB_LANDING;
		return 0;
	}
	if (find_area(l, true) || find_area(l, false))
		return 0;
	rc = ipl_fail(err, IPL_ERANGE,
		      "the components leave no %" PRIu64
		      " KiB of memory in one piece below 2 GiB, expected room "
		      "to start the program from",
		      l->area_len / 1024);
	ipl_err_advise(err, "give the VM more memory (-m)");
	return rc;
}

/* ---- the report of a secure IPL */

static bool report_fits(const struct load *l, uint64_t addr)
{
	return addr >= LOWCORE_SIZE && addr + l->report_len <= l->mem->size &&
	       addr + l->report_len <= AREA_TOP &&
	       !overlaps(addr, l->report_len, l->stub->base, STUB_SIZE) &&
	       !overlaps(addr, l->report_len, l->area, l->area_len) &&
	       !ipl_plan_covers(l->plan, addr, l->report_len);
}

/* High up, where the program does not come soon; else where there is room. */
static int choose_report(struct load *l, struct ipl_err *err)
{
	uint64_t at;

	if (!l->start->secured)
		return 0;
	l->report_len =
		ipl_secured_report_len(l->start->secured, l->start->block);
	l->report = (l->stub->base - l->report_len) & ~(IPL_PAGE - 1);
	if (l->report_len < l->stub->base && report_fits(l, l->report))
		return 0;
	for (size_t i = 0; i < l->plan->n_segments; i++) {
		at = l->plan->segments[i].addr + l->plan->segments[i].len;
		l->report = (at + IPL_PAGE - 1) & ~(IPL_PAGE - 1);
		if (report_fits(l, l->report))
			return 0;
	}
	return ipl_fail(err, IPL_ERANGE,
			"the components leave no %" PRIu64
			" bytes for the report of a secure IPL",
			l->report_len);
}

static int put_report(const struct load *l, struct ipl_err *err)
{
	struct ipl_wr w = { .p = ipl_mem_at(l->mem, l->report, l->report_len),
			    .len = l->report_len };

	if (!l->start->secured)
		return 0;
	if (w.p)
		ipl_secured_report(l->start->secured, l->start->block,
				   l->start->is_secure, l->report, &w);
	return w.p && !w.overflow
		       ? 0
		       : ipl_fail(err, IPL_EBUG, "no room for the report");
}

/* The parameter block that the machine gets: whether there is a report is not for
 * the guest to say, whose own block this may be. */
static void put_block_flags(const struct load *l, uint8_t *block)
{
	const struct ipl_start *start = l->start;

	if (start->block.len <= IIRB_BLOCK_FLAGS)
		return;
	block[IIRB_BLOCK_FLAGS] &=
		(uint8_t) ~(IIRB_BLOCK_SIPL | IIRB_BLOCK_IPLSR);
	if (start->secured)
		block[IIRB_BLOCK_FLAGS] |=
			(uint8_t)(IIRB_BLOCK_IPLSR |
				  (start->is_secure ? IIRB_BLOCK_SIPL : 0));
}

/* Clear or set lowcore fields that the machine has its say in, but for bytes
 * that belong to a component. */
static void put_low(const struct load *l, uint64_t addr, size_t len,
		    uint64_t value)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t *p = ipl_mem_at(l->mem, addr + i, 1);

		if (p && !ipl_plan_covers(l->plan, addr + i, 1))
			*p = i < 8 ? (uint8_t)(value >> (56 - 8 * i)) : 0;
	}
}

/* QEMU 9.2 and newer leaves the parameter blocks of further boot devices right
 * below the firmware's place, at every reset: they are no business of the
 * program. What QEMU wrote is what the guest can have changed meanwhile: hence
 * the checks. */
static void clear_block_chain(const struct load *l)
{
	const uint8_t *low = ipl_mem_at(l->mem, 0, LOWCORE_SIZE);
	const struct ipl_span len = { .p = low + LOW_QIPL_CHAIN_LEN, .len = 2 };
	const struct ipl_span at = { .p = low + LOW_QIPL_CHAIN, .len = 8 };
	uint64_t n = ipl_be16(&(struct ipl_rd){ .in = len });
	uint64_t addr = ipl_be64(&(struct ipl_rd){ .in = at });

	if (n > CHAIN_MAX || addr != l->stub->base - n * IPL_PAGE)
		return;
	memset(ipl_mem_at(l->mem, addr, n * IPL_PAGE), 0, n * IPL_PAGE);
}

/* ---- the trampoline's pages */

static void put64(const struct load *l, uint64_t addr, uint64_t v)
{
	ipl_mem_put64(l->mem, addr, v);
}

/* What components put into one page of the stub; the rest of it is cleared. */
static int stage_page(const struct load *l, uint64_t page, uint64_t to,
		      struct ipl_err *err)
{
	for (size_t i = 0; i < l->plan->n_segments; i++) {
		const struct ipl_segment *s = &l->plan->segments[i];
		uint64_t from = s->addr > page ? s->addr : page;
		uint64_t end = s->addr + s->len;
		int rc;

		if (end > page + IPL_PAGE)
			end = page + IPL_PAGE;
		if (from >= end)
			continue;
		rc = ipl_plan_read(
			l->plan, s, from,
			ipl_mem_at(l->mem, to + (from - page), end - from),
			end - from, err);
		if (rc)
			return rc;
	}
	return 0;
}

/* The table of what the trampoline copies over the stub and what it clears. */
static int stage_pages(const struct load *l, struct ipl_err *err)
{
	uint64_t entry = l->area + l->area_len - IPL_PAGE + TRAMP_TABLE;
	uint64_t to = l->area + IPL_PAGE;

	for (unsigned i = 0; i < STUB_PAGES; i++) {
		uint64_t page = l->stub->base + i * IPL_PAGE;
		int rc;

		if (page >= l->area && page < l->area + l->area_len)
			continue; /* clears itself */
		put64(l, entry, page);
		put64(l, entry + 8, l->covered[i] ? to : 0);
		put64(l, entry + 16, IPL_PAGE);
		entry += 24;
		if (!l->covered[i])
			continue;
		rc = stage_page(l, page, to, err);
		if (rc)
			return rc;
		to += IPL_PAGE;
	}
	return 0;
}

static void put_long_psw(const struct load *l, uint64_t addr, uint64_t psw)
{
	put64(l, addr, (psw & 0xffffffff80000000) ^ (UINT64_C(1) << 51));
	put64(l, addr + 8, psw & 0x7fffffff);
}

/* What is at absolute 0 to 23 in the end: the program's PSW and code that nobody
 * needs any more, unless a component is there, or the pointer to a report. */
static void put_low_words(const struct load *l, uint64_t code)
{
	bool keep = ipl_plan_covers(l->plan, LOW_IPL, LOW_IPL_LEN);
	uint8_t *low = ipl_mem_at(l->mem, code + TRAMP_LOW, LOW_IPL_LEN);

	put64(l, code + TRAMP_KEEP_LOW, keep || l->start->secured);
	memcpy(low, ipl_mem_at(l->mem, LOW_IPL, LOW_IPL_LEN), LOW_IPL_LEN);
	if (l->start->secured) { /* no component lies there */
		struct ipl_wr w = { .p = low, .len = LOW_IPL_LEN };

		ipl_put_be(&w, l->plan->psw, 8);
		ipl_put(&w, NULL, IIRB_POINTER_AT - 8);
		ipl_put_be(&w, l->report, IIRB_POINTER_LEN);
	}
}

static int put_trampoline(const struct load *l, struct ipl_err *err)
{
	uint64_t code = l->area + l->area_len - IPL_PAGE;
	const struct ipl_span block = l->start->block;
	uint8_t *p = ipl_mem_at(l->mem, l->area, l->area_len);

	if (!p || block.len > IPL_PAGE)
		return ipl_fail(err, IPL_EBUG, "no room for the trampoline");
	memset(p, 0, l->area_len);
	memcpy(p, block.p, block.len);
	put_block_flags(l, p);
	memcpy(p + (code - l->area), ipl_guest_trampoline().p, IPL_PAGE);
	put64(l, code + TRAMP_AREA, l->area);
	put64(l, code + TRAMP_AREA_LEN, l->area_len);
	put64(l, code + TRAMP_PSW, l->plan->psw);
	put_long_psw(l, code + TRAMP_LONG_PSW, l->plan->psw);
	put_low_words(l, code);
	return stage_pages(l, err);
}

int ipl_load(const struct ipl_plan *plan, const struct ipl_stub *stub,
	     const struct ipl_start *start, struct ipl_err *err)
{
	struct load l = {
		.plan = plan, .stub = stub, .start = start, .mem = stub->mem
	};
	int rc = choose_area(&l, err);

	if (!rc)
		rc = choose_report(&l, err);
	if (!rc && start->store_back)
		rc = ipl_stub_store_back(stub, err);
	if (rc)
		return rc;
	clear_block_chain(&l);
	rc = ipl_copy_in(plan, stub, err);
	if (rc)
		return rc;
	put_low(&l, LOW_SCHID, LOW_SCHID_LEN, (uint64_t)start->schid << 32);
	put_low(&l, LOW_QIPL, LOW_QIPL_LEN, 0);
	rc = put_report(&l, err);
	if (!rc)
		rc = put_trampoline(&l, err);
	if (rc)
		return rc;
	return ipl_stub_branch(stub, l.area, l.area_len, err);
}
