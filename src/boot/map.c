/* SPDX-License-Identifier: MIT */
/* Boot maps: the table of layouts, and finding programs.
 * May use: base, format, disk. */
#include "boot/map.h"

#include "boot/describe.h"
#include "boot/scsi.h"
#include "boot/whatis.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* In the order of probing. */
static const struct ipl_layout *const layouts[] = {
	&ipl_layout_scsi,
};

/* The smallest block: less than that cannot hold any boot record. */
#define SMALLEST_DISK 512

static int find_layout(struct ipl_src *src, const struct ipl_layout **ret,
		       struct ipl_err *err)
{
	if (src->size < SMALLEST_DISK) {
		ipl_fail(err, IPL_ETRUNC,
			 "has %" PRIu64 " bytes, too few for a boot record "
			 "(%u bytes)",
			 src->size, SMALLEST_DISK);
		ipl_err_advise(err, "take a full copy of the disk");
		return IPL_ETRUNC;
	}
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		int rc = layouts[i]->probe(src, err);

		if (rc < 0)
			return rc;
		if (rc) {
			*ret = layouts[i];
			return 0;
		}
	}
	return ipl_whatis_fail(src, err);
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
	}
	return 0;
}

int ipl_map_read(struct ipl_src *src, struct ipl_map **ret, struct ipl_err *err)
{
	struct ipl_map *map = calloc(1, sizeof(*map));
	int rc;

	if (!map)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	map->src = src;
	rc = find_layout(src, &map->layout, err);
	if (!rc)
		rc = map->layout->read(map, err);
	if (!rc)
		rc = describe_programs(map, err);
	if (rc) {
		if (ipl_code_is_data(rc))
			ipl_err_advise(err, "run zipl again");
		ipl_map_free(map);
		return rc;
	}
	*ret = map;
	return 0;
}

static void free_program(struct ipl_program *prog)
{
	for (size_t i = 0; i < prog->n_comps; i++)
		free(prog->comps[i].extents);
	free(prog->comps);
	free(prog->name);
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
	free(map);
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
