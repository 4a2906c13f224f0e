/* SPDX-License-Identifier: MIT */
/* Program table and component tables (docs/formats/zipl.md).
 * May use: base, format, disk. */
#include "boot/tables.h"

#include "base/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char *type_name(uint8_t type)
{
	return type == ZIPL_COMP_LOAD ? "LOAD" : "SIGNATURE";
}

static int unknown_type(uint8_t type, struct ipl_err *err)
{
	return ipl_fail(err, IPL_EBAD,
			"type %u, expected 1 (EXECUTE), 2 (LOAD) or 3 "
			"(SIGNATURE)",
			type);
}

/* Where the data of a LOAD or SIGNATURE entry are. */
static int read_data(struct ipl_walk *walk, const struct zipl_comp_entry *entry,
		     struct ipl_component *comp, struct ipl_err *err)
{
	struct ipl_extent first;
	int rc;

	rc = ipl_walk_table(walk, &entry->segments, &first, err);
	if (!rc && first.len == 0)
		rc = ipl_fail(err, IPL_EBAD,
			      "has no segment table (null pointer)");
	if (!rc)
		rc = ipl_segments_read(walk, first.off, comp, err);
	if (rc)
		ipl_err_wrap(err, "%s", type_name(entry->type));
	return rc;
}

static int read_component(struct ipl_walk *walk,
			  const struct zipl_comp_entry *entry,
			  struct ipl_component *comp, struct ipl_err *err)
{
	switch (entry->type) {
	case ZIPL_COMP_EXECUTE:
		comp->type = IPL_COMP_EXECUTE;
		comp->psw = entry->value;
		return 0;
	case ZIPL_COMP_LOAD:
		comp->type = IPL_COMP_LOAD;
		comp->addr = entry->value;
		return read_data(walk, entry, comp, err);
	case ZIPL_COMP_SIGNATURE:
		comp->type = IPL_COMP_SIGNATURE;
		comp->sig_format = (uint8_t)(entry->value >> 56);
		comp->sig_len = (uint32_t)entry->value;
		return read_data(walk, entry, comp, err);
	default:
		return unknown_type(entry->type, err);
	}
}

static int read_header(struct ipl_span block, struct ipl_program *prog,
		       struct ipl_err *err)
{
	uint8_t type;
	int rc;

	rc = zipl_comp_header_decode(block, &type, err);
	if (rc)
		return rc;
	prog->is_dump = type == ZIPL_COMP_HEADER_DUMP;
	if (type != ZIPL_COMP_HEADER_IPL && type != ZIPL_COMP_HEADER_DUMP)
		return ipl_fail(err, IPL_EBAD,
				"header type %u, expected 0 (IPL) or 1 (dump)",
				type);
	return 0;
}

/* Take in the entries of @block up to and with EXECUTE. */
static int read_entries(struct ipl_walk *walk, struct ipl_program *prog,
			struct ipl_span block, struct ipl_err *err)
{
	size_t max = block.len / ZIPL_COMP_ENTRY_LEN - 1;

	prog->comps = calloc(max, sizeof(*prog->comps));
	if (!prog->comps)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");

	while (prog->n_comps < max) {
		struct ipl_component *comp = &prog->comps[prog->n_comps];
		size_t off = ZIPL_ENTRY_OFF(prog->n_comps);
		struct zipl_comp_entry entry;
		int rc;

		rc = zipl_comp_entry_decode(
			walk->ptr, ipl_sub(block, off, ZIPL_COMP_ENTRY_LEN),
			&entry, err);
		if (!rc && entry.blank)
			break;
		comp->entry_off = block.base + off;
		if (!rc)
			rc = read_component(walk, &entry, comp, err);
		if (rc) {
			walk->extents_left += comp->n_extents;
			free(comp->extents);
			*comp = (struct ipl_component){ 0 };
			ipl_err_wrap(err, "entry %zu (byte 0x%" PRIx64 ")",
				     prog->n_comps, block.base + off);
			return rc;
		}
		prog->n_comps++;
		if (comp->type == IPL_COMP_EXECUTE)
			return 0;
	}
	return ipl_fail(err, IPL_EBAD,
			"no EXECUTE entry after %zu entries, nothing says "
			"where to start",
			prog->n_comps);
}

