/* SPDX-License-Identifier: MIT */
/* Any bytes as a CD image, from its volume descriptors on: read the map, plan every
 * program. And as each of the things that are on one. For libFuzzer; replay.c runs the
 * corpus without it. May use: format, boot. */
#include "plans.h"

#include "format/ins.h"
#include "format/iso9660.h"

#include <string.h>

#define BEGIN (ISO_FIRST_DESCRIPTOR * ISO_SECTOR_LEN)

static void try_record(struct ipl_span in)
{
	struct ipl_err err = { 0 };
	struct iso_record rec;
	int rc = iso_record_decode(in, &rec, &err);

	promise_err(rc, &err);
	if (rc)
		return;
	promise(rec.record_len <= in.len && inside(rec.name, in) &&
			inside(rec.system_use, in),
		"values are parts of the record");
}

static void try_descriptor(struct ipl_span in)
{
	struct ipl_err err = { 0 };
	struct iso_descriptor d;
	int rc = iso_descriptor_decode(in, &d, &err);

	promise_err(rc, &err);
	if (rc)
		return;
	promise(iso_is_descriptor(in), "a descriptor says so");
	promise(inside(d.volume_id, in) && inside(d.root.name, in),
		"values are parts of the descriptor");
}

static void try_susp(struct ipl_span in)
{
	struct iso_susp susp = { .name_len = 0 };

	for (int i = 0; i < 3; i++)
		iso_susp_decode(in, &susp);
	promise(susp.name_len <= ISO_NAME_MAX && !susp.name[susp.name_len],
		"a name has an end");
}

static void try_catalog(struct ipl_span in)
{
	struct ipl_err err = { 0 };
	struct iso_boot_entry e;
	int rc = iso_boot_catalog_check(in, &err);

	promise_err(rc, &err);
	promise((iso_boot_entry_decode(in, &e, NULL) == 0) ==
			(in.len >= ISO_BOOT_ENTRY_LEN),
		"an entry is there if its bytes are");
}

static void try_ins(struct ipl_span in)
{
	struct ipl_lines lines = { .in = in };
	struct ipl_err err = { 0 };
	struct ins_line line;
	int rc;

	while ((rc = ins_next(&lines, &line, &err)) == 1)
		promise(line.path.len && inside(line.path, in) && line.line,
			"a line has the name of a file");
	promise_err(rc, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ipl_map_options opts = { .layout = "iso" };
	struct ipl_span in = { data, size, 0 };
	struct ipl_src *src = NULL;
	struct ipl_err err = { 0 };
	uint8_t *cd = calloc(1, BEGIN + size);

	if (!cd)
		return 0;
	if (size)
		memcpy(cd + BEGIN, data, size);
	try_descriptor(in);
	try_record(in);
	try_susp(in);
	try_catalog(in);
	try_ins(in);
	if (!ipl_src_open_mem(cd, BEGIN + size, "fuzz", &src, &err))
		check_source(src, &opts);
	ipl_src_close(src);
	free(cd);
	return 0;
}
