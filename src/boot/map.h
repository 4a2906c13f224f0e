/* SPDX-License-Identifier: MIT */
/* Boot maps: which programs are on a disk and what each consists of.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_MAP_H
#define IPL_BOOT_MAP_H

#include "base/err.h"
#include "disk/src.h"
#include "format/zipl.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A run of bytes of the source that is loaded to consecutive addresses. */
struct ipl_extent {
	uint64_t off; /* byte offset in the source */
	uint64_t len; /* bytes */
	bool zero;    /* nothing is read: fill with zeros */
};

enum ipl_comp_type {
	IPL_COMP_EXECUTE = ZIPL_COMP_EXECUTE,
	IPL_COMP_LOAD = ZIPL_COMP_LOAD,
	IPL_COMP_SIGNATURE = ZIPL_COMP_SIGNATURE,
};

/* What a component is for, as far as can be told from the stage-3
 * parameters. */
enum ipl_purpose {
	IPL_PURPOSE_UNKNOWN,
	IPL_PURPOSE_KERNEL,
	IPL_PURPOSE_RAMDISK,
	IPL_PURPOSE_PARMLINE,
	IPL_PURPOSE_STAGE3,
	IPL_PURPOSE_PARAMS,  /* the stage-3 parameter block (zipl 2.9+) */
	IPL_PURPOSE_SCRATCH, /* heap and stack dummies of zipl 2.9+ on SCSI */
	IPL_PURPOSE_ENVBLK,  /* environment block of zipl 2.18+ */
};

struct ipl_component {
	enum ipl_comp_type type;
	enum ipl_purpose purpose;
	/* What earlier components have in its place is replaced by it; else no
	 * two may overlap. */
	bool replaces;
	uint64_t entry_off; /* where its table entry lies in the source */
	uint64_t addr;	    /* LOAD: load address */
	uint64_t len;	    /* LOAD, SIGNATURE: bytes, whole blocks */
	uint64_t psw;	    /* EXECUTE: the short PSW */
	uint8_t sig_format; /* SIGNATURE: 1 is PKCS#7 */
	uint32_t sig_len;   /* SIGNATURE: bytes, as its entry has it */
	struct ipl_extent *extents;
	size_t n_extents;
};

struct ipl_program {
	unsigned number;    /* slot of the program table; 0 is the default's */
	bool is_default;    /* slot 0, or the slot that it is a copy of */
	unsigned copy_of;   /* slot 0: the slot it is a copy of, 0 if of none */
	uint64_t table_off; /* component table: byte offset in the source */
	/* 0, or why this program cannot be used: err tells, without naming
	 * the program. One damaged program does not keep the others from being
	 * listed. */
	int rc;
	struct ipl_err err;
	/* Header type 1: made for a dump. Of these, only programs for kdump
	 * can be started like others; for the rest rc is IPL_EUNSUP, but
	 * what they consist of is there. */
	bool is_dump;
	bool is_kdump;
	/* In the order of the table; with rc 0 the last one is the EXECUTE
	 * entry. Of a damaged program those that could be read. */
	struct ipl_component *comps;
	size_t n_comps;
	struct ipl_stage3 stage3;
	/* Bytes from the disk, not checked to be of any character set. */
	char *name;	 /* never NULL when rc is 0 */
	char *menu_name; /* as the boot menu has it, NULL if it does not */
	/* What its description in the boot map says, NULL if that is not
	 * there (docs/formats/description.md): UTF-8, no control characters. */
	char *title;
	bool title_is_bls; /* the title is that of a boot loader entry */
	char *title_id;	   /* of the boot loader entry it was made from */
	char *writer;	   /* the program that wrote the boot map */
	/* What the kernel tells, else the description; NULL if none does. */
	char *kernel_version;
	char *cmdline;	      /* NULL if there is no parmline */
	uint64_t cmdline_max; /* that the kernel takes, with the NUL at its
			       * end; 0 if it is no Linux */
	/* Bytes as exactly as the disk tells; 0 if there is none. */
	uint64_t kernel_len;
	uint64_t ramdisk_len;
};

/* What stage 2 on a DASD has for its boot menu. A SCSI disk has none, nor has
 * the list-directed boot map of an ECKD disk: that shows its volume's. */
struct ipl_menu {
	bool present;
	bool prompt;	    /* show the menu without being asked */
	unsigned timeout_s; /* 0: wait for ever */
	char *banner;	    /* "zIPL v2.16.0 interactive boot menu" */
	char *zipl;	    /* "2.16.0": which zipl wrote it; may be NULL */
};

/* The label of a DASD volume. */
struct ipl_volume {
	char label[5];	/* "VOL1", "LNX1", "CMS1"; "" if there is none */
	char serial[7]; /* without the blanks at its end */
};

