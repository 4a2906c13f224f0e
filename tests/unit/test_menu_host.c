/* SPDX-License-Identifier: MIT */
/* The host's side of the boot menu, with a guest that says what it likes: a
 * thread that does what the stub and the program in it do. */
#include "unit.h"

#include "device/menu.h"
#include "s390-ipl/abi.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#define MEMORY	   (UINT64_C(8) << 20)
#define STUB	   (UINT64_C(6) << 20)
#define GENERATION UINT64_C(0x1234567890)
#define BUFFER	   UINT64_C(0x10000)
#define TEXT	   UINT64_C(0x20000)

static struct ipl_mem mem;
static struct ipl_stub stub;

static uint64_t get(uint64_t field)
{
	return ipl_mem_get64(&mem, STUB + STUB_MAILBOX + field);
}

static void put(uint64_t field, uint64_t v)
{
	ipl_mem_put64(&mem, STUB + STUB_MAILBOX + field, v);
}

/* ---- a load panel */

static char asked[200]; /* what it was asked for last */

static int list(void *ctx, struct ipl_listing *ret, struct ipl_err *err)
{
	static const char text[] = "\0Gr\xc3\xbc\xc3\x9f"
				   "e";

	(void)ctx;
	(void)err;
	memset(ret, 0, sizeof(*ret));
	ret->n = 1;
	ret->entry[0] = (struct ipl_listing_entry){
		.number = 7, .is_default = true, .title = 1, .why = 99999
	};
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
	ret->cmdline = calloc(1, 200000);
	memset(ret->cmdline, 'c', 199999);
	ret->text = strdup("lines\n");
	return 0;
}

static int open_disk(void *ctx, size_t disk, struct ipl_err *err)
{
	(void)ctx;
	if (disk)
		return ipl_fail(err, IPL_EUNSUP, "nothing on it");
	return 0;
}

static int check(void *ctx, unsigned number, const char *params,
		 struct ipl_err *err)
{
	(void)ctx;
	(void)err;
	snprintf(asked, sizeof(asked), "%u %.100s", number, params ?: "-");
	return 0;
}

/* ---- a guest */

struct call {
	uint64_t call, number, text, text_len, buffer, buffer_len;
	uint64_t rc;	    /* what is expected */
	const char *answer; /* a part of it, or NULL */
};

struct guest {
	const struct call *calls;
	size_t n;
	bool resets; /* instead of a return */
};

static void *run_guest(void *arg)
{
	const struct guest *g = arg;
	uint64_t command;

	while ((command = get(MBOX_COMMAND)) == 0)
		;
	for (size_t i = 0; i < g->n; i++) {
		const struct call *c = &g->calls[i];

		put(MBOX_CALL_NUMBER, c->number);
		put(MBOX_CALL_TEXT, c->text);
		put(MBOX_CALL_TEXT_LEN, c->text_len);
		put(MBOX_CALL_BUFFER, c->buffer);
		put(MBOX_CALL_BUFFER_LEN, c->buffer_len);
		put(MBOX_CALL, (i + 1) << 8 | c->call);
		while (get(MBOX_REPLY) != ((i + 1) << 8 | c->call))
			;
		assert_int_equal(get(MBOX_REPLY_RC), c->rc);
		if (c->rc == REPLY_BUFFER)
			continue;
		assert_true(get(MBOX_REPLY_LEN) <= c->buffer_len);
		if (c->answer)
			assert_non_null(memmem(ipl_mem_at(&mem, c->buffer, 1),
					       get(MBOX_REPLY_LEN), c->answer,
					       strlen(c->answer)));
	}
	if (g->resets) {
		put(MBOX_GENERATION, GENERATION + 1);
		return NULL;
	}
	put(MBOX_DONE, command);
	while (get(MBOX_COMMAND) == command)
		;
	put(MBOX_DONE, get(MBOX_COMMAND)); /* store back */
	return NULL;
}

static int set_up(void **state)
{
	struct ipl_err err;
	int fd = memfd_create("menu", 0);

	(void)state;
	assert_true(fd >= 0 && !ftruncate(fd, MEMORY));
	assert_int_equal(ipl_mem_map(fd, MEMORY, &mem, &err), 0);
	stub = (struct ipl_stub){ .mem = &mem,
				  .base = STUB,
				  .generation = GENERATION };
	put(MBOX_GENERATION, GENERATION);
	put(MBOX_STATE, STUB_REQUESTED);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ipl_mem_unmap(&mem);
	return 0;
}

/* Of a menu that a reset ended. */
static struct ipl_menu_left *left;

static int show(const struct call *calls, size_t n, bool resets,
		struct ipl_menu_choice *choice)
{
	static const struct ipl_menu_disk disks[] = {
		{ "disk0", "fe.0.0001" }, { "disk1", "fe.0.0002" }
	};
	const struct ipl_menu_panel panel = { .disks = disks,
					      .n_disks = 2,
					      .list = list,
					      .describe = describe,
					      .open = open_disk,
					      .check = check };
	struct guest g = { .calls = calls, .n = n, .resets = resets };
	struct ipl_err err = { 0 };
	pthread_t thread;
	int rc;

