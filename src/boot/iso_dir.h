/* SPDX-License-Identifier: MIT */
/* The directories of a CD image (docs/formats/iso.md): finding files by their path or
 * by their place. May use: base, format, disk. */
#ifndef IPL_BOOT_ISO_DIR_H
#define IPL_BOOT_ISO_DIR_H

#include "boot/map.h"
#include "format/iso9660.h"

/* A file of more than 4 GiB is recorded in several pieces; that many are 60 GiB. */
#define IPL_ISO_PIECES_MAX 16u

struct ipl_iso_file {
	char name[ISO_NAME_MAX + 1];	   /* Rock Ridge's, else the next */
	char short_name[ISO_NAME_MAX + 1]; /* ISO 9660's */
	bool is_directory;
	bool is_interleaved; /* its data cannot be read */
	size_t n_pieces;
	struct ipl_extent pieces[IPL_ISO_PIECES_MAX];
	uint64_t len;	     /* bytes */
	uint64_t record_off; /* its directory record: byte offset in the source */
};

struct ipl_iso {
	struct ipl_src *src; /* lent */
	bool has_primary;    /* a primary volume descriptor was found */
	char volume_id[ISO_VOLUME_ID_LEN + 1];
	bool is_bootable; /* there is a boot catalog: */
	uint32_t catalog; /* its sector */
	struct ipl_iso_file root;
	unsigned sectors_left; /* of directories that are read: IPL_MAX_ISO_SECTORS */
};

/* Read the volume descriptors of @src. IPL_EBAD, IPL_ETRUNC, IPL_ELIMIT; IPL_EFOREIGN
 * when its blocks have another size than those of CDs. */
int ipl_iso_open(struct ipl_src *src, struct ipl_iso *ret,
		 struct ipl_err *err) IPL_MUST_CHECK;

/* Read sector @sector. */
int ipl_iso_read(const struct ipl_iso *iso, uint64_t sector,
		 uint8_t buf[static ISO_SECTOR_LEN],
		 struct ipl_err *err) IPL_MUST_CHECK;

/* Call @each with everything in @dir but itself and what is above, until it gives
 * something other than 0, which is the result. */
int ipl_iso_walk(struct ipl_iso *iso, const struct ipl_iso_file *dir,
		 int (*each)(void *ctx, const struct ipl_iso_file *file,
			     struct ipl_err *err),
		 void *ctx, struct ipl_err *err) IPL_MUST_CHECK;

/* The file at @path ("images/kernel.img"), in any case of letters, as the names of ISO
 * 9660 are written in capitals. IPL_EBAD when there is none, or a directory;
 * IPL_EUNSUP when it cannot be read. */
int ipl_iso_find(struct ipl_iso *iso, struct ipl_span path,
		 struct ipl_iso_file *ret, struct ipl_err *err) IPL_MUST_CHECK;

/* How many bytes the file that begins at @sector has; 0: there is none. */
int ipl_iso_len_at(struct ipl_iso *iso, uint32_t sector, uint64_t *ret,
		   struct ipl_err *err) IPL_MUST_CHECK;

#endif
