/* SPDX-License-Identifier: MIT */
/* What the menu asks of whoever IPLs the machine. The texts of an answer are
 * valid until the next call of the same function. May use: libc's freestanding
 * headers. */
#ifndef MENU_HOST_H
#define MENU_HOST_H

#include <stdbool.h>
#include <stddef.h>

#define MENU_ENTRIES_MAX 64u /* zipl: 62 */
#define MENU_DISKS_MAX	 64u

struct menu_entry {
	unsigned number;
	bool is_default;
	bool is_editable;
	bool is_signed;
	bool is_bad;
	const char *title; /* texts are never NULL */
	const char *version;
	const char *cmdline; /* maybe only its beginning */
	const char *why;     /* why it is bad */
};

struct menu_list {
	struct menu_entry entry[MENU_ENTRIES_MAX];
	unsigned n;
	unsigned chosen; /* number of the program to IPL if nobody chooses */
	unsigned timeout_ms; /* until then; 0: never */
	bool has_firmware;
	unsigned n_disks;
	const char *who;
	const char *device;
};

struct menu_disk {
	const char *name;
	const char *text;
};

struct menu_disks {
	struct menu_disk disk[MENU_DISKS_MAX];
	unsigned n;
	unsigned current;
};

/* All return true, or false and a sentence that says why. */
struct menu_host {
	bool (*list)(struct menu_host *h, struct menu_list *ret,
		     const char **why);
	bool (*details)(struct menu_host *h, unsigned number,
			const char **cmdline, const char **text,
			const char **why);
	bool (*disks)(struct menu_host *h, struct menu_disks *ret,
		      const char **why);
	/* List, and IPL from, another disk. */
	bool (*open)(struct menu_host *h, unsigned disk, const char **why);
	/* IPL program @number once the menu has ended, with @params (NULL: its
	 * own) added to its parameters, or in their stead if they begin with
	 * '='. */
	bool (*ipl)(struct menu_host *h, unsigned number, const char *params,
		    const char **why);
	bool (*firmware)(struct menu_host *h, const char **why);
};

#endif
