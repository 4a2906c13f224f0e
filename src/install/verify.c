/* SPDX-License-Identifier: MIT */
/* Reading an installed disk back: does it have what it was given?
 * May use: base, format, disk, boot. */
#include "base/cleanup.h"
#include "boot/plan.h"
#include "format/linux_image.h"
#include "install/plan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Programs are planned for the smallest memory that has room for them. */
#define MEMORY (UINT64_C(1) << 31)

#define CHUNK (1u << 20)

struct check {
	const struct ipl_install *plan;
	size_t entry; /* of the job */
	const struct ipl_map *map;
	const struct ipl_program *prog;
	struct ipl_plan *load;
};

static int wrong(const struct check *c, const char *what, struct ipl_err *err)
{
	return ipl_fail(err, IPL_EBUG,
			"program %u: %s is not what was to be installed",
			c->prog->number, what);
}

static const struct ipl_segment *find_segment(const struct check *c,
					      uint64_t addr)
{
	for (size_t i = 0; i < c->load->n_segments; i++) {
		if (c->load->segments[i].addr == addr)
			return &c->load->segments[i];
	}
	return NULL;
}

/* Whether @file is @skip bytes into what is loaded at @addr. */
static int check_file(const struct check *c, uint64_t addr, uint64_t skip,
		      const struct ipl_install_file *file, const char *what,
		      struct ipl_err *err)
{
	const struct ipl_segment *seg = find_segment(c, addr);
	auto_free uint8_t *buf = malloc(2 * (size_t)CHUNK);
	int rc = 0;

	if (!buf)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (!seg || seg->len < skip + file->len)
		return wrong(c, what, err);
	for (uint64_t at = 0; !rc && at < file->len; at += CHUNK) {
		size_t n = file->len - at < CHUNK ? (size_t)(file->len - at)
						  : CHUNK;

		rc = ipl_plan_read(c->load, seg, addr + skip + at, buf, n, err);
		if (!rc)
			rc = ipl_install_file_read(file, at, buf + CHUNK, n,
						   err);
		if (!rc && memcmp(buf, buf + CHUNK, n))
			return wrong(c, what, err);
	}
	return rc;
}

static int check_ramdisk(const struct check *c, struct ipl_err *err)
{
	const struct ipl_install_files *files = &c->plan->files;
	const struct ipl_places *at = &c->plan->places[c->entry];
	size_t n = c->plan->job->entries[c->entry].n_initrds;
	int rc = 0;

	for (size_t k = 0; !rc && k < n; k++)
		rc = check_file(c, at->initrd_addr,
				at->file_addr[k] - at->initrd_addr,
				&files->v[files->of[c->entry].initrd[k]],
				"the ramdisk", err);
	return rc;
}

static int check_parts(const struct check *c, struct ipl_err *err)
{
	const struct ipl_job_entry *e = &c->plan->job->entries[c->entry];
	const struct ipl_install_files *files = &c->plan->files;
	const struct ipl_places *at = &c->plan->places[c->entry];
	const char *cmdline = e->cmdline ? e->cmdline : "";
	int rc;

	if (!c->prog->cmdline || strcmp(c->prog->cmdline, cmdline))
		return wrong(c, "the command line", err);
	if (c->prog->kernel_len != at->kernel_len)
		return wrong(c, "the kernel's length", err);
	if (c->prog->ramdisk_len != at->initrd_len)
		return wrong(c, "the ramdisk's length", err);
	rc = check_file(c, LINUX_IMAGE_ENTRY, 0,
			&files->v[files->of[c->entry].kernel], "the kernel",
			err);
	return rc ? rc : check_ramdisk(c, err);
}

static int check_entry(const struct ipl_install *plan, size_t i,
		       const struct ipl_map *map, struct ipl_err *err)
{
	struct check c = { .plan = plan, .entry = i, .map = map };
	int rc = ipl_map_find(map, plan->job->entries[i].number, &c.prog, err);

	if (!rc)
		rc = ipl_plan_make(map, c.prog, MEMORY, &c.load, err);
	if (!rc)
		rc = check_parts(&c, err);
	ipl_plan_free(c.load);
	return rc;
}

static int check_map(const struct ipl_install *plan, const struct ipl_map *map,
		     struct ipl_err *err)
{
	size_t n = plan->job->n_entries;
	int rc = 0;

	/* slot 0 is one more */
	if (map->n_programs != n + 1)
		return ipl_fail(err, IPL_EBUG,
				"there are %zu programs, expected %zu",
				map->n_programs, n + 1);
	if (map->programs[0].copy_of != plan->job->default_number)
		return ipl_fail(
			err, IPL_EBUG, "program %u is the default, expected %u",
			map->programs[0].copy_of, plan->job->default_number);
	for (size_t i = 0; !rc && i < n; i++)
		rc = check_entry(plan, i, map, err);
	return rc;
}

/* Each set of tables is a map of its own. */
int ipl_install_verify(const struct ipl_install *plan, struct ipl_src *src,
		       struct ipl_err *err)
{
	struct ipl_map *map = NULL;
	unsigned sets = 0;
	int rc = ipl_map_read(src, &map, err);

	for (const struct ipl_map *m = map; !rc && m; m = m->other) {
		rc = check_map(plan, m, err);
		sets++;
	}
	if (!rc && sets != plan->target->scheme->n_sets)
		rc = ipl_fail(err, IPL_EBUG,
			      "there are %u boot maps, expected %u", sets,
			      plan->target->scheme->n_sets);
	ipl_map_free(map);
	if (rc)
		ipl_err_wrap(err, "reading back what is written");
	return rc;
}
