/* SPDX-License-Identifier: MIT */
/* Building a boot map (docs/formats/zipl.md). The order of blocks in the area
 * matters: program tables are the first, component tables the last, so that
 * whoever reads the map knows from these what all of it takes (old.c).
 * May use: base, format, disk. */
#include "install/blob.h"

#include "format/description.h"
#include "format/linux_image.h"

#include "boot_blobs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Short PSW: 31-bit addresses. */
#define PSW_START (UINT64_C(0x0008000080000000))

#define PAGE	     4096u
#define INITRD_ALIGN 0x10000u
#define MEMORY_END   UINT64_C(0x7fffffff) /* of what stage 3 can address */

static uint64_t round_up(uint64_t n, uint64_t unit)
{
	return (n + unit - 1) / unit * unit;
}

/* --- what all programs share --- */

static int put_stage3(struct ipl_build *b, struct ipl_err *err)
{
	int rc =
		ipl_blob_put_data(b, guest_stage3_bin, sizeof(guest_stage3_bin),
				  "stage 3", &b->stage3, err);

	return rc ? rc : ipl_blob_put_tables(b, &b->stage3, err);
}

static int put_files(struct ipl_build *b, struct ipl_err *err)
{
	int rc = 0;

	b->file_blobs = calloc(b->files->n, sizeof(*b->file_blobs));
	if (!b->file_blobs)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	for (size_t i = 0; !rc && i < b->files->n; i++) {
		const struct ipl_install_file *f = &b->files->v[i];

		rc = f->src ? ipl_blob_put_file(b, f, &b->file_blobs[i], err)
			    : ipl_blob_refer(f, &b->file_blobs[i], err);
		if (!rc)
			rc = ipl_blob_put_tables(b, &b->file_blobs[i], err);
	}
	return rc;
}

/* --- programs --- */

/* An address for the ramdisk that somebody gave: segments are whole blocks, for
 * channel programs too, and kernel and command line end at @min. */
static int check_address(const struct ipl_build *b,
			 const struct ipl_job_file *file, uint64_t min,
			 struct ipl_err *err)
{
	unsigned unit = b->target->block_size;

	if (file->addr % unit)
		ipl_fail(err, IPL_EINVAL,
			 "%s: the ramdisk is to be at address 0x%" PRIx64
			 ", expected a multiple of the disk's block size, 0x%x",
			 file->addr_from, file->addr, unit);
	else if (file->addr < min)
		ipl_fail(err, IPL_EINVAL,
			 "%s: the ramdisk is to be at address 0x%" PRIx64
			 ", but kernel and command line end at 0x%" PRIx64,
			 file->addr_from, file->addr, min);
	else if (file->addr >= MEMORY_END)
		ipl_fail(err, IPL_EINVAL,
			 "%s: the ramdisk is to be at address 0x%" PRIx64
			 ", expected one below 2 GiB",
			 file->addr_from, file->addr);
	else
		return 0;
	ipl_err_advise(err, "leave the address out, then one is found");
	return IPL_EINVAL;
}

/* The ramdisk of entry @i from p->initrd_addr on. Each file of it begins with a
 * block, behind zeros that Linux skips between archives. Ends at the first file
 * that is beyond memory, so that no sum wraps. */
static void place_ramdisk(const struct ipl_build *b, size_t i,
			  struct ipl_places *p)
{
	uint64_t end = p->initrd_addr;

	for (size_t k = 0;
	     k < b->job->entries[i].n_initrds && end <= MEMORY_END; k++) {
		p->file_addr[k] = round_up(end, b->target->block_size);
		end = p->file_addr[k] +
		      b->files->v[b->files->of[i].initrd[k]].len;
	}
	p->initrd_len = end - p->initrd_addr;
}

static int check_end(const struct ipl_job_entry *e, uint64_t end,
		     struct ipl_err *err)
{
	const char *from = e->n_initrds ? e->initrd[0].addr_from : NULL;

	if (end <= MEMORY_END)
		return 0;
	return ipl_fail(err, IPL_EINVAL,
			"%s%sentry %u ends at address 0x%" PRIx64
			": expected no more than 2 GiB for kernel and ramdisk",
			from ? from : "", from ? ": " : "", e->number, end);
}

