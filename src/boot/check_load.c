/* SPDX-License-Identifier: MIT */
/* Checks of what is loaded: addresses, PSW, the way it lies on the disk.
 * May use: base, format, disk. */
#include "boot/check_parts.h"
#include "boot/holes.h"
#include "boot/plan.h"

#include <inttypes.h>

#define MIB (UINT64_C(1) << 20)

#define PSW_BIT(n) (UINT64_C(1) << (63 - (n)))
#define PSW_ADDR   UINT64_C(0x7fffffff)
#define PSW_WAIT   PSW_BIT(14)

/* More pieces than that, and QEMU's own firmware, which has one request at a
 * time in flight, takes noticeable time for them: about 0.1 ms each. */
#define MANY_EXTENTS 100

static void check_memory(const struct ipl_check *c, const struct ipl_region *r)
{
	const struct ipl_component *comp = r->comp;
	uint64_t mib = c->memory->needed / MIB + 1;
	struct ipl_finding *f;

	if (!r->is_past_memory)
		return;
	f = ipl_check_add(c, IPL_ERROR, "past-memory");
	ipl_finding_at(f, "component table", comp->entry_off);
	ipl_finding_found(f,
			  "%s is loaded to 0x%" PRIx64 "-0x%" PRIx64
			  ", past the end of memory",
			  ipl_entry_name(comp->purpose, r->entry).text, r->addr,
			  r->addr + r->len - 1);
	ipl_finding_expected(f,
			     "nothing past 0x%" PRIx64 ", the last byte of "
			     "%" PRIu64 " MiB",
			     c->memory->memory - 1, c->memory->memory / MIB);
	if (c->memory->needed % MIB == 0)
		mib--;
	if (c->memory->needed < UINT64_MAX)
		ipl_finding_advise(f,
				   "give the VM at least %" PRIu64
				   " MiB (-m %" PRIu64 "M)",
				   mib, mib);
}

static void check_overlap(const struct ipl_check *c, const struct ipl_region *r)
{
	const struct ipl_region *o = r->overlaps;
	struct ipl_finding *f;

	if (!o)
		return;
	f = ipl_check_add(c, IPL_ERROR, "overlap");
	ipl_finding_at(f, "component table", r->comp->entry_off);
	ipl_finding_found(f,
			  "%s (0x%" PRIx64 "-0x%" PRIx64 ") and %s (0x%" PRIx64
			  "-0x%" PRIx64 ") overlap by 0x%" PRIx64 " bytes",
			  ipl_entry_name(o->comp->purpose, o->entry).text,
			  o->addr, o->addr + o->len - 1,
			  ipl_entry_name(r->comp->purpose, r->entry).text,
			  r->addr, r->addr + r->len - 1, r->overlap_len);
	ipl_finding_advise(f, "give them other addresses in zipl.conf and run "
			      "zipl again");
}

static void check_firmware(const struct ipl_check *c,
			   const struct ipl_region *r)
{
	struct ipl_finding *f;

	if (!r->is_over_firmware || r->is_past_memory)
		return;
	f = ipl_check_add(c, IPL_NOTE, "over-firmware");
	ipl_finding_at(f, "component table", r->comp->entry_off);
	ipl_finding_found(f,
			  "%s is loaded to 0x%" PRIx64 "-0x%" PRIx64
			  ", where QEMU's own firmware lies (from 0x%" PRIx64
			  " on; QEMU 7.2: 0x%" PRIx64 ")",
			  ipl_entry_name(r->comp->purpose, r->entry).text,
			  r->addr, r->addr + r->len - 1, c->memory->firmware,
			  c->memory->firmware_7_2);
	ipl_finding_advise(f, "s390-ipl can load it; QEMU's own firmware would "
			      "overwrite itself: give the VM more memory "
			      "there");
}

static void check_regions(const struct ipl_check *c)
{
	for (size_t i = 0; i < c->memory->n_regions; i++) {
		const struct ipl_region *r = &c->memory->regions[i];

		if (r->kind != IPL_REGION_COMPONENT)
			continue;
		check_memory(c, r);
		check_overlap(c, r);
		check_firmware(c, r);
	}
}

/* zipl 2.25 to 2.43 write "segment" programs as two EXECUTE entries: the first
 * one has the load address as its value, and nothing leads to the data. */
static void bad_psw(const struct ipl_check *c,
		    const struct ipl_component *start, struct ipl_finding *f)
{
	ipl_finding_at(f, "component table", start->entry_off);
	ipl_finding_found(f,
			  "the PSW to start with, 0x%016" PRIx64
			  ", is not a short PSW: bit 12 is off",
			  start->psw);
	ipl_finding_expected(f, "one such as 0x000800008000a000");
	if (c->prog->n_comps > 1)
		return;
	f->code = "segment-without-data";
	ipl_finding_advise(f, "zipl 2.25 to 2.43 write a 'segment' program "
			      "without its data: write it with an older or a "
			      "corrected zipl");
}

