/* SPDX-License-Identifier: MIT */
/* A virtio console behind channel I/O: the first port of the first one.
 * Virtual I/O Device (VIRTIO) 1.1, 4.3 (channel I/O), 5.3 (console), 2.6 (split
 * virtqueues). Polled. May use: libc's freestanding headers. */
#include "console.h"
#include "channel.h"
#include "machine.h"
#include "sclp.h"

#include <stdint.h>
#include <string.h>

/* Channel commands. */
#define CCW_SET_VQ	0x13
#define CCW_RESET	0x33
#define CCW_WRITE_FEAT	0x11
#define CCW_WRITE_STATUS 0x31
#define CCW_SET_REVISION 0x83

#define CU_TYPE_VIRTIO	  0x3832
#define CU_MODEL_CONSOLE 3

#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER	   2
#define STATUS_DRIVER_OK   4
#define STATUS_FEATURES_OK 8

#define FEATURES_HIGH	1    /* bits 32 to 63 */
#define VERSION_1	0x01 /* bit 32, as the first byte of them */

#define RX 0 /* queues of the first port */
#define TX 1
#define QUEUE_SIZE  2
#define DESC_WRITE  2
#define BUFFER_SIZE 256

/* Little endian, all of it. */
struct desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags;
	uint16_t next;
};

struct queue {
	struct desc desc[QUEUE_SIZE];
	struct {
		uint16_t flags, idx, ring[QUEUE_SIZE], event;
	} avail;
	struct {
		uint16_t flags, idx;
		struct {
			uint32_t id, len;
		} ring[QUEUE_SIZE];
		uint16_t event;
	} used __attribute__((aligned(4)));
	uint16_t n; /* buffers given to the device so far */
	char buffer[BUFFER_SIZE];
} __attribute__((aligned(16)));

static uint32_t schid;
static struct queue queues[2];

#define LE16(x) __builtin_bswap16(x)
#define LE32(x) __builtin_bswap32(x)
#define LE64(x) __builtin_bswap64(x)

static uint16_t used_idx(const struct queue *q)
{
	return LE16(*(const volatile uint16_t *)&q->used.idx);
}

static bool is_idle(const struct queue *q)
{
	return used_idx(q) == q->n;
}

/* KVM's hypercall for "look at the queue": DIAG 500 subcode 3. */
static void notify(uint64_t queue)
{
	register uint64_t r1 __asm__("1") = 3;
	register uint64_t r2 __asm__("2") = schid;
	register uint64_t r3 __asm__("3") = queue;
	register uint64_t r4 __asm__("4") = 0;

	__asm__ volatile("diag 2,4,0x500"
			 : "+d"(r2)
			 : "d"(r1), "d"(r3), "d"(r4)
			 : "memory", "cc");
}

/* Give the queue's only buffer to the device. */
static void give(unsigned queue, size_t len)
{
	struct queue *q = &queues[queue];

	q->desc[0].addr = LE64((uint64_t)(uintptr_t)q->buffer);
	q->desc[0].len = LE32((uint32_t)len);
	q->desc[0].flags = queue == RX ? LE16(DESC_WRITE) : 0;
	q->avail.ring[q->n % QUEUE_SIZE] = 0;
	q->n++;
	__sync_synchronize();
	*(volatile uint16_t *)&q->avail.idx = LE16(q->n);
	__sync_synchronize();
	notify(queue);
}

/* ---- setting it up */

static bool command(uint8_t cmd, void *data, uint16_t n)
{
	return channel_io(schid, cmd, data, n);
}

static bool set_status(uint8_t status)
{
	return command(CCW_WRITE_STATUS, &status, sizeof(status));
}

static bool set_queue(uint16_t index)
{
	static struct {
		uint64_t desc;
		uint32_t reserved;
		uint16_t index, n;
		uint64_t avail, used;
	} info;
	struct queue *q = &queues[index];

	info.desc = (uint64_t)(uintptr_t)q->desc;
	info.index = index;
	info.n = QUEUE_SIZE;
	info.avail = (uint64_t)(uintptr_t)&q->avail;
	info.used = (uint64_t)(uintptr_t)&q->used;
	return command(CCW_SET_VQ, &info, sizeof(info));
}

static bool set_up(void)
{
	uint8_t revision[4] = { 0, 1, 0, 0 };
	uint8_t features[5] = { VERSION_1, 0, 0, 0, FEATURES_HIGH };

	return command(CCW_SET_REVISION, revision, sizeof(revision)) &&
	       command(CCW_RESET, NULL, 0) &&
	       set_status(STATUS_ACKNOWLEDGE) &&
	       set_status(STATUS_ACKNOWLEDGE | STATUS_DRIVER) &&
	       command(CCW_WRITE_FEAT, features, sizeof(features)) &&
	       set_status(STATUS_ACKNOWLEDGE | STATUS_DRIVER |
			  STATUS_FEATURES_OK) &&
	       set_queue(RX) && set_queue(TX) &&
	       set_status(STATUS_ACKNOWLEDGE | STATUS_DRIVER |
			  STATUS_FEATURES_OK | STATUS_DRIVER_OK);
}

/* ---- the console */

/* Wait for what was written to be taken; false when nobody reads it. */
static bool drain(void)
{
	uint64_t end = machine_clock() + CLOCK_MS(300);

	while (!is_idle(&queues[TX])) {
		if (machine_clock() > end)
			return false;
		sclp_wait(machine_clock() + CLOCK_MS(1));
	}
	return true;
}

static void write(struct console *c, const char *p, size_t n)
{
	struct queue *q = &queues[TX];
	size_t len = 0;

	(void)c;
	if (!is_idle(q))
		return; /* it stands still since the last time */
	while (n) {
		if (*p == '\n')
			q->buffer[len++] = '\r';
		q->buffer[len++] = *p++;
		n--;
		if (n && len < BUFFER_SIZE - 1)
			continue;
		give(TX, len);
		len = 0;
		if (!drain())
			return;
	}
}

static size_t read(struct console *c, char *buf, size_t size)
{
	struct queue *q = &queues[RX];
	uint32_t n;

	(void)c;
	if (!is_idle(q))
		return 0;
	n = LE32(q->used.ring[(uint16_t)(q->n - 1) % QUEUE_SIZE].len);
	if (n > size)
		n = (uint32_t)size;
	if (n > BUFFER_SIZE)
		n = BUFFER_SIZE;
	memcpy(buf, q->buffer, n);
	give(RX, BUFFER_SIZE);
	return n;
}

static void close(struct console *c)
{
	(void)c;
	command(CCW_RESET, NULL, 0);
	channel_close(schid);
}

struct console *console_virtio(void)
{
	static struct console console;

	schid = channel_find(CU_TYPE_VIRTIO, CU_MODEL_CONSOLE);
	if (!schid)
		return NULL;
	if (!set_up()) {
		channel_close(schid);
		return NULL;
	}
	console.is_polled = true;
	console.write = write;
	console.read = read;
	console.close = close;
	give(RX, BUFFER_SIZE);
	return &console;
}
