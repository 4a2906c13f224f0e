/* SPDX-License-Identifier: MIT */
/* Install jobs from boot loader entries.
 * May use: base, format, disk, boot. */
#include "base/cleanup.h"
#include "format/text.h"
#include "install/conf.h"

#include <stdio.h>
#include <string.h>

/* Entries of one directory on their way into a job. */
struct reading {
	struct ipl_job *job;
	const struct ipl_place *place;
	const char *dir;
	char *boot; /* what paths are relative to: two directories up */
};

static int set_text(char **to, struct ipl_span text, struct ipl_err *err)
{
	if (text.len == 0)
		return 0;
	*to = strndup((const char *)text.p, text.len);
	return *to ? 0 : ipl_fail(err, IPL_ENOMEM, "out of memory");
}

/* Set @file to the file that @text names, the first of two that is there. */
static int set_file(const struct reading *r, const struct ipl_bls *bls,
		    unsigned line, struct ipl_span text,
		    struct ipl_job_file *file, struct ipl_err *err)
{
	auto_free char *path = NULL, *in_boot = NULL;

	if (asprintf(&path, "%s%.*s", text.p[0] == '/' ? "" : "/",
		     (int)text.len, (const char *)text.p) < 0)
		path = NULL;
	if (path && asprintf(&in_boot, "%s%s", r->boot, path) < 0)
		in_boot = NULL;
	if (!path || !in_boot)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (ipl_place_has(r->place, in_boot))
		return ipl_place_set(r->place, file, in_boot, err);
	if (ipl_place_has(r->place, path))
		return ipl_place_set(r->place, file, path, err);
	return ipl_fail(err, IPL_ENOTFOUND,
			"%.80s/%.80s: line %u: '%.120s' is not there, neither "
			"in '%.80s/'",
			r->dir, bls->file, line, path, r->boot);
}

static int set_files(const struct reading *r, const struct ipl_bls *bls,
		     struct ipl_job_entry *entry, struct ipl_err *err)
{
	const struct bls_entry *e = &bls->entry;
	int rc = set_file(r, bls, e->kernel_line, e->kernel, &entry->kernel,
			  err);

	for (unsigned i = 0; !rc && i < e->n_initrds; i++) {
		struct ipl_job_file *initrd;

		rc = ipl_job_add_initrd(entry, &initrd, err);
		if (!rc)
			rc = set_file(r, bls, e->initrd_line, e->initrd[i],
				      initrd, err);
	}
	return rc;
}

static int add_entry(const struct reading *r, const struct ipl_bls *bls,
		     struct ipl_err *err)
{
	const struct bls_entry *e = &bls->entry;
	struct ipl_job_entry *entry;
	int rc;

	if (e->architecture.len && !ipl_span_is(e->architecture, "s390x"))
		return ipl_job_note(r->job, err,
				    "%.80s/%.80s is for another architecture, "
				    "'%.*s'",
				    r->dir, bls->file,
				    IPL_SPAN_ARG(e->architecture));
	rc = ipl_job_add(r->job, &entry, err);
	if (!rc)
		rc = set_text(&entry->name, ipl_bls_title(bls), err);
	if (!rc)
		rc = set_files(r, bls, entry, err);
	if (!rc)
		rc = set_text(&entry->id, bls->name.id, err);
	if (!rc)
		rc = set_text(&entry->version, e->version, err);
	if (!rc)
		rc = set_text(&entry->machine_id, e->machine_id, err);
	if (!rc)
		rc = set_text(&entry->sort_key, e->sort_key, err);
	if (rc)
		return rc;
	entry->cmdline = ipl_bls_options(bls);
	if (!entry->cmdline)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (e->variables)
		rc = ipl_job_note(r->job, err,
				  "%.80s/%.80s: line %u: variables of GRUB "
				  "are left out",
				  r->dir, bls->file, e->initrd_line);
	return rc;
}

/* @dir without its last two parts, "loader/entries". */
static char *boot_of(const char *dir)
{
	size_t len = strlen(dir);

	for (int i = 0; i < 2; i++) {
		while (len && dir[len - 1] == '/')
			len--;
		while (len && dir[len - 1] != '/')
			len--;
	}
	while (len && dir[len - 1] == '/')
		len--;
	if (len == 0 && dir[0] != '/')
		return strdup(".");
	return strndup(dir, len);
}

int ipl_job_read_bls(struct ipl_job *job, const struct ipl_place *place,
		     const char *dir, struct ipl_err *err)
{
	auto_free char *boot = boot_of(dir);
	struct reading r = { job, place, dir, boot };
	struct ipl_bls_list list = { .n = 0 };
	int rc;

	if (!boot)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	rc = ipl_place_read_bls(place, dir, &list, err);
	if (!rc && list.n == 0)
		rc = ipl_fail(err, IPL_ENOTFOUND,
			      "%.200s has no boot loader entries (*.conf)",
			      dir);
	for (size_t i = 0; !rc && i < list.n; i++)
		rc = add_entry(&r, &list.entries[i], err);
	ipl_bls_done(&list);
	return rc;
}