/* Kernel, command line and ramdisk one behind the other, as zipl has them. */
static int find_places(const struct ipl_build *b, size_t i,
		       struct ipl_places *ret, struct ipl_err *err)
{
	const struct ipl_job_entry *e = &b->job->entries[i];
	const struct ipl_install_file *kernel =
		&b->files->v[b->files->of[i].kernel];
	size_t parm_len = (e->cmdline ? strlen(e->cmdline) : 0) + 1;
	struct ipl_places p = { .kernel_len = kernel->len };
	uint64_t unit = b->target->block_size;
	uint64_t end;
	int rc = 0;

	p.parm_addr = round_up(LINUX_IMAGE_ENTRY + round_up(p.kernel_len, unit),
			       PAGE);
	end = p.parm_addr + round_up(parm_len, unit);
	if (e->n_initrds) {
		p.initrd_addr = round_up(end, INITRD_ALIGN);
		if (e->initrd[0].addr_from) {
			p.initrd_addr = e->initrd[0].addr;
			rc = check_address(b, &e->initrd[0], end, err);
		}
		place_ramdisk(b, i, &p);
		end = p.initrd_addr + round_up(p.initrd_len, unit);
	}
	if (!rc)
		rc = check_end(e, end, err);
	if (!rc)
		*ret = p;
	return rc;
}

/* The data of one program that are its own. */
struct program {
	struct ipl_blob params;
	struct ipl_blob parmline;
	struct ipl_blob ramdisk; /* of several files; else it is the file's */
	struct ipl_blob description;
	uint64_t description_len;
};

/* What is in @block, the last one of @file, behind its end must be zeros when
 * another file follows. File systems see to that, though none promises it. */
static int check_tail(const struct ipl_build *b,
		      const struct ipl_install_file *file, uint64_t block,
		      struct ipl_err *err)
{
	unsigned unit = b->target->block_size;
	uint8_t bytes[ZIPL_BLOCK_MAX];
	int rc;

	/* a copy has them */
	if (file->src || block == IPL_HOLE)
		return 0;
	rc = ipl_src_read(b->target->src, block * unit, bytes, unit, err);
	if (rc)
		return rc;
	for (size_t i = (file->len - 1) % unit + 1; i < unit; i++) {
		if (!bytes[i])
			continue;
		ipl_fail(err, IPL_EUNSUP,
			 "%s: block %" PRIu64 " has bytes that are not zero "
			 "behind the file's end, so no other ramdisk can "
			 "follow it",
			 file->job->path, block);
		ipl_err_advise(err, "write the file again, or make one file "
				    "of the ramdisks: cat FILE FILE > FILE");
		return IPL_EUNSUP;
	}
	return 0;
}

/* Add to @blob the blocks of the file with number @i, as many as its length
 * needs: those of file systems may be larger. @ret_last: the last one. */
static int join_file(const struct ipl_build *b, size_t i, struct ipl_blob *blob,
		     uint64_t *ret_last, struct ipl_err *err)
{
	const struct ipl_blob *file = &b->file_blobs[i];
	uint64_t left = ipl_blob_blocks(b, b->files->v[i].len);
	int rc = 0;

	for (size_t r = 0; !rc && left && r < file->n_runs; r++) {
		struct ipl_region run = file->runs[r];

		if (run.count > left)
			run.count = left;
		left -= run.count;
		*ret_last = run.first == IPL_HOLE ? IPL_HOLE
						  : run.first + run.count - 1;
		rc = ipl_blob_add_run(blob, run, err);
	}
	return rc;
}

/* The ramdisk of entry @i, which has several files. */
static int join_ramdisk(struct ipl_build *b, size_t i, struct ipl_blob *blob,
			struct ipl_err *err)
{
	size_t n = b->job->entries[i].n_initrds;
	int rc = 0;

	for (size_t k = 0; !rc && k < n; k++) {
		size_t file = b->files->of[i].initrd[k];
		uint64_t last = IPL_HOLE;

		rc = join_file(b, file, blob, &last, err);
		if (!rc && k + 1 < n)
			rc = check_tail(b, &b->files->v[file], last, err);
	}
	return rc ? rc : ipl_blob_put_tables(b, blob, err);
}

