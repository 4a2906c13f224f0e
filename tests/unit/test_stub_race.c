/* SPDX-License-Identifier: MIT */
/* Everything of the host that reads or writes the stub's pages, while another
 * CPU of the guest stores what it likes there: into the mailbox, the IPL parameter
 * block, the buffer, texts, lowcore. A thread does that, with a mapping of its own,
 * while the calls run. Each call has to return and to write only what is its. */
#include "unit.h"

#include "base/clock.h"
#include "base/limits.h"
#include "device/load.h"
#include "device/menu.h"
#include "s390-ipl/abi.h"
#include "vm/guest_code.h"
#include "vm/stub.h"

#include <dirent.h>
#include <endian.h>
#include <pthread.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MEMORY	   (UINT64_C(4) << 20)
#define BASE	   (UINT64_C(2) << 20) /* where QEMU has its firmware then */
#define MAILBOX	   (BASE + STUB_MAILBOX)
#define GENERATION UINT64_C(0x1234567890)

/* What the guest offers the menu, and what is loaded. */
#define ANSWERS	    UINT64_C(0x100000)
#define ANSWERS_END UINT64_C(0x140000)
#define TEXT	    UINT64_C(0x150000)
#define TEXT_SIZE   UINT64_C(0x1000)
#define PROGRAM	    UINT64_C(0x80000)

/* The words of lowcore that the host looks at or writes, see device/load.c. */
#define LOW_SCHID     UINT64_C(0xb8)
#define LOW_SCHID_END UINT64_C(0xc0)
#define LOW_QIPL      UINT64_C(0xcc)
#define LOW_QIPL_END  UINT64_C(0xe8)
#define LOW_CHAIN     UINT64_C(0xd8) /* its last 2 bytes: pages */
#define LOW_CHAIN_AT  UINT64_C(0xe0)
#define CHAIN_MAX     7

/* So many, but for no longer than that: where both threads share one CPU with
 * others, or with valgrind, a round waits for the other thread to get its turn. The
 * guest's stores are more than 10^6 then, too. */
#define ROUNDS	     1000000
#define MENU_ROUNDS  5000
#define LOAD_ROUNDS  50000
#define ENOUGH_MS    2000
#define ROUNDS_LEAST 100

/* What was written wrongly stays: that need not be looked at every time. */
#define STUB_EVERY  16
#define CHECK_EVERY 4096 /* all of memory */

/* In most rounds QMP tells of a reset after so many looks, so that a guest that
 * has no CPU at the moment is not waited for. Else only the guest ends a call. */
#define LOOKS	      1
#define LOOKS_OF_MENU 1000
#define UNTIL_IT_ENDS 4096

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Nobody sleeps here: what takes the host 20 us would be most of the time. */
int nanosleep(const struct timespec *time, struct timespec *rest)
{
	(void)time;
	(void)rest;
	return 0;
}

/* ---- the guest */

static struct guest {
	uint8_t *p; /* its memory */
	uint64_t random;
	uint64_t calls; /* sequence number */
	bool stop;
	uint64_t stores;
	pthread_t thread;
	bool runs;
} guest;
static bool shows_menu;

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* What a CPU's store is: one instruction, without any order. */
static void store(uint64_t addr, uint64_t value)
{
	__atomic_store_n((uint64_t *)(void *)(guest.p + addr), htobe64(value),
			 __ATOMIC_RELAXED);
}

static void store_byte(uint64_t addr, uint8_t value)
{
	__atomic_store_n(guest.p + addr, value, __ATOMIC_RELAXED);
}

static uint64_t load(uint64_t addr)
{
	return be64toh(__atomic_load_n((uint64_t *)(void *)(guest.p + addr),
				       __ATOMIC_RELAXED));
}

static void put(uint64_t field, uint64_t value)
{
	store(MAILBOX + field, value);
}

/* Words of the guest's that can be told from others. */
static uint64_t tagged(uint64_t r)
{
	return r << 32 | (uint32_t)~r;
}

static bool is_tagged(uint64_t v)
{
	return (uint32_t)(v >> 32) == (uint32_t)~v;
}

/* A call of the menu: mostly of things that there are, into memory where that can
 * be told, or just beside the stub. */
