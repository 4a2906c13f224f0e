/* SPDX-License-Identifier: MIT */
/* The loader: reads the disk that the engine hands it, and writes the guest's
 * memory. The only part of the device that parses what a guest wrote.
 * May use: base, disk, boot, vm. */
#ifndef IPL_DEVICE_LOADER_H
#define IPL_DEVICE_LOADER_H

#include "device/listing.h"
#include "device/load.h"
#include "disk/src.h"

struct ipl_loader;

/* Which program, and for what machine. */
struct ipl_load_request {
	unsigned number; /* slot of the program table; 0: the default */
	const char *name;   /* in place of the number: an entry's name; or NULL */
	const char *append; /* kernel parameters, see boot/parms.h; or NULL */
	uint64_t memory; /* bytes */
};

/* What the loader says of a plan. The texts are bytes from the disk. */
struct ipl_load_summary {
	unsigned number;
	char name[128];
	uint64_t bytes;	   /* of all components */
	size_t components; /* how many */
	uint64_t psw;
};

int ipl_loader_new(struct ipl_loader **ret, struct ipl_err *err) IPL_MUST_CHECK;
void ipl_loader_free(struct ipl_loader *loader);

/* Take @src, which the loader owns from then on, and read the boot map that
 * @opts names. One disk at a time: that of before is closed. */
int ipl_loader_open(struct ipl_loader *loader, struct ipl_src *src,
		    const struct ipl_map_options *opts,
		    struct ipl_err *err) IPL_MUST_CHECK;
void ipl_loader_close(struct ipl_loader *loader);

/* What the disk says of its boot menu, and what such a menu shows; see
 * device/listing.h. */
void ipl_loader_menu(const struct ipl_loader *loader, bool *ret_prompt,
		     unsigned *ret_timeout_s);
int ipl_loader_list(struct ipl_loader *loader, struct ipl_listing *ret,
		    struct ipl_err *err) IPL_MUST_CHECK;
int ipl_loader_describe(struct ipl_loader *loader, unsigned number,
			struct ipl_listing_details *ret,
			struct ipl_err *err) IPL_MUST_CHECK;

/* Make the plan of one program of the open disk. Writes nothing. */
int ipl_loader_plan(struct ipl_loader *loader,
		    const struct ipl_load_request *request,
		    struct ipl_load_summary *ret,
		    struct ipl_err *err) IPL_MUST_CHECK;

/* Load what was planned and start it: see ipl_load. */
int ipl_loader_start(struct ipl_loader *loader, const struct ipl_stub *stub,
		     const struct ipl_start *start,
		     struct ipl_err *err) IPL_MUST_CHECK;

#endif
