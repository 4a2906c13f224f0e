/* SPDX-License-Identifier: MIT */
/* Descriptions in a boot map (docs/formats/description.md): behind EXECUTE in the
 * component table of each program, or all of them in a table of their own.
 * May use: base, format, disk. */
#include "boot/description.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "boot/extent.h"
#include "boot/note.h"
#include "boot/tables.h"
#include "format/description.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* All descriptions of a map while they are read. */
struct reading {
	struct ipl_map *map;
	struct ipl_walk walk;
	unsigned bad;	    /* descriptions that make no sense */
	struct ipl_err why; /* what is wrong with the first of them */
	unsigned bad_lines; /* of those that do */
};

/* A component table or the rest of one, and the text that it leads to. */
struct text {
	uint8_t block[ZIPL_BLOCK_MAX];
	uint8_t *bytes; /* NULL: it leads to none */
	size_t len;
};

/* Find the entry for a description from byte @at of @table on. */
static bool find_entry(const struct reading *r, struct ipl_span table,
		       size_t at, struct zipl_comp_entry *ret,
		       uint64_t *ret_off)
{
	for (; at + ZIPL_COMP_ENTRY_LEN <= table.len;
	     at += ZIPL_COMP_ENTRY_LEN) {
		struct ipl_span in = ipl_sub(table, at, ZIPL_COMP_ENTRY_LEN);

		if (zipl_comp_entry_decode(r->walk.ptr, in, ret, NULL) ||
		    ret->blank)
			return false;
		*ret_off = in.base;
		if (ret->type == IPL_DESCRIPTION_TYPE)
			return true;
	}
	return false;
}

static int read_data(struct reading *r, const struct zipl_comp_entry *entry,
		     struct ipl_component *comp, struct text *text,
		     struct ipl_err *err)
{
	struct ipl_extent first;
	int rc;

	if (entry->value == 0 || entry->value > IPL_MAX_DESCRIPTION)
		return ipl_fail(err, IPL_ELIMIT,
				"length %" PRIu64 ", expected 1 to %u bytes",
				entry->value, IPL_MAX_DESCRIPTION);
	rc = ipl_walk_table(&r->walk, &entry->segments, &first, err);
	if (!rc && first.len == 0)
		rc = ipl_fail(err, IPL_EBAD,
			      "has no segment table (null pointer)");
	if (!rc)
		rc = ipl_segments_read(&r->walk, first.off, comp, err);
	if (rc)
		return rc;
	if (comp->len < entry->value)
		return ipl_fail(err, IPL_ETRUNC,
				"length %" PRIu64
				", but its blocks have %" PRIu64 " bytes",
				entry->value, comp->len);
	text->len = (size_t)entry->value;
	text->bytes = malloc(text->len);
	if (!text->bytes)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	return ipl_extent_read(r->map->src,
			       &(struct ipl_extent_pos){ .x = comp->extents,
							 .n = comp->n_extents },
			       text->bytes, text->len, err);
}

/* The text that the first entry for a description in @table names. */
static int read_text(struct reading *r, struct ipl_span table, size_t at,
		     struct text *text, struct ipl_err *err)
{
	struct ipl_component comp = { 0 };
	struct zipl_comp_entry entry;
	uint64_t off;
	int rc;

	if (!find_entry(r, table, at, &entry, &off))
		return 0;
	rc = read_data(r, &entry, &comp, text, err);
	if (rc) {
		ipl_err_wrap(err, "entry at byte 0x%" PRIx64, off);
		free(text->bytes);
		text->bytes = NULL;
	}
	free(comp.extents);
	return rc;
}

static int set(char **to, struct ipl_span value, struct ipl_err *err)
{
	if (!value.p || *to)
		return 0;
	*to = strndup((const char *)value.p, value.len);
	return *to ? 0 : ipl_fail(err, IPL_ENOMEM, "out of memory");
}

/* Take what @text says about @number into @prog. */
static int take(struct reading *r, const struct text *text, int number,
		struct ipl_program *prog, struct ipl_err *err)
{
	struct ipl_span in = { text->bytes, text->len, 0 };
	struct ipl_description d;
	int rc = ipl_description_decode(in, number, &d, err);

	if (rc)
		return rc == IPL_ENOTFOUND ? 0 : rc;
	r->bad_lines += d.bad;
	rc = set(&prog->title, d.title, err);
	if (!rc)
		rc = set(&prog->title_id, d.id, err);
	if (!rc)
		rc = set(&prog->writer, d.writer, err);
	if (!rc)
		rc = set(&prog->kernel_version, d.version, err);
	return rc;
}

