/* SPDX-License-Identifier: MIT */
/* Install plans: a place for the boot map, and what goes there.
 * May use: base, format, disk, boot. */
#include "install/plan.h"

#include "base/cleanup.h"
#include "install/old.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A place that the boot map may go to. */
struct place {
	const struct ipl_region *runs;
	size_t n_runs;
	const struct ipl_part *part; /* NULL: a gap or a file */
	char name[64];
};

/* What is known after all places were tried. */
struct search {
	struct ipl_install *plan;
	const struct ipl_old *old;
	bool replace;
	bool tried;
	uint64_t largest; /* blocks, of all places that were too small */
	bool old_in_way;
};

/* Blocks that the boot map takes, wherever it goes: a build without a limit. */
static int needed(const struct ipl_install *plan, uint64_t *ret,
		  struct ipl_err *err)
{
	const struct ipl_region all = { 1, UINT64_MAX / ZIPL_BLOCK_MAX / 2 };
	struct ipl_writes writes = { 0 };
	struct ipl_build b;
	int rc = ipl_build(plan->target, plan->job, &plan->files, &all, 1,
			   &writes, &b, err);

	ipl_writes_done(&writes);
	if (!rc)
		*ret = b.area.taken;
	return rc;
}

static int put_header(struct ipl_install *plan, const struct place *place,
		      struct ipl_err *err)
{
	uint8_t bytes[ZIPL_BLOCK_MAX] = IPL_AREA_HEADER;
	unsigned unit = plan->target->block_size;

	if (!place->part || place->part->content == IPL_PART_OURS)
		return 0;
	return ipl_writes_add(&plan->writes, place->part->at.first * unit,
			      bytes, unit, "header of the boot area", err);
}

/* What @area has taken: all of the runs in front of the one that it is at, and part
 * of that. Runs of a file may lie in any order. */
static void count_taken(struct ipl_install *plan, const struct ipl_area *area)
{
	plan->took = (struct ipl_region){ 0 };
	plan->n_runs = 0;
	for (size_t i = 0; i <= area->at; i++) {
		uint64_t n = i < area->at ? area->runs[i].count : area->taken;

		if (n && !plan->n_runs++)
			plan->took.first = area->runs[i].first;
		plan->took.count += n;
	}
}

/* Try @runs of @place. 1: it fits; 0: it does not; or an error. */
static int try_runs(struct search *s, const struct place *place,
		    const struct ipl_region *runs, size_t n_runs,
		    struct ipl_err *err)
{
	struct ipl_install *plan = s->plan;
	struct ipl_build b;
	uint64_t sum = 0;
	int rc;

	for (size_t i = 0; i < n_runs; i++)
		sum += runs[i].count;
	if (!sum)
		return 0;
	rc = put_header(plan, place, err);
	if (!rc)
		rc = ipl_build(plan->target, plan->job, &plan->files, runs,
			       n_runs, &plan->writes, &b, err);
	if (rc == IPL_ELIMIT) {
		ipl_writes_done(&plan->writes);
		s->largest = sum > s->largest ? sum : s->largest;
		return 0;
	}
	if (rc)
		return rc;
	memcpy(plan->places, b.places, sizeof(plan->places));
	memcpy(plan->area, place->name, sizeof(plan->area));
	plan->partition = place->part ? place->part->number : 0;
	count_taken(plan, &b.area);
	return 1;
}

static int try_place(struct search *s, const struct place *place,
		     struct ipl_err *err)
{
	auto_free struct ipl_region *before =
		calloc(place->n_runs, sizeof(*before));
	auto_free struct ipl_region *behind =
		calloc(place->n_runs, sizeof(*behind));
	struct ipl_rest rest = { .before = before, .behind = behind };
	int rc;

	if (!before || !behind)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	s->tried = true;
	if (s->replace) {
		s->plan->keeps_old = false;
		return try_runs(s, place, place->runs, place->n_runs, err);
	}
	ipl_old_cut(s->old, place->runs, place->n_runs, &rest);
	s->plan->keeps_old = s->old->present;
	rc = try_runs(s, place, before, rest.n_before, err);
	if (!rc)
		rc = try_runs(s, place, behind, rest.n_behind, err);
	s->old_in_way |= !rc && rest.has_old;
	return rc;
}

