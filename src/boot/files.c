/* SPDX-License-Identifier: MIT */
/* The files that a program was made of, as far as they are on the disk.
 * May use: base, format, disk. */
#include "boot/files.h"

#include "base/cleanup.h"
#include "boot/dump.h"
#include "boot/extent.h"
#include "boot/holes.h"
#include "boot/plan.h"
#include "format/linux_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PSW_ADDR UINT64_C(0x7fffffff)

#define PART_LEN (UINT64_C(1) << 20)

/* What a signed file has behind its signature. */
#define SIGNATURE_END_LEN 40

/* In an entry of the component table: format (1), reserved (3), length (4). */
#define SIGNATURE_LEN_OFF 28

#define NOTE_HEAD                                                          \
	"the first 64 KiB are not on the disk (zipl before 2.9 cuts them " \
	"off); zeros stand for them"
#define NOTE_BLOCKS "its exact length is not known: whole blocks"
#define NOTE_FOREIGN                                                     \
	"where holes of the file end it has foreign blocks in place of " \
	"zeros (a fault of zipl 2.18 to 2.43)"
#define NOTE_SIGNED "without its signature, which is a file of its own"

struct finder {
	const struct ipl_map *map;
	const struct ipl_program *prog;
	struct ipl_files files;
	/* the signature of the next component, exact bytes; 0 for none */
	uint64_t signature_len;
};

/* Another note about @file, behind those it has. */
static void note(struct ipl_file *file, const char *text)
{
	size_t len = strlen(file->note);

	snprintf(file->note + len, sizeof(file->note) - len, "%s%s",
		 len ? "; " : "", text);
}

static struct ipl_file *add(struct finder *f, const char *name,
			    const struct ipl_component *comp, uint64_t len)
{
	struct ipl_file *file = &f->files.files[f->files.n++];

	snprintf(file->name, sizeof(file->name), "%s", name);
	file->comp = comp;
	file->len = len;
	if (comp && ipl_foreign_find(comp, f->map->block_size).n)
		note(file, NOTE_FOREIGN);
	return file;
}

/* Where the kernel's entry is in @comp. */
static uint64_t kernel_entry(const struct finder *f,
			     const struct ipl_component *comp)
{
	const struct ipl_stage3 *s = &f->prog->stage3;
	uint64_t psw = f->prog->comps[f->prog->n_comps - 1].psw;

	if (s->present && s->gen == ZIPL_STAGE3_80)
		return s->image_addr - comp->addr + LINUX_IMAGE_ENTRY;
	if (s->present)
		psw = s->load_psw;
	if (psw == IPL_KDUMP_PSW)
		psw -= IPL_KDUMP_ENTRY;
	return (psw & PSW_ADDR) - comp->addr;
}

static void add_kernel(struct finder *f, const struct ipl_component *comp)
{
	struct ipl_file *file = add(f, "kernel", comp, comp->len);
	uint64_t entry = kernel_entry(f, comp);
	uint64_t len = f->prog->stage3.image_len;

	if (entry < LINUX_IMAGE_ENTRY) {
		file->zeros = LINUX_IMAGE_ENTRY - entry;
		note(file, NOTE_HEAD);
	} else if (entry - LINUX_IMAGE_ENTRY < comp->len) {
		file->off = entry - LINUX_IMAGE_ENTRY;
		file->len -= file->off;
	}
	if (len == 0)
		return;
	if (f->signature_len && len > f->signature_len + SIGNATURE_END_LEN) {
		len -= f->signature_len + SIGNATURE_END_LEN;
		note(file, NOTE_SIGNED);
	}
	if (len > file->len)
		file->missing = len - file->len;
	else
		file->len = len;
}

static void add_ramdisk(struct finder *f, const struct ipl_component *comp)
{
	const struct ipl_stage3 *s = &f->prog->stage3;
	struct ipl_file *file = add(f, "ramdisk", comp, comp->len);
	uint64_t len = f->prog->ramdisk_len;

	if (s->present) {
		file->off = s->initrd_addr - comp->addr;
		file->len -= file->off;
		len = s->initrd_len;
	}
	/* stage 3 is told the length with the signature, if there is one */
	if (f->signature_len && len > f->signature_len + SIGNATURE_END_LEN &&
	    len > file->len) {
		len -= f->signature_len + SIGNATURE_END_LEN;
		note(file, NOTE_SIGNED);
	}
	if (len > file->len)
		file->missing = len - file->len;
	else
		file->len = len;
}

static void add_environment(struct finder *f, const struct ipl_component *comp)
{
	struct ipl_file *file = add(f, "environment", comp, comp->len);
	uint64_t len = f->prog->stage3.envblk_len;

	if (len && len < comp->len)
		file->len = len;
}