static int read_program(struct ipl_walk *walk, struct ipl_program *prog,
			struct ipl_err *err)
{
	uint8_t block[ZIPL_BLOCK_MAX];
	struct ipl_span in = { block, walk->block_size, prog->table_off };
	int rc;

	rc = ipl_src_read(walk->src, in.base, block, in.len, err);
	if (!rc)
		rc = read_header(in, prog, err);
	if (!rc)
		rc = read_entries(walk, prog, in, err);
	if (rc)
		ipl_walk_wrap(walk, err, "component table", in.base);
	return rc;
}

/* Fill in @prog from its slot. The result is the program's, not the disk's. */
static int read_slot(struct ipl_walk *walk, const struct ipl_map *map,
		     struct ipl_program *prog, const struct zipl_ptr *ptr)
{
	uint64_t off = map->table_off + zipl_slot_off(walk->ptr, prog->number);
	struct ipl_extent table;
	int rc;

	rc = ipl_walk_table(walk, ptr, &table, &prog->err);
	if (rc) {
		ipl_err_wrap(&prog->err, "slot %u (byte 0x%" PRIx64 ")",
			     prog->number, off);
		ipl_walk_wrap(walk, &prog->err, "program table",
			      map->table_off);
	} else {
		prog->table_off = table.off;
		rc = read_program(walk, prog, &prog->err);
	}
	if (ipl_code_is_data(rc))
		ipl_err_advise(&prog->err, "run zipl again");
	return rc;
}

/* The slot that slot 0 was copied from, or 0. */
static unsigned default_slot(const struct zipl_program_table *table,
			     unsigned slots)
{
	for (unsigned i = 1; table->slot[0].kind == ZIPL_PTR_RUN && i < slots;
	     i++) {
		if (zipl_ptr_same(&table->slot[0], &table->slot[i]))
			return i;
	}
	return 0;
}

static int read_programs(struct ipl_walk *walk, struct ipl_map *map,
			 const struct zipl_program_table *table,
			 struct ipl_err *err)
{
	unsigned slots = zipl_slots(walk->ptr);
	unsigned dflt = default_slot(table, slots);

	map->programs = calloc(slots, sizeof(*map->programs));
	if (!map->programs)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");

	for (unsigned i = 0; i < slots; i++) {
		struct ipl_program *prog = &map->programs[map->n_programs];

		if (table->slot[i].kind != ZIPL_PTR_RUN)
			continue;
		map->n_programs++;
		prog->number = i;
		prog->is_default = i == 0 || i == dflt;
		prog->copy_of = i == 0 ? dflt : 0;
		prog->rc = read_slot(walk, map, prog, &table->slot[i]);
		if (prog->rc == IPL_ENOMEM) {
			if (err)
				*err = prog->err;
			return prog->rc;
		}
	}
	if (map->n_programs == 0)
		return ipl_fail(err, IPL_EBAD,
				"is empty: there are no programs");
	return 0;
}

struct ipl_walk ipl_walk_of(const struct ipl_map *map)
{
	return (struct ipl_walk){
		.src = map->src,
		.block_size = map->block_size,
		.ptr = map->ptr,
		.geo = map->geo,
		.tables_left = IPL_MAX_TABLES,
		.extents_left = IPL_MAX_EXTENTS,
	};
}

int ipl_tables_read(struct ipl_map *map, struct ipl_err *err)
{
	struct ipl_walk walk = ipl_walk_of(map);
	uint8_t block[ZIPL_PROGRAM_TABLE_LEN];
	struct ipl_span in = { block, sizeof(block), map->table_off };
	struct zipl_program_table table;
	int rc;

	rc = ipl_src_read(map->src, map->table_off, block, sizeof(block), err);
	if (!rc)
		rc = zipl_program_table_decode(map->ptr, in, &table, err);
	if (!rc)
		rc = read_programs(&walk, map, &table, err);
	if (rc)
		ipl_walk_wrap(&walk, err, "program table", map->table_off);
	return rc;
}
