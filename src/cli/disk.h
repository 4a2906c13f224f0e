/* SPDX-License-Identifier: MIT */
/* What the commands that look at a disk share: opening it, its programs, and
 * the options that most of them have. May use: everything. */
#ifndef IPL_CLI_DISK_H
#define IPL_CLI_DISK_H

#include "boot/map.h"
#include "cli/disk_args.h"

/* A disk with its boot map. */
struct ipl_disk {
	struct ipl_src *src;
	struct ipl_map *map;
	bool in_sandbox; /* another process closes src */
};

/* Open the disk that @args name and read its boot map. After a failure src is
 * there if the disk could be opened. ipl_disk_close in any case. */
int ipl_disk_open(const struct ipl_disk_args *args, struct ipl_disk *ret,
		  struct ipl_err *err) IPL_MUST_CHECK;

void ipl_disk_close(struct ipl_disk *disk);

/* The exit status for the first damaged program, or for @only; 0 if there is
 * none. One that is merely not for IPL, such as a dump program, is no fault of
 * the disk. */
int ipl_disk_damage_status(const struct ipl_map *map,
			   const struct ipl_program *only);

/* Say on stderr what is wrong with each program. Returns the exit status. */
int ipl_disk_report_damage(const struct ipl_map *map);

/* The program in slot @number, damaged or not; lent. */
int ipl_disk_program(const struct ipl_map *map, unsigned number,
		     const struct ipl_program **ret,
		     struct ipl_err *err) IPL_MUST_CHECK;

/* Parse the number of a program, the number of a block (decimal or with 0x), or
 * the size of memory, as QEMU has them. */
int ipl_arg_number(const char *text, int *ret,
		   struct ipl_err *err) IPL_MUST_CHECK;
int ipl_arg_block(const char *text, uint64_t *ret,
		  struct ipl_err *err) IPL_MUST_CHECK;
int ipl_arg_memory(const char *text, uint64_t *ret,
		   struct ipl_err *err) IPL_MUST_CHECK;

/* The one disk among the words that getopt left. Returns 0 or the exit
 * status. */
int ipl_arg_disk(int argc, char **argv, const char **ret);

#endif
