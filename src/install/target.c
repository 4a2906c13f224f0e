/* SPDX-License-Identifier: MIT */
/* The disk that a boot map is to be written to: its kind, and who owns which
 * blocks. May use: base, format, disk, boot. */
#include "install/target.h"

#include "base/cleanup.h"

#include <inttypes.h>
#include <string.h>

/* As far as signatures of file systems are looked for. */
#define LOOK_LEN 69632u

static const struct ipl_scheme *const schemes[] = {
	&ipl_scheme_scsi,
	&ipl_scheme_cdl,
	&ipl_scheme_ldl,
	&ipl_scheme_fba,
};

const struct ipl_scheme *ipl_scheme_find(const char *name)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (!strcmp(schemes[i]->name, name))
			return schemes[i];
	}
	return NULL;
}

static bool is_zero(const uint8_t *p, size_t len)
{
	return len == 0 || (p[0] == 0 && !memcmp(p, p + 1, len - 1));
}

int ipl_target_look(struct ipl_src *src, uint64_t off, uint64_t len,
		    struct ipl_part *part, struct ipl_err *err)
{
	size_t n = len < LOOK_LEN ? (size_t)len : LOOK_LEN;
	auto_free uint8_t *head = malloc(n);
	const char *fs = NULL;
	int rc;

	if (!head)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	rc = ipl_src_read(src, off, head, n, err);
	if (!rc)
		rc = ipl_fs_probe(src, off, len, &fs, err);
	if (rc)
		return rc;
	part->fs = fs ? fs : "";
	part->content = IPL_PART_UNKNOWN;
	if (fs)
		part->content = IPL_PART_FS;
	else if (is_zero(head, n))
		part->content = IPL_PART_BLANK;
	else if (n >= sizeof(IPL_AREA_HEADER) &&
		 !memcmp(head, IPL_AREA_HEADER, sizeof(IPL_AREA_HEADER)))
		part->content = IPL_PART_OURS;
	return 0;
}

int ipl_target_add_part(struct ipl_target *t, unsigned number,
			struct ipl_region at, struct ipl_err *err)
{
	struct ipl_part part = { .number = number, .at = at };
	struct ipl_part *more;
	size_t i;
	int rc;

	if (at.count == 0 || at.first > t->blocks ||
	    at.count > t->blocks - at.first) {
		ipl_fail(err, IPL_ERANGE,
			 "partition %u has blocks %" PRIu64 " to %" PRIu64
			 ", but the disk has %" PRIu64 " blocks of %u bytes",
			 number, at.first, at.first + at.count - 1, t->blocks,
			 t->block_size);
		ipl_err_advise(err, "the image may be truncated, or it has "
				    "blocks of another size (--block-size)");
		return IPL_ERANGE;
	}
	rc = ipl_target_look(t->src, at.first * t->block_size,
			     at.count * t->block_size, &part, err);
	if (rc)
		return rc;
	more = reallocarray(t->parts, t->n_parts + 1, sizeof(*more));
	if (!more)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	t->parts = more;
	for (i = t->n_parts; i > 0 && more[i - 1].at.first > at.first; i--)
		more[i] = more[i - 1];
	more[i] = part;
	t->n_parts++;
	return 0;
}

int ipl_target_find_gaps(struct ipl_target *t, uint64_t first, uint64_t end,
			 struct ipl_err *err)
{
	t->gaps = calloc(t->n_parts + 1, sizeof(*t->gaps));
	if (!t->gaps)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	for (size_t i = 0; i <= t->n_parts; i++) {
		const struct ipl_part *p = &t->parts[i];
		uint64_t stop = i < t->n_parts ? p->at.first : end;

		if (stop > end)
			stop = end;
		if (stop > first)
			t->gaps[t->n_gaps++] =
				(struct ipl_region){ .first = first,
						     .count = stop - first };
		if (i < t->n_parts && p->at.first + p->at.count > first)
			first = p->at.first + p->at.count;
	}
	return 0;
}

const struct ipl_part *ipl_target_part(const struct ipl_target *t,
				       unsigned number)
{
	for (size_t i = 0; i < t->n_parts; i++) {
		if (t->parts[i].number == number)
			return &t->parts[i];
	}
	return NULL;
}

int ipl_target_read(struct ipl_src *src, const struct ipl_target_options *opts,
		    struct ipl_target *ret, struct ipl_err *err)
{
	unsigned size = opts->block_size;
	int rc;

	*ret = (struct ipl_target){ .src = src };
	rc = ipl_target_find_dasd(src, &ret->scheme, &size, err);
	if (rc < 0)
		return rc;
	if (rc > 0)
		return ipl_target_read_dasd(ret, size, err);
	ret->scheme = &ipl_scheme_scsi;
	return ipl_target_read_scsi(ret, opts->block_size, err);
}

void ipl_target_done(struct ipl_target *t)
{
	free(t->parts);
	free(t->gaps);
	*t = (struct ipl_target){ 0 };
}
