/* SPDX-License-Identifier: MIT */
/* The boot menu on the VM's own console: puts the program that shows it into the
 * guest, answers what it asks, and takes it away again.
 * May use: base, format, vm, device/listing. */
#ifndef IPL_DEVICE_MENU_H
#define IPL_DEVICE_MENU_H

#include "device/listing.h"
#include "device/loadparm.h"
#include "device/profile.h"
#include "vm/stub.h"

/* A disk of the VM, as the menu shows it; the texts are lent. */
struct ipl_menu_disk {
	const char *name;
	char text[64];
};

/* What the menu needs of the load panel. */
struct ipl_menu_panel {
	void *ctx;
	const struct ipl_menu_disk *disks;
	size_t n_disks;
	size_t current;	     /* the disk that is listed */
	uint32_t number;     /* the program that is IPLed if nobody chooses */
	unsigned timeout_ms; /* 0: never */
	bool has_firmware;
	struct ipl_span program; /* in place of our menu; empty: none */
	/* What the disk has. */
	int (*list)(void *ctx, struct ipl_listing *ret, struct ipl_err *err);
	int (*describe)(void *ctx, unsigned number,
			struct ipl_listing_details *ret, struct ipl_err *err);
	/* Change to another disk; on failure that of before stays. */
	int (*open)(void *ctx, size_t disk, struct ipl_err *err);
	/* Whether program @number can be IPLed with @params (or NULL). */
	int (*check)(void *ctx, unsigned number, const char *params,
		     struct ipl_err *err);
};

enum ipl_menu_kind {
	IPL_MENU_NOTHING, /* nobody chose: go on as without a menu */
	IPL_MENU_PROGRAM,
	IPL_MENU_FIRMWARE,
};

struct ipl_menu_choice {
	enum ipl_menu_kind kind;
	unsigned number;
	char *params; /* to be appended, or instead with a '='; NULL: none */
};

/* Whether a menu is to be shown: what the user said, else what the load
 * parameter and the disk say. *@ret_timeout_ms tells for how long (0: for ever);
 * @prompt and @timeout_s are what the disk says. */
bool ipl_menu_is_wanted(const struct ipl_profile *profile,
			const struct ipl_loadparm *loadparm, bool prompt,
			unsigned timeout_s, unsigned *ret_timeout_ms);

/* What was in memory where the menu is. */
struct ipl_menu_left;

/* Show the menu and wait for its end. Memory is as before afterwards. The caller
 * frees ret->params. IPL_ERESET when the VM was reset meanwhile: then something else
 * may run, and *@ret_left (which the caller frees, else NULL) is for
 * ipl_menu_put_back. */
int ipl_menu_show(const struct ipl_stub *stub,
		  const struct ipl_menu_panel *panel,
		  struct ipl_menu_choice *ret, struct ipl_menu_left **ret_left,
		  struct ipl_err *err) IPL_MUST_CHECK;

/* Put back what was in memory, when the next stub waits and nothing else has run
 * since. */
int ipl_menu_put_back(const struct ipl_stub *stub,
		      const struct ipl_menu_left *left,
		      struct ipl_err *err) IPL_MUST_CHECK;

#endif
