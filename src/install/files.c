/* SPDX-License-Identifier: MIT */
/* The files that a job names: opened, measured, each of them once.
 * May use: base, format, disk. */
#include "install/files.h"

#include "format/linux_image.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What else people take for a kernel of IBM Z. */
static const struct {
	uint32_t off;
	uint8_t len;
	const char *bytes;
	const char *what;
	const char *advice;
} others[] = {
	{ 0, 4,
	  "\x7f"
	  "ELF",
	  "an ELF program", "take arch/s390/boot/bzImage, not vmlinux" },
	{ 0, 2, "\x1f\x8b", "compressed with gzip", "unpack it first" },
	{ 0, 4, "\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it first" },
	{ 0, 6,
	  "\xfd"
	  "7zXZ\0",
	  "compressed with xz", "unpack it first" },
	{ 0x202, 4, "HdrS", "a Linux kernel for x86",
	  "take the kernel for s390x" },
	{ 0x38, 4, "ARM\x64", "a Linux kernel for ARM",
	  "take the kernel for s390x" },
	{ 0, 2, "MZ", "an EFI program", "take the kernel for s390x" },
};

static int not_a_kernel(const struct ipl_install_file *file,
			struct ipl_err *err)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		uint64_t end = others[i].off + others[i].len;
		char found[8];

		if (file->len < end ||
		    ipl_install_file_read(file, others[i].off, found,
					  others[i].len, NULL) ||
		    memcmp(found, others[i].bytes, others[i].len))
			continue;
		ipl_fail(err, IPL_EINVAL,
			 "is %s, expected a Linux kernel for s390x",
			 others[i].what);
		ipl_err_advise(err, "%s", others[i].advice);
		return IPL_EINVAL;
	}
	return ipl_fail(err, IPL_EINVAL,
			"is no Linux kernel for s390x: expected \"S390EP\" at "
			"byte 0x%x",
			LINUX_IMAGE_ENTRY + 8);
}

/* Its release, from the text that it points at. */
static void get_release(struct ipl_install_file *file, uint64_t off)
{
	char text[IPL_MAX_RELEASE + 1];
	struct ipl_span in = { (uint8_t *)text, sizeof(text), off };
	size_t len = 0;

	if (off && off < file->len && file->len - off >= sizeof(text) &&
	    !ipl_install_file_read(file, off, text, sizeof(text), NULL))
		len = linux_image_release_len(in);
	snprintf(file->release, sizeof(file->release), "%.*s",
		 len ? (int)len : 5, len ? text : "Linux");
}

static int look_at_kernel(struct ipl_install_file *file, struct ipl_err *err)
{
	uint8_t head[LINUX_IMAGE_HEAD_LEN];
	struct ipl_span in = { head, sizeof(head), LINUX_IMAGE_ENTRY };
	struct linux_image image;

	if (file->len < LINUX_IMAGE_CMDLINE ||
	    ipl_install_file_read(file, in.base, head, sizeof(head), NULL) ||
	    linux_image_decode(in, &image, NULL))
		return not_a_kernel(file, err);
	file->cmdline_max = image.cmdline_max;
	if (file->cmdline_max > IPL_MAX_CMDLINE)
		file->cmdline_max = IPL_MAX_CMDLINE;
	get_release(file, image.version_off);
	return 0;
}

/* --- on the disk --- */

static int open_fs(struct ipl_install_files *files, const struct ipl_target *t,
		   const struct ipl_part *p, struct ipl_ext **ret,
		   struct ipl_err *err)
{
	struct ipl_install_fs *more;
	int rc;

	for (size_t i = 0; i < files->n_fs; i++) {
		if (files->fs[i].partition == p->number) {
			*ret = files->fs[i].ext;
			return 0;
		}
	}
	more = reallocarray(files->fs, files->n_fs + 1, sizeof(*more));
	if (!more)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	files->fs = more;
	rc = ipl_ext_open(t->src, p->at.first * t->block_size,
			  p->at.count * t->block_size, ret, err);
	if (rc)
		return rc;
	more[files->n_fs++] = (struct ipl_install_fs){ p->number, *ret };
	if (!ipl_ext_needs_recovery(*ret))
		return 0;
	ipl_fail(err, IPL_EUNSUP,
		 "the file system of partition %u was not unmounted: what was "
		 "written last may not be in place",
		 p->number);
	ipl_err_advise(err, "unmount it, or run e2fsck");
	return IPL_EUNSUP;
}

