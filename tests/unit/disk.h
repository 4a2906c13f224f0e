/* SPDX-License-Identifier: MIT */
/* A SCSI-scheme disk in memory, for tests of maps and plans. It is made with
 * our own encoders: tests/golden spells bytes out instead. May use: format. */
#ifndef IPL_TESTS_DISK_H
#define IPL_TESTS_DISK_H

#include "disk/src.h"
#include "format/zipl.h"

#define DISK_TABLE 1u /* block of the program table */

struct disk {
	unsigned bs;
	size_t blocks;
	uint8_t *bytes;
	uint64_t next; /* first block that is free */
	struct zipl_program_table table;
	struct ipl_src *src;
};

/* A component table that is being filled. */
struct disk_program {
	struct disk *disk;
	uint64_t block;
	struct ipl_wr entries;
};

/* Block 0 is written, block 1 is for the program table, the rest is free. */
void disk_init(struct disk *d, unsigned bs, size_t blocks);
void disk_done(struct disk *d);

struct zipl_ptr disk_run(const struct disk *d, uint64_t block, uint32_t count);
uint8_t *disk_block(struct disk *d, uint64_t block);

/* Take @count free blocks; they are zero. */
uint64_t disk_take(struct disk *d, size_t count);

/* Write a segment table to @block that names @n runs and then @chain (0 for
 * none). */
void disk_segments(struct disk *d, uint64_t block, const struct zipl_ptr *runs,
		   size_t n, uint64_t chain);

/* Begin a program: takes a block and puts it into slot @slot. */
struct disk_program disk_program(struct disk *d, unsigned slot);

/* An entry, with its first segment table in @segments (0 for none). */
void disk_entry(struct disk_program *p, uint8_t type, uint64_t segments,
		uint64_t value);

/* A LOAD entry with @data of @len bytes in one run; returns its first block. */
uint64_t disk_load(struct disk_program *p, uint64_t addr, const void *data,
		   size_t len);

/* Write the program table and open the disk as a source. */
struct ipl_src *disk_open(struct disk *d);

#endif
