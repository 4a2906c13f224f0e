/* SPDX-License-Identifier: MIT */
/* The layout of CD images (docs/formats/iso.md): programs are the images of the boot
 * catalog that begin like a Linux, which QEMU's firmware loads, and the .ins files in the
 * root directory, which the HMC offers. May use: base, format, disk. */
#include "boot/iso.h"

#include "base/limits.h"
#include "boot/extent.h"
#include "boot/iso_dir.h"
#include "boot/note.h"
#include "boot/replace.h"
#include "format/ins.h"
#include "format/linux_image.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DESCRIPTORS_OFF (UINT64_C(1) * ISO_FIRST_DESCRIPTOR * ISO_SECTOR_LEN)

#define ENTRIES (ISO_SECTOR_LEN / ISO_BOOT_ENTRY_LEN)

/* The boot catalog counts these. */
#define CATALOG_UNIT 512u

#define PSW_LINUX (UINT64_C(0x0008000080000000) | LINUX_IMAGE_ENTRY)

#define EP_LEN	(sizeof(LINUX_IMAGE_MAGIC) - 1)
#define EP_ADDR (LINUX_IMAGE_ENTRY + LINUX_IMAGE_MAGIC_OFF)

struct reading {
	struct ipl_map *map;
	struct ipl_iso iso;
	unsigned n_images, n_ins;
	unsigned n_foreign; /* entries of the catalog that do not begin like Linux */
};

static int iso_probe(const struct ipl_map *map, struct ipl_err *err)
{
	const uint64_t off = DESCRIPTORS_OFF;
	uint8_t head[8];
	int rc;

	if (map->src->size < off + ISO_SECTOR_LEN)
		return 0;
	rc = ipl_src_read(map->src, off, head, sizeof(head), err);
	return rc ? rc
		  : iso_is_descriptor(
			    (struct ipl_span){ head, sizeof(head), off });
}

/* ---- programs */

static struct ipl_program *add_program(struct reading *r, uint64_t table_off,
				       size_t max_comps)
{
	struct ipl_program *prog = &r->map->programs[r->map->n_programs];

	prog->comps = calloc(max_comps + 1, sizeof(*prog->comps));
	if (!prog->comps)
		return NULL;
	prog->number = (unsigned)r->map->n_programs++;
	prog->table_off = table_off;
	return prog;
}

static int add_piece(const struct reading *r, struct ipl_component *comp,
		     size_t *capacity, const struct ipl_extent *x,
		     struct ipl_err *err)
{
	uint64_t size = r->map->src->size;
	int rc;

	if (x->off > size || x->len > size - x->off) {
		ipl_fail(err, IPL_ERANGE,
			 "lies at byte 0x%" PRIx64 " to 0x%" PRIx64
			 ", past the end of the CD image, which has %" PRIu64
			 " bytes",
			 x->off, x->off + x->len - 1, size);
		ipl_err_advise(err,
			       "the image may be truncated: copy it again");
		return IPL_ERANGE;
	}
	rc = ipl_extent_append(comp, capacity, x, err);
	if (!rc)
		comp->len += x->len;
	return rc;
}

/* The PSW at 0, from where it lies on the disk. */
static int read_psw(const struct reading *r, struct ipl_program *prog,
		    struct ipl_component *exec, struct ipl_err *err)
{
	const struct ipl_component *c = ipl_comp_at(prog, 0);
	uint8_t psw[8];
	struct ipl_rd rd = { .in = { psw, sizeof(psw), 0 } };
	int rc;

	if (!c || c->len < sizeof(psw))
		return ipl_fail(err, IPL_EBAD,
				"nothing is loaded to 0, expected a PSW there");
	rc = ipl_comp_read(r->map->src, prog, c, 0, psw, sizeof(psw), err);
	exec->entry_off = c->extents[0].off;
	exec->psw = ipl_be64(&rd);
	return rc;
}

/* Where it begins: a Linux at its entry, since what its PSW at 0 leads to is for an IPL
 * from tape or reader; all else by the PSW at 0. QEMU's firmware does the same. */
static int add_start(const struct reading *r, struct ipl_program *prog,
		     struct ipl_err *err)
{
	struct ipl_component *exec = &prog->comps[prog->n_comps];
	const struct ipl_component *c = ipl_comp_at(prog, LINUX_IMAGE_ENTRY);
	char ep[EP_LEN] = "";
	int rc = 0;

