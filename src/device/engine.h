/* SPDX-License-Identifier: MIT */
/* The IPL engine of one VM: waits for IPL requests and answers them.
 * May use: everything but cli. */
#ifndef IPL_DEVICE_ENGINE_H
#define IPL_DEVICE_ENGINE_H

#include "device/log.h"
#include "device/profile.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct ipl_engine_config {
	const struct ipl_profile *profile;
	struct json_object *loadparms; /* of disk devices: id -> text, or NULL */
	int qmp_fd;		       /* taken over */
	int memory_fd;		       /* taken over; -1: open memory_path */
	const char *memory_path;       /* NULL: find it in QEMU's descriptors */
	uint64_t memory_size;	       /* bytes; 0: ask QEMU */
	pid_t qemu;
	const char *qemu_program;
	struct json_object *data_dirs; /* for its files: -L, an array of texts */
	const char *panic_action; /* the user's, or NULL for QEMU's default */
	bool no_shutdown;	  /* the user's -no-shutdown */
	bool has_kernel;	  /* the user's -kernel: QEMU starts that */
	bool no_sandbox;	  /* the user's --sandbox=off */
	/* Called when QEMU is there: with -daemonize it has left its terminal then.
	 * Or NULL. The context is that of the log. */
	void (*on_ready)(void *ctx);
	struct ipl_log log;
};

/* Serve until QEMU ends: 0 then, or an error that makes serving impossible. A
 * VM that cannot be IPLed is no error here: it has been told so. */
int ipl_engine_run(const struct ipl_engine_config *config,
		   struct ipl_err *err) IPL_MUST_CHECK;

#endif