static void make_call(uint64_t r)
{
	static const uint64_t texts[] = { TEXT, TEXT + 1,   MEMORY,
					  BASE, UINT64_MAX, MEMORY - 1 };
	static const uint64_t buffers[] = {
		ANSWERS, ANSWERS + 1,	ANSWERS_END - 0x18000, BASE - 8,
		BASE,	 MAILBOX,	BASE + STUB_SIZE - 8,  BASE + STUB_SIZE,
		MEMORY,	 UINT64_MAX - 7
	};
	static const uint64_t lens[] = { 0,	 1,	  8,	     16,
					 0x1000, 0x18000, UINT64_MAX };

#define ANY(of, shift) (of)[(r >> (shift)) % (sizeof(of) / sizeof(*(of)))]
	put(MBOX_CALL_NUMBER, (r >> 8 & 3) ? 7 : r >> 10 & 3);
	put(MBOX_CALL_TEXT, ANY(texts, 12));
	put(MBOX_CALL_TEXT_LEN, ANY(lens, 20));
	put(MBOX_CALL_BUFFER, ANY(buffers, 28));
	put(MBOX_CALL_BUFFER_LEN, ANY(lens, 36));
	put(MBOX_CALL, ++guest.calls << 8 | (r >> 44) % (CALL_FIRMWARE + 2));
#undef ANY
}

/* What its second CPU does in one go. */
static void act(uint64_t r)
{
	const uint64_t value = next_random(&guest.random);
	const uint64_t field = r >> 8 & (MBOX_SIZE - 8);

	switch (r & 15) {
	case 0: /* rubbish into any field */
		put(field, value);
		break;
	case 1: /* or a piece; of an address it would be a good one elsewhere */
		if (field != MBOX_CALL_BUFFER)
			store_byte(MAILBOX + field + (r >> 16 & 7),
				   (uint8_t)value);
		break;
	case 2:
		store(BASE + STUB_BLOCK + (r >> 8 & 0xff8), tagged(value));
		break;
	case 3:
		store(BASE + STUB_BUFFER + (r >> 8 & (STUB_BUFFER_SIZE - 8)),
		      value);
		break;
	case 4:
		store(TEXT + (r >> 8 & (TEXT_SIZE - 8)), value);
		break;
	case 5: /* QEMU's words to its firmware */
		store(LOW_CHAIN, r >> 8 & 15);
		store(LOW_CHAIN_AT, BASE - (r >> 16 & 15) * IPL_PAGE);
		break;
	case 6: /* what a good stub has there */
		put(MBOX_MAGIC, MBOX_MAGIC_VALUE);
		put(MBOX_BLOCK_RC, 1);
		break;
	case 7:
	case 8:
		put(MBOX_GENERATION, GENERATION);
		break;
	case 9:
	case 10:
		put(MBOX_STATE, STUB_REQUESTED);
		break;
	case 11:
		put(MBOX_STATE, r >> 8 & 15 ? STUB_REQUESTED : r >> 12 & 3);
		break;
	case 12:
		make_call(value);
		break;
	default: /* a menu has things to ask before it ends */
		if (!shows_menu || (r >> 8 & 127) < 4)
			put(MBOX_DONE, load(MAILBOX + MBOX_COMMAND));
		else if ((r >> 8 & 127) < 16)
			make_call(value);
	}
	guest.stores++;
}

static void *run_guest(void *arg)
{
	(void)arg;
	while (!__atomic_load_n(&guest.stop, __ATOMIC_RELAXED))
		act(next_random(&guest.random));
	return NULL;
}

/* ---- the host */

static struct ipl_mem mem;
static uint8_t before[MEMORY];
static unsigned looks, pumped;

/* A part of memory has to be as it was. */
static void check(uint64_t from, uint64_t to)
{
	if (memcmp(mem.p + from, before + from, to - from) == 0)
		return;
	while (mem.p[from] == before[from])
		from++;
	fail_msg("the host has written at %#llx", (unsigned long long)from);
}

/* Of the stub nobody may write these. The landing is for the trampoline. */
static void check_stub(bool has_landed)
{
	check(BASE, MAILBOX);
	check(MAILBOX + MBOX_SIZE, BASE + STUB_BLOCK);
	check(BASE + STUB_CONSOLE, BASE + STUB_BUFFER);
	check(BASE + STUB_BUFFER + STUB_BUFFER_SIZE,
	      BASE + (has_landed ? STUB_LANDING : STUB_SIZE));
}

