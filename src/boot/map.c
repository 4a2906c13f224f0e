/* SPDX-License-Identifier: MIT */
/* Boot maps: reading them, both where a disk has two, and finding programs.
 * May use: base, format, disk. */
#include "boot/map.h"

#include "boot/describe.h"
#include "boot/description.h"
#include "boot/dump.h"
#include "boot/layouts.h"
#include "boot/name.h"
#include "boot/note.h"
#include "boot/routes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The smallest block: less than that cannot hold any boot record. */
#define SMALLEST_DISK 512

/* A program of nothing but an EXECUTE entry whose value is no PSW. */
static bool is_lost_segment(const struct ipl_program *prog)
{
	return !prog->rc && prog->n_comps == 1 && prog->copy_of == 0 &&
	       !ipl_psw_is_short(prog->comps[0].psw);
}

static int note_lost_segment(struct ipl_map *map,
			     const struct ipl_program *prog,
			     struct ipl_err *err)
{
	if (map->has_lost_segment)
		return 0;
	map->has_lost_segment = true;
	return ipl_note_add(map, IPL_NOTE_SEGMENT, err,
			    "program %u has the address 0x%" PRIx64
			    " in place of a PSW, and no data: this is what "
			    "zipl 2.25 to 2.43 make of 'segment' in zipl.conf",
			    prog->number, prog->comps[0].psw);
}

static int describe_programs(struct ipl_map *map, struct ipl_err *err)
{
	for (size_t i = 0; i < map->n_programs; i++) {
		struct ipl_program *prog = &map->programs[i];

		if (prog->rc)
			continue;
		prog->rc = ipl_program_describe(map, prog, &prog->err);
		if (prog->rc == IPL_ENOMEM) {
			if (err)
				*err = prog->err;
			return prog->rc;
		}
		ipl_dump_judge(map, prog);
		if (is_lost_segment(prog)) {
			int rc = note_lost_segment(map, prog, err);

			if (rc)
				return rc;
		}
	}
	return 0;
}

/* Read the map of @layout, or of the one that is found where it is NULL. */
static int read_map(struct ipl_src *src, const struct ipl_map_options *opts,
		    const struct ipl_layout *layout, struct ipl_map **ret,
		    struct ipl_err *err)
{
	struct ipl_map *map = calloc(1, sizeof(*map));
	int rc = 0;

	if (!map)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	map->src = src;
	map->options = *opts;
	if (!layout)
		rc = ipl_layout_find(map, &layout, err);
	map->layout = layout;
	if (!rc) {
		map->ptr = layout->ptr;
		rc = layout->read(map, err);
	}
	if (!rc)
		rc = describe_programs(map, err);
	if (!rc && map->ptr)
		rc = ipl_descriptions_read(map, err);
	if (rc && map->ptr && ipl_code_is_data(rc))
		ipl_err_advise(err, "run zipl again");
	/* after a failure it still says which layout it was */
	*ret = map;
	return rc;
}

/* The second map of the disk of @first: 1 if it has one, 0 or an error. *@ret is
 * there after an error too. */
static int read_other(const struct ipl_map *first, struct ipl_map **ret,
		      struct ipl_err *err)
{
	for (size_t i = 0; i < IPL_OTHERS_MAX && first->layout->others[i];
	     i++) {
		const struct ipl_layout *layout = first->layout->others[i];
		int rc = layout->probe(first, err);

		if (rc > 0)
			rc = read_map(first->src, &first->options, layout, ret,
				      err);
		else if (!rc)
			continue;
		return rc ? rc : 1;
	}
	return 0;
}

/* The first map of a disk cannot be read. If it has another one, and the caller
 * has not asked for a certain one, take that. */
static int fall_back(struct ipl_map **map, const struct ipl_err *why,
		     struct ipl_err *err)
{
	struct ipl_map *other = NULL;
	int rc = 0;

	if ((*map)->layout && !(*map)->options.layout &&
	    !(*map)->options.br_chr.sec && why->code != IPL_ENOMEM)
		rc = read_other(*map, &other, NULL);
	if (rc != 1) {
		ipl_map_free(other);
		if (err)
			*err = *why;
		return why->code;
	}
	rc = ipl_note_add(
		other, IPL_NOTE_FIRST_BAD, err,
		"the %s cannot be used, this is the other one: %.400s",
		(*map)->layout->title, why->msg);
	ipl_map_free(*map);
	*map = other;
	return rc;
}

static int add_other(struct ipl_map *map, struct ipl_err *err)
{
	struct ipl_map *other = NULL;
	struct ipl_err why;
	int rc = read_other(map, &other, &why);

	if (rc == 1)
		return ipl_routes_join(map, other, err);
	ipl_map_free(other);
	if (rc == IPL_ENOMEM)
		return ipl_fail(err, rc, "out of memory");
	if (!rc)
		return 0;
	return ipl_note_add(map, IPL_NOTE_OTHER_BAD, err,
			    "the disk has a second boot map that cannot be "
			    "used: %.400s",
			    why.msg);
}

int ipl_map_read_with(struct ipl_src *src, const struct ipl_map_options *opts,
		      struct ipl_map **ret, struct ipl_err *err)
{
	struct ipl_map *map = NULL;
	struct ipl_err why;
	int rc;

