/* SPDX-License-Identifier: MIT */
/* The files that a job names: opened, measured, each of them once.
 * May use: base, format, disk. */
#include "install/files.h"

#include "base/limits.h"
#include "format/linux_image.h"

#include <inttypes.h>
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

static int not_a_kernel(struct ipl_src *src, struct ipl_err *err)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		char found[8];

		if (ipl_src_read(src, others[i].off, found, others[i].len,
				 NULL) ||
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

/* @src is the kernel's file. */
static int look_at_kernel(struct ipl_install_file *file, struct ipl_src *src,
			  struct ipl_err *err)
{
	uint8_t head[LINUX_IMAGE_HEAD_LEN];
	struct ipl_span in = { head, sizeof(head), LINUX_IMAGE_ENTRY };
	struct linux_image image;

	if (src->size < LINUX_IMAGE_CMDLINE ||
	    ipl_src_read(src, in.base, head, sizeof(head), NULL) ||
	    linux_image_decode(in, &image, NULL))
		return not_a_kernel(src, err);
	file->cmdline_max = image.cmdline_max;
	if (file->cmdline_max > IPL_MAX_CMDLINE)
		file->cmdline_max = IPL_MAX_CMDLINE;
	return 0;
}

static int open_host(struct ipl_install_file *file, struct ipl_err *err)
{
	int rc = ipl_src_open_file(file->job->path, &file->src, err);

	if (rc)
		return rc;
	file->len = file->src->size;
	if (file->len == 0)
		return ipl_fail(err, IPL_EINVAL, "is empty");
	return file->is_kernel ? look_at_kernel(file, file->src, err) : 0;
}

static int open_file(struct ipl_install_file *file,
		     const struct ipl_target *target, struct ipl_err *err)
{
	int rc;

	(void)target;
	rc = open_host(file, err);
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
	return open_file(f, target, err);
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
	ret->v = calloc(2 * IPL_JOB_ENTRIES_MAX, sizeof(*ret->v));
	if (!ret->v)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	for (size_t i = 0; !rc && i < job->n_entries; i++) {
		const struct ipl_job_entry *e = &job->entries[i];

		ret->of[i].initrd = SIZE_MAX;
		rc = get(ret, &e->kernel, true, target, &ret->of[i].kernel,
			 err);
		if (!rc && e->initrd.where != IPL_JOB_NOWHERE)
			rc = get(ret, &e->initrd, false, target,
				 &ret->of[i].initrd, err);
		if (!rc)
			rc = check_cmdline(e, &ret->v[ret->of[i].kernel], err);
	}
	return rc;
}

int ipl_install_file_read(const struct ipl_install_file *file, uint64_t at,
			  void *buf, size_t len, struct ipl_err *err)
{
	return ipl_src_read(file->src, at, buf, len, err);
}

void ipl_install_files_done(struct ipl_install_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		ipl_src_close(files->v[i].src);
		free(files->v[i].runs);
	}
	free(files->v);
	*files = (struct ipl_install_files){ 0 };
}