	exec->type = IPL_COMP_EXECUTE;
	if (c && c->len - (LINUX_IMAGE_ENTRY - c->addr) >=
			 LINUX_IMAGE_MAGIC_OFF + EP_LEN)
		rc = ipl_comp_read(r->map->src, prog, c, EP_ADDR - c->addr, ep,
				   sizeof(ep), err);
	if (rc)
		return rc;
	if (!memcmp(ep, LINUX_IMAGE_MAGIC, EP_LEN)) {
		exec->psw = PSW_LINUX;
		exec->entry_off = prog->table_off;
	} else {
		rc = read_psw(r, prog, exec, err);
	}
	if (!rc)
		prog->n_comps++;
	return rc;
}

/* ---- the boot catalog */

/* Bytes 8 to 31 of a Linux image, two channel command words and a part of what they
 * read: with them QEMU's firmware knows one. */
static const uint8_t linux_ccws[24] = {
	0x02, 0x00, 0x00, 0x18, 0x60, 0x00, 0x00, 0x50, 0x02, 0x00, 0x00, 0x68,
	0x60, 0x00, 0x00, 0x50, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
};

/* Whether the image at @sector begins like a Linux: 1, 0, or an error. */
static int is_linux(const struct reading *r, uint32_t sector,
		    struct ipl_err *err)
{
	uint64_t off = (uint64_t)sector * ISO_SECTOR_LEN;
	uint64_t size = r->map->src->size;
	uint8_t head[8 + sizeof(linux_ccws)], ep[EP_LEN];
	int rc;

	if (off >= size || size - off < sizeof(head))
		return 0;
	rc = ipl_src_read(r->map->src, off, head, sizeof(head), err);
	if (rc || !memcmp(head + 8, linux_ccws, sizeof(linux_ccws)))
		return rc ? rc : 1;
	if (size - off < EP_ADDR + EP_LEN)
		return 0;
	rc = ipl_src_read(r->map->src, off + EP_ADDR, ep, sizeof(ep), err);
	return rc ? rc : !memcmp(ep, LINUX_IMAGE_MAGIC, EP_LEN);
}

/* The catalog's count is often that of one sector, and has only 16 bits: the file of the
 * image says how long it is, where there is one. */
static int add_image_data(struct reading *r, struct ipl_program *prog,
			  const struct iso_boot_entry *e, uint64_t entry_off,
			  struct ipl_err *err)
{
	struct ipl_component *comp = &prog->comps[prog->n_comps];
	struct ipl_extent x = { .off = (uint64_t)e->sector * ISO_SECTOR_LEN };
	size_t capacity = 0;
	int rc;

	if (e->segment)
		return ipl_fail(err, IPL_EUNSUP,
				"load segment 0x%x (byte 0x%" PRIx64
				"), expected 0",
				e->segment, entry_off + 2);
	rc = ipl_iso_len_at(&r->iso, e->sector, &x.len, err);
	if (rc)
		return rc;
	if (!x.len)
		x.len = (uint64_t)e->count * CATALOG_UNIT;
	comp->type = IPL_COMP_LOAD;
	comp->entry_off = entry_off;
	prog->n_comps++;
	rc = add_piece(r, comp, &capacity, &x, err);
	return rc ? rc : add_start(r, prog, err);
}

static int name_image(const struct reading *r, struct ipl_program *prog,
		      struct ipl_err *err)
{
	const char *volume =
		r->iso.volume_id[0] ? r->iso.volume_id : "boot image";
	int n = r->n_images == 1 ? asprintf(&prog->menu_name, "%s", volume)
				 : asprintf(&prog->menu_name, "%s (%u)", volume,
					    r->n_images);

	if (n >= 0)
		return 0;
	prog->menu_name = NULL;
	return ipl_fail(err, IPL_ENOMEM, "out of memory");
}

/* What is wrong with one program leaves the others alone. */
static int judge(struct ipl_program *prog, int rc, struct ipl_err *err)
{
	if (rc == IPL_ENOMEM)
		return ipl_fail(err, rc, "out of memory");
	prog->rc = rc;
	return 0;
}

static int add_image(struct reading *r, const struct iso_boot_entry *e,
		     uint64_t entry_off, struct ipl_err *err)
{
	struct ipl_program *prog = add_program(r, entry_off, 1);
	int rc;

	if (!prog)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	r->n_images++;
	rc = name_image(r, prog, err);
	if (rc)
		return rc;
	rc = add_image_data(r, prog, e, entry_off, &prog->err);
	if (rc) {
		ipl_err_at(&prog->err, "boot catalog", entry_off);
		ipl_err_wrap(&prog->err,
			     "boot image at sector %" PRIu32 " (byte 0x%" PRIx64
			     ")",
			     e->sector, (uint64_t)e->sector * ISO_SECTOR_LEN);
	}
	return judge(prog, rc, err);
}