/* Only the guest writes its parameter block. */
static void check_block(void)
{
	for (uint64_t i = 0; i < 0x1000; i += 8)
		assert_true(
			is_tagged(ipl_mem_get64(&mem, BASE + STUB_BLOCK + i)));
}

/* What is neither the guest's nor the stub's. */
static void check_rest(uint64_t free_below, uint64_t free_above)
{
	check(0, LOW_SCHID);
	check(LOW_SCHID_END, LOW_QIPL);
	check(LOW_QIPL_END, PROGRAM);
	check(PROGRAM + IPL_PAGE, ANSWERS);
	check(ANSWERS_END, TEXT);
	check(TEXT + TEXT_SIZE, BASE - free_below);
	check(BASE + STUB_SIZE + free_above, MEMORY);
}

static int pump(void *ctx, struct ipl_err *err)
{
	(void)ctx;
	return ++pumped > looks ? ipl_fail(err, IPL_ERESET, "a reset") : 0;
}

static int check_rc(int rc, struct ipl_err *err)
{
	if (rc) {
		assert_int_equal(rc, err->code);
		assert_true(err->msg[0]);
	}
	*err = (struct ipl_err){ 0 };
	return rc;
}

static struct ipl_stub find(uint64_t round)
{
	struct ipl_stub stub = { .mem = &mem };

	pumped = 0;
	if (!ipl_stub_find(&mem, BASE, &stub)) /* it was there a moment ago */
		stub = (struct ipl_stub){ .mem = &mem,
					  .base = BASE,
					  .generation = GENERATION };
	stub.pump = round % UNTIL_IT_ENDS ? pump : NULL;
	return stub;
}

static void read_block(const struct ipl_stub *stub)
{
	uint8_t buf[IPLB_MAX];
	struct ipl_span s = ipl_stub_block(stub, buf);
	struct iplb b;

	assert_true(!s.len || (s.p == buf && s.len == IPLB_MAX));
	if (s.len && !iplb_decode(s, &b, NULL))
		assert_true(b.len <= IPLB_MAX);
}

static int call_program(const struct ipl_stub *stub, struct ipl_err *err)
{
	enum ipl_stub_called what = IPL_STUB_RUNS;
	struct ipl_guest_call call = { 0 };
	uint64_t word;
	int rc = ipl_stub_call(stub, BASE + STUB_MENU, IPL_PAGE, &word, err);

	for (int i = 0; !rc && i < 8 && what != IPL_STUB_RETURNED; i++) {
		rc = ipl_stub_called(stub, word, &call, &what, err);
		if (!rc && what == IPL_STUB_CALLS)
			ipl_stub_reply(stub, &call, REPLY_OK, 0);
	}
	return rc;
}

/* Everything once, and one command. */
static int command(uint64_t round, struct ipl_err *err)
{
	const struct ipl_stub stub = find(round);

	read_block(&stub);
	if (ipl_stub_is_current(&stub) && !ipl_stub_is_busy(&stub) &&
	    ipl_stub_life(&stub))
		ipl_stub_alive(&stub);
	switch (round / 2 % 6) {
	case 0:
		return ipl_stub_say(&stub, "a line\nand another\n", err);
	case 1:
		return ipl_stub_store_back(&stub, err);
	case 2:
		return ipl_stub_store_back_range(&stub, PROGRAM, IPL_PAGE, err);
	case 3:
		return ipl_stub_branch(&stub, PROGRAM, IPL_PAGE, err);
	case 4:
		return ipl_stub_stop(&stub, WAIT_NOT_IPLED, err);
	default:
		return call_program(&stub, err);
	}
}

static unsigned long round_of_commands(uint64_t round)
{
	struct ipl_err err = { 0 };
	bool done = !check_rc(command(round, &err), &err);

	if (round % STUB_EVERY == 0)
		check_stub(false);
	if (round % CHECK_EVERY == 0) {
		assert_true(ipl_stub_is_there(&mem));
		check_block();
		check_rest(0, 0);
		check(LOW_SCHID, LOW_SCHID_END);
		check(LOW_QIPL, LOW_CHAIN);
		check(PROGRAM, PROGRAM + IPL_PAGE);
		check(ANSWERS, ANSWERS_END);
	}
	return done;
}

