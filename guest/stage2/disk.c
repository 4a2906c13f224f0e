/* SPDX-License-Identifier: MIT */
/* Reading a DASD with channel programs: IBM 3990/3390 Storage Control Reference,
 * and for FBA the 3370's. May use: libc's freestanding headers. */
#include "channel.h"
#include "machine.h"
#include "stage2.h"

#include <string.h>

#define SEEK	     0x07
#define SEARCH_ID    0x31
#define TIC	     0x08
#define READ_DATA_MT 0x86 /* goes on with the next track */
#define FBA_EXTENT   0x63
#define FBA_LOCATE   0x43
#define FBA_READ     0x42
#define SENSE	     0x04

#define UNIT_CHECK 0x02
#define TRIES	   4
#define PATIENCE   CLOCK_MS(60000)

/* Blocks that one channel program reads; the count of a command has 16 bits. */
#define BLOCKS_AT_ONCE 32u

static uint32_t disk;
static bool fba;

void disk_open(uint32_t schid, bool is_fba)
{
	disk = schid;
	fba = is_fba;
	if (!channel_enable(schid, true))
		die_at(WAIT_DISK, "cannot enable subchannel ", schid);
}

static uint32_t address(const void *p)
{
	return (uint32_t)(uintptr_t)p;
}

static _Noreturn void failed(const struct channel_status *s,
			     const struct run *run)
{
	uint64_t at = fba ? run->block : get32(run->cchhr);

	if (!s->ended)
		die_at(WAIT_DISK, "the disk does not answer; asked for ", at);
	if (!fba)
		at = at << 8 | run->cchhr[4];
	/* e.g. 0xa000304: cylinder 10, head 3, record 4 */
	die_at(WAIT_DISK,
	       s->device & UNIT_CHECK
		       ? "the disk reports a unit check when reading "
		       : "the channel reports an error when reading ",
	       at);
}

/* A unit check may be news rather than an error: after a reset, or when another
 * system has changed something. Sense data, once read, are gone. */
static void run_program(const struct channel_ccw *ccws, const struct run *run)
{
	uint8_t sense[32];
	struct channel_status status;

	for (unsigned i = 0; i < TRIES; i++) {
		if (channel_run(disk, ccws, PATIENCE, &status))
			return;
		if (!status.ended || !(status.device & UNIT_CHECK))
			break;
		channel_io(disk, SENSE, sense, sizeof(sense));
	}
	failed(&status, run);
}

static void read_eckd(const struct run *run, uint64_t to)
{
	struct channel_ccw ccws[3 + BLOCKS_AT_ONCE];
	uint8_t seek[8] = { 0 }; /* 0, CCHH, record */

	memcpy(seek + 2, run->cchhr, sizeof(run->cchhr));
	ccws[0] = (struct channel_ccw){ SEEK, CHANNEL_CHAIN, 6, address(seek) };
	ccws[1] = (struct channel_ccw){ SEARCH_ID, CHANNEL_CHAIN, 5,
					address(seek + 2) };
	ccws[2] = (struct channel_ccw){ TIC, 0, 0, address(&ccws[1]) };
	for (uint32_t i = 0; i < run->count; i++)
		ccws[3 + i] = (struct channel_ccw){
			READ_DATA_MT, i + 1 < run->count ? CHANNEL_CHAIN : 0,
			(uint16_t)run->size, (uint32_t)(to + i * run->size)
		};
	run_program(ccws, run);
}

static void read_fba(const struct run *run, uint64_t to)
{
	/* no writing; the blocks that one may ask for; those to read of them */
	uint32_t extent[4] = { 0x40000000 | run->size, run->block, 0,
			       run->count - 1 };
	uint32_t locate[2] = { 0x06000000 | run->count, 0 };
	struct channel_ccw ccws[3] = {
		{ FBA_EXTENT, CHANNEL_CHAIN, sizeof(extent), address(extent) },
		{ FBA_LOCATE, CHANNEL_CHAIN, sizeof(locate), address(locate) },
		{ FBA_READ, 0, (uint16_t)(run->count * run->size),
		  (uint32_t)to },
	};

	run_program(ccws, run);
}

void disk_read(const struct run *run, uint64_t to)
{
	struct run part = *run;

	if (run->zeros) {
		memset((void *)(uintptr_t)to, 0, (size_t)run->size * run->count);
		return;
	}
	for (uint32_t done = 0; done < run->count; done += part.count) {
		uint32_t left = run->count - done;

		part.count = left < BLOCKS_AT_ONCE ? left : BLOCKS_AT_ONCE;
		part.block = run->block + done;
		part.cchhr[4] = (uint8_t)(run->cchhr[4] + done);
		if (fba)
			read_fba(&part, to + done * run->size);
		else
			read_eckd(&part, to + done * run->size);
	}
}
