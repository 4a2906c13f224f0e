/* SPDX-License-Identifier: MIT */
/* A directory of boot loader entries, decoded and in order.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_BLS_LIST_H
#define IPL_BOOT_BLS_LIST_H

#include "disk/ext.h"
#include "format/bls.h"

struct ipl_bls {
	char *file; /* its name */
	struct bls_name name;
	char *text; /* what entry is part of */
	struct bls_entry entry;
};

/* Zeros begin one. */
struct ipl_bls_list {
	struct ipl_bls *entries;
	size_t n;
};

/* Add the file @file with @len bytes @text, which the list then owns, also
 * after a failure. Names that are no entry's are passed over. A message begins
 * with the name of the file. */
int ipl_bls_add(struct ipl_bls_list *list, const char *file, char *text,
		size_t len, struct ipl_err *err) IPL_MUST_CHECK;

/* Put them in the order in which they are shown. */
void ipl_bls_sort(struct ipl_bls_list *list);

/* Read all entries in the directory @dir of a file system, and sort them. With
 * @lenient, files that are none are left out, and what is beyond the limit.
 * IPL_ENOTFOUND without such a directory. */
int ipl_bls_read_ext(struct ipl_bls_list *list, struct ipl_ext *ext,
		     const char *dir, bool lenient,
		     struct ipl_err *err) IPL_MUST_CHECK;

/* Where the specification, and distributions, have them in a file system: the
 * directory, and what to put in front of the paths in its entries. */
struct ipl_bls_place {
	const char *dir;
	const char *prefix;
};
extern const struct ipl_bls_place ipl_bls_places[];
#define IPL_BLS_PLACES 2u

/* What @bls is called: its title, else its id, as far as that can be the title of
 * a description. Part of it; empty if it has neither. */
struct ipl_span ipl_bls_title(const struct ipl_bls *bls);

/* The kernel parameters of @bls as a string. The caller frees it; NULL when
 * memory is out. */
char *ipl_bls_options(const struct ipl_bls *bls);

void ipl_bls_done(struct ipl_bls_list *list);

#endif