/* Something worth knowing about a disk that can be used all the same. */
struct ipl_note {
	const char *code; /* a stable word for JSON: see note.h */
	char text[512];	  /* one sentence, no full stop */
};

struct ipl_layout;

/* How to read a disk; zeros are the defaults. */
struct ipl_map_options {
	const char *layout; /* only the layout of this name; NULL: find out */
	uint64_t br_lba;    /* SCSI: the block of the boot record */
	/* ECKD: list-directed IPL from the boot record here; record 0: as the
	 * label says, if at all */
	struct zipl_chs br_chr;
};

struct ipl_map {
	const struct ipl_layout *layout;
	struct ipl_src *src; /* lent by the caller of ipl_map_read */
	unsigned block_size; /* bytes */
	uint64_t table_off;  /* program table: byte offset in the source */
	struct ipl_program *programs; /* in slot order, empty slots left out */
	size_t n_programs;
	struct ipl_map_options options;
	const struct zipl_ptr_format *ptr; /* NULL: not zipl's */
	struct zipl_geometry geo;	   /* no sectors: not an ECKD disk */
	uint64_t record_off; /* boot record: byte offset in the source */
	struct ipl_volume volume;
	struct ipl_menu menu;
	struct ipl_note *notes;
	size_t n_notes;
	bool has_lost_segment; /* there is a note about one */
	/* An ECKD disk may have a second boot map, which another kind of IPL
	 * takes: NULL if it has none, or if it cannot be read (notes tell). */
	struct ipl_map *other;
};

#define IPL_OTHERS_MAX 2

/* One on-disk layout: a file a family, and an entry in the table in layouts.c. */
struct ipl_layout {
	const char *name;  /* "scsi": stable, for JSON and options */
	const char *title; /* "SCSI boot map": for people */
	const struct zipl_ptr_format *ptr; /* NULL: not zipl's */
	/* Whether the source has this layout: 1 yes, 0 no, or an error. Of
	 * @map there are src, options and layout. */
	int (*probe)(const struct ipl_map *map, struct ipl_err *err);
	/* Fill in block_size, record_off, table_off, menu and the programs
	 * with their components. Names and purposes are found by the caller,
	 * which also frees what is there after a failure. */
	int (*read)(struct ipl_map *map, struct ipl_err *err);
	/* Layouts of a second boot map on the same disk, in order. */
	const struct ipl_layout *others[IPL_OTHERS_MAX];
};

/* The layouts in the order of probing; NULL after the last. */
const struct ipl_layout *ipl_layout_at(size_t i);

/* Find the layout of @src and read all its programs. *@ret borrows @src, which
 * must stay open; the caller frees it. IPL_EUNSUP when nothing known is on
 * the disk or when it is made for dumps: the message says what was looked for
 * and what was found. Of an ECKD disk with two boot maps the one for CCW-type
 * IPL is taken if it can be read: every zipl writes it, whereas only new ones
 * write the other, and old ones leave it behind out of date. */
int ipl_map_read(struct ipl_src *src, struct ipl_map **ret,
		 struct ipl_err *err) IPL_MUST_CHECK;

/* The same with @opts. IPL_EINVAL when there is no layout of that name. */
int ipl_map_read_with(struct ipl_src *src, const struct ipl_map_options *opts,
		      struct ipl_map **ret, struct ipl_err *err) IPL_MUST_CHECK;

void ipl_map_free(struct ipl_map *map);

/* The program in slot @number; lent. IPL_ENOTFOUND names the slots that are
 * there. A program that is there but damaged gives its own error. */
int ipl_map_find(const struct ipl_map *map, unsigned number,
		 const struct ipl_program **ret,
		 struct ipl_err *err) IPL_MUST_CHECK;

/* The program whose entry is called @name, whatever the case; lent. A name that
 * fits as it is counts before those that differ in case. Slot 0 has the name of
 * what it is a copy of, and is taken only if nothing else has it. IPL_ENOTFOUND
 * names the names that are there; IPL_EINVAL when several entries have it. */
int ipl_map_find_name(const struct ipl_map *map, const char *name,
		      const struct ipl_program **ret,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* Whether @psw can be a short PSW: bit 12 is on. */
bool ipl_psw_is_short(uint64_t psw);

/* Why no CPU takes the short PSW @psw (Principles of Operation, "Early exception
 * recognition"), or NULL when one does. */
const char *ipl_psw_fault(uint64_t psw);

/* Fail with the error of the damaged program @prog, in a sentence that names
 * it. */
int ipl_program_fail(const struct ipl_program *prog, struct ipl_err *err);

#endif
