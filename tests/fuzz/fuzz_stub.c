/* SPDX-License-Identifier: MIT */
/* A guest that writes its memory as it likes while the host looks for the stub and
 * gives it commands: patches over a stub that is good. Each is 4 bytes of place, one
 * of length, and bytes; between commands the next few are applied, as if the guest
 * had been quick. A first patch with place ~0 has the boot menu shown, whose calls the
 * guest makes as it likes. May use: device, vm. */
#include "promise.h"

#include "base/limits.h"
#include "device/menu.h"
#include "format/iplb.h"
#include "s390-ipl/abi.h"
#include "vm/guest_code.h"
#include "vm/stub.h"

#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MEMORY (UINT64_C(4) << 20)
#define BASE   (MEMORY - (UINT64_C(2) << 20))

#define SHOW_MENU    UINT32_MAX
#define PUMPED_MAX   3
#define MENU_CALLS   16
#define MENU_PROGRAM 7

/* Nobody waits here: what takes the host 20 us would be most of the time. */
int nanosleep(const struct timespec *time, struct timespec *rest)
{
	(void)time;
	(void)rest;
	return 0;
}

struct guest {
	struct ipl_mem mem;
	struct ipl_rd patches;
	unsigned pumped, pumped_max;
	bool shows_menu;
	uint8_t stub[STUB_SIZE]; /* as the guest has left it */
};

/* One patch; false when there are no more. */
static bool patch(struct guest *g)
{
	uint64_t at = ipl_be32(&g->patches);
	size_t len = ipl_u8(&g->patches);
	const uint8_t *p = ipl_take(&g->patches, len);

	/* most of them where it matters */
	at = at >> 31 ? BASE + at % STUB_SIZE : at % MEMORY;
	if (!p)
		return false;
	if (len > MEMORY - at)
		len = (size_t)(MEMORY - at);
	memcpy(g->mem.p + at, p, len);
	memcpy(g->stub, g->mem.p + BASE, STUB_SIZE);
	return true;
}

/* Of the stub's pages the host writes the mailbox and the buffer only. */
static void check_stub(const struct guest *g)
{
	const uint8_t *p = g->mem.p + BASE;
	const size_t mailbox_end = STUB_MAILBOX + MBOX_SIZE;
	const size_t buffer_end = STUB_BUFFER + STUB_BUFFER_SIZE;

	promise(!memcmp(p, g->stub, STUB_MAILBOX) &&
			!memcmp(p + mailbox_end, g->stub + mailbox_end,
				STUB_BUFFER - mailbox_end) &&
			!memcmp(p + buffer_end, g->stub + buffer_end,
				STUB_SIZE - buffer_end),
		"the host leaves the stub alone");
}

/* What waits for the guest lets it write, and gives up at the end. */
static int pump(void *ctx, struct ipl_err *err)
{
	struct guest *g = ctx;

	check_stub(g);
	if (!patch(g) || g->pumped++ >= g->pumped_max)
		return ipl_fail(err, IPL_EGONE, "the guest has nothing to say");
	return 0;
}

/* ---- a load panel, for the menu */

static int list(void *ctx, struct ipl_listing *ret, struct ipl_err *err)
{
	static const char text[] = "\0title";

	(void)ctx;
	(void)err;
	memset(ret, 0, sizeof(*ret));
	ret->n = 1;
	ret->entry[0] = (struct ipl_listing_entry){ .number = MENU_PROGRAM,
						    .title = 1 };
	memcpy(ret->text, text, sizeof(text));
	ret->text_len = sizeof(text);
	return 0;
}

static int describe(void *ctx, unsigned number, struct ipl_listing_details *ret,
		    struct ipl_err *err)
{
	(void)ctx;
	if (number != MENU_PROGRAM)
		return ipl_fail(err, IPL_ENOTFOUND, "no program %u", number);
	ret->cmdline = strdup("root=/dev/dasda1");
	ret->text = strdup("lines\n");
	return 0;
}

