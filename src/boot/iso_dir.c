/* SPDX-License-Identifier: MIT */
/* The directories of a CD image (docs/formats/iso.md). What is read of them is counted,
 * so that it does not matter whether they lead back to each other.
 * May use: base, format, disk. */
#include "boot/iso_dir.h"

#include "base/limits.h"
#include "format/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Areas of Rock Ridge for one name: a second one takes over when the record is full. */
#define MAX_AREAS 8u

int ipl_iso_read(const struct ipl_iso *iso, uint64_t sector,
		 uint8_t buf[static ISO_SECTOR_LEN], struct ipl_err *err)
{
	/* 32 bits of sectors do not wrap */
	return ipl_src_read(iso->src, sector * ISO_SECTOR_LEN, buf,
			    ISO_SECTOR_LEN, err);
}

static struct ipl_span span_of(const uint8_t *buf, uint64_t sector)
{
	return (struct ipl_span){ buf, ISO_SECTOR_LEN,
				  sector * ISO_SECTOR_LEN };
}

/* ---- volume descriptors */

static void copy_text(char *to, size_t size, struct ipl_span text)
{
	size_t n = text.len < size - 1 ? text.len : size - 1;

	if (n)
		memcpy(to, text.p, n);
	to[n] = '\0';
}

static void set_piece(struct ipl_iso_file *f, const struct iso_record *rec)
{
	if (!rec->len)
		return;
	f->pieces[f->n_pieces++] = (struct ipl_extent){
		.off = (uint64_t)rec->sector * ISO_SECTOR_LEN,
		.len = rec->len,
	};
	f->len += rec->len;
}

static int set_primary(struct ipl_iso *iso, const struct iso_descriptor *d,
		       uint64_t sector, struct ipl_err *err)
{
	if (d->block_size != ISO_SECTOR_LEN)
		return ipl_fail(err, IPL_EFOREIGN,
				"blocks of %u bytes (byte 0x%" PRIx64
				"), expected %u",
				d->block_size, sector * ISO_SECTOR_LEN + 128,
				ISO_SECTOR_LEN);
	iso->has_primary = true;
	copy_text(iso->volume_id, sizeof(iso->volume_id), d->volume_id);
	iso->root = (struct ipl_iso_file){ .is_directory = true };
	set_piece(&iso->root, &d->root);
	iso->root.record_off = sector * ISO_SECTOR_LEN + 156;
	return 0;
}

/* One descriptor: 1 when it is the last. */
static int read_descriptor(struct ipl_iso *iso, uint64_t sector,
			   struct ipl_err *err)
{
	uint8_t buf[ISO_SECTOR_LEN];
	struct iso_descriptor d;
	int rc = ipl_iso_read(iso, sector, buf, err);

	if (!rc)
		rc = iso_descriptor_decode(span_of(buf, sector), &d, err);
	if (rc)
		return rc;
	if (d.type == ISO_TERMINATOR)
		return 1;
	if (d.type == ISO_PRIMARY && !iso->has_primary)
		return set_primary(iso, &d, sector, err);
	if (d.type == ISO_BOOT_RECORD && d.is_el_torito && !iso->is_bootable) {
		iso->is_bootable = true;
		iso->catalog = d.catalog;
	}
	return 0;
}

int ipl_iso_open(struct ipl_src *src, struct ipl_iso *ret, struct ipl_err *err)
{
	uint64_t sector = ISO_FIRST_DESCRIPTOR;
	int rc = 0;

	*ret = (struct ipl_iso){ .src = src,
				 .sectors_left = IPL_MAX_ISO_SECTORS };
	while (!rc && sector < ISO_FIRST_DESCRIPTOR + IPL_MAX_ISO_DESCRIPTORS)
		rc = read_descriptor(ret, sector++, err);
	if (!rc)
		rc = ipl_fail(err, IPL_ELIMIT,
			      "none of %u ends the list of volume descriptors",
			      IPL_MAX_ISO_DESCRIPTORS);
	if (rc < 0) {
		sector -= sector > ISO_FIRST_DESCRIPTOR;
		ipl_err_at(err, "volume descriptor", sector * ISO_SECTOR_LEN);
		ipl_err_wrap(err,
			     "volume descriptor in sector %" PRIu64
			     " (byte 0x%" PRIx64 ")",
			     sector, sector * ISO_SECTOR_LEN);
		return rc;
	}
	if (!ret->has_primary)
		return ipl_fail(err, IPL_EBAD,
				"no primary volume descriptor from sector %u "
				"(byte 0x%x) on",
				ISO_FIRST_DESCRIPTOR,
				ISO_FIRST_DESCRIPTOR * ISO_SECTOR_LEN);
	return 0;
}

