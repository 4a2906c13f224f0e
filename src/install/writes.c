/* SPDX-License-Identifier: MIT */
/* What is to be written to a disk, as a list; and the disk as it will be.
 * May use: base, disk. */
#include "install/writes.h"

#include "base/cleanup.h"

#include <stdio.h>
#include <string.h>

static int add(struct ipl_writes *w, const struct ipl_write *write,
	       struct ipl_err *err)
{
	struct ipl_write *more = w->v;

	/* 16, 32, 64... */
	if (w->n == 0 || (w->n >= 16 && (w->n & (w->n - 1)) == 0))
		more = reallocarray(w->v, w->n ? 2 * w->n : 16, sizeof(*more));
	if (!more)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	w->v = more;
	w->v[w->n++] = *write;
	return 0;
}

static int add_data(struct ipl_writes *w, uint64_t off, const void *data,
		    size_t len, const char *what, bool is_record,
		    struct ipl_err *err)
{
	struct ipl_write write = { .off = off,
				   .len = len,
				   .is_record = is_record };
	int rc;

	write.data = malloc(len);
	if (!write.data)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	memcpy(write.data, data, len);
	snprintf(write.what, sizeof(write.what), "%s", what);
	rc = add(w, &write, err);
	if (rc)
		free(write.data);
	return rc;
}

int ipl_writes_add(struct ipl_writes *w, uint64_t off, const void *data,
		   size_t len, const char *what, struct ipl_err *err)
{
	return add_data(w, off, data, len, what, false, err);
}

int ipl_writes_add_record(struct ipl_writes *w, uint64_t off, const void *data,
			  size_t len, const char *what, struct ipl_err *err)
{
	return add_data(w, off, data, len, what, true, err);
}

int ipl_writes_add_file(struct ipl_writes *w, uint64_t off, uint64_t len,
			struct ipl_src *file, uint64_t file_off,
			const char *what, struct ipl_err *err)
{
	struct ipl_write write = {
		.off = off, .len = len, .file = file, .file_off = file_off
	};

	snprintf(write.what, sizeof(write.what), "%s", what);
	return add(w, &write, err);
}

int ipl_write_read(const struct ipl_write *write, uint64_t at, void *buf,
		   size_t len, struct ipl_err *err)
{
	uint64_t from = write->file_off + at;
	size_t there = len;

	if (write->data) {
		memcpy(buf, write->data + at, len);
		return 0;
	}
	if (from >= write->file->size)
		there = 0;
	else if (there > write->file->size - from)
		there = (size_t)(write->file->size - from);
	memset((uint8_t *)buf + there, 0, len - there);
	return there ? ipl_src_read(write->file, from, buf, there, err) : 0;
}

uint64_t ipl_writes_bytes(const struct ipl_writes *w)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < w->n; i++)
		sum += w->v[i].len;
	return sum;
}

void ipl_writes_done(struct ipl_writes *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->v[i].data);
	free(w->v);
	*w = (struct ipl_writes){ 0 };
}

/* --- the disk as it will be --- */

struct overlay {
	struct ipl_src src;
	struct ipl_src *base;		 /* NULL: zeros */
	const struct ipl_writes *writes; /* NULL: none */
};

/* The part of @write that lies in [@off, @off + @len). */
static int patch(const struct ipl_write *write, uint64_t off, uint8_t *buf,
		 size_t len, struct ipl_err *err)
{
	uint64_t begin = write->off > off ? write->off : off;
	uint64_t end = write->off + write->len;

	if (end > off + len)
		end = off + len;
	if (begin >= end)
		return 0;
	return ipl_write_read(write, begin - write->off, buf + (begin - off),
			      (size_t)(end - begin), err);
}

static int overlay_read(struct ipl_src *src, uint64_t off, void *buf,
			size_t len, struct ipl_err *err)
{
	const struct overlay *o = (const struct overlay *)src;
	int rc = 0;

	if (o->base)
		rc = ipl_src_read(o->base, off, buf, len, err);
	else
		memset(buf, 0, len);
	for (size_t i = 0; !rc && o->writes && i < o->writes->n; i++)
		rc = patch(&o->writes->v[i], off, buf, len, err);
	return rc;
}

static void overlay_close(struct ipl_src *src)
{
	free(src->name);
	free(src);
}

static const struct ipl_src_ops overlay_ops = {
	.read = overlay_read,
	.close = overlay_close,
};

static int open_overlay(struct ipl_src *base, const struct ipl_writes *w,
			uint64_t size, const char *name, struct ipl_src **ret,
			struct ipl_err *err)
{
	auto_free struct overlay *o = calloc(1, sizeof(*o));
	auto_free char *copy = strdup(name);

	if (!o || !copy)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	o->src.ops = &overlay_ops;
	o->src.name = ipl_steal(copy);
	o->src.size = size;
	o->base = base;
	o->writes = w;
	*ret = &ipl_steal(o)->src;
	return 0;
}

int ipl_src_open_overlay(struct ipl_src *base, const struct ipl_writes *w,
			 struct ipl_src **ret, struct ipl_err *err)
{
	return open_overlay(base, w, base->size, base->name, ret, err);
}

int ipl_src_open_zeros(uint64_t size, const char *name, struct ipl_src **ret,
		       struct ipl_err *err)
{
	return open_overlay(NULL, NULL, size, name, ret, err);
}
