/* SPDX-License-Identifier: MIT */
/* Any bytes to every decoder of src/format, and what they make of it back through
 * the encoders. For libFuzzer; replay.c runs the corpus without it.
 * May use: format. */
#include "promise.h"

#include "format/elf.h"
#include "format/iplb.h"
#include "format/label.h"
#include "format/linux_image.h"
#include "format/ptable.h"
#include "format/sclab.h"
#include "format/vtoc.h"
#include "format/zipl.h"
#include "format/zipl_dump.h"
#include "format/zipl_menu.h"
#include "format/zipl_stage1.h"

#include <string.h>

static const struct zipl_ptr_format *const formats[] = {
	&zipl_lin16, &zipl_lin8, &zipl_chs16, &zipl_chs8, &zipl_ldchs16
};

#define N_FORMATS (sizeof(formats) / sizeof(*formats))

static void pointers(struct ipl_span in)
{
	for (size_t i = 0; i < N_FORMATS; i++) {
		struct ipl_rd r = { .in = in };
		struct zipl_ptr p = formats[i]->get(&r);

		promise(r.short_read || p.kind == ZIPL_PTR_NULL || p.count,
			"a run has blocks");
	}
}

static void records(struct ipl_span in, const struct zipl_ptr_format *format)
{
	struct zipl_boot_record rec;
	struct zipl_boot_info info;
	struct zipl_dump_params dump;
	struct ipl_err err = { 0 };
	int rc = zipl_boot_record_decode(format, in, &rec, &err);

	promise_err(rc, &err);
	rc = zipl_boot_info_decode(in, &info, &err);
	promise_err(rc, &err);
	if (!rc && info.present) {
		rc = zipl_dump_params_decode(&info, &dump, &err);
		promise_err(rc, &err);
	}
}

static void tables(struct ipl_span in, const struct zipl_ptr_format *format)
{
	static struct zipl_segment_table segments;
	struct zipl_program_table programs;
	struct zipl_comp_entry entry;
	struct ipl_err err = { 0 };
	uint8_t type;
	int rc = zipl_program_table_decode(format, in, &programs, &err);

	promise_err(rc, &err);
	rc = zipl_comp_header_decode(in, &type, &err);
	promise_err(rc, &err);
	rc = zipl_comp_entry_decode(format, in, &entry, &err);
	promise_err(rc, &err);
	for (size_t bs = ZIPL_BLOCK_MIN; bs <= ZIPL_BLOCK_MAX; bs *= 2) {
		if (in.len < bs)
			continue;
		rc = zipl_segment_table_decode(format, ipl_sub(in, 0, bs),
					       &segments, &err);
		promise_err(rc, &err);
		promise(rc || segments.n < bs / format->len,
			"the chain is no data");
	}
}

/* Stage 1b of @reads, written and read again. */
static void stage1b_again(const struct zipl_read_format *kind,
			  const struct zipl_reads *reads)
{
	uint8_t buf[ZIPL_STAGE1B_LEN];
	struct ipl_wr w = { .p = buf, .len = sizeof(buf) };
	struct zipl_reads again = { 0 };
	int rc;

	if (kind == &zipl_seek)
		zipl_stage1b_encode_eckd(&w, 512, reads);
	else
		zipl_stage1b_encode_fba(&w, reads);
	promise(!w.overflow && w.at == sizeof(buf), "it has its length");
	rc = zipl_stage1b_decode(
		kind, (struct ipl_span){ .p = buf, .len = sizeof(buf) }, &again,
		NULL);
	promise(!rc && again.n == reads->n, "stage 1b names all blocks");
}

static void loaders(struct ipl_span in)
{
	static const enum zipl_stage3_gen gens[] = { ZIPL_STAGE3_40,
						     ZIPL_STAGE3_42,
						     ZIPL_STAGE3_80 };
	const struct zipl_read_format *const kinds[] = { &zipl_seek,
							 &zipl_locate };
	struct ipl_stage3 stage3;
	struct zipl_reads reads;
	struct ipl_err err = { 0 };
	int rc;

	for (size_t i = 0; i < 3; i++) {
		uint8_t back[ZIPL_STAGE3_80];
		struct ipl_wr w = { .p = back, .len = sizeof(back) };

		rc = zipl_stage3_decode(in, gens[i], &stage3, &err);
		promise_err(rc, &err);
		if (rc)
			continue;
		zipl_stage3_encode(&w, &stage3);
		promise(w.at == (size_t)gens[i] && !memcmp(back, in.p, w.at),
			"stage-3 parameters come back as they were");
	}
	for (size_t i = 0; i < 2; i++) {
		rc = zipl_stage1b_decode(kinds[i], in, &reads, &err);
		promise_err(rc, &err);
		promise(rc || (reads.n && reads.n <= ZIPL_STAGE2_BLOCKS),
			"stage 2 has 1 to 24 blocks");
		if (!rc)
			stage1b_again(kinds[i], &reads);
		rc = zipl_reads_decode(kinds[i], in, ZIPL_STAGE2_BLOCKS, &reads,
				       &err);
		promise_err(rc, &err);
	}
	zipl_dumper_find(in);
}

