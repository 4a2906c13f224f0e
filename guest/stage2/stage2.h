/* SPDX-License-Identifier: MIT */
/* Stage 2 of a DASD: what its parts have in common.
 * May use: libc's freestanding headers. */
#ifndef STAGE2_H
#define STAGE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Wait codes: s390-ipl-install(1) documents them. 0x49500a is in start.S. */
#define WAIT_DISK    0x495005u /* the disk cannot be read */
#define WAIT_MAP     0x495006u /* the boot map is damaged */
#define WAIT_PROGRAM 0x495007u /* there is no such program */
#define WAIT_MEMORY  0x495008u /* a component has no room in memory */
#define WAIT_CHECK   0x495009u /* program check in stage 2 */

#define BLOCK_MAX 4096u

/* Memory that a component must not want: stage 2 and its data, and what stage 3
 * is handed (0xe000) with the stack behind it. */
#define STAGE2_END 0x9000u
#define EXTRA	   0xe000u
#define EXTRA_MAX  0x400u
#define STACK_END  0x10000u
#define MEMORY_MAX 0x80000000u /* of what a channel program can address */

/* Where a run of blocks begins. */
struct run {
	bool zeros;	  /* there are none, it stands for zeros */
	uint8_t cchhr[5]; /* ECKD, as a channel program wants it */
	uint32_t block;	  /* FBA */
	uint32_t size;
	uint32_t count;
};

static inline uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static inline uint64_t get64(const uint8_t *p)
{
	return (uint64_t)get32(p) << 32 | get32(p + 4);
}

/* --- main.c --- */

/* A line on the console. */
void say(const char *text);

/* Say @why, with @number behind it, and stop with wait code @code. */
_Noreturn void die(uint32_t code, const char *why);
_Noreturn void die_at(uint32_t code, const char *why, uint64_t number);

/* --- machine: start.S --- */

_Noreturn void machine_stop(uint64_t code);
_Noreturn void machine_start(uint64_t psw);
_Noreturn void stage2_main(void);
_Noreturn void stage2_checked(uint64_t code, uint64_t address);

/* --- disk.c --- */

/* Enable the disk at subchannel @schid, or die. */
void disk_open(uint32_t schid, bool is_fba);

/* Read @run to @to, from the disk or what it stands for, or die. */
void disk_read(const struct run *run, uint64_t to);

/* --- tables.c --- */

/* The run that the pointer @p names; false: it is none. */
bool get_run(const uint8_t *p, bool is_fba, struct run *ret);

/* Whether program @number is in the table that @table names, whose contents
 * stay for load_program. */
bool find_program(const struct run *table, bool is_fba, unsigned number);

/* Load the program found last into memory of @memory bytes; its PSW. */
uint64_t load_program(uint64_t memory);

/* --- choose.c --- */

/* The number of the program that the load parameter, or a user, chooses; what
 * is to be added to the command line is put where stage 3 looks for it. */
unsigned choose(const uint8_t loadparm[8]);

#endif