/* --- places --- */

static int refuse_part(const struct ipl_part *p, struct ipl_err *err)
{
	if (p->content == IPL_PART_FS)
		ipl_fail(err, IPL_EUNSUP, "partition %u has a file system (%s)",
			 p->number, p->fs);
	else
		ipl_fail(err, IPL_EUNSUP,
			 "partition %u has data of a kind that is not known",
			 p->number);
	ipl_err_advise(err, "if nobody needs it, clear the start of the "
			    "partition first (wipefs, or dd from /dev/zero)");
	return IPL_EUNSUP;
}

/* The blocks of a partition behind the header. */
static int try_part(struct search *s, const struct ipl_part *p,
		    struct ipl_err *err)
{
	struct ipl_region run = { p->at.first + 1, p->at.count - 1 };
	struct place place = { .runs = &run, .n_runs = 1, .part = p };

	snprintf(place.name, sizeof(place.name), "partition %u", p->number);
	return try_place(s, &place, err);
}

static int try_gap(struct search *s, size_t i, struct ipl_err *err)
{
	const struct ipl_target *t = s->plan->target;
	struct place place = { .runs = &t->gaps[i], .n_runs = 1 };
	const struct ipl_part *next = NULL;

	for (size_t j = 0; j < t->n_parts && !next; j++) {
		if (t->parts[j].at.first > t->gaps[i].first)
			next = &t->parts[j];
	}
	if (next)
		snprintf(place.name, sizeof(place.name),
			 "the gap before partition %u", next->number);
	else
		snprintf(place.name, sizeof(place.name), "%s",
			 t->n_parts ? "the gap behind the last partition"
				    : "the disk, which has no partitions");
	return try_place(s, &place, err);
}

/* Whether the file begins as one that may be overwritten. */
static int check_area_file(const struct ipl_install_file *file,
			   struct ipl_err *err)
{
	char head[sizeof(IPL_AREA_HEADER) - 1];

	if (file->len >= sizeof(head) &&
	    !ipl_install_file_read(file, 0, head, sizeof(head), NULL) &&
	    !memcmp(head, IPL_AREA_HEADER, sizeof(head)))
		return 0;
	ipl_fail(err, IPL_EUNSUP,
		 "does not begin with the line \"s390-ipl boot area\", which "
		 "says that it may be overwritten");
	ipl_err_advise(err, "make it full of that line: yes 's390-ipl boot "
			    "area' | head -c 4M");
	return IPL_EUNSUP;
}

/* All blocks of a file but the first. A hole is no place for anything. */
static int try_file_runs(struct search *s, const struct ipl_install_file *file,
			 struct ipl_err *err)
{
	struct place place = { .n_runs = file->n_runs };
	struct ipl_region *runs = file->runs;

	for (size_t i = 0; i < file->n_runs; i++) {
		if (runs[i].first == IPL_HOLE)
			return ipl_fail(err, IPL_EUNSUP,
					"has holes: not all of it has a place "
					"on the disk");
	}
	runs[0].first++;
	runs[0].count--;
	place.runs = runs;
	snprintf(place.name, sizeof(place.name), "the file %.48s",
		 file->job->path);
	return try_place(s, &place, err);
}

static int try_file(struct search *s, const struct ipl_job_file *job,
		    struct ipl_err *err)
{
	struct ipl_install_file file = { .job = job };
	int rc = ipl_install_find_file(&s->plan->files, s->plan->target, job,
				       &file, err);

	if (!rc)
		rc = check_area_file(&file, err);
	if (!rc)
		rc = try_file_runs(s, &file, err);
	if (rc < 0)
		ipl_err_wrap(err, "%s", job->path);
	free(file.runs);
	return rc;
}

static int try_all(struct search *s, const struct ipl_install_options *opts,
		   struct ipl_err *err)
{
	const struct ipl_target *t = s->plan->target;
	unsigned partition = opts->partition;
	int rc = 0;

