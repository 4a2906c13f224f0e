/* SPDX-License-Identifier: MIT */
/* What zipl writes on a SCSI disk: boot record, tables, stage-3 parameters
 * (docs/formats-scsi.md). Bytes to structs and back. May use: base. */
#ifndef IPL_FORMAT_ZIPL_H
#define IPL_FORMAT_ZIPL_H

#include "base/err.h"
#include "base/span.h"

#define ZIPL_MAGIC     "zIPL"
#define ZIPL_MAGIC_LEN 4

#define ZIPL_BLOCK_MIN 512
#define ZIPL_BLOCK_MAX 4096

/*
 * Every decoder reads from the start of @in and leaves *@ret alone on failure.
 * It fails with IPL_ETRUNC when @in is too short and with IPL_EBAD when the
 * magic is missing; the values themselves are for the caller to judge. The
 * message names no place: the caller knows it and wraps it around.
 *
 * An encoder appends to @w, and writes the same bytes that zipl does.
 */

/* --- pointers: a run of blocks on a disk with linear block numbers --- */

#define ZIPL_LIN16_LEN 16

struct zipl_lin16 {
	uint64_t block; /* 0: null pointer */
	uint16_t size;	/* bytes per block */
	uint32_t count; /* blocks, 1 to 65536 */
};

int zipl_lin16_decode(struct ipl_span in, struct zipl_lin16 *ret,
		      struct ipl_err *err) IPL_MUST_CHECK;
void zipl_lin16_encode(struct ipl_wr *w, const struct zipl_lin16 *ptr);

/* --- boot record: the first bytes of block 0 --- */

#define ZIPL_BOOT_RECORD_LEN	   152
#define ZIPL_BOOT_RECORD_VERSION   1
#define ZIPL_BOOT_RECORD_TABLE_OFF 16 /* of the program table pointer */

enum zipl_boot_type {
	ZIPL_BOOT_IPL = 0,
	ZIPL_BOOT_DUMP = 1,
};

/* boot_defs.h, struct boot_info: on SCSI only for a dump partition. */
struct zipl_boot_info {
	bool present;
	uint8_t version;
	uint8_t boot_type; /* enum zipl_boot_type */
	uint8_t dev_type;
	uint8_t flags;
	uint8_t data[32]; /* depends on boot_type and dev_type */
};

struct zipl_boot_record {
	uint32_t version;
	struct zipl_lin16 table; /* program table */
	struct zipl_boot_info info;
};

int zipl_boot_record_decode(struct ipl_span in, struct zipl_boot_record *ret,
			    struct ipl_err *err) IPL_MUST_CHECK;
void zipl_boot_record_encode(struct ipl_wr *w,
			     const struct zipl_boot_record *rec);

/* --- program table --- */

#define ZIPL_PROGRAM_TABLE_LEN 512
#define ZIPL_SLOTS	       31

/* Where slot @n begins in the program table. */
#define ZIPL_SLOT_OFF(n) (ZIPL_LIN16_LEN * ((n) + 1u))

struct zipl_program_table {
	struct zipl_lin16 slot[ZIPL_SLOTS]; /* 0 is the default's */
};

int zipl_program_table_decode(struct ipl_span in,
			      struct zipl_program_table *ret,
			      struct ipl_err *err) IPL_MUST_CHECK;
void zipl_program_table_encode(struct ipl_wr *w,
			       const struct zipl_program_table *table);

/* --- component table: one block, a header and entries --- */

#define ZIPL_COMP_HEADER_LEN 32
#define ZIPL_COMP_ENTRY_LEN  32

/* Where entry @n begins in the component table. */
#define ZIPL_ENTRY_OFF(n) (ZIPL_COMP_HEADER_LEN + ZIPL_COMP_ENTRY_LEN * (n))

enum zipl_comp_header_type {
	ZIPL_COMP_HEADER_IPL = 0,
	ZIPL_COMP_HEADER_DUMP = 1,
};

enum zipl_comp_type {
	ZIPL_COMP_EXECUTE = 1,
	ZIPL_COMP_LOAD = 2,
	ZIPL_COMP_SIGNATURE = 3,
};

struct zipl_comp_entry {
	struct zipl_lin16 segments; /* first segment table; EXECUTE: null */
	uint8_t type;		    /* enum zipl_comp_type */
	uint64_t value; /* address, PSW, or format and length of a signature */
	bool blank;	/* nothing but zeros: behind the last entry */
};

int zipl_comp_header_decode(struct ipl_span in, uint8_t *ret_type,
			    struct ipl_err *err) IPL_MUST_CHECK;
void zipl_comp_header_encode(struct ipl_wr *w, uint8_t type);

int zipl_comp_entry_decode(struct ipl_span in, struct zipl_comp_entry *ret,
			   struct ipl_err *err) IPL_MUST_CHECK;
void zipl_comp_entry_encode(struct ipl_wr *w,
			    const struct zipl_comp_entry *entry);

/* --- segment table: one block of pointers, the last one is the chain --- */

#define ZIPL_SEGMENTS_MAX (ZIPL_BLOCK_MAX / ZIPL_LIN16_LEN - 1)

struct zipl_segment_table {
	size_t n; /* data pointers in front of the first null pointer */
	struct zipl_lin16 data[ZIPL_SEGMENTS_MAX];
	/* The next table. Null when there is none, or when the data end before
	 * the block does: then nobody looks at it. */
	struct zipl_lin16 chain;
};

/* @in is one whole block of ZIPL_BLOCK_MIN to ZIPL_BLOCK_MAX bytes. */
int zipl_segment_table_decode(struct ipl_span in,
			      struct zipl_segment_table *ret,
			      struct ipl_err *err) IPL_MUST_CHECK;
/* Fills up to @block_size bytes. */
void zipl_segment_table_encode(struct ipl_wr *w, size_t block_size,
			       const struct zipl_segment_table *table);

/* --- stage-3 parameters --- */

/* Generations, by what stage 3 knows. The entry point tells them apart. */
enum zipl_stage3_gen {
	ZIPL_STAGE3_40 = 40, /* 1.8: entry 0x28 */
	ZIPL_STAGE3_42 = 42, /* 1.20 to 2.8: with flags, entry 0x2a or 0x50 */
	ZIPL_STAGE3_80 = 80, /* 2.9: a component of its own, entry 0 */
};

#define ZIPL_STAGE3_ADDR	0xa000u
#define ZIPL_STAGE3_PARAMS_ADDR 0x9000u /* ZIPL_STAGE3_80 only */

#define ZIPL_STAGE3_NONE  UINT64_MAX /* in place of an address */
#define ZIPL_STAGE3_SCSI  (UINT64_C(1) << 48)
#define ZIPL_STAGE3_KDUMP (UINT64_C(2) << 48)

/* What a generation does not have is 0. */
struct ipl_stage3 {
	bool present;
	enum zipl_stage3_gen gen;
	uint64_t parm_addr;
	uint64_t initrd_addr;
	uint64_t initrd_len; /* exact bytes */
	uint64_t load_psw;
	uint64_t extra_parm;
	uint64_t flags;
	uint64_t image_len; /* bytes of the kernel file, 0 before zipl 2.9 */
	uint64_t image_addr;
	uint64_t envblk_addr;
	uint64_t envblk_len;
};

int zipl_stage3_decode(struct ipl_span in, enum zipl_stage3_gen gen,
		       struct ipl_stage3 *ret,
		       struct ipl_err *err) IPL_MUST_CHECK;
/* As many bytes as @stage3->gen says. */
void zipl_stage3_encode(struct ipl_wr *w, const struct ipl_stage3 *stage3);

#endif