/* What is behind the EXECUTE entry of @prog. */
static int read_own(struct reading *r, struct ipl_program *prog,
		    struct ipl_err *err)
{
	size_t at = ZIPL_ENTRY_OFF(prog->n_comps);
	struct text text = { .bytes = NULL };
	struct ipl_span table = { text.block, r->map->block_size,
				  prog->table_off };
	int rc;

	if (at + ZIPL_COMP_ENTRY_LEN > table.len)
		return 0;
	rc = ipl_src_read(r->map->src, table.base, text.block, table.len, err);
	if (!rc)
		rc = read_text(r, table, at, &text, err);
	if (!rc && text.bytes)
		rc = take(r, &text, IPL_DESCRIPTION_OWN, prog, err);
	free(text.bytes);
	if (rc)
		ipl_err_wrap(err, "of program %u", prog->number);
	return rc;
}

/* The component table that the last slot names, into @text. */
static int find_common(struct reading *r, struct text *text,
		       struct ipl_span *ret, struct ipl_err *err)
{
	uint8_t raw[IPL_DESCRIPTION_SLOT_LEN];
	uint8_t type;
	int rc;

	ret->len = 0;
	if (r->walk.ptr->len != IPL_DESCRIPTION_SLOT_LEN)
		return 0;
	rc = ipl_src_read(
		r->map->src,
		r->map->table_off +
			zipl_slot_off(r->walk.ptr, IPL_DESCRIPTION_SLOT),
		raw, sizeof(raw), err);
	if (rc)
		return rc;
	ret->p = text->block;
	ret->base = (uint64_t)ipl_description_slot_decode(
			    (struct ipl_span){ raw, sizeof(raw), 0 }) *
		    r->map->block_size;
	if (ret->base == 0)
		return 0;
	rc = ipl_src_read(r->map->src, ret->base, text->block,
			  r->map->block_size, err);
	ret->len = r->map->block_size;
	if (!rc)
		rc = zipl_comp_header_decode(*ret, &type, err);
	return rc;
}

/* The table with the descriptions of all programs, for those that have none of
 * their own. */
static int read_common(struct reading *r, struct ipl_err *err)
{
	struct text text = { .bytes = NULL };
	struct ipl_span table;
	int rc = find_common(r, &text, &table, err);

	if (!rc && table.len)
		rc = read_text(r, table, ZIPL_COMP_HEADER_LEN, &text, err);
	for (size_t i = 0; !rc && text.bytes && i < r->map->n_programs; i++) {
		struct ipl_program *prog = &r->map->programs[i];
		unsigned n = prog->copy_of ? prog->copy_of : prog->number;

		if (!prog->title)
			rc = take(r, &text, (int)n, prog, err);
	}
	free(text.bytes);
	if (rc)
		ipl_err_wrap(err, "of all programs");
	return rc;
}

/* What is wrong with one leaves the others alone. */
static int judge(struct reading *r, int rc, const struct ipl_err *why,
		 struct ipl_err *err)
{
	if (!rc)
		return 0;
	if (rc == IPL_ENOMEM)
		return ipl_fail(err, rc, "out of memory");
	if (r->bad++ == 0)
		r->why = *why;
	return 0;
}

static int add_notes(struct reading *r, struct ipl_err *err)
{
	int rc = 0;

	if (r->bad == 1)
		rc = ipl_note_add(r->map, IPL_NOTE_DESCRIPTION, err,
				  "the description %.400s", r->why.msg);
	else if (r->bad)
		rc = ipl_note_add(r->map, IPL_NOTE_DESCRIPTION, err,
				  "%u descriptions cannot be read, the first: "
				  "%.400s",
				  r->bad, r->why.msg);
	if (!rc && r->bad_lines)
		rc = ipl_note_add(
			r->map, IPL_NOTE_DESCRIPTION, err,
			"%u line%s of the programs' descriptions %s not "
			"UTF-8, too long, or %s control characters",
			r->bad_lines, r->bad_lines == 1 ? "" : "s",
			r->bad_lines == 1 ? "is" : "are",
			r->bad_lines == 1 ? "has" : "have");
	return rc;
}

int ipl_descriptions_read(struct ipl_map *map, struct ipl_err *err)
{
	struct reading r = { .map = map, .walk = ipl_walk_of(map) };
	struct ipl_err why;
	int rc = 0;

	r.walk.tables_left = IPL_MAX_DESCRIPTION_TABLES;
	for (size_t i = 0; !rc && i < map->n_programs; i++) {
		struct ipl_program *prog = &map->programs[i];

		if (prog->rc)
			continue;
		rc = judge(&r, read_own(&r, prog, &why), &why, err);
	}
	if (!rc)
		rc = judge(&r, read_common(&r, &why), &why, err);
	if (!rc)
		rc = add_notes(&r, err);
	return rc;
}

void ipl_description_done(struct ipl_program *prog)
{
	free(prog->title);
	free(prog->title_id);
	free(prog->writer);
}
