/* SPDX-License-Identifier: MIT */
/* DASDs: records with channel programs, stage 1b, and stage 2 with the boot
 * menu (docs/formats/eckd.md, docs/formats/fba.md).
 * May use: base, format, disk. */
#include "base/ebcdic.h"
#include "format/label.h"
#include "format/linux_image.h"
#include "format/zipl_menu.h"
#include "format/zipl_stage1.h"
#include "install/build.h"

#include "boot_blobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "zIPL v" is what readers look for; the rest says whose it is. */
#define BANNER "zIPL vs390-ipl-" IPL_VERSION " boot menu\n "

/* Characters of a name that a menu shows; 30 of them fit into stage 2. */
#define NAME_MAX_LEN 72u

/* Room for one line of the menu. */
#define LINE_MAX_LEN (NAME_MAX_LEN + 32u)

/* --- stage 2 --- */

/* Parameters and texts at their longest, behind the code. */
_Static_assert(sizeof(guest_stage2_bin) + 140 + sizeof(BANNER) +
			       (IPL_JOB_ENTRIES_MAX + UINT64_C(1)) * (NAME_MAX_LEN + 5) +
			       16 <=
		       ZIPL_STAGE2_LEN,
	       "stage 2 has no room for the longest menu");

/* A name in EBCDIC, which has the characters of ISO 8859-1. */
static size_t put_name(uint8_t *to, const char *utf8, size_t max)
{
	const uint8_t *p = (const uint8_t *)utf8;
	size_t n = 0;

	while (*p && n < max) {
		uint8_t c = *p++;

		if ((c == 0xc2 || c == 0xc3) && (*p & 0xc0) == 0x80)
			c = (uint8_t)((c & 3) << 6 | (*p++ & 0x3f));
		else if (c >= 0x80)
			c = '?';
		while (c == '?' && (*p & 0xc0) == 0x80)
			p++;
		to[n++] = ipl_ascii_to_ebcdic(c);
	}
	return n;
}

struct menu_texts {
	uint8_t banner[sizeof(BANNER)];
	uint8_t line[IPL_JOB_ENTRIES_MAX + 1][LINE_MAX_LEN];
};

/* " 3. name", or " 0. default (name)" */
static struct ipl_span put_line(uint8_t *to, unsigned number, const char *name)
{
	char head[24];
	size_t n;

	snprintf(head, sizeof(head), "%2u. %s", number,
		 number ? "" : "default (");
	n = strlen(head);
	ipl_ascii_to_ebcdic_buf(to, head, n);
	n += put_name(to + n, name, NAME_MAX_LEN);
	if (!number)
		to[n++] = ipl_ascii_to_ebcdic(')');
	return (struct ipl_span){ .p = to, .len = n };
}

/* A kernel without a name is called by its release, which only it knows. */
static const char *name_of(const struct ipl_build *b, size_t i)
{
	const char *name = b->job->entries[i].name;

	return name ? name : b->files->v[b->files->of[i].kernel].release;
}

static void make_menu(const struct ipl_build *b, struct menu_texts *texts,
		      struct zipl_menu *menu)
{
	size_t len = strlen(BANNER);

	*menu = (struct zipl_menu){ .prompt = b->job->prompt,
				    .timeout_s = (uint16_t)b->job->timeout_s };
	ipl_ascii_to_ebcdic_buf(texts->banner, BANNER, len);
	menu->banner = (struct ipl_span){ .p = texts->banner, .len = len };
	for (size_t i = 0; i < b->job->n_entries; i++) {
		unsigned number = b->job->entries[i].number;

		menu->text[number] =
			put_line(texts->line[number], number, name_of(b, i));
		if (number == b->job->default_number)
			menu->text[0] =
				put_line(texts->line[0], 0, name_of(b, i));
	}
}

/* Code, then the menu. */
static int make_stage2(const struct ipl_build *b, struct ipl_wr *w,
		       struct ipl_err *err)
{
	struct menu_texts *texts = malloc(sizeof(*texts));
	struct zipl_menu *menu = malloc(sizeof(*menu));

