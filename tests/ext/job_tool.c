/* SPDX-License-Identifier: MIT */
/* Install jobs from zipl.conf and boot loader entries, for tests/ext/jobs.py.
 * usage: job_tool host ROOT|disk IMAGE  conf PATH [BLS-DIR] | bls DIR
 * Prints one "KEY VALUE" a line; fails with the code's name and message on
 * stderr, status 1. May use: install. */
#include "install/conf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void put(const char *key, const char *value)
{
	if (value)
		printf("%s %s\n", key, value);
}

static void put_file(const char *key, const struct ipl_job_file *file)
{
	if (file->where == IPL_JOB_NOWHERE)
		return;
	printf("%s %s", key, file->path);
	if (file->where == IPL_JOB_ON_DISK)
		printf(" partition %u", file->partition);
	if (file->addr)
		printf(" at 0x%" PRIx64, file->addr);
	putchar('\n');
}

static void put_job(const struct ipl_job *job)
{
	printf("default %u\nprompt %d\ntimeout %u\n", job->default_number,
	       job->prompt, job->timeout_s);
	for (size_t i = 0; i < job->n_entries; i++) {
		const struct ipl_job_entry *e = &job->entries[i];

		printf("entry %u\n", e->number);
		put("name", e->name);
		put_file("kernel", &e->kernel);
		for (size_t k = 0; k < e->n_initrds; k++)
			put_file("initrd", &e->initrd[k]);
		put("cmdline", e->cmdline);
		put("version", e->version);
		put("id", e->id);
		put("machine_id", e->machine_id);
		put("sort_key", e->sort_key);
	}
	for (size_t i = 0; i < job->n_notes; i++)
		put("note", job->notes[i]);
}

static int read_job(struct ipl_job *job, const struct ipl_place *place,
		    char **argv, struct ipl_err *err)
{
	int rc;

	if (!strcmp(argv[0], "bls"))
		rc = ipl_job_read_bls(job, place, argv[1], err);
	else
		rc = ipl_job_read_conf(job, place, argv[1], argv[2], err);
	return rc ? rc : ipl_job_number(job, err);
}

static int on_disk(struct ipl_job *job, char **argv, struct ipl_err *err)
{
	struct ipl_target_options opts = { 0 };
	struct ipl_target target = { 0 };
	struct ipl_place place = { 0 };
	struct ipl_src *src = NULL;
	int rc = ipl_src_open_file(argv[0], &src, err);

	if (!rc)
		rc = ipl_target_read(src, &opts, &target, err);
	if (!rc)
		rc = ipl_place_on_disk(&target, 0, &place, err);
	if (!rc)
		rc = read_job(job, &place, argv + 1, err);
	ipl_place_done(&place);
	ipl_target_done(&target);
	ipl_src_close(src);
	return rc;
}

int main(int argc, char **argv)
{
	struct ipl_job job = { 0 };
	struct ipl_err err = { 0 };
	int rc;

	if (argc < 5)
		return 2;
	if (!strcmp(argv[1], "disk")) {
		rc = on_disk(&job, argv + 2, &err);
	} else {
		struct ipl_place place = { .root = argv[2] };

		rc = read_job(&job, &place, argv + 3, &err);
	}
	if (rc)
		fprintf(stderr, "%s: %s\n", ipl_code_name(err.code), err.msg);
	else
		put_job(&job);
	ipl_job_done(&job);
	return rc ? 1 : 0;
}