	if (opts->file.where != IPL_JOB_NOWHERE)
		return try_file(s, &opts->file, err);
	if (partition) {
		const struct ipl_part *p = ipl_target_part(t, partition);

		if (!p)
			return ipl_fail(err, IPL_ENOTFOUND,
					"there is no partition %u", partition);
		if (p->content == IPL_PART_FS || p->content == IPL_PART_UNKNOWN)
			return refuse_part(p, err);
		return try_part(s, p, err);
	}
	for (size_t i = 0; !rc && i < t->n_parts; i++) {
		if (t->parts[i].content == IPL_PART_OURS)
			rc = try_part(s, &t->parts[i], err);
	}
	for (size_t i = 0; !rc && i < t->n_gaps; i++)
		rc = try_gap(s, i, err);
	return rc;
}

static void advise_room(const struct search *s, struct ipl_err *err)
{
	if (s->old_in_way)
		ipl_err_advise(
			err, "the boot map that is there is kept until the new "
			     "one is complete; --replace overwrites it, and "
			     "then a power cut may leave none");
	else
		ipl_err_advise(err,
			       "make a partition without a file system for it "
			       "and name it with --partition, or name files "
			       "that are on the disk already");
}

static int no_place(const struct search *s, struct ipl_err *err)
{
	const struct ipl_target *t = s->plan->target;
	uint64_t blocks = 0;
	int rc;

	if (!s->tried && t->no_gaps.code) {
		if (err)
			*err = t->no_gaps;
		return t->no_gaps.code;
	}
	rc = needed(s->plan, &blocks, err);
	if (rc)
		return rc;
	if (!s->tried)
		ipl_fail(err, IPL_ELIMIT,
			 "all blocks of the disk belong to partitions or file "
			 "systems: there is no room for %" PRIu64
			 " blocks of %u bytes",
			 blocks, t->block_size);
	else
		ipl_fail(err, IPL_ELIMIT,
			 "there is no room for the boot map: it takes %" PRIu64
			 " blocks of %u bytes, and at most %" PRIu64
			 " are free in one place",
			 blocks, t->block_size, s->largest);
	advise_room(s, err);
	return IPL_ELIMIT;
}

static int find_place(struct ipl_install *plan, const struct ipl_old *old,
		      const struct ipl_install_options *opts,
		      struct ipl_err *err)
{
	struct search s = { .plan = plan,
			    .old = old,
			    .replace = opts->replace };
	int rc = try_all(&s, opts, err);

	if (rc < 0)
		return rc;
	return rc ? 0 : no_place(&s, err);
}

/* --- the plan --- */

static int check_overlay(const struct ipl_install *plan, struct ipl_err *err)
{
	struct ipl_src *src = NULL;
	int rc = ipl_src_open_overlay(plan->target->src, &plan->writes, &src,
				      err);

	if (!rc)
		rc = ipl_install_verify(plan, src, err);
	ipl_src_close(src);
	return rc;
}

int ipl_install_plan(struct ipl_target *target, const struct ipl_job *job,
		     const struct ipl_install_options *opts,
		     struct ipl_install **ret, struct ipl_err *err)
{
	struct ipl_install *plan = calloc(1, sizeof(*plan));
	struct ipl_old old = { 0 };
	int rc;

	if (!plan)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	plan->target = target;
	plan->job = job;
	rc = ipl_install_files_open(job, target, &plan->files, err);
	if (!rc)
		rc = ipl_old_find(target, &old, err);
	plan->had_map = old.present;
	if (!rc)
		rc = find_place(plan, &old, opts, err);
	ipl_old_done(&old);
	if (!rc)
		rc = check_overlay(plan, err);
	if (rc)
		ipl_install_free(plan);
	else
		*ret = plan;
	return rc;
}

void ipl_install_free(struct ipl_install *plan)
{
	if (!plan)
		return;
	ipl_writes_done(&plan->writes);
	ipl_install_files_done(&plan->files);
	free(plan);
}