	if (texts && menu) {
		make_menu(b, texts, menu);
		ipl_put(w, guest_stage2_bin, sizeof(guest_stage2_bin));
		zipl_menu_encode(w, menu);
	}
	free(menu);
	free(texts);
	if (!texts || !menu)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (w->overflow)
		return ipl_fail(err, IPL_EBUG, "the boot menu is too long");
	return 0;
}

/* New blocks for the @len bytes at @data, and where they are. */
static int put_blocks(struct ipl_build *b, const uint8_t *data, size_t len,
		      const char *what, struct zipl_reads *ret,
		      struct ipl_err *err)
{
	size_t unit = b->target->block_size;
	int rc = 0;

	ret->n = 0;
	for (size_t at = 0; !rc && at < len; at += unit) {
		size_t part = len - at < unit ? len - at : unit;
		uint64_t block;

		rc = ipl_build_block(b, &block, err);
		if (!rc)
			rc = ipl_build_put(b, block, data + at, part, what,
					   err);
		if (!rc)
			ret->at[ret->n++] = ipl_build_ptr(b, 0, block, 1);
	}
	return rc;
}

/* Stage 2 and stage 1b; *@ret names the blocks of the latter. */
static int put_stages(struct ipl_build *b, struct zipl_reads *ret,
		      struct ipl_err *err)
{
	unsigned unit = b->target->block_size;
	uint8_t stage2[ZIPL_STAGE2_LEN], stage1b[ZIPL_STAGE1B_LEN];
	struct ipl_wr w = { .p = stage2, .len = sizeof(stage2) };
	struct ipl_wr w1b = { .p = stage1b, .len = sizeof(stage1b) };
	struct zipl_reads reads;
	int rc;

	memset(stage2, 0, sizeof(stage2));
	rc = make_stage2(b, &w, err);
	/* always as long, so that readers find what they expect */
	if (!rc)
		rc = put_blocks(b, stage2, sizeof(stage2), "stage 2", &reads,
				err);
	if (rc)
		return rc;
	if (b->target->geo.sectors)
		zipl_stage1b_encode_eckd(&w1b, unit, &reads);
	else
		zipl_stage1b_encode_fba(&w1b, &reads);
	return put_blocks(b, stage1b, sizeof(stage1b), "stage 1b", ret, err);
}

/* --- records --- */

/* boot_info: the kind of disk and the pointer to the program table. */
static void put_info(const struct ipl_build *b, struct ipl_wr *w)
{
	bool eckd = b->target->geo.sectors != 0;
	struct zipl_boot_info info = {
		.present = true,
		.version = ZIPL_BOOT_RECORD_VERSION,
		.boot_type = ZIPL_BOOT_IPL,
		.dev_type = eckd ? ZIPL_DEV_ECKD : ZIPL_DEV_FBA,
		.flags = 1, /* programs for 64-bit machines */
	};
	struct ipl_wr data = { .p = info.data, .len = sizeof(info.data) };

	b->target->scheme->sets[0]->put(&data, &b->programs[0]);
	zipl_boot_info_encode(w, &info);
}

#define RECORD_LEN (ZIPL_STAGE1_LEN + ZIPL_BOOT_INFO_LEN)

static int ldl_records(struct ipl_build *b, struct ipl_err *err)
{
	uint8_t bytes[RECORD_LEN];
	struct ipl_wr w = { .p = bytes, .len = sizeof(bytes) };
	struct zipl_reads stage1b;
	int rc = put_stages(b, &stage1b, err);

	if (rc)
		return rc;
	zipl_stage1_encode_ldl(&w, b->target->block_size, &stage1b);
	put_info(b, &w);
	return ipl_build_record(b, 0, 0, bytes, w.at, "boot record", err);
}

static int fba_records(struct ipl_build *b, struct ipl_err *err)
{
	uint8_t bytes[RECORD_LEN];
	struct ipl_wr w = { .p = bytes, .len = sizeof(bytes) };
	struct zipl_reads stage1b;
	int rc = put_stages(b, &stage1b, err);

	if (rc)
		return rc;
	zipl_stage1_encode_fba(&w, &stage1b);
	put_info(b, &w);
	return ipl_build_record(b, 0, 0, bytes, w.at, "boot record", err);
}