/* ---- directories */

/* A sector of them, as long as there may be more. */
static int read_directory(struct ipl_iso *iso, uint64_t sector,
			  uint8_t buf[static ISO_SECTOR_LEN],
			  struct ipl_err *err)
{
	if (!iso->sectors_left)
		return ipl_fail(err, IPL_ELIMIT,
				"more than %u sectors of directories, expected "
				"less: they may lead back to each other",
				IPL_MAX_ISO_SECTORS);
	iso->sectors_left--;
	return ipl_iso_read(iso, sector, buf, err);
}

/* The name that Rock Ridge has for the file, where it has one. */
static int read_name(struct ipl_iso *iso, struct ipl_span area,
		     struct ipl_iso_file *f, struct ipl_err *err)
{
	uint8_t buf[ISO_SECTOR_LEN];
	struct iso_susp susp = { .name_len = 0 };

	iso_susp_decode(area, &susp);
	for (unsigned i = 1; susp.next_len && i < MAX_AREAS; i++) {
		uint64_t sector = susp.next_sector;
		int rc = read_directory(iso, sector, buf, err);

		if (rc)
			return rc;
		iso_susp_decode(ipl_sub(span_of(buf, sector), susp.next_off,
					susp.next_len),
				&susp);
	}
	/* a NUL in it ends it */
	if (susp.name[0])
		snprintf(f->name, sizeof(f->name), "%s", susp.name);
	return 0;
}

/* A walk over one directory. */
struct walk {
	struct ipl_iso *iso;
	int (*each)(void *ctx, const struct ipl_iso_file *file,
		    struct ipl_err *err);
	void *ctx;
	struct ipl_iso_file file; /* while more of its pieces follow */
	bool is_in_file;
};

static int add_record(struct walk *w, const struct iso_record *rec,
		      uint64_t off, struct ipl_err *err)
{
	struct ipl_iso_file *f = &w->file;
	int rc;

	if (!w->is_in_file) {
		*f = (struct ipl_iso_file){ .record_off = off };
		copy_text(f->short_name, sizeof(f->short_name), rec->name);
		memcpy(f->name, f->short_name, sizeof(f->name));
		f->is_directory = rec->is_directory;
		rc = read_name(w->iso, rec->system_use, f, err);
		if (rc)
			return rc;
	}
	f->is_interleaved |= rec->is_interleaved;
	if (f->n_pieces == IPL_ISO_PIECES_MAX)
		return ipl_fail(err, IPL_ELIMIT,
				"a file in more than %u pieces",
				IPL_ISO_PIECES_MAX);
	set_piece(f, rec);
	w->is_in_file = rec->is_continued;
	return w->is_in_file ? 0 : w->each(w->ctx, f, err);
}

/* The records of a sector, or of the last part of a directory. */
static int walk_records(struct walk *w, struct ipl_span in, struct ipl_err *err)
{
	size_t at = 0;

	while (at < in.len) {
		struct iso_record rec;
		uint64_t off = in.base + at;
		int rc = iso_record_decode(ipl_sub(in, at, in.len), &rec, err);

		if (!rc && !rec.record_len)
			break;
		if (!rc && !rec.is_dot)
			rc = add_record(w, &rec, off, err);
		if (rc < 0) {
			ipl_err_at(err, "directory record", off);
			ipl_err_wrap(err, "byte 0x%" PRIx64, off);
		}
		if (rc)
			return rc;
		at += rec.record_len;
	}
	return 0;
}

static int walk_piece(struct walk *w, const struct ipl_extent *x,
		      struct ipl_err *err)
{
	int rc = 0;

	for (uint64_t at = 0; !rc && at < x->len; at += ISO_SECTOR_LEN) {
		uint64_t sector = (x->off + at) / ISO_SECTOR_LEN;
		uint8_t buf[ISO_SECTOR_LEN];
		size_t len = x->len - at < sizeof(buf) ? (size_t)(x->len - at)
						       : sizeof(buf);

		rc = read_directory(w->iso, sector, buf, err);
		if (!rc)
			rc = walk_records(
				w, ipl_sub(span_of(buf, sector), 0, len), err);
	}
	return rc;
}

