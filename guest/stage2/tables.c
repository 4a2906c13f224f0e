/* SPDX-License-Identifier: MIT */
/* The tables of a boot map (docs/formats/zipl.md, eckd.md, fba.md): program,
 * components, segments. Every number in them may be wrong.
 * May use: libc's freestanding headers. */
#include "stage2.h"

#include <string.h>

#define POINTER	     16u
#define SLOTS	     31u
#define TABLE_HEADER 32u
#define ENTRY	     32u
#define ENTRY_TYPE   23u
#define ENTRY_VALUE  24u
#define EXECUTE	     1
#define LOAD	     2
#define SIGNATURE    3
#define TYPE_IPL     0

#define FBA_BLOCK 512u

#define PSW_IS_SHORT (UINT64_C(1) << 51) /* bit 12, which is always 1 */
#define PSW_WAIT     (UINT64_C(1) << 49)
#define PSW_ADDRESS  UINT64_C(0x7fffffff)

static uint8_t components[BLOCK_MAX];
static uint8_t segments[BLOCK_MAX]; /* and before that the program table */
static struct run component_table;
static bool fba;

static bool is_size(uint32_t size)
{
	return size == 512 || size == 1024 || size == 2048 || size == 4096;
}

static bool get_run_fba(const uint8_t *p, struct run *ret)
{
	uint64_t block = get64(p);

	*ret = (struct run){ .block = (uint32_t)block,
			     .size = get16(p + 8),
			     .count = get16(p + 10) + 1u };
	if (!block)
		return false;
	if (ret->size != FBA_BLOCK || block + ret->count > UINT32_MAX)
		die_at(WAIT_MAP, "the boot map has a bad pointer, to block ",
		       block);
	return true;
}

static bool get_run_eckd(const uint8_t *p, struct run *ret)
{
	*ret = (struct run){ .size = get16(p + 5), .count = p[7] + 1u };
	memcpy(ret->cchhr, p, sizeof(ret->cchhr));
	if (!get64(p))
		return false;
	ret->zeros = !get32(p) && !p[4];
	if (!is_size(ret->size) || (!ret->zeros && !p[4]) ||
	    p[4] + ret->count - 1 > UINT8_MAX)
		die_at(WAIT_MAP, "the boot map has a bad pointer, ", get64(p));
	return true;
}

bool get_run(const uint8_t *p, bool is_fba, struct run *ret)
{
	return is_fba ? get_run_fba(p, ret) : get_run_eckd(p, ret);
}

/* A table that is one block. */
static void read_table(const struct run *run, uint8_t *to, const char *magic,
		       const char *why)
{
	if (run->zeros || run->count != 1)
		die(WAIT_MAP, why);
	disk_read(run, (uintptr_t)to);
	if (magic && memcmp(to, magic, 4))
		die(WAIT_MAP, why);
}

bool find_program(const struct run *table, bool is_fba, unsigned number)
{
	fba = is_fba;
	read_table(table, segments, "zIPL",
		   "the program table is damaged: expected zIPL");
	return number < SLOTS &&
	       get_run(segments + (number + 1) * POINTER, fba,
		       &component_table) &&
	       !component_table.zeros;
}

static void check_memory(uint64_t at, uint64_t len, uint64_t memory)
{
	if (at >= memory || len > memory - at)
		die_at(WAIT_MEMORY, "a component ends beyond memory: it is at ",
		       at);
	if (at < STAGE2_END || (at < STACK_END && at + len > EXTRA))
		die_at(WAIT_MEMORY, "stage 2 is where a component goes: ", at);
}

/* All runs of the component that begins with the segment table @table. Every
 * table has at least one block of data, so that a chain of them that is a loop
 * ends where memory does. */
static void load_component(struct run table, uint64_t at, uint64_t memory)
{
	uint32_t last = table.size / POINTER - 1;
	struct run run;

	do {
		read_table(&table, segments, NULL,
			   "a pointer to a segment table is damaged");
		for (uint32_t i = 0; i < last; i++) {
			uint64_t len;

			if (!get_run(segments + i * POINTER, fba, &run))
				return;
			len = (uint64_t)run.size * run.count;
			check_memory(at, len, memory);
			disk_read(&run, at);
			at += len;
		}
	} while (get_run(segments + last * POINTER, fba, &table));
}

static uint64_t check_psw(uint64_t psw)
{
	if (!(psw & PSW_IS_SHORT) || psw & PSW_WAIT || psw & 1 ||
	    !(psw & PSW_ADDRESS))
		die_at(WAIT_MAP, "the program has no PSW to start with, but ",
		       psw);
	return psw;
}

uint64_t load_program(uint64_t memory)
{
	const char *why = "the component table is damaged: expected zIPL";
	struct run run;

	read_table(&component_table, components, "zIPL", why);
	if (components[4] != TYPE_IPL)
		die(WAIT_MAP, "the program is not for IPL");
	for (uint32_t at = TABLE_HEADER; at + ENTRY <= component_table.size;
	     at += ENTRY) {
		const uint8_t *e = components + at;
		uint64_t value = get64(e + ENTRY_VALUE);

		switch (e[ENTRY_TYPE]) {
		case EXECUTE:
			return check_psw(value);
		case LOAD:
			if (get_run(e, fba, &run))
				load_component(run, value, memory);
			break;
		case SIGNATURE:
			break;
		default:
			die_at(WAIT_MAP, "unknown component type ",
			       e[ENTRY_TYPE]);
		}
	}
	die(WAIT_MAP, "the component table has no end");
}