	assert_int_equal(pthread_create(&thread, NULL, run_guest, &g), 0);
	rc = ipl_menu_show(&stub, &panel, choice, &left, &err);
	pthread_join(thread, NULL);
	return rc;
}

#define ROOM BUFFER, 0x1000

static void test_answers(void **state)
{
	static const struct call calls[] = {
		{ CALL_LIST, 0, 0, 0, ROOM, REPLY_OK, "Gr\xc3\xbc" },
		{ CALL_DEVICES, 0, 0, 0, ROOM, REPLY_OK, "fe.0.0002" },
		{ CALL_OPEN, 0, 0, 0, ROOM, REPLY_OK, NULL },
		{ CALL_OPEN, 1, 0, 0, ROOM, REPLY_FAILED, "nothing on it" },
		{ CALL_IPL, 7, TEXT, 5, ROOM, REPLY_OK, NULL },
	};
	struct ipl_menu_choice choice = { 0 };
	uint64_t start, end;

	(void)state;
	memcpy(ipl_mem_at(&mem, TEXT, 8), "quietXYZ", 8);
	assert_int_equal(
		show(calls, sizeof(calls) / sizeof(*calls), false, &choice), 0);
	assert_int_equal(choice.kind, IPL_MENU_PROGRAM);
	assert_int_equal(choice.number, 7);
	assert_string_equal(choice.params, "quiet");
	free(choice.params);
	/* the list, as it is in memory */
	assert_false(ipl_mem_next_data(&mem, STUB + STUB_MENU,
				       STUB + STUB_MENU + STUB_MENU_SIZE,
				       &start, &end));
}

/* What is not there, too long, or none of its business. */
static void test_lies(void **state)
{
	static const struct call calls[] = {
		{ 0, 0, 0, 0, ROOM, REPLY_UNKNOWN, NULL },
		{ 255, 0, 0, 0, ROOM, REPLY_UNKNOWN, NULL },
		{ CALL_LIST, 0, 0, 0, MEMORY, 1, REPLY_BUFFER, NULL },
		{ CALL_LIST, 0, 0, 0, MEMORY - 1, 2, REPLY_BUFFER, NULL },
		{ CALL_LIST, 0, 0, 0, UINT64_MAX, 2, REPLY_BUFFER, NULL },
		{ CALL_LIST, 0, 0, 0, 8, UINT64_MAX, REPLY_BUFFER, NULL },
		{ CALL_LIST, 0, 0, 0, 0, MEMORY, REPLY_BUFFER, NULL },
		{ CALL_LIST, 0, 0, 0, STUB, 64, REPLY_BUFFER, NULL },
		{ CALL_LIST, 0, 0, 0, STUB + STUB_SIZE - 1, 2, REPLY_BUFFER,
		  NULL },
		{ CALL_LIST, 0, 0, 0, BUFFER, 0, REPLY_OK, NULL },
		{ CALL_LIST, 0, 0, 0, BUFFER, 1, REPLY_OK, NULL },
		{ CALL_LIST, 0, 0, 0, MEMORY - 4, 4, REPLY_OK, NULL },
		{ CALL_LIST, 0, 0, 0, 3, 1000, REPLY_OK, "s390-ipl" },
		{ CALL_DETAILS, 8, 0, 0, ROOM, REPLY_FAILED, "no program 8" },
		{ CALL_DETAILS, 7, 0, 0, ROOM, REPLY_FAILED, "199999 bytes" },
		{ CALL_DETAILS, UINT64_MAX, 0, 0, ROOM, REPLY_FAILED, NULL },
		{ CALL_OPEN, 2, 0, 0, ROOM, REPLY_FAILED, "no such disk" },
		{ CALL_OPEN, UINT32_MAX, 0, 0, ROOM, REPLY_FAILED, NULL },
		{ CALL_IPL, UINT64_C(1) << 32 | 7, 0, 0, ROOM, REPLY_FAILED,
		  NULL },
		{ CALL_IPL, 7, MEMORY, 1, ROOM, REPLY_FAILED, "1 bytes" },
		{ CALL_IPL, 7, UINT64_MAX, 2, ROOM, REPLY_FAILED, NULL },
		{ CALL_IPL, 7, 0, UINT64_MAX, ROOM, REPLY_FAILED, NULL },
		{ CALL_IPL, 7, 0, 70000, ROOM, REPLY_FAILED, "70000 bytes" },
		{ CALL_FIRMWARE, 0, 0, 0, ROOM, REPLY_FAILED, NULL },
	};
	struct ipl_menu_choice choice = { 0 };
	uint8_t before[STUB_SIZE];

	(void)state;
	memset(ipl_mem_at(&mem, STUB, 1), 0x5a, STUB_MAILBOX);
	memset(ipl_mem_at(&mem, STUB + STUB_BLOCK, 1), 0x5a, 0x1000);
	memcpy(before, ipl_mem_at(&mem, STUB, STUB_SIZE), STUB_SIZE);
	assert_int_equal(
		show(calls, sizeof(calls) / sizeof(*calls), false, &choice), 0);
	assert_int_equal(choice.kind, IPL_MENU_NOTHING);
	assert_memory_equal(ipl_mem_at(&mem, STUB, 1), before, STUB_MAILBOX);
	assert_memory_equal(ipl_mem_at(&mem, STUB + STUB_BLOCK, 1),
			    before + STUB_BLOCK, 0x1000);
}

