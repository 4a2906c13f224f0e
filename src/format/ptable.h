/* SPDX-License-Identifier: MIT */
/* Partition tables of SCSI disks: MBR, and GPT (UEFI specification, chapter
 * 5). Numbers count blocks of the disk. May use: base. */
#ifndef IPL_FORMAT_PTABLE_H
#define IPL_FORMAT_PTABLE_H

#include "base/err.h"
#include "base/span.h"

/* --- MBR: at the end of the first 512 bytes --- */

#define MBR_LEN	       512u
#define MBR_ID_OFF     440u /* disk identifier; code lies in front of it */
#define MBR_PARTITIONS 4u

#define MBR_TYPE_LINUX 0x83u
#define MBR_TYPE_GPT   0xeeu /* the whole disk belongs to a GPT */
#define MBR_TYPE_NO_FS 0xdau /* data without a file system */

struct mbr_partition {
	uint8_t type; /* 0: there is none */
	uint32_t first;
	uint32_t count;
};

struct mbr {
	uint32_t id;
	struct mbr_partition part[MBR_PARTITIONS];
};

/* IPL_ENOTFOUND when it is none: no signature, or flags that no partition
 * has. */
int mbr_decode(struct ipl_span in, struct mbr *ret,
	       struct ipl_err *err) IPL_MUST_CHECK;

/* All from MBR_ID_OFF on: 72 bytes. */
void mbr_encode(struct ipl_wr *w, const struct mbr *mbr);

/* Whether the partition only frames others (an extended one). */
bool mbr_is_extended(uint8_t type);

/* --- GPT: a header in block 1, entries, and copies at the end --- */

#define GPT_GUID_LEN   16u
#define GPT_HEADER_LEN 92u
#define GPT_ENTRY_LEN  128u
#define GPT_ENTRIES    128u /* as all tools make them */
#define GPT_NAME_UNITS 36u

/* What a table may have: entries for Linux's 256 minor numbers are more than
 * enough. */
#define GPT_ENTRIES_MAX	  1024u
#define GPT_ENTRY_LEN_MAX 4096u

struct gpt_header {
	uint64_t self;	/* the block that this header is in */
	uint64_t other; /* and its copy */
	uint64_t first; /* blocks that partitions may use */
	uint64_t last;
	uint8_t guid[GPT_GUID_LEN]; /* as on the disk */
	uint64_t entries;	    /* the block where they begin */
	uint32_t n_entries;
	uint32_t entry_len;
	uint32_t entries_crc;
};

struct gpt_entry {
	uint8_t type[GPT_GUID_LEN]; /* zeros: there is none */
	uint8_t guid[GPT_GUID_LEN];
	uint64_t first;
	uint64_t last;
	const char *name; /* ASCII; for the encoder only */
};

/* Types, as on the disk. */
extern const uint8_t gpt_type_linux[GPT_GUID_LEN];    /* file system */
extern const uint8_t gpt_type_reserved[GPT_GUID_LEN]; /* "Linux reserved" */

/* IPL_ENOTFOUND without the signature; IPL_EBAD when the checksum is wrong or
 * the numbers cannot be. */
int gpt_header_decode(struct ipl_span in, struct gpt_header *ret,
		      struct ipl_err *err) IPL_MUST_CHECK;
void gpt_header_encode(struct ipl_wr *w, const struct gpt_header *header);

int gpt_entry_decode(struct ipl_span in, struct gpt_entry *ret,
		     struct ipl_err *err) IPL_MUST_CHECK;
void gpt_entry_encode(struct ipl_wr *w, const struct gpt_entry *entry);

bool gpt_entry_is_used(const struct gpt_entry *entry);

/* The checksum of GPT: CRC-32 as in zlib. */
uint32_t gpt_crc(const void *data, size_t len);

#endif
