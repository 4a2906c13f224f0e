/* SPDX-License-Identifier: MIT */
/* A guest that writes its memory as it likes while the host looks for the stub and
 * gives it commands: patches over a stub that is good. Each is 4 bytes of place, one
 * of length, and bytes; between commands the next few are applied, as if the guest
 * had been quick. May use: vm. */
#include "promise.h"

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
	unsigned pumped;
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
	return true;
}

/* What waits for the guest lets it write, and gives up at the end. */
static int pump(void *ctx, struct ipl_err *err)
{
	struct guest *g = ctx;

	if (!patch(g) || g->pumped++ > 2)
		return ipl_fail(err, IPL_EGONE, "the guest has nothing to say");
	return 0;
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
	struct guest g = { .patches = { .in = { .p = data, .len = size } } };
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
	patch(&g);
	if (ipl_stub_find(&g.mem, &stub))
		drive(&g, &stub);
	ipl_mem_unmap(&g.mem);
	return 0;
}
