/* SPDX-License-Identifier: MIT */
/* The loader, as the engine sees it: a process in a sandbox that reads the disk
 * which the engine hands it, and writes the guest's memory. The only part of the
 * device that parses what a guest wrote. There is a new one for each disk.
 * May use: base, disk, boot, vm. */
#ifndef IPL_DEVICE_LOADER_H
#define IPL_DEVICE_LOADER_H

#include "device/listing.h"
#include "device/load.h"
#include "device/log.h"
#include "disk/src.h"

struct ipl_loader;

/* A disk to be read. */
struct ipl_loader_disk {
	int fd; /* a file or block device, or a socket to an NBD server */
	bool is_nbd;
	uint64_t size;			/* of a file, in bytes */
	const char *name;		/* for messages */
	struct ipl_map_options options; /* its layout is not passed on */
};

/* How an NBD server has to call what it exports to the loader. */
#define IPL_EXPORT_NAME "s390-ipl-export"

/* Which program, and for what machine. */
struct ipl_load_request {
	unsigned number;  /* slot of the program table; 0: the default */
	const char *name; /* in place of the number: an entry's name; or NULL */
	const char *append; /* kernel parameters, see boot/parms.h; or NULL */
	uint64_t memory;    /* bytes */
	enum ipl_secure_mode secure;
	struct ipl_span certs; /* as ipl_certs_pack has them */
};

/* What the loader says of a plan. The texts are bytes from the disk, but fit
 * for a terminal. */
struct ipl_load_summary {
	unsigned number;
	char name[128];
	uint64_t bytes;	   /* of all components */
	size_t components; /* how many */
	uint64_t psw;
	/* Of a secure IPL or an audit: how many components are signed and
	 * verified, and what secure=on refuses it for, "" for nothing. */
	unsigned verified;
	char fault[512];
};

/* Without @sandbox the process keeps all its rights. @log is lent. */
int ipl_loader_new(bool sandbox, const struct ipl_log *log,
		   struct ipl_loader **ret, struct ipl_err *err) IPL_MUST_CHECK;
void ipl_loader_free(struct ipl_loader *loader);

/* An IPL is going to come: start the process, if there is none, while the VM
 * still gets ready; have it in its sandbox, if @mem is there (lent from then on;
 * NULL: not yet known). When that fails, ipl_loader_open will say so. */
void ipl_loader_prepare(struct ipl_loader *loader, const struct ipl_mem *mem);

/* All that follows is for the IPL that @stub waits for: it gets signs of life, and
 * its pump is called, while the loader works, on its memory (lent from then on). */
void ipl_loader_begin(struct ipl_loader *loader, const struct ipl_stub *stub);

/* Read the boot map of @disk, whose descriptor the loader takes over (also on
 * failure). This and what follows is IPL_EDIED when the process has ended, for
 * whatever reason: nothing of the guest runs yet, and a new one may do better. */
int ipl_loader_open(struct ipl_loader *loader,
		    const struct ipl_loader_disk *disk,
		    struct ipl_err *err) IPL_MUST_CHECK;

/* Done with this disk: ends the process. */
void ipl_loader_close(struct ipl_loader *loader);

/* What the open disk says of its boot menu, and what such a menu shows; see
 * device/listing.h. The texts are fit for a terminal. */
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
int ipl_loader_start(struct ipl_loader *loader, const struct ipl_start *start,
		     struct ipl_err *err) IPL_MUST_CHECK;

#endif