static int read_entry(struct reading *r, struct ipl_span in,
		      struct ipl_err *err)
{
	struct iso_boot_entry e;
	int rc = iso_boot_entry_decode(in, &e, err);

	if (rc || !e.is_bootable || e.reserved || !e.count)
		return rc;
	rc = is_linux(r, e.sector, err);
	if (!rc)
		r->n_foreign++;
	if (rc <= 0 || r->n_images == IPL_MAX_ISO_PROGRAMS)
		return rc < 0 ? rc : 0;
	return add_image(r, &e, in.base, err);
}

static int read_catalog(struct reading *r, struct ipl_err *err)
{
	uint64_t off = (uint64_t)r->iso.catalog * ISO_SECTOR_LEN;
	uint8_t buf[ISO_SECTOR_LEN];
	struct ipl_span in = { buf, sizeof(buf), off };
	int rc = ipl_iso_read(&r->iso, r->iso.catalog, buf, err);

	if (!rc)
		rc = iso_boot_catalog_check(in, err);
	for (size_t i = 1; !rc && i < ENTRIES; i++)
		rc = read_entry(
			r,
			ipl_sub(in, i * ISO_BOOT_ENTRY_LEN, ISO_BOOT_ENTRY_LEN),
			err);
	if (rc) {
		ipl_err_at(err, "boot catalog", off);
		ipl_err_wrap(err,
			     "boot catalog in sector %" PRIu32
			     " (byte 0x%" PRIx64 ")",
			     r->iso.catalog, off);
	}
	return rc;
}

/* ---- .ins files */

static int add_file(struct reading *r, struct ipl_program *prog,
		    const struct ins_line *line, uint64_t entry_off,
		    struct ipl_err *err)
{
	struct ipl_component *comp = &prog->comps[prog->n_comps];
	struct ipl_iso_file f;
	size_t capacity = 0;
	int rc = ipl_iso_find(&r->iso, line->path, &f, err);

	if (rc || !f.len) /* a file without a byte has no place either */
		return rc;
	comp->type = IPL_COMP_LOAD;
	comp->replaces = true;
	comp->addr = line->addr;
	comp->entry_off = entry_off;
	prog->n_comps++;
	for (size_t i = 0; !rc && i < f.n_pieces; i++)
		rc = add_piece(r, comp, &capacity, &f.pieces[i], err);
	if (rc)
		ipl_err_wrap(err, "'%.*s'", IPL_SPAN_ARG(line->path));
	return rc;
}

static int read_lines(struct reading *r, struct ipl_program *prog,
		      struct ipl_span text, struct ipl_err *err)
{
	struct ipl_lines lines = { .in = text };
	struct ins_line line;
	int rc;

	while ((rc = ins_next(&lines, &line, err)) > 0) {
		uint64_t off = text.base + (size_t)(line.path.p - text.p);

		if (prog->n_comps == IPL_MAX_INS_FILES)
			return ipl_fail(err, IPL_ELIMIT,
					"line %u: more than %u files",
					line.line, IPL_MAX_INS_FILES);
		rc = add_file(r, prog, &line, off, err);
		if (rc) {
			ipl_err_wrap(err, "line %u", line.line);
			return rc;
		}
	}
	if (!rc && !prog->n_comps)
		return ipl_fail(err, IPL_EBAD, "names no file to be loaded");
	return rc ? rc : add_start(r, prog, err);
}

static int read_ins(struct reading *r, struct ipl_program *prog,
		    const struct ipl_iso_file *f, struct ipl_err *err)
{
	uint8_t text[IPL_MAX_INS_FILE];
	uint64_t off = prog->table_off;
	int rc;

	if (f->is_interleaved || f->n_pieces > 1 || f->len > sizeof(text))
		return ipl_fail(err, IPL_ELIMIT,
				"%" PRIu64 " bytes in %zu pieces, expected "
				"some lines of text",
				f->len, f->n_pieces);
	rc = f->len ? ipl_src_read(r->map->src, off, text, (size_t)f->len, err)
		    : 0;
	return rc ? rc
		  : read_lines(r, prog,
			       (struct ipl_span){ text, (size_t)f->len, off },
			       err);
}

static bool is_ins(const struct ipl_iso_file *f)
{
	size_t len = strlen(f->name);

	return !f->is_directory && len > 4 &&
	       !strcasecmp(f->name + len - 4, ".ins");
}

static int add_if_ins(void *ctx, const struct ipl_iso_file *f,
		      struct ipl_err *err)
{
	struct reading *r = ctx;
	struct ipl_program *prog;
	int rc;

