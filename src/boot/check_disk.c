/* SPDX-License-Identifier: MIT */
/* Checks of a disk as a whole: its size, its partition table, its slots.
 * May use: base, format, disk. */
#include "boot/check_parts.h"
#include "boot/note.h"

#include <inttypes.h>
#include <string.h>

/* DOS partition table, in block 0. */
#define DOS_TABLE     0x1be
#define DOS_ENTRIES   4
#define DOS_ENTRY_LEN 16
#define DOS_MAGIC     0x1fe
#define DOS_TYPE_GPT  0xee /* "here is a GPT" */

/* GPT (UEFI specification, 5.3.2). */
#define GPT_MAGIC      "EFI PART"
#define GPT_MAGIC_LEN  8
#define GPT_HEADER_LEN 40
#define GPT_BACKUP     32 /* u64: the block of the second header */

static uint64_t little_endian(const uint8_t *p, size_t n)
{
	struct ipl_rd r = { .in = { p, n, 0 } };

	return ipl_le(&r, n);
}

static uint64_t blocks(const struct ipl_map *map)
{
	return map->src->size / map->block_size;
}

static struct ipl_finding *add_cut(const struct ipl_map *map,
				   struct ipl_report *report,
				   const char *structure, uint64_t off)
{
	struct ipl_finding *f = ipl_report_add(report, IPL_WARNING, "truncated",
					       IPL_WHOLE_DISK);

	ipl_finding_at(f, structure, off);
	ipl_finding_expected(f,
			     "at most block %" PRIu64 ", the disk's last one",
			     blocks(map) - 1);
	ipl_finding_advise(f, "the image may be truncated: take a full copy of "
			      "the disk");
	return f;
}

static void check_size(const struct ipl_map *map, struct ipl_report *report)
{
	uint64_t rest = map->src->size % map->block_size;
	struct ipl_finding *f;

	if (!rest)
		return;
	f = ipl_report_add(report, IPL_WARNING, "size", IPL_WHOLE_DISK);
	ipl_finding_found(f,
			  "the disk ends in the middle of a block: it has "
			  "%" PRIu64 " blocks and %" PRIu64 " bytes",
			  blocks(map), rest);
	ipl_finding_expected(f, "whole blocks of %u bytes", map->block_size);
	ipl_finding_advise(f, "the image may be truncated: take a full copy of "
			      "the disk");
}

/* A partition of the DOS table in @block that ends past the disk. */
static void check_dos(const struct ipl_map *map, const uint8_t *block,
		      struct ipl_report *report)
{
	for (unsigned i = 0; i < DOS_ENTRIES; i++) {
		unsigned off = DOS_TABLE + i * DOS_ENTRY_LEN;
		uint64_t end = little_endian(block + off + 8, 4) +
			       little_endian(block + off + 12, 4);

		if (block[off + 4] == 0 || block[off + 4] == DOS_TYPE_GPT ||
		    end <= blocks(map))
			continue;
		ipl_finding_found(
			add_cut(map, report, "DOS partition table", off),
			"partition %u ends with block %" PRIu64, i + 1,
			end - 1);
	}
}

static int read_gpt(const struct ipl_map *map, uint64_t off,
		    uint8_t header[GPT_HEADER_LEN], bool *ret,
		    struct ipl_err *err)
{
	int rc = 0;

	*ret = false;
	if (map->src->size < off + GPT_HEADER_LEN)
		return 0;
	rc = ipl_src_read(map->src, off, header, GPT_HEADER_LEN, err);
	if (!rc)
		*ret = !memcmp(header, GPT_MAGIC, GPT_MAGIC_LEN);
	return rc;
}

/* A GPT that was made for blocks of another size is found by nobody. */
static int check_gpt_size(const struct ipl_map *map, struct ipl_report *report,
			  struct ipl_err *err)
{
	unsigned other = map->block_size == 512 ? 4096 : 512;
	uint8_t header[GPT_HEADER_LEN];
	struct ipl_finding *f;
	bool found;
	int rc;

	rc = read_gpt(map, other, header, &found, err);
	if (rc || !found)
		return rc;
	f = ipl_report_add(report, IPL_WARNING, "partition-block-size",
			   IPL_WHOLE_DISK);
	ipl_finding_at(f, "GPT", other);
	ipl_finding_found(f, "the partition table is one for %u-byte blocks",
			  other);
	ipl_finding_expected(f, "%u-byte blocks, as the boot map has them",
			     map->block_size);
	ipl_finding_advise(f, "attach the disk with the block size it was "
			      "partitioned with, and run zipl again");
	return 0;
}