static int put_params(struct ipl_build *b, const struct ipl_places *p,
		      struct ipl_blob *blob, struct ipl_err *err)
{
	bool is_scsi = b->target->scheme == &ipl_scheme_scsi;
	struct ipl_stage3 s = {
		.gen = ZIPL_STAGE3_80,
		.parm_addr = p->parm_addr,
		.initrd_addr = p->initrd_addr,
		.initrd_len = p->initrd_len,
		.load_psw = PSW_START | LINUX_IMAGE_ENTRY,
		.extra_parm = !is_scsi,
		.flags = is_scsi ? ZIPL_STAGE3_SCSI : 0,
		.image_len = p->kernel_len,
		.image_addr = LINUX_IMAGE_ENTRY,
	};
	uint8_t bytes[ZIPL_STAGE3_80];
	struct ipl_wr w = { .p = bytes, .len = sizeof(bytes) };
	int rc;

	zipl_stage3_encode(&w, &s);
	rc = ipl_blob_put_data(b, bytes, sizeof(bytes), "stage 3 parameters",
			       blob, err);
	return rc ? rc : ipl_blob_put_tables(b, blob, err);
}

static struct ipl_span span_of(const char *text)
{
	return (struct ipl_span){ .p = (const uint8_t *)text,
				  .len = text ? strlen(text) : 0 };
}

/* Behind EXECUTE, where no other loader looks: what the program is called. */
static int put_description(struct ipl_build *b, const struct ipl_job_entry *e,
			   struct program *p, struct ipl_err *err)
{
	struct ipl_description d = {
		.title = span_of(e->name),
		.version = span_of(e->version),
		.id = span_of(e->id),
		.machine_id = span_of(e->machine_id),
		.sort_key = span_of(e->sort_key),
		.writer = span_of("s390-ipl " IPL_VERSION),
	};
	uint8_t bytes[6 * (IPL_DESCRIPTION_VALUE_MAX + 32)];
	struct ipl_wr w = { .p = bytes, .len = sizeof(bytes) };
	int rc = ipl_description_encode(&w, IPL_DESCRIPTION_OWN, &d, err);

	if (rc) {
		ipl_err_wrap(err, "entry %u", e->number);
		return rc;
	}
	p->description_len = w.at;
	rc = ipl_blob_put_data(b, bytes, w.at, "description", &p->description,
			       err);
	return rc ? rc : ipl_blob_put_tables(b, &p->description, err);
}

static int put_program_data(struct ipl_build *b, size_t i, struct program *p,
			    struct ipl_err *err)
{
	const char *cmdline = b->job->entries[i].cmdline;
	int rc = find_places(b, i, &b->places[i], err);

	if (!cmdline)
		cmdline = "";
	if (!rc)
		rc = put_params(b, &b->places[i], &p->params, err);
	if (!rc)
		rc = ipl_blob_put_data(b, cmdline, strlen(cmdline) + 1,
				       "command line", &p->parmline, err);
	if (!rc)
		rc = ipl_blob_put_tables(b, &p->parmline, err);
	if (!rc && b->job->entries[i].n_initrds > 1)
		rc = join_ramdisk(b, i, &p->ramdisk, err);
	return rc ? rc : put_description(b, &b->job->entries[i], p, err);
}

/* A component table on its way to the disk. */
struct components {
	const struct ipl_build *b;
	unsigned set;
	uint8_t bytes[ZIPL_BLOCK_MAX];
	struct ipl_wr w;
};

static void add_component(struct components *c, uint8_t type, uint64_t value,
			  const struct ipl_blob *blob)
{
	struct zipl_comp_entry entry = { .type = type, .value = value };

	if (blob)
		entry.segments = blob->table[c->set];
	zipl_comp_entry_encode(c->b->target->scheme->sets[c->set], &c->w,
			       &entry);
}

/* *@ret points at the component table of program @i. */
static int put_components(struct ipl_build *b, unsigned set, size_t i,
			  const struct program *p, struct zipl_ptr *ret,
			  struct ipl_err *err)
{
	const struct ipl_places *at = &b->places[i];
	struct components c = { .b = b, .set = set };
	uint64_t block;
	char what[64];
	int rc = ipl_build_block(b, &block, err);

