/* SPDX-License-Identifier: MIT */
/* The tables that all of zipl's layouts share: programs, components, segments.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_TABLES_H
#define IPL_BOOT_TABLES_H

#include "boot/map.h"

/* A walk over the tables of one disk, and how much more of it is believed. */
struct ipl_walk {
	struct ipl_src *src;
	unsigned block_size;
	const struct zipl_ptr_format *ptr;
	struct zipl_geometry geo;
	unsigned tables_left;
	size_t extents_left;
};

/* A walk over the disk of @map, of which block_size, ptr and geo are set. */
struct ipl_walk ipl_walk_of(const struct ipl_map *map);

/* Read the program table at @map->table_off and all that hangs on it. What is
 * wrong with one program is kept with that program; the call fails when there
 * is no usable table or no memory left. */
int ipl_tables_read(struct ipl_map *map, struct ipl_err *err) IPL_MUST_CHECK;

/* Read the chain of segment tables that begins at byte @off of the source into
 * the extents and the length of @comp. */
int ipl_segments_read(struct ipl_walk *walk, uint64_t off,
		      struct ipl_component *comp,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* The bytes that @ptr points at; a null pointer gives length 0. Fails when
 * its block size is not the disk's or its blocks are not on the disk. */
int ipl_walk_resolve(const struct ipl_walk *walk, const struct zipl_ptr *ptr,
		     struct ipl_extent *ret,
		     struct ipl_err *err) IPL_MUST_CHECK;

/* The same for a pointer to a table, which cannot be zeros: what says so is a
 * null pointer. */
int ipl_walk_table(const struct ipl_walk *walk, const struct zipl_ptr *ptr,
		   struct ipl_extent *ret, struct ipl_err *err) IPL_MUST_CHECK;

/* The same without a look at the block size: for channel programs, whose
 * addresses have none. */
int ipl_walk_place(const struct ipl_walk *walk, const struct zipl_ptr *ptr,
		   struct ipl_extent *ret, struct ipl_err *err) IPL_MUST_CHECK;

/* Put "WHAT at block N (byte 0xN): " in front of the message. */
void ipl_walk_wrap(const struct ipl_walk *walk, struct ipl_err *err,
		   const char *what, uint64_t off);

#endif