/* ---- the menu */

static unsigned long answered;

static int list(void *ctx, struct ipl_listing *ret, struct ipl_err *err)
{
	static const char text[] = "\0title";

	(void)ctx;
	(void)err;
	answered++;
	memset(ret, 0, sizeof(*ret));
	ret->n = 1;
	ret->entry[0] = (struct ipl_listing_entry){ .number = 7, .title = 1 };
	memcpy(ret->text, text, sizeof(text));
	ret->text_len = sizeof(text);
	return 0;
}

static int describe(void *ctx, unsigned number, struct ipl_listing_details *ret,
		    struct ipl_err *err)
{
	(void)ctx;
	if (number != 7)
		return ipl_fail(err, IPL_ENOTFOUND, "no program %u", number);
	answered++;
	ret->cmdline = strdup("root=/dev/dasda1");
	ret->text = strdup("lines\n");
	return 0;
}

static int open_disk(void *ctx, size_t disk, struct ipl_err *err)
{
	(void)ctx;
	assert_true(disk < 2);
	answered++;
	return disk ? ipl_fail(err, IPL_EUNSUP, "nothing on it") : 0;
}

/* A text that changes while it is copied is still one text. */
static int check_program(void *ctx, unsigned number, const char *params,
			 struct ipl_err *err)
{
	(void)ctx;
	answered++;
	assert_true(!params || strlen(params) < IPL_MAX_CMDLINE);
	return number == 7
		       ? 0
		       : ipl_fail(err, IPL_ENOTFOUND, "no program %u", number);
}

static unsigned long round_of_menu(uint64_t round)
{
	static const struct ipl_menu_disk disks[2] = { { "a", "first" },
						       { "b", "second" } };
	const struct ipl_menu_panel panel = { .disks = disks,
					      .n_disks = 2,
					      .has_firmware = true,
					      .list = list,
					      .describe = describe,
					      .open = open_disk,
					      .check = check_program };
	const struct ipl_stub stub = find(round);
	struct ipl_menu_choice choice = { 0 };
	struct ipl_menu_left *left;
	struct ipl_err err = { 0 };
	int rc = check_rc(ipl_menu_show(&stub, &panel, &choice, &left, &err),
			  &err);

	assert_true(!left || rc == IPL_ERESET);
	if (left) /* by whoever comes next */
		assert_int_equal(ipl_menu_put_back(&stub, left, &err), 0);
	free(left);
	assert_true(!rc || !choice.params);
	assert_true(choice.kind != IPL_MENU_PROGRAM || choice.number == 7);
	free(choice.params);
	check_stub(false);
	if (round % (STUB_EVERY) == 0) {
		check_block();
		check_rest(8, STUB_MENU_SIZE);
		check(PROGRAM, PROGRAM + IPL_PAGE);
	}
	return !rc;
}

/* ---- an IPL */

static unsigned long round_of_load(uint64_t round)
{
	static uint8_t bytes[IPL_PAGE], block[IPLB_CCW_LEN];
	static struct ipl_segment segment = { .addr = PROGRAM,
					      .len = sizeof(bytes),
					      .bytes = bytes };
	const struct ipl_plan plan = { .segments = &segment,
				       .n_segments = 1,
				       .memory = MEMORY,
				       .psw = UINT64_C(0x0008000180000000) |
					      PROGRAM,
				       .bytes = sizeof(bytes) };
	const struct ipl_start start = {
		.block = { .p = block, .len = sizeof(block) },
		.schid = 0x10001,
		.store_back = round % 4 == 0,
	};
	const struct ipl_stub stub = find(round);
	struct ipl_err err = { 0 };
	int rc;

	memset(bytes, (int)(round & 0xff), sizeof(bytes));
	rc = check_rc(ipl_load(&plan, &stub, &start, &err), &err);
	if (!rc)
		assert_memory_equal(mem.p + PROGRAM, bytes, sizeof(bytes));
	if (round % STUB_EVERY == 0)
		check_stub(true);
	if (round % CHECK_EVERY == 0) {
		check_block();
		check_rest(CHAIN_MAX * IPL_PAGE, 0);
		check(ANSWERS, ANSWERS_END);
	}
	return !rc;
}