/* Behind the key of each record of track 0. */
#define KEY_LEN 4u

/* The list-directed boot record, and its address in the volume label. */
static int put_list_directed(struct ipl_build *b, struct ipl_err *err)
{
	struct zipl_boot_record rec = { .version = ZIPL_BOOT_RECORD_VERSION,
					.table = b->programs[1] };
	uint8_t bytes[ZIPL_BLOCK_MIN] = { 0 }, br[5];
	struct ipl_wr w = { .p = bytes, .len = sizeof(bytes) };
	struct ipl_wr wbr = { .p = br, .len = sizeof(br) };
	struct zipl_chs chs;
	uint64_t block;
	int rc = ipl_build_block(b, &block, err);

	if (rc)
		return rc;
	zipl_boot_record_encode(&zipl_ldchs16, &w, &rec);
	bytes[510] = 0x55; /* the operating system is Linux */
	bytes[511] = 0xaa;
	chs = zipl_block_chs(&b->target->geo, block);
	zipl_cchh_put(&wbr, &chs);
	ipl_put_be(&wbr, chs.sec, 1);
	rc = ipl_build_put(b, block, bytes, sizeof(bytes),
			   "list-directed boot record", err);
	return rc ? rc
		  : ipl_build_record(b, IPL_LABEL_BLOCK_ECKD, IPL_LABEL_BR_OFF,
				     br, sizeof(br), "volume label", err);
}

/* IPL1 is the same on all disks: that it comes first does nothing to a disk
 * that zipl 1.20 or later or s390-ipl has written. */
static int cdl_records(struct ipl_build *b, struct ipl_err *err)
{
	static const uint8_t keys[2][KEY_LEN] = { { 0xc9, 0xd7, 0xd3, 0xf1 },
						  { 0xc9, 0xd7, 0xd3, 0xf2 } };
	uint8_t bytes[KEY_LEN + RECORD_LEN];
	struct ipl_wr w = { .p = bytes, .len = sizeof(bytes) };
	struct zipl_reads stage1b;
	int rc = put_stages(b, &stage1b, err);

	if (rc)
		return rc;
	ipl_put(&w, keys[0], KEY_LEN);
	zipl_stage1_encode_cdl(&w, b->target->block_size, &stage1b);
	put_info(b, &w);
	rc = ipl_build_record(b, 0, 0, bytes, KEY_LEN + ZIPL_STAGE0_LEN,
			      "IPL1 record", err);
	if (!rc)
		rc = put_list_directed(b, err);
	if (rc)
		return rc;
	/* the rest is IPL2, with its own key in front */
	memmove(bytes + KEY_LEN, bytes + KEY_LEN + ZIPL_STAGE0_LEN,
		RECORD_LEN - ZIPL_STAGE0_LEN);
	memcpy(bytes, keys[1], KEY_LEN);
	return ipl_build_record(b, 1, 0, bytes,
				KEY_LEN + RECORD_LEN - ZIPL_STAGE0_LEN,
				"IPL2 record", err);
}

const struct ipl_scheme ipl_scheme_cdl = {
	.name = "cdl",
	.title = "ECKD disk (CDL)",
	.sets = { &zipl_chs16, &zipl_ldchs16 },
	.n_sets = 2,
	.run_max = 256,
	.records = cdl_records,
};

const struct ipl_scheme ipl_scheme_ldl = {
	.name = "ldl",
	.title = "ECKD disk (LDL)",
	.sets = { &zipl_chs16 },
	.n_sets = 1,
	.run_max = 256,
	.records = ldl_records,
};

const struct ipl_scheme ipl_scheme_fba = {
	.name = "fba",
	.title = "FBA disk",
	.sets = { &zipl_lin16 },
	.n_sets = 1,
	.run_max = 256,
	.records = fba_records,
};
