/* SPDX-License-Identifier: MIT */
/* Stage 2 of a DASD, for an IPL by channel program: chooses a program, loads
 * it, starts it. Needs no DIAGNOSE, so that it runs on every machine.
 * May use: base's ebcdic, libc's freestanding headers. */
#include "console.h"
#include "lib.h"
#include "sclp_call.h"
#include "stage2.h"

#include <string.h>

/* Absolute storage after the channel program of stage 1. */
#define INFO	   0x70 /* boot information */
#define INFO_LEN   40u
#define INFO_DEV   6
#define INFO_TABLE 8
#define DEV_FBA	   1
#define SCHID	   0xb8
#define LOWCORE_IO 0x80 /* what interruptions store */

#define READ_SCP_INFO	     0x00020001
#define READ_SCP_INFO_FORCED 0x00120001
#define INFO_INCREMENTS	     8
#define INFO_INCREMENT_MIB   10
#define INFO_LOADPARM	     24
#define INFO_INCREMENT_MIB2  100
#define INFO_INCREMENTS2     104

static uint8_t loadparm[8];
static uint64_t memory = MEMORY_MAX;

void say(const char *text)
{
	struct console *c = console_sclp_lines();

	if (!c)
		return;
	c->write(c, text, str_len(text));
	c->write(c, "\n", 1);
}

static void add_hex(struct text *t, uint64_t n)
{
	int shift = 60;

	while (shift && !(n >> shift))
		shift -= 4;
	text_add(t, "0x");
	for (; shift >= 0; shift -= 4)
		text_add_n(t, &"0123456789abcdef"[n >> shift & 15], 1);
}

static _Noreturn void stop(uint32_t code, struct text *t)
{
	text_add(t, " (wait code ");
	add_hex(t, code);
	text_add(t, ")");
	say(t->p);
	machine_stop(code);
}

void die(uint32_t code, const char *why)
{
	char buf[160];
	struct text t = TEXT_ON(buf);

	text_add(&t, "s390-ipl: ");
	text_add(&t, why);
	stop(code, &t);
}

void die_at(uint32_t code, const char *why, uint64_t number)
{
	char buf[160];
	struct text t = TEXT_ON(buf);

	text_add(&t, "s390-ipl: ");
	text_add(&t, why);
	add_hex(&t, number);
	stop(code, &t);
}

void stage2_checked(uint64_t code, uint64_t address)
{
	char buf[160];
	struct text t = TEXT_ON(buf);

	text_add(&t, "s390-ipl: stage 2 has a program check, ");
	add_hex(&t, code);
	text_add(&t, " at ");
	add_hex(&t, address);
	stop(WAIT_CHECK, &t);
}

/* Load parameter and size of memory; without an answer there is neither. */
static void ask_machine(void)
{
	struct sclp_header *h = (struct sclp_header *)sclp_page;
	uint64_t increments, mib;

	memset(sclp_page, 0, sizeof(*h));
	h->length = SCLP_PAGE;
	if (!sclp_call(READ_SCP_INFO_FORCED)) {
		memset(sclp_page, 0, sizeof(*h));
		h->length = SCLP_PAGE;
		if (!sclp_call(READ_SCP_INFO))
			return;
	}
	memcpy(loadparm, sclp_page + INFO_LOADPARM, sizeof(loadparm));
	increments = get16(sclp_page + INFO_INCREMENTS);
	mib = sclp_page[INFO_INCREMENT_MIB];
	if (!increments)
		increments = get64(sclp_page + INFO_INCREMENTS2);
	if (!mib)
		mib = get32(sclp_page + INFO_INCREMENT_MIB2);
	if (increments && mib && increments < (MEMORY_MAX >> 20) / mib)
		memory = increments * mib << 20;
}

static uint32_t low_word(uint64_t at)
{
	uint32_t word;

	__asm__ volatile("l %0,0(%1)" : "=d"(word) : "a"(at) : "memory");
	return word;
}

static void put_low_word(uint64_t at, uint32_t word)
{
	__asm__ volatile("st %0,0(%1)" : : "d"(word), "a"(at) : "memory");
}

static void say_program(unsigned number)
{
	char buf[64];
	struct text t = TEXT_ON(buf);

	text_add(&t, "s390-ipl: program ");
	text_add_number(&t, number);
	say(buf);
}

void stage2_main(void)
{
	uint32_t info[INFO_LEN / 4], schid = low_word(SCHID);
	const uint8_t *bytes = (const uint8_t *)info;
	struct run table;
	unsigned number;
	uint64_t psw;
	bool is_fba;

	/* before an interruption stores something there */
	for (unsigned i = 0; i < INFO_LEN / 4; i++)
		info[i] = low_word(INFO + 4 * i);
	is_fba = bytes[INFO_DEV] == DEV_FBA;
	ask_machine();
	if (memcmp(bytes, "zIPL", 4) ||
	    !get_run(bytes + INFO_TABLE, is_fba, &table))
		die(WAIT_MAP, "the boot record names no program table");
	disk_open(schid, is_fba);
	number = choose(loadparm);
	if (!find_program(&table, is_fba, number))
		die_at(WAIT_PROGRAM, "there is no program ", number);
	say_program(number);
	psw = load_program(memory);
	/* as IPL left it */
	for (uint64_t at = LOWCORE_IO; at < SCHID + 16; at += 4)
		put_low_word(at, at == SCHID ? schid : 0);
	machine_start(psw);
}
