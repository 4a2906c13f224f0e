/* SPDX-License-Identifier: MIT */
/* CD images: volume descriptors and directory records (ECMA-119, which is ISO 9660),
 * names of Rock Ridge (SUSP and RRIP 1.12), and the boot catalog (El Torito 1.0).
 * May use: base. */
#ifndef IPL_FORMAT_ISO9660_H
#define IPL_FORMAT_ISO9660_H

#include "base/err.h"
#include "base/span.h"

/* Addresses count these; what is recorded with other ones is no CD. */
#define ISO_SECTOR_LEN 2048u

/* The first volume descriptor; the others follow up to a terminator. */
#define ISO_FIRST_DESCRIPTOR 16u

#define ISO_VOLUME_ID_LEN 32u

/* Longest name: of Rock Ridge, which is that of Linux. */
#define ISO_NAME_MAX 255u

/* The kinds of volume descriptors that mean something here. */
enum iso_descriptor_type {
	ISO_BOOT_RECORD = 0,
	ISO_PRIMARY = 1,
	ISO_TERMINATOR = 255,
};

/* A directory record. Spans are parts of what was decoded. */
struct iso_record {
	size_t record_len; /* 0: no more of them in this sector */
	uint32_t sector;   /* where the data begin */
	uint32_t len;	   /* their bytes */
	bool is_directory;
	bool is_continued;    /* the next record has more of the same file */
	bool is_interleaved;  /* its sectors have others in between */
	bool is_dot;	      /* the directory itself, or the one above */
	struct ipl_span name; /* without version, and the dot before it */
	struct ipl_span system_use; /* see iso_susp_decode */
};

struct iso_descriptor {
	uint8_t type; /* enum iso_descriptor_type, or one to pass over */
	/* ISO_BOOT_RECORD: */
	bool is_el_torito;
	uint32_t catalog; /* sector of the boot catalog */
	/* ISO_PRIMARY: */
	unsigned block_size; /* bytes */
	struct iso_record root;
	struct ipl_span volume_id; /* without blanks at its end */
};

/* Whether @sector, or the beginning of it, is any volume descriptor. */
bool iso_is_descriptor(struct ipl_span sector);

/* Decode a whole sector. IPL_EBAD when it is no volume descriptor; IPL_ETRUNC. */
int iso_descriptor_decode(struct ipl_span sector, struct iso_descriptor *ret,
			  struct ipl_err *err) IPL_MUST_CHECK;

/* Decode the record at the beginning of @in, the rest of a sector: records do
 * not cross into the next. IPL_EBAD when its lengths do not fit. */
int iso_record_decode(struct ipl_span in, struct iso_record *ret,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* What Rock Ridge says of a file, from several areas. */
struct iso_susp {
	char name[ISO_NAME_MAX + 1]; /* "": none */
	size_t name_len;
	/* Where the next area is; length 0: there is none. */
	uint32_t next_sector, next_off, next_len;
};

/* Add what @area says to @io, which is zeros at first. What is no such area is
 * passed over: other systems have data of their own in that place. */
void iso_susp_decode(struct ipl_span area, struct iso_susp *io);

/* --- the boot catalog: entries of 32 bytes, the first one validates it --- */

#define ISO_BOOT_ENTRY_LEN 32u

/* IPL_EBAD when @in, the first entry, does not say that this is a catalog. */
int iso_boot_catalog_check(struct ipl_span in,
			   struct ipl_err *err) IPL_MUST_CHECK;

struct iso_boot_entry {
	bool is_bootable;
	uint16_t segment; /* where it is loaded, as QEMU's firmware has it: the
			       * address */
	uint8_t reserved; /* 0 */
	uint16_t count;	  /* units of 512 bytes */
	uint32_t sector;  /* where the image begins */
};

/* Decode an entry behind the first. IPL_ETRUNC. */
int iso_boot_entry_decode(struct ipl_span in, struct iso_boot_entry *ret,
			  struct ipl_err *err) IPL_MUST_CHECK;

#endif