	if (!is_ins(f) || r->n_ins == IPL_MAX_ISO_PROGRAMS)
		return 0;
	prog = add_program(r, f->n_pieces ? f->pieces[0].off : f->record_off,
			   IPL_MAX_INS_FILES);
	if (prog)
		prog->menu_name = strdup(f->name);
	if (!prog || !prog->menu_name)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	r->n_ins++;
	rc = read_ins(r, prog, f, &prog->err);
	if (rc) {
		ipl_err_at(&prog->err, ".ins file", prog->table_off);
		ipl_err_wrap(&prog->err, "'%s' (byte 0x%" PRIx64 ")",
			     prog->menu_name, prog->table_off);
	}
	return judge(prog, rc, err);
}

/* ---- the default */

static int copy_component(struct ipl_component *to,
			  const struct ipl_component *from)
{
	size_t len = from->n_extents * sizeof(*from->extents);

	*to = *from;
	to->extents = NULL;
	if (!len)
		return 0;
	to->extents = malloc(len);
	if (!to->extents)
		return IPL_ENOMEM;
	memcpy(to->extents, from->extents, len);
	return 0;
}

/* Program 0 is what is IPLed if nobody says anything: the first. */
static int set_default(struct ipl_map *map, struct ipl_err *err)
{
	struct ipl_program *to = &map->programs[0], *from = &map->programs[1];

	from->is_default = true;
	to->is_default = true;
	to->copy_of = from->number;
	to->table_off = from->table_off;
	to->rc = from->rc;
	to->err = from->err;
	to->comps = calloc(from->n_comps + 1, sizeof(*to->comps));
	if (!to->comps)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	while (to->n_comps < from->n_comps) {
		if (copy_component(&to->comps[to->n_comps],
				   &from->comps[to->n_comps]))
			return ipl_fail(err, IPL_ENOMEM, "out of memory");
		to->n_comps++;
	}
	return 0;
}

static int nothing_to_boot(const struct reading *r, struct ipl_err *err)
{
	if (r->n_foreign)
		ipl_fail(
			err, IPL_EUNSUP,
			"a CD image (ISO 9660) that cannot be booted here: of "
			"%u images in its boot catalog (byte 0x%" PRIx64
			") none begins like a Linux for IBM Z, and there is no "
			".ins file in its root directory",
			r->n_foreign,
			(uint64_t)r->iso.catalog * ISO_SECTOR_LEN);
	else
		ipl_fail(err, IPL_EUNSUP,
			 "a CD image (ISO 9660) that cannot be booted: it has "
			 "no boot catalog with an image (El Torito), and no "
			 ".ins file in its root directory");
	ipl_err_advise(err, "take an image that is made for s390x");
	return IPL_EUNSUP;
}

/* A boot catalog that is damaged leaves the .ins files. */
static int read_programs(struct reading *r, struct ipl_err *err)
{
	struct ipl_map *map = r->map;
	struct ipl_err why;
	int bad = 0, rc;

	if (r->iso.is_bootable) {
		map->table_off = (uint64_t)r->iso.catalog * ISO_SECTOR_LEN;
		bad = read_catalog(r, &why);
	}
	rc = ipl_iso_walk(&r->iso, &r->iso.root, add_if_ins, r, err);
	if (rc)
		return rc;
	if (bad && (bad == IPL_ENOMEM || map->n_programs == 1)) {
		if (err)
			*err = why;
		return bad;
	}
	if (bad)
		return ipl_note_add(map, IPL_NOTE_CATALOG, err, "%.400s",
				    why.msg);
	return map->n_programs > 1 ? 0 : nothing_to_boot(r, err);
}

static int iso_read(struct ipl_map *map, struct ipl_err *err)
{
	struct reading r = { .map = map };
	int rc = ipl_iso_open(map->src, &r.iso, err);

	map->block_size = ISO_SECTOR_LEN;
	map->record_off = DESCRIPTORS_OFF;
	if (rc) {
		ipl_err_wrap(err, "CD image (ISO 9660)");
		return rc;
	}
	/* numbers begin at 1; 0 is the default's */
	map->programs =
		calloc(2 * IPL_MAX_ISO_PROGRAMS + 1, sizeof(*map->programs));
	if (!map->programs)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	map->n_programs = 1;
	rc = read_programs(&r, err);
	return rc ? rc : set_default(map, err);
}

const struct ipl_layout ipl_layout_iso = {
	.name = "iso",
	.title = "CD image (ISO 9660)",
	.probe = iso_probe,
	.read = iso_read,
};