static int open_disk(void *ctx, size_t disk, struct ipl_err *err)
{
	(void)ctx;
	promise(disk < 2, "a disk that there is");
	return disk ? ipl_fail(err, IPL_EUNSUP, "nothing on it") : 0;
}

static int check(void *ctx, unsigned number, const char *params,
		 struct ipl_err *err)
{
	(void)ctx;
	promise(!params || strlen(params) < IPL_MAX_CMDLINE,
		"parameters are no longer than there may be");
	return number == MENU_PROGRAM
		       ? 0
		       : ipl_fail(err, IPL_ENOTFOUND, "no program %u", number);
}

/* The guest's part of the menu are patches, too. */
static void show_menu(struct guest *g, const struct ipl_stub *stub)
{
	static const struct ipl_menu_disk disks[2] = { { "a", "first" },
						       { "b", "second" } };
	const struct ipl_menu_panel panel = { .disks = disks,
					      .n_disks = 2,
					      .has_firmware = true,
					      .list = list,
					      .describe = describe,
					      .open = open_disk,
					      .check = check };
	struct ipl_menu_choice choice = { 0 };
	struct ipl_menu_left *left;
	struct ipl_err err = { 0 };
	int rc;

	g->pumped_max = MENU_CALLS;
	rc = ipl_menu_show(stub, &panel, &choice, &left, &err);
	promise(!left || rc == IPL_ERESET, "memory is put back at once");
	free(left);
	promise_err(rc, &err);
	promise(rc || choice.kind != IPL_MENU_PROGRAM ||
			choice.number == MENU_PROGRAM,
		"what was chosen can be IPLed");
	check_stub(g);
	free(choice.params);
}

static void drive(struct guest *g, struct ipl_stub *stub)
{
	uint8_t buf[IPLB_MAX];
	struct ipl_span block;
	struct ipl_err err = { 0 };
	struct iplb b;
	int rc;

	promise(stub->base == BASE, "the stub is where QEMU puts it");
	stub->pump = pump;
	stub->pump_ctx = g;
	block = ipl_stub_block(stub, buf);
	if (block.len && !iplb_decode(block, &b, NULL))
		promise(b.len <= IPLB_MAX, "no block is longer than a page");
	if (g->shows_menu) {
		show_menu(g, stub);
		return;
	}
	patch(g);
	ipl_stub_alive(stub);
	rc = ipl_stub_say(stub, "hello\n", &err);
	promise_err(rc, &err);
	patch(g);
	rc = ipl_stub_store_back(stub, &err);
	promise_err(rc, &err);
	rc = ipl_stub_branch(stub, 0x10000, IPL_PAGE, &err);
	promise_err(rc, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct guest g = { .patches = { .in = { .p = data, .len = size } },
			   .pumped_max = PUMPED_MAX };
	int fd = memfd_create("guest", MFD_CLOEXEC);
	struct ipl_stub stub = { 0 };
	struct ipl_err err;

	if (fd < 0 || ftruncate(fd, MEMORY) ||
	    ipl_mem_map(fd, MEMORY, &g.mem, &err))
		abort();
	memcpy(g.mem.p + BASE, ipl_guest_stub().p, STUB_SIZE);
	ipl_mem_put64(&g.mem, BASE + STUB_MAILBOX + MBOX_MAGIC,
		      MBOX_MAGIC_VALUE);
	ipl_mem_put64(&g.mem, BASE + STUB_MAILBOX + MBOX_STATE, STUB_REQUESTED);
	ipl_mem_put64(&g.mem, BASE + STUB_MAILBOX + MBOX_GENERATION, 1);
	ipl_mem_put64(&g.mem, BASE + STUB_MAILBOX + MBOX_BLOCK_RC, 1);
	memcpy(g.stub, g.mem.p + BASE, STUB_SIZE);
	g.shows_menu =
		ipl_be32(&(struct ipl_rd){ .in = g.patches.in }) == SHOW_MENU;
	patch(&g);
	if (ipl_stub_find(&g.mem, BASE, &stub))
		drive(&g, &stub);
	ipl_mem_unmap(&g.mem);
	return 0;
}
