/* SPDX-License-Identifier: MIT */
/* The host's side of the mailbox: finds the stub in guest memory and has it do
 * things. May use: base, format, the ABI. */
#include "vm/stub.h"

#include "format/iplb.h"
#include "format/sclp.h"
#include "s390-ipl/abi.h"
#include "vm/guest_code.h"
#include "vm/qmp.h"

#include <string.h>
#include <time.h>

#define MIB (UINT64_C(1) << 20)

/* QEMU puts the end of its firmware's window at the end of memory or at 2 GiB;
 * the window has 2 MiB, from 8.0 on 3 MiB. hw/s390x/ipl.c */
#define FIRMWARE_TOP (2048 * MIB)
static const uint64_t windows[] = { 2 * MIB, 3 * MIB };
#define N_WINDOWS      (sizeof(windows) / sizeof(*windows))
#define WINDOW_SINCE   IPL_QEMU_VERSION(8, 0) /* the second */
#define FIRMWARE_ALIGN UINT64_C(0x10000)

static uint64_t get(const struct ipl_stub *s, uint64_t field)
{
	return ipl_mem_get64(s->mem, s->base + STUB_MAILBOX + field);
}

static void put(const struct ipl_stub *s, uint64_t field, uint64_t value)
{
	ipl_mem_put64(s->mem, s->base + STUB_MAILBOX + field, value);
}

static bool is_stub(const struct ipl_mem *mem, uint64_t base)
{
	uint8_t code[STUB_ROM_PARAMS]; /* what follows was patched */

	/* not through the mapping: where no stub is there may be no memory, and
	 * none left to be had */
	return ipl_mem_at(mem, base, STUB_SIZE) &&
	       ipl_mem_read(mem, base, code, sizeof(code)) &&
	       !memcmp(code, ipl_guest_stub().p, sizeof(code));
}

/* Where the @i-th kind of QEMU has its firmware, or 0. */
static uint64_t place(const struct ipl_mem *mem, size_t i)
{
	uint64_t top = mem->size < FIRMWARE_TOP ? mem->size : FIRMWARE_TOP;

	return top < windows[i] ? 0
				: (top - windows[i]) & ~(FIRMWARE_ALIGN - 1);
}

bool ipl_stub_is_there(const struct ipl_mem *mem)
{
	for (size_t i = 0; i < N_WINDOWS; i++)
		if (place(mem, i) && is_stub(mem, place(mem, i)))
			return true;
	return false;
}

uint64_t ipl_stub_place(const struct ipl_mem *mem, int qemu_version)
{
	size_t i = qemu_version >= WINDOW_SINCE;
	uint64_t usual = place(mem, i), other = place(mem, !i);

	/* a QEMU that was built otherwise */
	if (other && is_stub(mem, other) && !(usual && is_stub(mem, usual)))
		return other;
	return usual;
}

int ipl_stub_find(const struct ipl_mem *mem, uint64_t base,
		  struct ipl_stub *ret)
{
	struct ipl_stub s = { .mem = mem, .base = base };

	if (!base || !is_stub(mem, base) ||
	    get(&s, MBOX_MAGIC) != MBOX_MAGIC_VALUE ||
	    get(&s, MBOX_STATE) != STUB_REQUESTED)
		return 0;
	s.generation = get(&s, MBOX_GENERATION);
	*ret = s;
	return 1;
}

bool ipl_stub_is_current(const struct ipl_stub *stub)
{
	return get(stub, MBOX_GENERATION) == stub->generation &&
	       get(stub, MBOX_STATE) == STUB_REQUESTED;
}

void ipl_stub_alive(const struct ipl_stub *stub)
{
	put(stub, MBOX_ALIVE, get(stub, MBOX_ALIVE) + 1);
}

uint64_t ipl_stub_life(const struct ipl_stub *stub)
{
	return get(stub, MBOX_ALIVE);
}

bool ipl_stub_is_busy(const struct ipl_stub *stub)
{
	return ipl_stub_is_current(stub) &&
	       get(stub, MBOX_FOR) == stub->generation &&
	       get(stub, MBOX_COMMAND) != get(stub, MBOX_DONE);
}

