/* SPDX-License-Identifier: MIT */
/* QEMU's command line: what in it concerns the IPL device, and what QEMU gets
 * in its stead. May use: base, json-c. */
#ifndef IPL_VM_CMDLINE_H
#define IPL_VM_CMDLINE_H

#include "base/err.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where guest memory comes from. */
enum ipl_memory {
	IPL_MEMORY_OURS,    /* a memory file that we make */
	IPL_MEMORY_FILE,    /* the user's file (memory_path) */
	IPL_MEMORY_IN_QEMU, /* something that only QEMU has open */
};

struct ipl_cmdline {
	char **argv; /* NULL at the end; argv[0] is not set */
	size_t argc;
	/* Why QEMU gets everything untouched but for our device, or NULL: the
	 * VM has the IPL device. */
	const char *aside;
	struct json_object *device;    /* -device s390-ipl, or NULL */
	struct json_object *boot;      /* all -boot options, merged */
	struct json_object *data_dirs; /* directories of all -L, in order */
	/* loadparm= of disk devices, which old QEMUs do not know: id -> text */
	struct json_object *loadparms;
	enum ipl_memory memory;
	char *memory_path;
	uint64_t memory_size; /* bytes; 0: ask QEMU */
	char *panic_action;   /* the user's -action panic=, or NULL */
	bool no_shutdown;
	bool has_kernel;
	bool daemonize;
};

/* Where the pieces are that QEMU inherits: descriptors. */
struct ipl_cmdline_fds {
	int stub;
	int memory; /* -1 unless IPL_MEMORY_OURS */
	int qmp;
};

/* Read @argv (without the program's name). With @wanted the VM gets the IPL
 * device even if the command line does not name it. On failure nothing is
 * returned; IPL_EINVAL messages name the option. */
int ipl_cmdline_parse(int argc, char **argv, bool wanted,
		      struct ipl_cmdline **ret,
		      struct ipl_err *err) IPL_MUST_CHECK;

/* Append what gives the VM its IPL device. */
int ipl_cmdline_finish(struct ipl_cmdline *cl,
		       const struct ipl_cmdline_fds *fds,
		       struct ipl_err *err) IPL_MUST_CHECK;

void ipl_cmdline_free(struct ipl_cmdline *cl);

#endif
