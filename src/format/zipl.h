/* SPDX-License-Identifier: MIT */
/* What zipl writes on all kinds of disks: boot record, tables, stage-3
 * parameters (docs/formats/zipl.md). Bytes to structs and back.
 * May use: base. */
#ifndef IPL_FORMAT_ZIPL_H
#define IPL_FORMAT_ZIPL_H

#include "base/err.h"
#include "base/span.h"
#include "format/zipl_ptr.h"

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
 *
 * @format is the kind of pointers that the disk has.
 */

/* --- boot record: the first bytes of a SCSI disk's block 0, and the same for
 * list-directed IPL from an ECKD disk --- */

#define ZIPL_BOOT_RECORD_LEN	   152
#define ZIPL_BOOT_RECORD_VERSION   1
#define ZIPL_BOOT_RECORD_TABLE_OFF 16 /* of the program table pointer */
#define ZIPL_BOOT_RECORD_INFO_OFF  0x70

enum zipl_boot_type {
	ZIPL_BOOT_IPL = 0,
	ZIPL_BOOT_DUMP = 1,
};

enum zipl_dev_type {
	ZIPL_DEV_ECKD = 0,
	ZIPL_DEV_FBA = 1,
	ZIPL_DEV_SCSI = 2,
};

/* boot_defs.h, struct boot_info: on SCSI only for a dump partition. */
#define ZIPL_BOOT_INFO_LEN	 40
#define ZIPL_BOOT_INFO_TABLE_OFF 8 /* of the program table pointer */
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
	struct zipl_ptr table; /* program table */
	struct zipl_boot_info info;
};

int zipl_boot_record_decode(const struct zipl_ptr_format *format,
			    struct ipl_span in, struct zipl_boot_record *ret,
			    struct ipl_err *err) IPL_MUST_CHECK;
void zipl_boot_record_encode(const struct zipl_ptr_format *format,
			     struct ipl_wr *w,
			     const struct zipl_boot_record *rec);

/* Without the magic it is no error, but not present. */
int zipl_boot_info_decode(struct ipl_span in, struct zipl_boot_info *ret,
			  struct ipl_err *err) IPL_MUST_CHECK;
void zipl_boot_info_encode(struct ipl_wr *w, const struct zipl_boot_info *info);

/* --- program table --- */

#define ZIPL_PROGRAM_TABLE_LEN 512
#define ZIPL_SLOTS_MAX	       (ZIPL_PROGRAM_TABLE_LEN / ZIPL_PTR_LEN_MIN - 1)

/* How many programs there can be: 31, or 63 with short pointers. */
static inline unsigned zipl_slots(const struct zipl_ptr_format *format)
{
	return ZIPL_PROGRAM_TABLE_LEN / (unsigned)format->len - 1;
}

/* Where slot @n begins in the program table. */
static inline unsigned zipl_slot_off(const struct zipl_ptr_format *format,
				     unsigned n)
{
	return format->len * (n + 1);
}

struct zipl_program_table {
	struct zipl_ptr slot[ZIPL_SLOTS_MAX]; /* 0 is the default's */
};

int zipl_program_table_decode(const struct zipl_ptr_format *format,
			      struct ipl_span in,
			      struct zipl_program_table *ret,
			      struct ipl_err *err) IPL_MUST_CHECK;
void zipl_program_table_encode(const struct zipl_ptr_format *format,
			       struct ipl_wr *w,
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
	struct zipl_ptr segments; /* first segment table; EXECUTE: null */
	uint8_t type;		  /* enum zipl_comp_type */
	uint64_t value; /* address, PSW, or format and length of a signature */
	bool blank;	/* nothing but zeros: behind the last entry */
};

int zipl_comp_header_decode(struct ipl_span in, uint8_t *ret_type,
			    struct ipl_err *err) IPL_MUST_CHECK;
void zipl_comp_header_encode(struct ipl_wr *w, uint8_t type);

int zipl_comp_entry_decode(const struct zipl_ptr_format *format,
			   struct ipl_span in, struct zipl_comp_entry *ret,
			   struct ipl_err *err) IPL_MUST_CHECK;
void zipl_comp_entry_encode(const struct zipl_ptr_format *format,
			    struct ipl_wr *w,
			    const struct zipl_comp_entry *entry);

/* --- segment table: one block of pointers, the last one is the chain --- */

#define ZIPL_SEGMENTS_MAX (ZIPL_BLOCK_MAX / ZIPL_PTR_LEN_MIN - 1)

struct zipl_segment_table {
	size_t n; /* data pointers in front of the first null pointer */
	struct zipl_ptr data[ZIPL_SEGMENTS_MAX];
	/* The next table. Null when there is none, or when the data end before
	 * the block does: then nobody looks at it. */
	struct zipl_ptr chain;
};

/* @in is one whole block of ZIPL_BLOCK_MIN to ZIPL_BLOCK_MAX bytes. */
int zipl_segment_table_decode(const struct zipl_ptr_format *format,
			      struct ipl_span in,
			      struct zipl_segment_table *ret,
			      struct ipl_err *err) IPL_MUST_CHECK;
/* Fills up to @block_size bytes. */
void zipl_segment_table_encode(const struct zipl_ptr_format *format,
			       struct ipl_wr *w, size_t block_size,
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