struct ipl_span ipl_stub_block(const struct ipl_stub *stub, uint8_t *buf)
{
	const void *p =
		ipl_mem_at(stub->mem, stub->base + STUB_BLOCK, IPLB_MAX);

	if (!p || get(stub, MBOX_BLOCK_RC) != 1)
		return (struct ipl_span){ 0 };
	memcpy(buf, p, IPLB_MAX);
	return (struct ipl_span){ .p = buf, .len = IPLB_MAX };
}

static void nap(long us)
{
	const struct timespec ts = { .tv_nsec = us * 1000 };

	nanosleep(&ts, NULL);
}

static int fail_reset(struct ipl_err *err)
{
	return ipl_fail(err, IPL_ERESET, "the VM was reset during the IPL");
}

/* Whether the CPU is done with @word. When it leaves the stub it may take the
 * mailbox along, and only then may the generation go away. */
static bool is_done(const struct ipl_stub *stub, uint64_t word)
{
	if ((word & 0xff) != STUB_CMD_BRANCH)
		return get(stub, MBOX_DONE) == word;
	return !ipl_stub_is_current(stub);
}

/* One turn of waiting for the CPU, the @n-th: often at first, then seldom. */
static int wait_more(const struct ipl_stub *stub, unsigned n,
		     struct ipl_err *err)
{
	if (get(stub, MBOX_GENERATION) != stub->generation)
		return fail_reset(err);
	nap(n < 100 ? 20 : n < 1000 ? 200 : n < 5000 ? 2000 : 10000);
	if (!stub->pump || (n % (n < 1000 ? 64 : 8) && n < 5000))
		return 0;
	return stub->pump(stub->pump_ctx, err);
}

/* Wait for the CPU to do what @word says. The VM may be stopped for as long as
 * its owner likes, so there is no end to that but the VM's. */
static int wait_done(const struct ipl_stub *stub, uint64_t word,
		     struct ipl_err *err)
{
	int rc = 0;

	for (unsigned n = 1; !rc && !is_done(stub, word); n += n < 5000)
		rc = wait_more(stub, n, err);
	/* it may have left between two looks */
	return rc == IPL_ERESET && is_done(stub, word) ? 0 : rc;
}

/* A loader that was ended has left the CPU with a command: it takes the next one
 * when that is done, and may read its buffer until then. */
static int wait_idle(const struct ipl_stub *stub, struct ipl_err *err)
{
	int rc = 0;

	for (unsigned n = 1; !rc && ipl_stub_is_busy(stub); n += n < 5000)
		rc = wait_more(stub, n, err);
	return rc;
}

/* Give a command; *@ret_word is what tells that it is done. */
static int begin(const struct ipl_stub *stub, uint64_t cmd, uint64_t arg0,
		 uint64_t arg1, uint64_t *ret_word, struct ipl_err *err)
{
	uint64_t word;
	int rc = wait_idle(stub, err);

	if (rc)
		return rc;
	if (!ipl_stub_is_current(stub))
		return fail_reset(err);
	word = ((get(stub, MBOX_COMMAND) >> 8) + 1) << 8 | cmd;
	put(stub, MBOX_ARG0, arg0);
	put(stub, MBOX_ARG1, arg1);
	put(stub, MBOX_FOR, stub->generation);
	put(stub, MBOX_COMMAND, word);
	*ret_word = word;
	return 0;
}

static int command(const struct ipl_stub *stub, uint64_t cmd, uint64_t arg0,
		   uint64_t arg1, struct ipl_err *err)
{
	uint64_t word;
	int rc = begin(stub, cmd, arg0, arg1, &word, err);

	return rc ? rc : wait_done(stub, word, err);
}

static uint8_t *buffer(const struct ipl_stub *stub)
{
	return ipl_mem_at(stub->mem, stub->base + STUB_BUFFER,
			  STUB_BUFFER_SIZE);
}

int ipl_stub_say(const struct ipl_stub *stub, const char *text,
		 struct ipl_err *err)
{
	struct ipl_wr w = { .p = buffer(stub), .len = STUB_BUFFER_SIZE };
	int rc = wait_idle(stub, err);

	if (rc)
		return rc;
	ipl_sclp_put_message(&w, text);
	if (w.overflow)
		return ipl_fail(err, IPL_ELIMIT,
				"a message of %zu bytes for the console, "
				"expected less",
				strlen(text));
	return command(stub, STUB_CMD_SAY, STUB_BUFFER, 0, err);
}

