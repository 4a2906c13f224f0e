/* SPDX-License-Identifier: MIT */
/* Carrying an install plan out: data first, records last.
 * May use: base, format, disk, boot. */
#include "base/cleanup.h"
#include "install/plan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK (1u << 20)

struct apply {
	struct ipl_src *src;
	const struct ipl_apply_options *opts;
	uint64_t done, total;
	uint8_t *buf; /* two chunks */
};

static void progress(struct apply *a, uint64_t more)
{
	a->done += more;
	if (a->opts->progress)
		a->opts->progress(a->opts->ctx, a->done, a->total);
}

/* Write @w, or compare it with what is there. */
static int transfer(struct apply *a, const struct ipl_write *w, bool compare,
		    struct ipl_err *err)
{
	int rc = 0;

	for (uint64_t at = 0; !rc && at < w->len; at += CHUNK) {
		size_t n = w->len - at < CHUNK ? (size_t)(w->len - at) : CHUNK;

		rc = ipl_write_read(w, at, a->buf, n, err);
		if (!rc && compare)
			rc = ipl_src_read(a->src, w->off + at, a->buf + CHUNK,
					  n, err);
		else if (!rc)
			rc = ipl_src_write(a->src, w->off + at, a->buf, n, err);
		if (!rc && compare && memcmp(a->buf, a->buf + CHUNK, n))
			rc = ipl_fail(err, IPL_EIO,
				      "the disk does not have what was written "
				      "to it");
		progress(a, n);
	}
	if (rc)
		ipl_err_wrap(err, "%s (byte 0x%" PRIx64 ")", w->what, w->off);
	return rc;
}

static int apply_data(struct apply *a, const struct ipl_writes *writes,
		      bool compare, struct ipl_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < writes->n; i++) {
		if (!writes->v[i].is_record)
			rc = transfer(a, &writes->v[i], compare, err);
	}
	if (!rc && !compare)
		rc = ipl_src_flush(a->src, err);
	return rc;
}

/* One write of a block each, and nothing comes before the last is lasting. */
static int apply_records(struct apply *a, const struct ipl_writes *writes,
			 struct ipl_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < writes->n; i++) {
		if (!writes->v[i].is_record)
			continue;
		rc = transfer(a, &writes->v[i], false, err);
		if (!rc)
			rc = ipl_src_flush(a->src, err);
	}
	return rc;
}

int ipl_install_apply(const struct ipl_install *plan,
		      const struct ipl_apply_options *opts, struct ipl_err *err)
{
	auto_free uint8_t *buf = malloc(2 * (size_t)CHUNK);
	struct apply a = { .src = plan->target->src,
			   .opts = opts,
			   .total = 2 * ipl_writes_bytes(&plan->writes),
			   .buf = buf };
	int rc = 0;

	if (!buf)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (opts->undo)
		rc = ipl_undo_save(a.src, &plan->writes, opts->undo, err);
	if (!rc)
		rc = apply_data(&a, &plan->writes, false, err);
	if (!rc)
		rc = apply_data(&a, &plan->writes, true, err);
	if (!rc)
		rc = apply_records(&a, &plan->writes, err);
	return rc ? rc : ipl_install_verify(plan, a.src, err);
}

int ipl_writes_apply(const struct ipl_writes *writes, struct ipl_src *src,
		     struct ipl_err *err)
{
	auto_free uint8_t *buf = malloc(CHUNK);
	struct ipl_apply_options opts = { 0 };
	struct apply a = { .src = src, .opts = &opts, .buf = buf };
	int rc;

	if (!buf)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	rc = apply_data(&a, writes, false, err);
	return rc ? rc : apply_records(&a, writes, err);
}
