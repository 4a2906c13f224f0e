/* SPDX-License-Identifier: MIT */
/* DASDs in memory that only have bytes where something was put, for tests of
 * layouts: as large as may be. May use: disk, format. */
#ifndef IPL_TESTS_DASD_H
#define IPL_TESTS_DASD_H

#include "disk/src.h"
#include "format/zipl.h"

#define DASD_PIECES 64

struct dasd {
	struct ipl_src src;
	unsigned bs;
	struct zipl_geometry geo;
	const struct zipl_ptr_format *ptr; /* of what is put next */
	struct {
		uint64_t block;
		uint8_t bytes[4096];
	} piece[DASD_PIECES];
	size_t n;
};

/* @blocks of @bs bytes, all zero. */
void dasd_init(struct dasd *d, unsigned bs, uint64_t blocks);

/* The bytes of block @block, to be written to. */
uint8_t *dasd_block(struct dasd *d, uint64_t block);

/* Put a pointer to @count blocks from @block on at @to. */
void dasd_point(struct dasd *d, uint8_t *to, uint64_t block, uint32_t count);

/* A program table at @table with one program in slots 0 and 1: it loads @count
 * blocks from @data on to 0x20000. Uses the blocks up to @table + 2. */
void dasd_program(struct dasd *d, uint64_t table, uint64_t data,
		  uint32_t count);

/* Boot records that lead to the program table @table. */
void dasd_cdl(struct dasd *d, uint64_t table);
void dasd_ldl(struct dasd *d, uint64_t table);
void dasd_fba(struct dasd *d, uint64_t table);
void dasd_scsi(struct dasd *d, uint64_t record, uint64_t table);
/* For list-directed IPL, beside dasd_cdl or without. */
void dasd_ld(struct dasd *d, uint64_t record, uint64_t table);

#endif
