/* SPDX-License-Identifier: MIT */
/* ELF files of QEMU's firmware: one that is made for address 0 and placed
 * elsewhere. May use: base. */
#include "format/elf.h"

#include "base/rd.h"

#include <inttypes.h>
#include <string.h>

#define EHDR_LEN 64
#define PHDR_LEN 56
#define RELA_LEN 24
#define DYN_LEN	 16

#define MACHINE_S390 22
#define PT_LOAD	     1
#define PT_DYNAMIC   2
#define DT_RELA	     7
#define DT_RELASZ    8

#define R_390_NONE     0
#define R_390_RELATIVE 12

/* More than any firmware has: keeps the walks short. */
#define PHDRS_MAX 32
#define DYN_MAX	  64
#define RELAS_MAX 65536

static struct ipl_rd at(struct ipl_span in, uint64_t off)
{
	return (struct ipl_rd){
		.in = ipl_sub(in, off > in.len ? in.len : (size_t)off, in.len)
	};
}

static int take_load(struct elf_image *img, const struct elf_load *load,
		     uint64_t file_len, uint64_t max, struct ipl_err *err)
{
	uint64_t end;

	if (load->off > file_len || load->file_size > file_len - load->off ||
	    load->file_size > load->size ||
	    __builtin_add_overflow(load->addr, load->size, &end) || end > max)
		return ipl_fail(err, IPL_EBAD,
				"ELF segment of %" PRIu64 " bytes at 0x%" PRIx64
				", expected one inside the file and the first "
				"%" PRIu64 " bytes of memory",
				load->size, load->addr, max);
	if (img->n_loads == ELF_LOADS_MAX)
		return ipl_fail(err, IPL_ELIMIT,
				"more than %d ELF segments to be loaded",
				ELF_LOADS_MAX);
	img->loads[img->n_loads++] = *load;
	if (end > img->size)
		img->size = end;
	return 0;
}

/* Where the relocations are. */
static int take_dynamic(struct elf_image *img, struct ipl_span file,
			const struct elf_load *dynamic, struct ipl_err *err)
{
	struct ipl_rd r = at(file, dynamic->off);

	for (size_t i = 0; i < dynamic->file_size / DYN_LEN; i++) {
		uint64_t tag = ipl_be64(&r), value = ipl_be64(&r);

		if (i == DYN_MAX)
			return ipl_fail(err, IPL_ELIMIT,
					"more than %d dynamic ELF tags",
					DYN_MAX);
		if (tag == 0)
			break;
		if (tag == DT_RELA)
			img->rela = value;
		else if (tag == DT_RELASZ)
			img->rela_size = value;
	}
	return ipl_rd_done(&r, err);
}

static int take_header(struct elf_image *img, struct ipl_span file,
		       struct ipl_rd *r, uint64_t max, struct ipl_err *err)
{
	struct elf_load load = { 0 };
	uint32_t type = ipl_be32(r);
	int rc;

	ipl_skip(r, 4); /* flags */
	load.off = ipl_be64(r);
	load.addr = ipl_be64(r);
	ipl_skip(r, 8); /* physical address */
	load.file_size = ipl_be64(r);
	load.size = ipl_be64(r);
	ipl_skip(r, 8); /* alignment */
	rc = ipl_rd_done(r, err);
	if (!rc && type == PT_LOAD && load.size)
		rc = take_load(img, &load, file.len, max, err);
	if (!rc && type == PT_DYNAMIC)
		rc = take_dynamic(img, file, &load, err);
	return rc;
}

int elf_decode(struct ipl_span file, uint64_t max, struct elf_image *ret,
	       struct ipl_err *err)
{
	/* 64 bits, big-endian, version 1 */
	static const char magic[] = "\x7f"
				    "ELF\2\2\1";
	struct elf_image img = { 0 };
	struct ipl_rd r = { .in = file };
	uint16_t machine, n, size;
	uint64_t headers;
	int rc = ipl_rd_magic(&r, magic, sizeof(magic) - 1, err);

	if (rc)
		return rc;
	ipl_skip(&r, 11); /* ABI, padding, type */
	machine = ipl_be16(&r);
	ipl_skip(&r, 4);
	img.entry = ipl_be64(&r);
	headers = ipl_be64(&r);
	ipl_skip(&r, 14);
	size = ipl_be16(&r);
	n = ipl_be16(&r);
	ipl_skip(&r, EHDR_LEN - 58);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	if (machine != MACHINE_S390 || size != PHDR_LEN || n > PHDRS_MAX)
		return ipl_fail(err, IPL_EBAD,
				"ELF file for machine %u with %u program "
				"headers of %u bytes, expected machine %d, up "
				"to %d of %d bytes",
				machine, n, size, MACHINE_S390, PHDRS_MAX,
				PHDR_LEN);
	r = at(file, headers);
	for (unsigned i = 0; !rc && i < n; i++)
		rc = take_header(&img, file, &r, max, err);
	if (!rc && (img.entry >= img.size || img.rela > img.size ||
		    img.rela_size > img.size - img.rela ||
		    img.rela_size / RELA_LEN > RELAS_MAX))
		rc = ipl_fail(err, IPL_EBAD,
			      "ELF entry 0x%" PRIx64 ", relocations at "
			      "0x%" PRIx64 ": expected inside its %" PRIu64
			      " bytes",
			      img.entry, img.rela, img.size);
	if (!rc)
		*ret = img;
	return rc;
}

int elf_place(struct ipl_span file, const struct elf_image *image,
	      uint64_t base, uint8_t *to, struct ipl_err *err)
{
	struct ipl_span mem = { .p = to, .len = image->size };
	struct ipl_rd r;

	memset(to, 0, image->size);
	for (size_t i = 0; i < image->n_loads; i++) {
		const struct elf_load *l = &image->loads[i];

		memcpy(to + l->addr, file.p + l->off, l->file_size);
	}
	r = at(mem, image->rela);
	for (uint64_t i = 0; i < image->rela_size / RELA_LEN; i++) {
		uint64_t addr = ipl_be64(&r), info = ipl_be64(&r),
			 addend = ipl_be64(&r);
		struct ipl_wr w = { .len = 8 };

		if (info == R_390_NONE)
			continue;
		if (info != R_390_RELATIVE || addr > image->size ||
		    image->size - addr < 8)
			return ipl_fail(err, IPL_EUNSUP,
					"ELF relocation %" PRIu64
					" at 0x%" PRIx64
					", expected relative ones inside the "
					"program",
					info, addr);
		w.p = to + addr;
		ipl_put_be(&w, base + addend, 8);
	}
	return ipl_rd_done(&r, err);
}