static void check_psw_address(const struct ipl_check *c,
			      const struct ipl_component *start)
{
	uint64_t addr = start->psw & PSW_ADDR;
	struct ipl_finding *f;

	if (addr & 1) {
		f = ipl_check_add(c, IPL_ERROR, "psw-odd");
		ipl_finding_found(f,
				  "the program is started at 0x%" PRIx64
				  ", an odd address",
				  addr);
	} else if (!ipl_check_comp_at(c->prog, addr)) {
		f = ipl_check_add(c, IPL_ERROR, "psw-outside");
		ipl_finding_found(f,
				  "the program is started at 0x%" PRIx64
				  ", where nothing is loaded",
				  addr);
		ipl_finding_expected(f, "an address inside a component");
	} else {
		return;
	}
	ipl_finding_at(f, "component table", start->entry_off);
	ipl_finding_advise(f, "run zipl again");
}

static void check_psw(const struct ipl_check *c)
{
	const struct ipl_component *start =
		&c->prog->comps[c->prog->n_comps - 1];
	struct ipl_finding *f;

	if (!ipl_psw_is_short(start->psw)) {
		bad_psw(c, start, ipl_check_add(c, IPL_ERROR, "psw"));
	} else if (ipl_psw_fault(start->psw)) {
		f = ipl_check_add(c, IPL_ERROR, "psw-reserved");
		ipl_finding_at(f, "component table", start->entry_off);
		ipl_finding_found(f, "the PSW to start with, 0x%016" PRIx64 ", %s",
				  start->psw, ipl_psw_fault(start->psw));
		ipl_finding_expected(f, "one such as 0x000800008000a000");
		ipl_finding_advise(f, "run zipl again");
	} else if (start->psw & PSW_WAIT) {
		f = ipl_check_add(c, IPL_NOTE, "psw-wait");
		ipl_finding_at(f, "component table", start->entry_off);
		ipl_finding_found(f,
				  "it loads its components and then waits (PSW "
				  "0x%016" PRIx64
				  "): that is what 'segment' programs do",
				  start->psw);
	} else {
		check_psw_address(c, start);
	}
}

static void check_kdump(const struct ipl_check *c)
{
	struct ipl_finding *f;

	if (!c->prog->is_kdump)
		return;
	f = ipl_check_add(c, IPL_NOTE, "kdump");
	ipl_finding_at(f, "component table", c->prog->table_off);
	ipl_finding_found(f, "it is made for kdump: it saves the memory of a "
			     "system that crashed, and then restarts");
}

static void check_fragments(const struct ipl_check *c,
			    const struct ipl_component *comp)
{
	struct ipl_finding *f;

	if (comp->n_extents < MANY_EXTENTS)
		return;
	f = ipl_check_add(c, IPL_NOTE, "fragmented");
	ipl_finding_at(f, "component table", comp->entry_off);
	ipl_finding_found(f, "the %s lies in %zu pieces on the disk",
			  ipl_purpose_name(comp->purpose), comp->n_extents);
	ipl_finding_advise(f, "QEMU's own firmware reads them one by one; copy "
			      "the file and run zipl again if that is too "
			      "slow");
}

static void check_holes(const struct ipl_check *c,
			const struct ipl_component *comp)
{
	struct ipl_foreign foreign = ipl_foreign_find(comp, c->map->block_size);
	struct ipl_finding *f;

	if (!foreign.n)
		return;
	f = ipl_check_add(c, IPL_WARNING, "hole");
	ipl_finding_at(f, "component table", comp->entry_off);
	ipl_finding_found(f,
			  "the file of the %s has holes, and where they end "
			  "foreign blocks are loaded in place of zeros (%zu "
			  "place%s, the first at its byte 0x%" PRIx64 ")",
			  ipl_purpose_name(comp->purpose), foreign.n,
			  foreign.n == 1 ? "" : "s", foreign.first);
	ipl_finding_expected(f, "that a hole ends where a block of the file "
				"system does");
	ipl_finding_advise(f, "this is a fault of zipl 2.18 to 2.43: copy the "
			      "file without holes (cp --sparse=never) and run "
			      "zipl again");
}

void ipl_check_load(const struct ipl_check *c)
{
	check_psw(c);
	check_kdump(c);
	check_regions(c);
	for (size_t i = 0; i < c->prog->n_comps; i++) {
		const struct ipl_component *comp = &c->prog->comps[i];

		if (comp->purpose != IPL_PURPOSE_KERNEL &&
		    comp->purpose != IPL_PURPOSE_RAMDISK)
			continue;
		check_holes(c, comp);
		check_fragments(c, comp);
	}
}