/* The partition that @job means. */
static int find_part(const struct ipl_target *t, const struct ipl_job_file *job,
		     const struct ipl_part **ret, struct ipl_err *err)
{
	const struct ipl_part *found = NULL;

	if (job->partition) {
		*ret = ipl_target_part(t, job->partition);
		return *ret ? 0
			    : ipl_fail(err, IPL_ENOTFOUND,
				       "there is no partition %u",
				       job->partition);
	}
	for (size_t i = 0; i < t->n_parts; i++) {
		if (strcmp(t->parts[i].fs, "ext4") != 0)
			continue;
		if (found)
			return ipl_fail(err, IPL_EINVAL,
					"partitions %u and %u have file "
					"systems: expected disk:NUMBER:/PATH",
					found->number, t->parts[i].number);
		found = &t->parts[i];
	}
	if (!found)
		return ipl_fail(err, IPL_EUNSUP,
				"the disk has no partition with an ext2, ext3 "
				"or ext4 file system");
	*ret = found;
	return 0;
}

/* Runs of the file system in blocks of the disk. */
static int convert_runs(const struct ipl_target *t,
			const struct ipl_ext_run *runs, size_t n,
			struct ipl_install_file *file, struct ipl_err *err)
{
	file->runs = calloc(n ? n : 1, sizeof(*file->runs));
	if (!file->runs)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		if (runs[i].len % t->block_size ||
		    (!runs[i].hole && runs[i].off % t->block_size))
			return ipl_fail(err, IPL_EUNSUP,
					"the blocks of the file system are "
					"smaller than those of the disk, which "
					"have %u bytes",
					t->block_size);
		file->runs[file->n_runs++] = (struct ipl_region){
			runs[i].hole ? IPL_HOLE : runs[i].off / t->block_size,
			runs[i].len / t->block_size
		};
	}
	return 0;
}

int ipl_install_find_file(struct ipl_install_files *files,
			  const struct ipl_target *target,
			  const struct ipl_job_file *job,
			  struct ipl_install_file *ret, struct ipl_err *err)
{
	const struct ipl_part *part = NULL;
	struct ipl_ext_run *runs = NULL;
	size_t n = 0;
	int rc = find_part(target, job, &part, err);

	if (!rc)
		rc = open_fs(files, target, part, &ret->ext, err);
	if (!rc)
		rc = ipl_ext_find(ret->ext, job->path, &ret->in_ext, err);
	if (!rc && ret->in_ext.is_dir)
		rc = ipl_fail(err, IPL_EINVAL, "is a directory");
	if (!rc)
		rc = ipl_ext_runs(ret->ext, &ret->in_ext, &runs, &n, err);
	if (!rc)
		rc = convert_runs(target, runs, n, ret, err);
	free(runs);
	ret->len = ret->in_ext.size;
	return rc;
}

/* --- all files --- */

static int open_file(struct ipl_install_files *files,
		     struct ipl_install_file *file,
		     const struct ipl_target *target, struct ipl_err *err)
{
	int rc;

	if (file->job->where == IPL_JOB_ON_DISK) {
		rc = ipl_install_find_file(files, target, file->job, file, err);
	} else {
		rc = ipl_src_open_file(file->job->path, &file->src, err);
		file->len = rc ? 0 : file->src->size;
	}
	if (!rc && file->len == 0)
		rc = ipl_fail(err, IPL_EINVAL, "is empty");
	if (!rc && file->is_kernel)
		rc = look_at_kernel(file, err);
	if (rc)
		ipl_err_wrap(err, "%s", file->job->path);
	return rc;
}

static bool is_same(const struct ipl_job_file *a, const struct ipl_job_file *b)
{
	return a->where == b->where && a->partition == b->partition &&
	       !strcmp(a->path, b->path);
}

/* The file that @job names, opened once. */
static int get(struct ipl_install_files *files, const struct ipl_job_file *job,
	       bool is_kernel, const struct ipl_target *target, size_t *ret,
	       struct ipl_err *err)
{
	struct ipl_install_file *f;

	for (size_t i = 0; i < files->n; i++) {
		f = &files->v[i];
		if (f->is_kernel == is_kernel && is_same(f->job, job)) {
			*ret = i;
			return 0;
		}
	}
	f = &files->v[files->n];
	*ret = files->n++;
	f->job = job;
	f->is_kernel = is_kernel;
	return open_file(files, f, target, err);
}

static int check_cmdline(const struct ipl_job_entry *entry,
			 const struct ipl_install_file *kernel,
			 struct ipl_err *err)
{
	size_t len = entry->cmdline ? strlen(entry->cmdline) : 0;

	if (len < kernel->cmdline_max)
		return 0;
	return ipl_fail(err, IPL_EINVAL,
			"the command line of entry %u has %zu characters, but "
			"its kernel takes %" PRIu64,
			entry->number, len, kernel->cmdline_max - 1);
}

