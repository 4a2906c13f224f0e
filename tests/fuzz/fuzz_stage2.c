/* SPDX-License-Identifier: MIT */
/* Any bytes as a DASD whose boot map stage 2 reads in the guest: what it writes lies
 * within memory and not on itself, and it starts nothing but a PSW that can be.
 * For libFuzzer; replay.c runs the corpus without it. May use: guest/stage2. */
#include "promise.h"

#include "stage2/stage2.h"

#include <setjmp.h>
#include <string.h>

#define MEMORY (UINT64_C(16) << 20)

/* The disk and the way out of code that dies; stage 2 has no state to pass them in. */
static struct {
	const uint8_t *p;
	size_t len;
	jmp_buf dead;
	size_t reads;
} disk;

/* ---- what stage 2 has of its machine */

void die(uint32_t code, const char *why)
{
	promise(code >= WAIT_DISK && code <= WAIT_MEMORY && *why,
		"it says why it ends");
	longjmp(disk.dead, 1);
}

void die_at(uint32_t code, const char *why, uint64_t number)
{
	(void)number;
	die(code, why);
}

/* Records of 12 on a track and 15 tracks on a cylinder, as the seeds have them. */
static uint64_t block_of(const struct run *run)
{
	uint64_t track = (uint64_t)get16(run->cchhr) * 15 +
			 get16(run->cchhr + 2);

	return run->cchhr[4] ? track * 12 + run->cchhr[4] - 1 : run->block;
}

/* Its tables are where this program has them, and what it loads goes to memory that
 * the guest would have: addresses below that of any variable here. */
void disk_read(const struct run *run, uint64_t to)
{
	uint64_t len = (uint64_t)run->size * run->count;
	uint64_t at = block_of(run) * run->size;

	disk.reads++;
	promise(run->size && run->size <= BLOCK_MAX && run->count,
		"a run has blocks");
	if (to < MEMORY_MAX) {
		promise(to < MEMORY && len <= MEMORY - to,
			"it is loaded within memory");
		promise(to >= STACK_END ||
				(to >= STAGE2_END && to + len <= EXTRA),
			"stage 2 stays what it is");
	} else {
		promise(!run->zeros && len <= BLOCK_MAX, "a table is a block");
	}
	if (run->zeros)
		return;
	if (at > disk.len || len > disk.len - at)
		die(WAIT_DISK, "the disk has an end");
	if (to >= MEMORY_MAX)
		memcpy((void *)(uintptr_t)to, disk.p + at, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run table;
	uint64_t psw;
	bool fba;

	if (size < 18)
		return 0;
	disk.p = data + 18;
	disk.len = size - 18;
	disk.reads = 0;
	if (setjmp(disk.dead))
		return 0;
	fba = data[16] & 1;
	if (!get_run(data, fba, &table) ||
	    !find_program(&table, fba, data[17]))
		return 0;
	psw = load_program(MEMORY);
	promise(psw >> 51 & 1 && !(psw >> 49 & 1) && psw & 0x7ffffffe &&
			!(psw & 1),
		"a program is started that can be");
	/* at worst 127 components fill memory a block at a time, each from a table */
	promise(disk.reads <= 127 * 2 * (MEMORY / 512), "it ends");
	return 0;
}
