/* SPDX-License-Identifier: MIT */
/* Options that the commands about a single disk share.
 * May use: everything. */
#ifndef IPL_CLI_DISK_ARGS_H
#define IPL_CLI_DISK_ARGS_H

#include "boot/map.h"

#include <getopt.h>

struct ipl_disk_args {
	const char *path;
	const char *format; /* --format, or NULL */
	struct ipl_map_options map;
	int number;	 /* -p, or -1 */
	uint64_t memory; /* --memory */
	bool json;
	bool sandbox; /* read it in one: only for commands that write nothing */
	bool help;    /* nothing else counts */
};

#define IPL_DISK_ARGS_INIT                                \
	{                                                 \
		.number = -1, .memory = UINT64_C(1) << 30 \
	}

enum { IPL_OPT_LAYOUT = 256, IPL_OPT_BR_LBA, IPL_OPT_FORMAT, IPL_OPT_SANDBOX };

/* Rows of the table for getopt: what all commands have, and what those for one
 * program have, with their short options. */
#define IPL_DISK_COMMON_OPTIONS                                        \
	{ "json", no_argument, NULL, 'j' },                            \
		{ "layout", required_argument, NULL, IPL_OPT_LAYOUT }, \
		{ "br-lba", required_argument, NULL, IPL_OPT_BR_LBA }, \
		{ "format", required_argument, NULL, IPL_OPT_FORMAT }, \
	{                                                              \
		"help", no_argument, NULL, 'h'                         \
	}
#define IPL_DISK_OPTIONS                             \
	{ "program", required_argument, NULL, 'p' }, \
		IPL_DISK_COMMON_OPTIONS
#define IPL_DISK_SHORT_OPTIONS "p:jh"
#define IPL_MEMORY_OPTION                              \
	{                                              \
		"memory", required_argument, NULL, 'm' \
	}

/* For commands that set ->sandbox. */
#define IPL_SANDBOX_OPTION                                        \
	{                                                         \
		"sandbox", required_argument, NULL, IPL_OPT_SANDBOX \
	}
#define IPL_SANDBOX_HELP                                                       \
	"      --sandbox on|off\n                     read the disk without the " \
	"rights of this user\n                     (default: on)\n"

/* The lines of the help for layout, br-lba, json and help. */
void ipl_disk_args_help(void);

/* Take in one option that is not the command's own. Returns 0, or the exit
 * status when it is wrong, which has then been said. */
int ipl_disk_args_take(struct ipl_disk_args *args, const char *cmd, int opt);

#endif
