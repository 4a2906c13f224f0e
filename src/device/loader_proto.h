/* SPDX-License-Identifier: MIT */
/* What the engine and the loader's process say to each other. Neither believes
 * the other: all lengths are bounded, all text is disarmed where it arrives.
 * May use: base, format. */
#ifndef IPL_DEVICE_LOADER_PROTO_H
#define IPL_DEVICE_LOADER_PROTO_H

#include "device/loader.h"
#include "format/iplb.h"

/* No message is longer: certificates and parameters are the longest together,
 * see PLAN. What a socket lets through in one packet is some more, 212960 bytes
 * (net.core.wmem_default). */
#define IPL_LOADER_MSG_MAX (204u << 10)

/* Each message is one packet of the socket; a descriptor may come with it. */
enum ipl_loader_type {
	/* To the loader: */
	IPL_LOADER_MEMORY = 1, /* guest memory, the first message: descriptor */
	IPL_LOADER_OPEN,       /* read the boot map of a disk: descriptor */
	IPL_LOADER_LIST,       /* for the boot menu */
	IPL_LOADER_DESCRIBE,   /* one of its programs, likewise */
	IPL_LOADER_PLAN,       /* plan one of its programs */
	IPL_LOADER_START,      /* load and start what was planned */
	/* From the loader; each answers the message with the same number: */
	IPL_LOADER_READY, /* to MEMORY: in its sandbox */
	IPL_LOADER_OPENED,
	IPL_LOADER_LISTED,
	IPL_LOADER_DESCRIBED,
	IPL_LOADER_PLANNED,
	IPL_LOADER_DONE, /* to START */
};

/* Texts of a message that are not bounded by less, in bytes with their NUL. */
#define IPL_LOADER_TEXT_MAX (64u << 10)

struct ipl_loader_msg {
	enum ipl_loader_type type;
	uint32_t number;
	/* Answers: how it went. */
	int rc;
	struct ipl_err err;
	/* What is too large for here, or NULL. A decoded message owns it; one to
	 * be encoded does not. DESCRIBED: parameters, details. PLAN: its name
	 * and append point here after decoding. */
	char *text[2];
	uint8_t *certs;		     /* PLAN, likewise */
	struct ipl_listing *listing; /* LISTED */
	/* What else there is, by type: */
	union {
		struct {
			uint64_t size;
		} memory;
		struct {
			bool is_nbd;
			uint64_t size; /* of a file */
			uint64_t br_lba;
			struct zipl_chs br_chr;
			char name[512];
		} open;
		struct {
			bool prompt;
			unsigned timeout_s;
		} opened;
		unsigned describe; /* a program's number */
		struct ipl_load_request plan;
		struct {
			uint64_t base; /* of the stub */
			uint64_t generation;
			uint32_t schid;
			bool store_back;
			size_t block_len;
			uint8_t block[IPLB_MAX];
		} start;
		struct {
			uint32_t landlock; /* version, 0: the kernel has none */
			bool filtered;	   /* seccomp */
			char user[64];	   /* "user 65534", or why it is root */
		} ready;
		struct ipl_load_summary planned;
	} u;
};

/* Encode @msg into @buf; returns its length or 0 when it does not fit. */
size_t ipl_loader_encode(struct ipl_loader_msg *msg, uint8_t *buf, size_t size);

/* Decode what arrived: IPL_EPROTO when it is no message, or has too little or
 * too much. On success the caller calls ipl_loader_msg_done. */
int ipl_loader_decode(struct ipl_span in, struct ipl_loader_msg *ret,
		      struct ipl_err *err) IPL_MUST_CHECK;

void ipl_loader_msg_done(struct ipl_loader_msg *msg);

#endif
