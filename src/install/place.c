/* SPDX-License-Identifier: MIT */
/* Where the inputs of an install job are: this machine, or the disk.
 * May use: base, format, disk, boot. */
#include "install/place.h"

#include "base/cleanup.h"
#include "base/limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* --- the disk --- */

static int open_part(const struct ipl_target *target,
		     const struct ipl_part *part, struct ipl_place *ret,
		     struct ipl_err *err)
{
	int rc = ipl_ext_open(target->src, part->at.first * target->block_size,
			      part->at.count * target->block_size, &ret->ext,
			      err);

	if (rc) {
		ipl_err_wrap(err, "partition %u", part->number);
		ret->ext = NULL;
		return rc;
	}
	ret->partition = part->number;
	return 0;
}

static bool has_ext(const struct ipl_part *part)
{
	return part->content == IPL_PART_FS && !strncmp(part->fs, "ext", 3);
}

int ipl_place_on_disk(const struct ipl_target *target, unsigned partition,
		      struct ipl_place *ret, struct ipl_err *err)
{
	const struct ipl_part *found = NULL;

	*ret = (struct ipl_place){ 0 };
	if (partition) {
		found = ipl_target_part(target, partition);
		return found ? open_part(target, found, ret, err)
			     : ipl_fail(err, IPL_ENOTFOUND,
					"there is no partition %u", partition);
	}
	for (size_t i = 0; i < target->n_parts; i++) {
		if (!has_ext(&target->parts[i]))
			continue;
		if (found)
			return ipl_fail(err, IPL_EINVAL,
					"partitions %u and %u both have a file "
					"system: say which one, as in "
					"disk:%u:/PATH",
					found->number, target->parts[i].number,
					found->number);
		found = &target->parts[i];
	}
	if (!found)
		return ipl_fail(err, IPL_ENOTFOUND,
				"no partition of the disk has an ext2, ext3 or "
				"ext4 file system");
	return open_part(target, found, ret, err);
}

void ipl_place_done(struct ipl_place *place)
{
	ipl_ext_close(place->ext);
	place->ext = NULL;
}

/* --- this machine --- */

/* The path as the system has it; the caller frees. */
static char *host_path(const struct ipl_place *place, const char *path)
{
	char *full;

	if (!place->root || path[0] != '/')
		return strdup(path);
	return asprintf(&full, "%s%s", place->root, path) < 0 ? NULL : full;
}

static int read_fd(int fd, size_t max, char **ret, size_t *ret_len,
		   struct ipl_err *err)
{
	auto_free char *text = NULL;
	struct stat st;
	size_t len = 0;

	if (fstat(fd, &st))
		return ipl_fail_errno(err, errno, "cannot be looked at");
	if (!S_ISREG(st.st_mode))
		return ipl_fail(err, IPL_EINVAL, "is not a file");
	if ((uint64_t)st.st_size > max)
		return ipl_fail(err, IPL_ELIMIT,
				"has %llu bytes, expected at most %zu",
				(unsigned long long)st.st_size, max);
	text = calloc(1, (size_t)st.st_size + 1);
	if (!text)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	while (len < (size_t)st.st_size) {
		ssize_t n = read(fd, text + len, (size_t)st.st_size - len);

		if (n < 0)
			return ipl_fail_errno(err, errno, "cannot be read");
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*ret = ipl_steal(text);
	*ret_len = len;
	return 0;
}

static int read_host(const struct ipl_place *place, const char *path,
		     size_t max, char **ret, size_t *ret_len,
		     struct ipl_err *err)
{
	auto_free char *full = host_path(place, path);
	auto_close int fd = -1;
	int rc;

	if (!full)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	/* a pipe without a writer must not keep us waiting */
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		rc = ipl_fail_errno(err, errno, "cannot be opened");
	else
		rc = read_fd(fd, max, ret, ret_len, err);
	if (rc)
		ipl_err_wrap(err, "%.200s", full);
	return rc;
}

int ipl_place_read(const struct ipl_place *place, const char *path, size_t max,
		   char **ret, size_t *ret_len, struct ipl_err *err)
{
	if (!place->ext)
		return read_host(place, path, max, ret, ret_len, err);
	return ipl_ext_read_path(place->ext, path, max, ret, ret_len, err);
}

/* Entries of the directory @d, whose path is @dir. */
static int read_host_entries(const struct ipl_place *place, const char *dir,
			     DIR *d, struct ipl_bls_list *ret,
			     struct ipl_err *err)
{
	struct dirent *entry;
	int rc = 0;

	while (!rc && (entry = readdir(d))) {
		auto_free char *path = NULL;
		char *text;
		size_t len;

		if (!bls_name_decode(entry->d_name).is_entry)
			continue;
		if (asprintf(&path, "%s/%s", dir, entry->d_name) < 0) {
			path = NULL;
			return ipl_fail(err, IPL_ENOMEM, "out of memory");
		}
		rc = read_host(place, path, IPL_MAX_BLS_FILE, &text, &len, err);
		if (!rc)
			rc = ipl_bls_add(ret, entry->d_name, text, len, err);
	}
	ipl_bls_sort(ret);
	return rc;
}

int ipl_place_read_bls(const struct ipl_place *place, const char *dir,
		       struct ipl_bls_list *ret, struct ipl_err *err)
{
	auto_free char *full = NULL;
	DIR *d;
	int rc;

	if (place->ext)
		return ipl_bls_read_ext(ret, place->ext, dir, false, err);
	full = host_path(place, dir);
	if (!full)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	d = opendir(full);
	if (!d)
		return ipl_fail_errno(err, errno, "%.200s: cannot be listed",
				      full);
	rc = read_host_entries(place, dir, d, ret, err);
	closedir(d);
	return rc;
}

bool ipl_place_has(const struct ipl_place *place, const char *path)
{
	auto_free char *full = NULL;
	struct ipl_ext_file file;
	struct stat st;

	if (place->ext)
		return !ipl_ext_find(place->ext, path, &file, NULL) &&
		       !file.is_dir;
	full = host_path(place, path);
	return full && !stat(full, &st) && !S_ISDIR(st.st_mode);
}

int ipl_place_set(const struct ipl_place *place, struct ipl_job_file *file,
		  const char *path, struct ipl_err *err)
{
	auto_free char *full = NULL;

	if (place->ext) {
		file->partition = place->partition;
		/* relative to the root, there is no other directory */
		if (asprintf(&full, "%s%s", path[0] == '/' ? "" : "/", path) <
		    0)
			full = NULL;
	} else {
		full = host_path(place, path);
	}
	if (!full)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	return ipl_job_set_file(file,
				place->ext ? IPL_JOB_ON_DISK : IPL_JOB_ON_HOST,
				full, err);
}