/* Ranges of touched memory, as many as fit into the buffer, as the CPU in the stub
 * addresses them: by its prefix, absolute 0 is where the prefix area is. */
static size_t put_ranges(const struct ipl_stub *stub, uint64_t *from)
{
	struct ipl_wr w = { .p = buffer(stub), .len = STUB_BUFFER_SIZE };
	uint64_t start, end;
	size_t n = 0;

	while (w.at + 16 <= w.len &&
	       ipl_mem_next_data(stub->mem, *from, stub->mem->size, &start,
				 &end)) {
		if (start < STUB_PREFIX_SIZE && end > STUB_PREFIX_SIZE)
			end = STUB_PREFIX_SIZE; /* the rest comes next */
		*from = end;
		if (start < STUB_PREFIX_SIZE) {
			start += stub->base + STUB_PREFIX;
			end += stub->base + STUB_PREFIX;
		} else if (start < stub->base + STUB_SIZE && end > stub->base) {
			/* not the stub: first what is below, then above */
			*from = stub->base + STUB_SIZE;
			end = stub->base;
		}
		if (start >= end)
			continue;
		ipl_put_be(&w, start, 8);
		ipl_put_be(&w, end - start, 8);
		n++;
	}
	return n;
}

int ipl_stub_store_back(const struct ipl_stub *stub, struct ipl_err *err)
{
	uint64_t from = 0;
	size_t n;
	int rc = wait_idle(stub, err);

	while (!rc && (n = put_ranges(stub, &from)) != 0)
		rc = command(stub, STUB_CMD_STORE_BACK, n, 0, err);
	return rc;
}

int ipl_stub_store_back_range(const struct ipl_stub *stub, uint64_t addr,
			      uint64_t len, struct ipl_err *err)
{
	struct ipl_wr w = { .p = buffer(stub), .len = STUB_BUFFER_SIZE };
	int rc = wait_idle(stub, err);

	if (rc)
		return rc;
	ipl_put_be(&w, addr, 8);
	ipl_put_be(&w, len, 8);
	return command(stub, STUB_CMD_STORE_BACK, 1, 0, err);
}

int ipl_stub_call(const struct ipl_stub *stub, uint64_t addr, uint64_t len,
		  uint64_t *ret_word, struct ipl_err *err)
{
	return begin(stub, STUB_CMD_CALL, addr, len, ret_word, err);
}

int ipl_stub_called(const struct ipl_stub *stub, uint64_t word,
		    struct ipl_guest_call *call, enum ipl_stub_called *ret,
		    struct ipl_err *err)
{
	uint64_t now = get(stub, MBOX_CALL);

	if (!ipl_stub_is_current(stub))
		return fail_reset(err);
	if (get(stub, MBOX_DONE) == word) {
		*ret = IPL_STUB_RETURNED;
		return 0;
	}
	*ret = IPL_STUB_RUNS;
	if (!now || now == call->word)
		return 0;
	*ret = IPL_STUB_CALLS;
	*call = (struct ipl_guest_call){
		.word = now,
		.number = get(stub, MBOX_CALL_NUMBER),
		.text = get(stub, MBOX_CALL_TEXT),
		.text_len = get(stub, MBOX_CALL_TEXT_LEN),
		.buffer = get(stub, MBOX_CALL_BUFFER),
		.buffer_len = get(stub, MBOX_CALL_BUFFER_LEN),
	};
	return 0;
}

void ipl_stub_reply(const struct ipl_stub *stub,
		    const struct ipl_guest_call *call, uint64_t rc,
		    uint64_t len)
{
	put(stub, MBOX_REPLY_RC, rc);
	put(stub, MBOX_REPLY_LEN, len);
	put(stub, MBOX_REPLY, call->word);
}

int ipl_stub_stop(const struct ipl_stub *stub, uint64_t code,
		  struct ipl_err *err)
{
	return command(stub, STUB_CMD_STOP, code, 0, err);
}

int ipl_stub_branch(const struct ipl_stub *stub, uint64_t addr, uint64_t len,
		    struct ipl_err *err)
{
	return command(stub, STUB_CMD_BRANCH, addr, len, err);
}
