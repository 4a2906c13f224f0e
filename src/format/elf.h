/* SPDX-License-Identifier: MIT */
/* ELF files of QEMU's firmware: one that is made for address 0 and placed
 * elsewhere. May use: base. */
#ifndef IPL_FORMAT_ELF_H
#define IPL_FORMAT_ELF_H

#include "base/err.h"
#include "base/span.h"

#define ELF_LOADS_MAX 8

/* A 64-bit big-endian program for this architecture. */
struct elf_image {
	uint64_t entry;
	uint64_t size; /* bytes of memory, from address 0 on */
	struct elf_load {
		uint64_t off, addr, file_size, size;
	} loads[ELF_LOADS_MAX];
	size_t n_loads;
	uint64_t rela; /* address of its relocations, 0 for none */
	uint64_t rela_size;
};

/* Decode the headers of @file. IPL_EBAD when it is no such program, or one that
 * takes more than @max bytes. (System V ABI, ELF-64; the s390x supplement.) */
int elf_decode(struct ipl_span file, uint64_t max, struct elf_image *ret,
	       struct ipl_err *err) IPL_MUST_CHECK;

/* What lies in memory when the program is placed at @base: @to has
 * @image->size bytes. As QEMU does it, relative relocations are applied; other
 * kinds are IPL_EUNSUP. */
int elf_place(struct ipl_span file, const struct elf_image *image,
	      uint64_t base, uint8_t *to, struct ipl_err *err) IPL_MUST_CHECK;

#endif
