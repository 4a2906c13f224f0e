/* SPDX-License-Identifier: MIT */
/* Undo files: what an installation overwrites. A line of text, one with the size of
 * the disk, then for each range a line with its offset, its length and what it is;
 * behind it the checksum of each piece that will be written there, and the bytes
 * that are there unless they are zeros; a line at the end that says it is complete.
 * May use: base, format, disk. */
#include "base/cleanup.h"
#include "base/rd.h"
#include "format/ptable.h"
#include "install/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC	     "s390-ipl undo 2\n"
#define END	     "end\n"
#define CHUNK	     (1u << 20)
/* What no power cut leaves half written: each piece is the old one or the new. */
#define PIECE	     512u
#define SUM_LEN	     4u
#define SUMS_MAX     (CHUNK / PIECE)
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

/* What is done a range at a time, and the memory for it. */
struct buffers {
	uint8_t old[CHUNK]; /* what was there before */
	uint8_t new[CHUNK]; /* what will be there, or is */
	uint8_t sums[SUMS_MAX * SUM_LEN];
};

static size_t piece_len(size_t len, size_t at)
{
	return len - at < PIECE ? len - at : PIECE;
}

static size_t sums_len(size_t len)
{
	return (len + PIECE - 1) / PIECE * SUM_LEN;
}

/* The checksums of the pieces of @len bytes, big-endian. */
static void put_sums(struct buffers *b, size_t len)
{
	struct ipl_wr w = { .p = b->sums, .len = sizeof(b->sums) };

	for (size_t at = 0; at < len; at += PIECE)
		ipl_put_be(&w, gpt_crc(b->new + at, piece_len(len, at)),
			   SUM_LEN);
}

/* The part of @w from byte @at on. */
static int save_part(struct ipl_src *src, FILE *f, const struct ipl_write *w,
		     uint64_t at, struct buffers *b, struct ipl_err *err)
{
	size_t len = w->len - at < CHUNK ? (size_t)(w->len - at) : CHUNK;
	int rc = ipl_src_read(src, w->off + at, b->old, len, err);
	bool zero = !rc && is_zero(b->old, len);

	if (!rc)
		rc = ipl_write_read(w, at, b->new, len, err);
	if (rc)
		return rc;
	put_sums(b, len);
	fprintf(f, "%" PRIu64 " %zu %s%s\n", w->off + at, len,
		w->is_record ? "record" : "data", zero ? " zero" : "");
	fwrite(b->sums, 1, sums_len(len), f);
	if (!zero)
		fwrite(b->old, 1, len, f);
	return 0;
}

static int save_all(struct ipl_src *src, const struct ipl_writes *writes,
		    FILE *f, struct ipl_err *err)
{
	auto_free struct buffers *b = malloc(sizeof(*b));
	int rc = 0;

	if (!b)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	fputs(MAGIC, f);
	fprintf(f, "%" PRIu64 "\n", src->size);
	for (size_t i = 0; !rc && i < writes->n; i++) {
		const struct ipl_write *w = &writes->v[i];

		for (uint64_t at = 0; !rc && at < w->len; at += CHUNK)
			rc = save_part(src, f, w, at, b, err);
	}
	fputs(END, f);
	return rc;
}

static int save_to(struct ipl_src *src, const struct ipl_writes *writes, int fd,
		   const char *path, struct ipl_err *err)
{
	auto_file FILE *f = fdopen(fd, "w");
	int rc;

	if (!f) {
		rc = sys_fail(err, path, "create");
		close(fd);
		return rc;
	}
	rc = save_all(src, writes, f, err);
	if (!rc && (fflush(f) || ferror(f) || fsync(fd)))
		rc = sys_fail(err, path, "write");
	return rc;
}

int ipl_undo_save(struct ipl_src *src, const struct ipl_writes *writes,
		  const char *path, struct ipl_err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int rc;

	if (fd < 0)
		return sys_fail(err, path, "create");
	rc = save_to(src, writes, fd, path, err);
	/* part of one is of no use, and would be in the way of the next try */
	if (rc)
		unlink(path);
	return rc;
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

/* The checksums and the bytes of @r from the file. */
static int get_bytes(FILE *f, const char *path, const struct range *r,
		     struct buffers *b, struct ipl_err *err)
{
	size_t n = sums_len(r->len);

	memset(b->old, 0, r->len);
	if (fread(b->sums, 1, n, f) != n ||
	    (!r->zero && fread(b->old, 1, r->len, f) != r->len))
		return bad_file(err, path);
	return 0;
}

/* Whether the disk has in each piece of @r what install wrote, or still or again
 * what was there before it. */
static int check_range(const char *path, struct ipl_src *src,
		       const struct range *r, struct buffers *b,
		       struct ipl_err *err)
{
	struct ipl_rd sums = { .in = { b->sums, sums_len(r->len), 0 } };
	int rc = ipl_src_read(src, r->off, b->new, r->len, err);

	for (size_t at = 0; !rc && at < r->len; at += PIECE) {
		size_t len = piece_len(r->len, at);

		if (ipl_be32(&sums) == gpt_crc(b->new + at, len) ||
		    !memcmp(b->old + at, b->new + at, len))
			continue;
		ipl_fail(err, IPL_EUNSUP,
			 "%s: the disk is not as install left it: from byte "
			 "0x%" PRIx64
			 " on it has neither what was written then nor what "
			 "was there before",
			 path, r->off + at);
		ipl_err_advise(err, "it is another disk, or was written to "
				    "since: what is there now would be lost");
		return IPL_EUNSUP;
	}
	return rc;
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

/* The whole file is looked at, and the disk, before anything is written. */
enum pass { PASS_LOOK, PASS_CHECK, PASS_RECORDS, PASS_DATA };

static int do_range(FILE *f, const char *path, struct ipl_src *src,
		    enum pass pass, const struct range *r, struct buffers *b,
		    uint64_t *bytes, struct ipl_err *err)
{
	int rc = get_bytes(f, path, r, b, err);

	if (rc || pass == PASS_LOOK)
		return rc;
	if (pass == PASS_CHECK)
		return check_range(path, src, r, b, err);
	if (r->is_record != (pass == PASS_RECORDS))
		return 0;
	*bytes += r->len;
	return ipl_src_write(src, r->off, b->old, r->len, err);
}

static int run_pass(FILE *f, const char *path, struct ipl_src *src,
		    enum pass pass, struct buffers *b, uint64_t *bytes,
		    struct ipl_err *err)
{
	int rc = get_head(f, path, src, err);

	while (!rc) {
		struct range r = { 0 };
		bool end;

		rc = get_range(f, path, &r, &end, err);
		if (rc || end)
			break;
		rc = do_range(f, path, src, pass, &r, b, bytes, err);
	}
	return rc ? rc : ipl_src_flush(src, err);
}

int ipl_undo_restore(struct ipl_src *src, const char *path, uint64_t *ret_bytes,
		     struct ipl_err *err)
{
	auto_free struct buffers *b = malloc(sizeof(*b));
	auto_file FILE *f = fopen(path, "re");
	int rc = 0;

	*ret_bytes = 0;
	if (!b)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (!f)
		return sys_fail(err, path, "open");
	for (enum pass p = PASS_LOOK; !rc && p <= PASS_DATA; p++)
		rc = run_pass(f, path, src, p, b, ret_bytes, err);
	return rc;
}