	if (src->size < SMALLEST_DISK) {
		ipl_fail(err, IPL_ETRUNC,
			 "has %" PRIu64 " bytes, too few for a boot record "
			 "(%u bytes)",
			 src->size, SMALLEST_DISK);
		ipl_err_advise(err, "take a full copy of the disk");
		return IPL_ETRUNC;
	}
	rc = read_map(src, opts, NULL, &map, &why);
	if (!map)
		return ipl_fail(err, rc, "%s", why.msg);
	if (!rc)
		rc = add_other(map, err);
	else
		rc = fall_back(&map, &why, err);
	if (!rc)
		rc = ipl_names_make(map, err);
	if (!rc && map->other)
		rc = ipl_names_make(map->other, err);
	if (rc) {
		ipl_map_free(map);
		return rc;
	}
	*ret = map;
	return 0;
}

int ipl_map_read(struct ipl_src *src, struct ipl_map **ret, struct ipl_err *err)
{
	return ipl_map_read_with(src, &(struct ipl_map_options){ 0 }, ret, err);
}

static void free_program(struct ipl_program *prog)
{
	for (size_t i = 0; i < prog->n_comps; i++)
		free(prog->comps[i].extents);
	free(prog->comps);
	ipl_description_done(prog);
	free(prog->name);
	free(prog->menu_name);
	free(prog->kernel_version);
	free(prog->cmdline);
}

void ipl_map_free(struct ipl_map *map)
{
	if (!map)
		return;
	for (size_t i = 0; i < map->n_programs; i++)
		free_program(&map->programs[i]);
	free(map->programs);
	ipl_menu_done(&map->menu);
	free(map->notes);
	ipl_map_free(map->other);
	free(map);
}

#define PSW_BIT_12 (UINT64_C(1) << (63 - 12))

bool ipl_psw_is_short(uint64_t psw)
{
	return psw & PSW_BIT_12;
}

/* The rest of a short PSW's bits mean something, or make a difference. */
#define PSW_RESERVED (UINT64_C(0xb80000fe) << 32)
#define PSW_MODE     (UINT64_C(0x180000000))
#define PSW_MODE_24  UINT64_C(0)
#define PSW_MODE_BAD (UINT64_C(0x100000000)) /* 64-bit without 31-bit */

const char *ipl_psw_fault(uint64_t psw)
{
	if (psw & PSW_RESERVED)
		return "has bits that must be zero";
	if ((psw & PSW_MODE) == PSW_MODE_BAD)
		return "has an addressing mode that there is none (bits 31 and 32)";
	if ((psw & PSW_MODE) == PSW_MODE_24 && psw & 0x7f000000)
		return "has an address past 16 MiB in 24-bit mode";
	return NULL;
}

int ipl_program_fail(const struct ipl_program *prog, struct ipl_err *err)
{
	if (err) {
		*err = prog->err;
		ipl_err_wrap(err, "program %u", prog->number);
	}
	return prog->rc;
}

/* "0, 1 and 2", as much of it as fits. */
static void list_slots(const struct ipl_map *map, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < map->n_programs && len < size; i++) {
		const char *sep = i + 1 == map->n_programs ? " and " : ", ";
		int n = snprintf(text + len, size - len, "%s%u", i ? sep : "",
				 map->programs[i].number);

		if (n < 0)
			return;
		len += (size_t)n;
	}
}

int ipl_map_find(const struct ipl_map *map, unsigned number,
		 const struct ipl_program **ret, struct ipl_err *err)
{
	char slots[160];

	for (size_t i = 0; i < map->n_programs; i++) {
		const struct ipl_program *prog = &map->programs[i];

		if (prog->number != number)
			continue;
		if (prog->rc)
			return ipl_program_fail(prog, err);
		*ret = prog;
		return 0;
	}
	list_slots(map, slots, sizeof(slots));
	return ipl_fail(err, IPL_ENOTFOUND,
			"there is no program %u, the disk has %s", number,
			slots);
}

/* All names, as far as they fit: "'linux', 'rescue'". */
static void list_names(const struct ipl_map *map, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < map->n_programs && len < size; i++) {
		const struct ipl_program *prog = &map->programs[i];

		if (!prog->name || (!prog->number && prog->copy_of))
			continue;
		len += (size_t)snprintf(text + len, size - len, "%s'%s'",
					len ? ", " : "", prog->name);
	}
}

/* How many entries have the name, and the first of them. */
static size_t count_name(const struct ipl_map *map, const char *name,
			 int (*compare)(const char *a, const char *b),
			 const struct ipl_program **ret)
{
	size_t n = 0;

	*ret = NULL;
	for (size_t i = 0; i < map->n_programs; i++) {
		const struct ipl_program *prog = &map->programs[i];

		if (!prog->name || compare(prog->name, name))
			continue;
		/* slot 0 comes first, and is not a program of its own */
		if (*ret && (*ret)->number)
			n++;
		else
			n = 1;
		if (n == 1)
			*ret = prog;
	}
	return n;
}

int ipl_map_find_name(const struct ipl_map *map, const char *name,
		      const struct ipl_program **ret, struct ipl_err *err)
{
	const struct ipl_program *prog;
	size_t n = count_name(map, name, strcmp, &prog);
	char names[300];

	if (!n)
		n = count_name(map, name, strcasecmp, &prog);
	if (n == 1 && prog->rc)
		return ipl_program_fail(prog, err);
	if (n == 1) {
		*ret = prog;
		return 0;
	}
	if (n)
		return ipl_fail(err, IPL_EINVAL,
				"%zu programs of the disk are called '%s', "
				"expected one: give its number",
				n, name);
	list_names(map, names, sizeof(names));
	return ipl_fail(err, IPL_ENOTFOUND,
			"no program of the disk is called '%s', it has %s",
			name, names);
}