static void add_load(struct finder *f, const struct ipl_component *comp)
{
	char name[32];

	switch (comp->purpose) {
	case IPL_PURPOSE_KERNEL:
		add_kernel(f, comp);
		break;
	case IPL_PURPOSE_RAMDISK:
		add_ramdisk(f, comp);
		break;
	case IPL_PURPOSE_ENVBLK:
		add_environment(f, comp);
		break;
	case IPL_PURPOSE_PARMLINE: /* as text, further down */
	case IPL_PURPOSE_SCRATCH:
		break;
	case IPL_PURPOSE_PARAMS:
		add(f, "params", comp, ZIPL_STAGE3_80)->off =
			ZIPL_STAGE3_PARAMS_ADDR - comp->addr;
		break;
	case IPL_PURPOSE_STAGE3:
		add(f, "stage3", comp, comp->len);
		break;
	case IPL_PURPOSE_UNKNOWN:
		snprintf(name, sizeof(name), "component-%zu",
			 (size_t)(comp - f->prog->comps));
		note(add(f, name, comp, comp->len), NOTE_BLOCKS);
		break;
	}
}

/* What the signature in front of @comp is called. */
static void name_signature(struct ipl_file *file,
			   const struct ipl_component *comp, size_t entry)
{
	if (comp->type == IPL_COMP_LOAD && comp->purpose)
		snprintf(file->name, sizeof(file->name), "%s.signature",
			 ipl_purpose_name(comp->purpose));
	else
		snprintf(file->name, sizeof(file->name),
			 "component-%zu.signature", entry);
}

static int add_signature(struct finder *f, size_t i, struct ipl_err *err)
{
	const struct ipl_component *comp = &f->prog->comps[i];
	struct ipl_file *file = add(f, "", comp, comp->len);
	uint8_t raw[4];
	struct ipl_rd rd = { .in = { raw, sizeof(raw), 0 } };
	int rc;

	rc = ipl_src_read(f->map->src, comp->entry_off + SIGNATURE_LEN_OFF, raw,
			  sizeof(raw), err);
	if (rc)
		return rc;
	f->signature_len = ipl_be32(&rd);
	if (f->signature_len < comp->len)
		file->len = f->signature_len;
	name_signature(file, &comp[1], i + 1); /* EXECUTE is the last */
	return 0;
}

static int find_all(struct finder *f, struct ipl_err *err)
{
	for (size_t i = 0; i + 1 < f->prog->n_comps; i++) {
		const struct ipl_component *comp = &f->prog->comps[i];

		if (comp->type == IPL_COMP_SIGNATURE) {
			int rc = add_signature(f, i, err);

			if (rc)
				return rc;
		} else if (comp->type == IPL_COMP_LOAD) {
			add_load(f, comp);
			f->signature_len = 0;
		}
	}
	if (f->prog->cmdline) {
		struct ipl_file *file = add(f, "cmdline", NULL, 0);

		file->text = f->prog->cmdline;
		file->len = strlen(file->text);
	}
	return 0;
}

/* Two entries may have the same purpose: the second one is a component like
 * any other. */
static void name_apart(struct ipl_files *files, const struct ipl_program *prog)
{
	for (size_t i = 1; i < files->n; i++) {
		struct ipl_file *file = &files->files[i];

		for (size_t k = 0; file->comp && k < i; k++) {
			if (!strcmp(files->files[k].name, file->name))
				snprintf(file->name, sizeof(file->name),
					 "component-%zu",
					 (size_t)(file->comp - prog->comps));
		}
	}
}

int ipl_files_find(const struct ipl_map *map, const struct ipl_program *prog,
		   struct ipl_files *ret, struct ipl_err *err)
{
	struct finder f = { .map = map, .prog = prog };
	int rc;

	if (prog->rc)
		return ipl_program_fail(prog, err);
	f.files.files = calloc(prog->n_comps + 1, sizeof(*f.files.files));
	if (!f.files.files)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	rc = find_all(&f, err);
	if (rc) {
		ipl_files_done(&f.files);
		return rc;
	}
	name_apart(&f.files, prog);
	*ret = f.files;
	return 0;
}

void ipl_files_done(struct ipl_files *files)
{
	free(files->files);
	*files = (struct ipl_files){ 0 };
}

uint64_t ipl_file_size(const struct ipl_file *file)
{
	return file->zeros + file->len + (file->text != NULL);
}

static int put_zeros(uint64_t len, uint8_t *buf, ipl_file_part_fn part,
		     void *ctx, struct ipl_err *err)
{
	int rc = 0;

	memset(buf, 0, PART_LEN);
	while (!rc && len) {
		size_t n = len < PART_LEN ? (size_t)len : PART_LEN;

		rc = part(ctx, buf, n, err);
		len -= n;
	}
	return rc;
}

int ipl_file_read(const struct ipl_map *map, const struct ipl_file *file,
		  ipl_file_part_fn part, void *ctx, struct ipl_err *err)
{
	auto_free uint8_t *buf = malloc(PART_LEN);
	struct ipl_extent_pos pos = { 0 };
	uint64_t left = file->len;
	int rc;

	if (!buf)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (file->text) {
		rc = part(ctx, file->text, (size_t)file->len, err);
		return rc ? rc : part(ctx, "\n", 1, err);
	}
	pos.x = file->comp->extents;
	pos.n = file->comp->n_extents;
	ipl_extent_skip(&pos, file->off);
	rc = put_zeros(file->zeros, buf, part, ctx, err);
	while (!rc && left) {
		size_t n = left < PART_LEN ? (size_t)left : PART_LEN;

		rc = ipl_extent_read(map->src, &pos, buf, n, err);
		if (!rc)
			rc = part(ctx, buf, n, err);
		ipl_extent_skip(&pos, n);
		left -= n;
	}
	return rc;
}
