/* SPDX-License-Identifier: MIT */
/* Install jobs: which programs a disk is to get. May use: base. */
#include "install/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int ipl_job_add(struct ipl_job *job, struct ipl_job_entry **ret,
		struct ipl_err *err)
{
	struct ipl_job_entry *more;

	if (job->n_entries == IPL_JOB_ENTRIES_MAX)
		return ipl_fail(err, IPL_ELIMIT,
				"more than %u entries: a boot map has no room "
				"for them",
				IPL_JOB_ENTRIES_MAX);
	more = reallocarray(job->entries, job->n_entries + 1, sizeof(*more));
	if (!more)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	job->entries = more;
	*ret = &more[job->n_entries++];
	**ret = (struct ipl_job_entry){ 0 };
	return 0;
}

int ipl_job_add_initrd(struct ipl_job_entry *entry, struct ipl_job_file **ret,
		       struct ipl_err *err)
{
	if (entry->n_initrds == IPL_JOB_INITRDS_MAX)
		return ipl_fail(err, IPL_ELIMIT,
				"more than %u files for one ramdisk: make one "
				"of them (cat FILE FILE > FILE)",
				IPL_JOB_INITRDS_MAX);
	*ret = &entry->initrd[entry->n_initrds++];
	return 0;
}

int ipl_job_set_file(struct ipl_job_file *file, enum ipl_job_where where,
		     const char *path, struct ipl_err *err)
{
	char *copy = strdup(path);

	if (!copy)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	free(file->path);
	file->path = copy;
	file->where = where;
	return 0;
}

int ipl_job_note(struct ipl_job *job, struct ipl_err *err, const char *fmt, ...)
{
	char **more = reallocarray(job->notes, job->n_notes + 1, sizeof(*more));
	char *text = NULL;
	va_list ap;
	int len;

	if (more)
		job->notes = more;
	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (!more || len < 0) {
		if (len >= 0)
			free(text);
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	}
	job->notes[job->n_notes++] = text;
	return 0;
}

static struct ipl_job_entry *find(const struct ipl_job *job, unsigned number)
{
	for (size_t i = 0; i < job->n_entries; i++) {
		if (job->entries[i].number == number)
			return &job->entries[i];
	}
	return NULL;
}

static int check_entry(const struct ipl_job *job,
		       const struct ipl_job_entry *entry, struct ipl_err *err)
{
	size_t place = (size_t)(entry - job->entries) + 1;

	if (entry->kernel.where == IPL_JOB_NOWHERE)
		return ipl_fail(err, IPL_EINVAL, "entry %zu has no kernel",
				place);
	if (entry->number > IPL_JOB_ENTRIES_MAX)
		return ipl_fail(err, IPL_EINVAL,
				"entry %zu has number %u, expected 1 to %u",
				place, entry->number, IPL_JOB_ENTRIES_MAX);
	if (entry->number && find(job, entry->number) != entry)
		return ipl_fail(err, IPL_EINVAL,
				"number %u is given to two entries",
				entry->number);
	return 0;
}

int ipl_job_number(struct ipl_job *job, struct ipl_err *err)
{
	unsigned next = 1;

	if (!job->n_entries)
		return ipl_fail(err, IPL_EINVAL, "there is no entry");
	for (size_t i = 0; i < job->n_entries; i++) {
		int rc = check_entry(job, &job->entries[i], err);

		if (rc)
			return rc;
	}
	for (size_t i = 0; i < job->n_entries; i++) {
		while (!job->entries[i].number) {
			if (!find(job, next))
				job->entries[i].number = next;
			next++;
		}
	}
	if (!job->default_number)
		job->default_number = job->entries[0].number;
	if (!find(job, job->default_number))
		return ipl_fail(err, IPL_EINVAL,
				"the default is %u, but there is no such entry",
				job->default_number);
	return 0;
}

static void file_done(struct ipl_job_file *file)
{
	free(file->path);
	free(file->addr_from);
}

void ipl_job_done(struct ipl_job *job)
{
	for (size_t i = 0; i < job->n_entries; i++) {
		free(job->entries[i].name);
		file_done(&job->entries[i].kernel);
		for (size_t k = 0; k < job->entries[i].n_initrds; k++)
			file_done(&job->entries[i].initrd[k]);
		free(job->entries[i].cmdline);
		free(job->entries[i].version);
		free(job->entries[i].id);
		free(job->entries[i].machine_id);
		free(job->entries[i].sort_key);
	}
	for (size_t i = 0; i < job->n_notes; i++)
		free(job->notes[i]);
	free(job->entries);
	free(job->notes);
	*job = (struct ipl_job){ 0 };
}