static void menus(struct ipl_span in)
{
	static struct zipl_menu menu;
	struct ipl_err err = { 0 };
	int rc = zipl_menu_decode(in, &menu, &err);

	promise_err(rc, &err);
	if (rc)
		return;
	promise(inside(menu.banner, in), "the banner is in stage 2");
	for (unsigned i = 0; i < ZIPL_MENU_ENTRIES; i++) {
		char text[ZIPL_MENU_TEXT_MAX + 1];
		struct zipl_menu_text t;

		if (!menu.text[i].p)
			continue;
		promise(inside(menu.text[i], in) &&
				menu.text[i].len < sizeof(text),
			"texts are in stage 2");
		memcpy(text, menu.text[i].p, menu.text[i].len);
		text[menu.text[i].len] = '\0';
		t = zipl_menu_parse(text, i, menu.kdump >> i & 1);
		promise(t.name_len <= strlen(t.name), "names are in texts");
	}
}

static void others(struct ipl_span in)
{
	struct linux_image image;
	struct ipl_label label;
	struct ipl_err err = { 0 };
	struct sclab sclab;
	struct iplb b;
	int rc = ipl_label_decode(in, true, &label, &err);

	promise_err(rc, &err);
	rc = ipl_label_decode(in, false, &label, &err);
	promise_err(rc, &err);
	rc = linux_image_decode(in, &image, &err);
	promise_err(rc, &err);
	promise(linux_image_release_len(in) <= in.len,
		"a version is part of its text");
	rc = sclab_decode(in, &sclab, &err);
	promise_err(rc, &err);
	rc = iplb_decode(in, &b, &err);
	promise_err(rc, &err);
	promise(rc || (b.len <= in.len && strlen(b.loadparm) <= 8),
		"a parameter block is no longer than what is there");
}

static void partitions(struct ipl_span in)
{
	struct gpt_header header;
	struct gpt_entry entry;
	struct vtoc_extent extent;
	enum vtoc_kind kind;
	struct zipl_chs chs;
	struct ipl_err err = { 0 };
	struct mbr mbr;
	int rc = mbr_decode(in, &mbr, &err);

	promise_err(rc, &err);
	rc = gpt_header_decode(in, &header, &err);
	promise_err(rc, &err);
	promise(rc || (header.n_entries <= GPT_ENTRIES_MAX &&
		       header.entry_len <= GPT_ENTRY_LEN_MAX &&
		       header.first <= header.last),
		"a GPT has a size that can be");
	rc = gpt_entry_decode(in, &entry, &err);
	promise_err(rc, &err);
	promise(rc || !gpt_entry_is_used(&entry) || entry.first <= entry.last,
		"a partition ends behind its first block");
	rc = vtoc_label_decode(in, &kind, &extent, &err);
	promise_err(rc, &err);
	rc = vtoc_check_fdasd(in, &err);
	promise_err(rc, &err);
	rc = vtoc_address_decode(in, &chs, &err);
	promise_err(rc, &err);
	promise(rc || chs.sec, "records are counted from 1");
}

/* QEMU's firmware, which comes from the host: placed where it is wanted. */
static void firmware(struct ipl_span in)
{
	static uint8_t memory[1 << 16];
	struct elf_image image;
	struct ipl_err err = { 0 };
	int rc = elf_decode(in, sizeof(memory), &image, &err);

	promise_err(rc, &err);
	if (rc)
		return;
	promise(image.size <= sizeof(memory) && image.entry < image.size,
		"a program is no larger than it may be");
	rc = elf_place(in, &image, 0x10000, memory, &err);
	promise_err(rc, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ipl_span in = { .p = data, .len = size };

	pointers(in);
	for (size_t i = 0; i < N_FORMATS; i++) {
		records(in, formats[i]);
		tables(in, formats[i]);
	}
	loaders(in);
	menus(in);
	others(in);
	partitions(in);
	firmware(in);
	return 0;
}