/* ---- rounds */

struct size {
	long anon_kib;
	unsigned fds;
};

static struct size measure(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	DIR *d = opendir("/proc/self/fd");
	struct size s = { .anon_kib = -1 };
	char line[200];

	assert_true(f && d);
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, "RssAnon:", 8))
			s.anon_kib = strtol(line + 8, NULL, 10);
	while (readdir(d))
		s.fds++;
	fclose(f);
	closedir(d);
	return s;
}

/* Sanitizers and valgrind keep what was freed for a while. */
static bool keeps_what_was_freed(void)
{
	const char *preloaded = getenv("LD_PRELOAD");

	return SANITIZED || (preloaded && strstr(preloaded, "vgpreload"));
}

static void play(unsigned long (*round)(uint64_t), uint64_t wanted)
{
	const uint64_t began = ipl_clock_ms();
	struct size first = { 0 }, last;
	unsigned long done = 0;
	uint64_t n;

	for (n = 0; n < wanted; n++) {
		if (n == ROUNDS_LEAST)
			first = measure();
		if (n > ROUNDS_LEAST && ipl_clock_ms() - began > ENOUGH_MS)
			break;
		done += round(n);
	}
	last = measure();
	print_message("%llu rounds of %llu in %llu ms, %lu came to their end\n",
		      (unsigned long long)n, (unsigned long long)wanted,
		      (unsigned long long)(ipl_clock_ms() - began), done);
	assert_int_equal(last.fds, first.fds);
	if (!keeps_what_was_freed())
		assert_true(last.anon_kib < first.anon_kib + 1024);
}

static void test_commands(void **state)
{
	(void)state;
	looks = LOOKS;
	play(round_of_commands, ROUNDS);
}

static void test_menu(void **state)
{
	(void)state;
	looks = LOOKS_OF_MENU;
	play(round_of_menu, MENU_ROUNDS);
	print_message("%lu questions were answered\n", answered);
}

static void test_load(void **state)
{
	(void)state;
	looks = LOOKS;
	play(round_of_load, LOAD_ROUNDS);
}

/* Memory full of something, with a stub that waits; and the guest goes on. */
static int set_up(void **state)
{
	struct ipl_err err;
	int fd = memfd_create("guest", MFD_CLOEXEC);

	(void)state;
	assert_true(fd >= 0 && !ftruncate(fd, MEMORY));
	guest = (struct guest){ .random = 88172645463325252 };
	guest.p = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(guest.p != MAP_FAILED);
	assert_int_equal(ipl_mem_map(fd, MEMORY, &mem, &err), 0);
	memset(guest.p, 0xa5, MEMORY);
	memcpy(guest.p + BASE, ipl_guest_stub().p, STUB_SIZE);
	for (uint64_t i = 0; i < 0x1000; i += 8)
		store(BASE + STUB_BLOCK + i, tagged(i));
	put(MBOX_MAGIC, MBOX_MAGIC_VALUE);
	put(MBOX_STATE, STUB_REQUESTED);
	put(MBOX_GENERATION, GENERATION);
	put(MBOX_BLOCK_RC, 1);
	memcpy(before, guest.p, MEMORY);
	assert_true(ipl_stub_find(&mem, BASE, &(struct ipl_stub){ 0 }));
	guest.runs = !pthread_create(&guest.thread, NULL, run_guest, NULL);
	assert_true(guest.runs);
	return 0;
}

static int set_up_menu(void **state)
{
	shows_menu = true;
	return set_up(state);
}

static int tear_down(void **state)
{
	(void)state;
	__atomic_store_n(&guest.stop, true, __ATOMIC_RELAXED);
	if (guest.runs)
		pthread_join(guest.thread, NULL);
	print_message("%llu stores meanwhile\n",
		      (unsigned long long)guest.stores);
	shows_menu = false;
	munmap(guest.p, MEMORY);
	ipl_mem_unmap(&mem);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_commands, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_menu, set_up_menu,
						tear_down),
		cmocka_unit_test_setup_teardown(test_load, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