	if (rc)
		return rc;
	*ret = ipl_build_ptr(b, set, block, 1);
	c.w = (struct ipl_wr){ .p = c.bytes, .len = b->target->block_size };
	zipl_comp_header_encode(&c.w, ZIPL_COMP_HEADER_IPL);
	add_component(&c, ZIPL_COMP_LOAD, ZIPL_STAGE3_ADDR, &b->stage3);
	add_component(&c, ZIPL_COMP_LOAD, ZIPL_STAGE3_PARAMS_ADDR, &p->params);
	add_component(&c, ZIPL_COMP_LOAD, LINUX_IMAGE_ENTRY,
		      &b->file_blobs[b->files->of[i].kernel]);
	add_component(&c, ZIPL_COMP_LOAD, at->parm_addr, &p->parmline);
	if (at->initrd_addr)
		add_component(
			&c, ZIPL_COMP_LOAD, at->initrd_addr,
			p->ramdisk.n_runs
				? &p->ramdisk
				: &b->file_blobs[b->files->of[i].initrd[0]]);
	add_component(&c, ZIPL_COMP_EXECUTE, PSW_START | ZIPL_STAGE3_ADDR,
		      NULL);
	add_component(&c, IPL_DESCRIPTION_TYPE, p->description_len,
		      &p->description);
	snprintf(what, sizeof(what), "component table of program %u",
		 b->job->entries[i].number);
	return ipl_build_put(b, block, c.bytes, c.w.at, what, err);
}

/* The pointer @ptr->block or its address names the program table's block. */
static int put_program_table(struct ipl_build *b, unsigned set, uint64_t block,
			     const struct zipl_ptr *slots, struct ipl_err *err)
{
	struct zipl_program_table table = { 0 };
	uint8_t bytes[ZIPL_PROGRAM_TABLE_LEN];
	struct ipl_wr w = { .p = bytes, .len = sizeof(bytes) };

	for (size_t i = 0; i < b->job->n_entries; i++)
		table.slot[b->job->entries[i].number] = slots[i];
	table.slot[0] = table.slot[b->job->default_number];
	zipl_program_table_encode(b->target->scheme->sets[set], &w, &table);
	return ipl_build_put(b, block, bytes, sizeof(bytes), "program table",
			     err);
}

static void program_done(struct program *p)
{
	free(p->params.runs);
	free(p->parmline.runs);
	free(p->ramdisk.runs);
	free(p->description.runs);
}

static int put_programs(struct ipl_build *b, const uint64_t *tables,
			struct ipl_err *err)
{
	struct program p[IPL_JOB_ENTRIES_MAX] = { 0 };
	struct zipl_ptr slots[IPL_JOB_ENTRIES_MAX] = { 0 };
	size_t n = b->job->n_entries;
	int rc = 0;

	for (size_t i = 0; !rc && i < n; i++)
		rc = put_program_data(b, i, &p[i], err);
	for (unsigned set = 0; !rc && set < b->target->scheme->n_sets; set++) {
		for (size_t i = 0; !rc && i < n; i++)
			rc = put_components(b, set, i, &p[i], &slots[i], err);
		if (!rc)
			rc = put_program_table(b, set, tables[set], slots, err);
	}
	for (size_t i = 0; i < n; i++)
		program_done(&p[i]);
	return rc;
}

static int build(struct ipl_build *b, struct ipl_err *err)
{
	uint64_t tables[IPL_SETS_MAX] = { 0 };
	int rc = 0;

	for (unsigned set = 0; !rc && set < b->target->scheme->n_sets; set++) {
		rc = ipl_build_block(b, &tables[set], err);
		if (!rc)
			b->programs[set] =
				ipl_build_ptr(b, set, tables[set], 1);
	}
	if (!rc)
		rc = b->target->scheme->records(b, err);
	if (!rc)
		rc = put_stage3(b, err);
	if (!rc)
		rc = put_files(b, err);
	if (!rc)
		rc = put_programs(b, tables, err);
	return rc;
}

static void build_done(struct ipl_build *b)
{
	for (size_t i = 0; b->file_blobs && i < b->files->n; i++)
		free(b->file_blobs[i].runs);
	free(b->file_blobs);
	b->file_blobs = NULL;
	free(b->stage3.runs);
	b->stage3 = (struct ipl_blob){ 0 };
}

int ipl_build(const struct ipl_target *target, const struct ipl_job *job,
	      const struct ipl_install_files *files,
	      const struct ipl_region *runs, size_t n_runs,
	      struct ipl_writes *writes, struct ipl_build *ret,
	      struct ipl_err *err)
{
	int rc;

	*ret = (struct ipl_build){ .target = target,
				   .job = job,
				   .files = files,
				   .area = { .runs = runs, .n_runs = n_runs },
				   .writes = writes };
	for (size_t i = 0; i < n_runs; i++)
		ret->area.sum += runs[i].count;
	rc = build(ret, err);
	build_done(ret);
	return rc;
}