int ipl_iso_walk(struct ipl_iso *iso, const struct ipl_iso_file *dir,
		 int (*each)(void *ctx, const struct ipl_iso_file *file,
			     struct ipl_err *err),
		 void *ctx, struct ipl_err *err)
{
	struct walk w = { .iso = iso, .each = each, .ctx = ctx };
	int rc = 0;

	for (size_t i = 0; !rc && i < dir->n_pieces; i++)
		rc = walk_piece(&w, &dir->pieces[i], err);
	if (rc < 0 && rc != IPL_ENOMEM)
		ipl_err_wrap(err, "directory %s",
			     dir->name[0] ? dir->name : "/");
	return rc;
}

/* ---- by path */

struct wanted {
	char name[ISO_NAME_MAX + 1];
	struct ipl_iso_file *ret;
};

static int match_name(void *ctx, const struct ipl_iso_file *file,
		      struct ipl_err *err)
{
	struct wanted *w = ctx;

	(void)err;
	if (strcasecmp(file->name, w->name) &&
	    strcasecmp(file->short_name, w->name))
		return 0;
	*w->ret = *file;
	return 1;
}

/* The next part of @path, which becomes the rest. */
static struct ipl_span next_part(struct ipl_span *path)
{
	const uint8_t *slash = memchr(path->p, '/', path->len);
	size_t len = slash ? (size_t)(slash - path->p) : path->len;
	struct ipl_span part = ipl_sub(*path, 0, len);

	*path = ipl_sub(*path, len + 1, path->len);
	return part;
}

int ipl_iso_find(struct ipl_iso *iso, struct ipl_span path,
		 struct ipl_iso_file *ret, struct ipl_err *err)
{
	const struct ipl_span whole = path;
	struct ipl_iso_file at = iso->root, found;
	unsigned depth = 0;

	while (path.len) {
		struct ipl_span part = next_part(&path);
		struct wanted w = { .ret = &found };
		int rc = 0;

		if (!part.len || ipl_span_is(part, "."))
			continue;
		copy_text(w.name, sizeof(w.name), part);
		if (depth++ == IPL_MAX_ISO_DEPTH)
			return ipl_fail(err, IPL_ELIMIT,
					"'%.*s' is more than %u directories "
					"deep",
					IPL_SPAN_ARG(whole), IPL_MAX_ISO_DEPTH);
		if (at.is_directory)
			rc = ipl_iso_walk(iso, &at, match_name, &w, err);
		if (rc < 0)
			return rc;
		if (!rc || part.len > ISO_NAME_MAX)
			return ipl_fail(err, IPL_EBAD,
					"there is no file '%.*s'",
					IPL_SPAN_ARG(whole));
		at = found;
	}
	if (at.is_directory)
		return ipl_fail(err, IPL_EBAD,
				"'%.*s' is a directory, expected a file",
				IPL_SPAN_ARG(whole));
	if (at.is_interleaved)
		return ipl_fail(err, IPL_EUNSUP,
				"the file '%.*s' is interleaved with others "
				"(byte 0x%" PRIx64 "), expected sectors in a "
				"row",
				IPL_SPAN_ARG(whole), at.record_off);
	*ret = at;
	return 0;
}

/* ---- by place */

struct search {
	struct ipl_iso *iso;
	uint64_t off;
	uint64_t *ret;
	unsigned depth;
};

static int search_dir(struct search *s, const struct ipl_iso_file *dir,
		      struct ipl_err *err);

static int match_place(void *ctx, const struct ipl_iso_file *file,
		       struct ipl_err *err)
{
	struct search *s = ctx;

	if (file->is_directory)
		return search_dir(s, file, err);
	if (!file->n_pieces || file->pieces[0].off != s->off)
		return 0;
	*s->ret = file->len;
	return 1;
}

static int search_dir(struct search *s, const struct ipl_iso_file *dir,
		      struct ipl_err *err)
{
	int rc = 0;

	if (s->depth++ < IPL_MAX_ISO_DEPTH)
		rc = ipl_iso_walk(s->iso, dir, match_place, s, err);
	s->depth--;
	return rc;
}

int ipl_iso_len_at(struct ipl_iso *iso, uint32_t sector, uint64_t *ret,
		   struct ipl_err *err)
{
	struct search s = { .iso = iso,
			    .off = (uint64_t)sector * ISO_SECTOR_LEN,
			    .ret = ret };
	int rc;

	*ret = 0;
	rc = search_dir(&s, &iso->root, err);
	return rc < 0 ? rc : 0;
}