static int check_gpt(const struct ipl_map *map, struct ipl_report *report,
		     struct ipl_err *err)
{
	uint8_t header[GPT_HEADER_LEN];
	uint64_t backup;
	bool found;
	int rc;

	rc = read_gpt(map, map->block_size, header, &found, err);
	if (rc || !found)
		return rc ? rc : check_gpt_size(map, report, err);
	backup = little_endian(header + GPT_BACKUP, 8);
	if (backup >= blocks(map))
		ipl_finding_found(add_cut(map, report, "GPT", map->block_size),
				  "the backup of the partition table is "
				  "in block %" PRIu64,
				  backup);
	return 0;
}

static int check_partitions(const struct ipl_map *map,
			    struct ipl_report *report, struct ipl_err *err)
{
	uint8_t block[512];
	int rc;

	/* block 0 of a DASD is its own */
	if (strcmp(map->layout->name, "scsi") != 0)
		return 0;
	rc = ipl_src_read(map->src, 0, block, sizeof(block), err);
	if (rc || block[DOS_MAGIC] != 0x55 || block[DOS_MAGIC + 1] != 0xaa)
		return rc;
	check_dos(map, block, report);
	return check_gpt(map, report, err);
}

static void check_default(const struct ipl_map *map, struct ipl_report *report)
{
	const struct ipl_program *first = &map->programs[0];
	struct ipl_finding *f;

	if (first->number == 0 && (first->copy_of || map->n_programs == 1))
		return;
	if (first->number == 0) {
		f = ipl_report_add(report, IPL_WARNING, "default", 0);
		ipl_finding_found(f, "the default, slot 0, is none of the "
				     "numbered programs");
		ipl_finding_expected(f, "a copy of one of them, as zipl makes "
					"it");
	} else {
		f = ipl_report_add(report, IPL_WARNING, "no-default",
				   IPL_WHOLE_DISK);
		ipl_finding_found(f, "there is no default: slot 0 is empty, "
				     "and without a load parameter nothing can "
				     "be IPLed");
	}
	ipl_finding_at(f, "program table", map->table_off);
	ipl_finding_advise(f, "run zipl again, or choose a program by its "
			      "number");
}

static void check_duplicates(const struct ipl_map *map,
			     struct ipl_report *report)
{
	for (size_t i = 0; i < map->n_programs; i++) {
		const struct ipl_program *a = &map->programs[i];

		for (size_t k = i + 1; a->number && k < map->n_programs; k++) {
			const struct ipl_program *b = &map->programs[k];
			struct ipl_finding *f;

			if (a->table_off == 0 || a->table_off != b->table_off)
				continue;
			f = ipl_report_add(report, IPL_NOTE, "duplicate",
					   (int)b->number);
			ipl_finding_at(f, "component table", b->table_off);
			ipl_finding_found(f, "it is the same as program %u",
					  a->number);
			break;
		}
	}
}

/* What the reader noticed. A segment that was lost is the program's. */
static void check_notes(const struct ipl_map *map, struct ipl_report *report)
{
	static const char *const warnings[] = { IPL_NOTE_OTHER_BAD,
						IPL_NOTE_OTHER_DIFFER,
						IPL_NOTE_FIRST_BAD };

	for (size_t i = 0; i < map->n_notes; i++) {
		const struct ipl_note *note = &map->notes[i];
		enum ipl_severity severity = IPL_NOTE;

		if (!strcmp(note->code, IPL_NOTE_SEGMENT))
			continue;
		for (size_t k = 0; k < sizeof(warnings) / sizeof(*warnings);
		     k++) {
			if (!strcmp(note->code, warnings[k]))
				severity = IPL_WARNING;
		}
		ipl_finding_found(ipl_report_add(report, severity, note->code,
						 IPL_WHOLE_DISK),
				  "%s", note->text);
	}
}

int ipl_check_disk(const struct ipl_map *map, struct ipl_report *report,
		   struct ipl_err *err)
{
	check_size(map, report);
	check_default(map, report);
	check_duplicates(map, report);
	check_notes(map, report);
	return check_partitions(map, report, err);
}