/* A text that is no text: up to its first NUL. */
static void test_text_with_a_nul(void **state)
{
	static const struct call calls[] = {
		{ CALL_IPL, 7, TEXT, 8, ROOM, REPLY_OK, NULL },
		{ CALL_IPL, 9, 0, 0, ROOM, REPLY_OK,
		  NULL }, /* the last counts */
		{ CALL_IPL, 7, TEXT, 8, ROOM, REPLY_OK, NULL },
	};
	struct ipl_menu_choice choice = { 0 };

	(void)state;
	memcpy(ipl_mem_at(&mem, TEXT, 8), "ab\0cdefg", 8);
	assert_int_equal(show(calls, 3, false, &choice), 0);
	assert_string_equal(choice.params, "ab");
	assert_string_equal(asked, "7 ab");
	free(choice.params);
}

/* What an earlier program left is there again. After a reset it is at the next IPL:
 * until then memory may be that of a kernel which QEMU started at once. */
static void test_memory_is_as_before(void **state)
{
	static const struct call calls[] = {
		{ CALL_IPL, 7, 0, 0, ROOM, REPLY_OK, NULL },
	};
	uint8_t *area = ipl_mem_at(&mem, STUB + STUB_MENU, STUB_MENU_SIZE);
	struct ipl_menu_choice choice = { 0 };

	for (int resets = 0; resets < 2; resets++) {
		tear_down(state);
		set_up(state);
		area = ipl_mem_at(&mem, STUB + STUB_MENU, STUB_MENU_SIZE);
		memset(area, 0xa5, STUB_MENU_SIZE);
		area[STUB_MENU_SIZE - 1] = 1;
		assert_int_equal(show(calls, 1, resets, &choice),
				 resets ? IPL_ERESET : 0);
		assert_int_equal(left != NULL, resets);
		if (resets) {
			assert_int_not_equal(area[0], 0xa5);
			area[1] = 0x77;
			assert_int_equal(ipl_menu_put_back(&stub, left, NULL),
					 0);
			assert_int_equal(area[1], 0xa5);
			free(left);
		}
		assert_int_equal(area[0], 0xa5);
		assert_int_equal(area[STUB_MENU_SIZE / 2], 0xa5);
		assert_int_equal(area[STUB_MENU_SIZE - 1], 1);
	}
}

/* ---- whether there is a menu */

static void test_is_wanted(void **state)
{
	static const struct {
		enum ipl_menu_mode mode;
		const char *loadparm;
		bool prompt, wanted;
	} cases[] = {
		{ IPL_MENU_AUTO, "", false, false },
		{ IPL_MENU_AUTO, "", true, true },
		{ IPL_MENU_AUTO, "PROMPT", false, true },
		{ IPL_MENU_AUTO, "2", true, false },
		{ IPL_MENU_AUTO, "0", true, false },
		{ IPL_MENU_AUTO, "S1", true, true },
		{ IPL_MENU_AUTO, "S1", false, false },
		{ IPL_MENU_AUTO, "debug kernel", true, false },
		{ IPL_MENU_ON, "", false, true },
		{ IPL_MENU_ON, "3", false, false },
		{ IPL_MENU_OFF, "PROMPT", true, false },
		{ IPL_MENU_OFF, "", true, false },
	};
	struct ipl_profile profile = { .timeout_s = IPL_TIMEOUT_UNSET };
	unsigned ms;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ipl_loadparm l;
		struct ipl_err err;

		assert_int_equal(
			ipl_loadparm_parse(cases[i].loadparm, &l, &err), 0);
		profile.menu = cases[i].mode;
		if (ipl_menu_is_wanted(&profile, &l, cases[i].prompt, 5, &ms) !=
		    cases[i].wanted)
			fail_msg("case %zu", i);
		assert_int_equal(ms, 5000);
	}
	profile.timeout_s = 0;
	ipl_menu_is_wanted(&profile, &(struct ipl_loadparm){ 0 }, true, 5, &ms);
	assert_int_equal(ms, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_answers, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_lies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_text_with_a_nul, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_memory_is_as_before,
						set_up, tear_down),
		cmocka_unit_test(test_is_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
