/* SPDX-License-Identifier: MIT */
/* Undo files: what an installation overwrites. A line of text, then for each
 * range a line with its offset, its length and what it is, and its bytes unless
 * they are zeros; a line at the end that says it is complete.
 * May use: base, disk. */
#include "base/cleanup.h"
#include "install/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC	     "s390-ipl undo 1\n"
#define END	     "end\n"
#define CHUNK	     (1u << 20)
#define LINE_MAX_LEN 80

static void close_stream(FILE **f)
{
	if (*f)
		fclose(*f);
}

#define auto_file __attribute__((cleanup(close_stream)))

static int sys_fail(struct ipl_err *err, const char *path, const char *what)
{
	return ipl_fail_errno(err, errno, "%s: cannot %s it", path, what);
}

static bool is_zero(const uint8_t *p, size_t len)
{
	return len == 0 || (p[0] == 0 && !memcmp(p, p + 1, len - 1));
}

/* --- saving --- */

static int save_part(struct ipl_src *src, FILE *f, uint64_t off, size_t len,
		     bool is_record, uint8_t *buf, struct ipl_err *err)
{
	int rc = ipl_src_read(src, off, buf, len, err);
	bool zero = !rc && is_zero(buf, len);

	if (rc)
		return rc;
	fprintf(f, "%" PRIu64 " %zu %s%s\n", off, len,
		is_record ? "record" : "data", zero ? " zero" : "");
	if (!zero)
		fwrite(buf, 1, len, f);
	return 0;
}

static int save_all(struct ipl_src *src, const struct ipl_writes *writes,
		    FILE *f, struct ipl_err *err)
{
	auto_free uint8_t *buf = malloc(CHUNK);
	int rc = 0;

	if (!buf)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	fputs(MAGIC, f);
	fprintf(f, "%" PRIu64 "\n", src->size);
	for (size_t i = 0; !rc && i < writes->n; i++) {
		const struct ipl_write *w = &writes->v[i];

		for (uint64_t at = 0; !rc && at < w->len; at += CHUNK) {
			uint64_t n = w->len - at;

			rc = save_part(src, f, w->off + at,
				       n < CHUNK ? (size_t)n : CHUNK,
				       w->is_record, buf, err);
		}
	}
	fputs(END, f);
	return rc;
}

int ipl_undo_save(struct ipl_src *src, const struct ipl_writes *writes,
		  const char *path, struct ipl_err *err)
{
	auto_file FILE *f = NULL;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int rc;

	if (fd >= 0)
		f = fdopen(fd, "w");
	if (!f)
		return sys_fail(err, path, "create");
	rc = save_all(src, writes, f, err);
	if (rc)
		return rc;
	if (fflush(f) || ferror(f) || fsync(fd))
		return sys_fail(err, path, "write");
	return 0;
}

/* --- restoring --- */

/* A range in the file. */
struct range {
	uint64_t off;
	size_t len;
	bool is_record;
	bool zero;
};

static int bad_file(struct ipl_err *err, const char *path)
{
	return ipl_fail(err, IPL_EBAD,
			"%s: is no undo file, or not a complete one", path);
}

/* The next range; *@ret_end at the end. */
static int get_range(FILE *f, const char *path, struct range *ret,
		     bool *ret_end, struct ipl_err *err)
{
	char line[LINE_MAX_LEN], *end;
	unsigned long long len;

	*ret_end = false;
	if (!fgets(line, sizeof(line), f))
		return bad_file(err, path);
	if (!strcmp(line, END)) {
		*ret_end = true;
		return 0;
	}
	errno = 0;
	ret->off = strtoull(line, &end, 10);
	len = strtoull(end, &end, 10);
	if (errno || len == 0 || len > CHUNK)
		return bad_file(err, path);
	ret->len = (size_t)len;
	ret->zero = strstr(end, " zero\n") != NULL;
	ret->is_record = !strncmp(end, " record", 7);
	if (!ret->is_record && strncmp(end, " data", 5) != 0)
		return bad_file(err, path);
	return 0;
}

/* The bytes of @r from the file. */
static int get_bytes(FILE *f, const char *path, const struct range *r,
		     uint8_t *buf, struct ipl_err *err)
{
	memset(buf, 0, r->len);
	if (!r->zero && fread(buf, 1, r->len, f) != r->len)
		return bad_file(err, path);
	return 0;
}

static int get_head(FILE *f, const char *path, const struct ipl_src *src,
		    struct ipl_err *err)
{
	char line[LINE_MAX_LEN];
	uint64_t size;

	rewind(f);
	if (!fgets(line, sizeof(line), f) || strcmp(line, MAGIC) != 0 ||
	    !fgets(line, sizeof(line), f))
		return bad_file(err, path);
	size = strtoull(line, NULL, 10);
	if (size != src->size)
		return ipl_fail(err, IPL_EINVAL,
				"%s: is of a disk of %" PRIu64
				" bytes, but this one has %" PRIu64,
				path, size, src->size);
	return 0;
}

enum pass { PASS_LOOK, PASS_RECORDS, PASS_DATA };

static int run_pass(FILE *f, const char *path, struct ipl_src *src,
		    enum pass pass, uint8_t *buf, uint64_t *bytes,
		    struct ipl_err *err)
{
	int rc = get_head(f, path, src, err);

	while (!rc) {
		struct range r = { 0 };
		bool end;

		rc = get_range(f, path, &r, &end, err);
		if (rc || end)
			break;
		rc = get_bytes(f, path, &r, buf, err);
		if (rc || pass == PASS_LOOK ||
		    r.is_record != (pass == PASS_RECORDS))
			continue;
		rc = ipl_src_write(src, r.off, buf, r.len, err);
		*bytes += r.len;
	}
	return rc ? rc : ipl_src_flush(src, err);
}

int ipl_undo_restore(struct ipl_src *src, const char *path, uint64_t *ret_bytes,
		     struct ipl_err *err)
{
	auto_free uint8_t *buf = malloc(CHUNK);
	auto_file FILE *f = fopen(path, "re");
	int rc = 0;

	*ret_bytes = 0;
	if (!buf)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (!f)
		return sys_fail(err, path, "open");
	/* the whole file is looked at before anything is written */
	for (enum pass p = PASS_LOOK; !rc && p <= PASS_DATA; p++)
		rc = run_pass(f, path, src, p, buf, ret_bytes, err);
	return rc;
}
