/* SPDX-License-Identifier: MIT */
/* Secure IPL: what a program consists of is read once, into private memory, judged
 * there, and loaded from there. May use: base, format, disk, boot. */
#ifndef IPL_SECURE_SECURE_H
#define IPL_SECURE_SECURE_H

#include "boot/plan.h"
#include "format/sclab.h"
#include "secure/certs.h"
#include "secure/signature.h"

enum ipl_secure_mode {
	IPL_SECURE_OFF,
	IPL_SECURE_AUDIT, /* judge and tell, but load in any case */
	IPL_SECURE_ON,	  /* load only what is as it must be */
};

/* "off", "audit", "on" to @ret; IPL_EINVAL names what was expected. */
int ipl_secure_mode_parse(const char *text, enum ipl_secure_mode *ret,
			  struct ipl_err *err) IPL_MUST_CHECK;

/* One component, in the order of the plan's segments. */
struct ipl_secure_part {
	size_t entry; /* number of its entry in the component table */
	enum ipl_purpose purpose;
	uint64_t addr;
	uint64_t len;
	bool is_ours; /* bytes that s390-ipl adds, not a component */
	struct ipl_signed sig;
	struct sclab sclab; /* only of a verified component */
};

struct ipl_secured {
	/* The same plan, but it reads from private memory. */
	struct ipl_plan plan;
	struct ipl_secure_part *parts; /* plan.n_segments */
	/* What secure=on refuses it for: 0, or IPL_EDENIED and the sentence. */
	struct ipl_err fault;
	const struct ipl_certs *certs; /* lent */
	/* private: */
	uint8_t *memory;
	struct ipl_extent *extents;
};

/*
 * Read the components of @plan, made from @prog, and their signatures, and judge
 * them with @certs, which may be empty but not NULL, and are lent for as long as
 * the result lives. What secure=on demands:
 *
 * - each SIGNATURE entry is followed by the LOAD entry that it signs;
 * - each signature verifies, over all bytes that are loaded;
 * - a component without a signature, which cannot be helped for the parameters of
 *   stage 3 and the ramdisk, does not lie below 0x2000 (nor does any other: the
 *   report needs lowcore), and overlaps nothing (the plan sees to that);
 * - the program starts at the beginning of a verified component, or where the
 *   loading attributes in the component that it starts in say;
 * - what else loading attributes say is so: load address, no unsigned
 *   components, one signed component only.
 *
 * Fails only when something cannot be read or there is no memory: a fault is in
 * the result.
 */
int ipl_secure_read(const struct ipl_plan *plan, const struct ipl_program *prog,
		    const struct ipl_certs *certs, struct ipl_secured **ret,
		    struct ipl_err *err) IPL_MUST_CHECK;

void ipl_secured_free(struct ipl_secured *s);

/* What a program is handed: the IPL parameter block @block, the report behind it
 * and the certificates, as they lie in memory at @addr. @secure: secure=on, else
 * an audit. */
size_t ipl_secured_report_len(const struct ipl_secured *s,
			      struct ipl_span block);
void ipl_secured_report(const struct ipl_secured *s, struct ipl_span block,
			bool secure, uint64_t addr, struct ipl_wr *w);

#endif