int ipl_install_files_open(const struct ipl_job *job,
			   const struct ipl_target *target,
			   struct ipl_install_files *ret, struct ipl_err *err)
{
	int rc = 0;

	*ret = (struct ipl_install_files){ 0 };
	ret->v = calloc((size_t)(1 + IPL_JOB_INITRDS_MAX) * IPL_JOB_ENTRIES_MAX,
			sizeof(*ret->v));
	if (!ret->v)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	for (size_t i = 0; !rc && i < job->n_entries; i++) {
		const struct ipl_job_entry *e = &job->entries[i];

		rc = get(ret, &e->kernel, true, target, &ret->of[i].kernel,
			 err);
		for (size_t k = 0; !rc && k < e->n_initrds; k++)
			rc = get(ret, &e->initrd[k], false, target,
				 &ret->of[i].initrd[k], err);
		if (!rc)
			rc = check_cmdline(e, &ret->v[ret->of[i].kernel], err);
	}
	return rc;
}

int ipl_install_file_read(const struct ipl_install_file *file, uint64_t at,
			  void *buf, size_t len, struct ipl_err *err)
{
	if (file->ext)
		return ipl_ext_read(file->ext, &file->in_ext, at, buf, len,
				    err);
	return ipl_src_read(file->src, at, buf, len, err);
}

void ipl_install_files_done(struct ipl_install_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		ipl_src_close(files->v[i].src);
		free(files->v[i].runs);
	}
	for (size_t i = 0; i < files->n_fs; i++)
		ipl_ext_close(files->fs[i].ext);
	free(files->fs);
	free(files->v);
	*files = (struct ipl_install_files){ 0 };
}

/* A file, unless @tables_only, and segment tables for it: even if each pointer
 * named one track of an ECKD disk only, that is less than one block in 128. */
static int add_estimate(const struct ipl_job_file *job, bool tables_only,
			unsigned unit, uint64_t *sum, struct ipl_err *err)
{
	struct ipl_src *src = NULL;
	uint64_t blocks;
	int rc;

	if (job->where != IPL_JOB_ON_HOST)
		return 0;
	rc = ipl_src_open_file(job->path, &src, err);
	if (rc) {
		ipl_err_wrap(err, "%s", job->path);
		return rc;
	}
	blocks = src->size / unit + 1;
	*sum += ((tables_only ? 0 : blocks) + blocks / 128 + 4) * unit;
	ipl_src_close(src);
	return 0;
}

/* Whether an entry before @i has @file as well: it is copied once. */
static bool is_seen(const struct ipl_job *job, size_t i,
		    const struct ipl_job_file *file)
{
	for (size_t k = 0; k < i; k++) {
		const struct ipl_job_entry *e = &job->entries[k];

		if (is_same(&e->kernel, file))
			return true;
		for (size_t r = 0; r < e->n_initrds; r++) {
			if (is_same(&e->initrd[r], file))
				return true;
		}
	}
	return false;
}

/* A ramdisk of several files has segment tables of its own. */
static int add_initrds(const struct ipl_job *job, size_t i, unsigned unit,
		       uint64_t *sum, struct ipl_err *err)
{
	const struct ipl_job_entry *e = &job->entries[i];
	int rc = 0;

	for (size_t k = 0; !rc && k < e->n_initrds; k++) {
		if (!is_seen(job, i, &e->initrd[k]))
			rc = add_estimate(&e->initrd[k], false, unit, sum, err);
		if (!rc && e->n_initrds > 1)
			rc = add_estimate(&e->initrd[k], true, unit, sum, err);
	}
	return rc;
}

/* Blocks for what a program has of its own: tables, parameters, command line,
 * description; and for all of them: program tables, stages, records. */
#define PROGRAM_BLOCKS 24u
#define COMMON_BLOCKS  64u

int ipl_install_estimate(const struct ipl_job *job, unsigned block_size,
			 uint64_t *ret, struct ipl_err *err)
{
	uint64_t sum = (uint64_t)COMMON_BLOCKS * block_size;
	int rc = 0;

	for (size_t i = 0; !rc && i < job->n_entries; i++) {
		const struct ipl_job_entry *e = &job->entries[i];

		sum += (uint64_t)PROGRAM_BLOCKS * block_size;
		if (e->cmdline)
			sum += strlen(e->cmdline);
		if (!is_seen(job, i, &e->kernel))
			rc = add_estimate(&e->kernel, false, block_size, &sum,
					  err);
		if (!rc)
			rc = add_initrds(job, i, block_size, &sum, err);
	}
	if (!rc)
		*ret = sum;
	return rc;
}
