/* SPDX-License-Identifier: MIT */
/* The service-call logical processor: its event buffers, and waiting for it.
 * May use: libc's freestanding headers. */
#include "sclp.h"

#include "machine.h"

#include <string.h>

#define READ_EVENT_DATA	 0x00770005
#define WRITE_EVENT_DATA 0x00760005
#define WRITE_EVENT_MASK 0x00780005
#define EVENT_BIT(type)	 (UINT32_C(1) << (32 - (type)))

#define RESPONSE_OK	0x0020
#define VARIABLE_LENGTH 0x80 /* control mask, last byte */
#define CC_BUSY		2

#define EXT_SERVICE   0x2401
#define EVENT_PENDING 1 /* in the parameter of that interruption */

struct header {
	uint16_t length;
	uint8_t function;
	uint8_t control[3];
	uint16_t response;
};

struct event {
	uint16_t length;
	uint8_t type;
	uint8_t flags;
	uint16_t reserved;
};

struct mask {
	struct header h;
	uint16_t reserved;
	uint16_t length;
	uint32_t we_take, we_give;
	uint32_t it_takes, it_gives;
};

/* One that came and was not fetched yet. */
struct input {
	uint8_t type;
	size_t n;
	uint8_t data[SCLP_DATA_MAX];
};

static uint8_t page[4096] __attribute__((aligned(4096)));
static struct input inputs[] = { { .type = SCLP_COMMAND },
				 { .type = SCLP_ASCII } };
static uint32_t it_takes, it_gives;
static bool asked;
static bool pending; /* a signal told of events */

/* Lowcore of the prefix area that the stub has set. */
static uint16_t take_ext_code(void)
{
	uint32_t code;

	__asm__ volatile("lh %0,0x86(0)\n\t"
			 "xc 0x86(2,0),0x86(0)"
			 : "=d"(code)
			 :
			 : "cc", "memory");
	return (uint16_t)code;
}

static uint32_t ext_parameter(void)
{
	uint32_t parameter;

	__asm__ volatile("l %0,0x80(0)" : "=d"(parameter) : : "memory");
	return parameter;
}

static bool wait_signal(uint64_t until)
{
	machine_wait(until);
	if (take_ext_code() != EXT_SERVICE)
		return false;
	if (ext_parameter() & EVENT_PENDING)
		pending = true;
	return true;
}

void sclp_wait(uint64_t until)
{
	if (!pending)
		wait_signal(until);
}

/* One call, and wait for its end, a second at the most. */
static bool call(uint32_t command)
{
	uint64_t end = machine_clock() + CLOCK_MS(1000);
	struct header *h = (struct header *)page;

	while (machine_servc(command, page) == CC_BUSY) {
		wait_signal(machine_clock() + CLOCK_MS(10));
		if (machine_clock() > end)
			return false;
	}
	while (!wait_signal(end) && machine_clock() < end)
		;
	return (h->response & 0xff) == RESPONSE_OK;
}

static void ask_mask(void)
{
	struct mask *m = (struct mask *)page;

	asked = true;
	memset(m, 0, sizeof(*m));
	m->h.length = sizeof(*m);
	m->length = sizeof(m->we_take);
	m->we_take = EVENT_BIT(SCLP_COMMAND) | EVENT_BIT(SCLP_ASCII);
	m->we_give = EVENT_BIT(SCLP_MESSAGE) | EVENT_BIT(SCLP_ASCII);
	if (!call(WRITE_EVENT_MASK))
		return;
	it_takes = m->it_takes;
	it_gives = m->it_gives;
}

bool sclp_has(uint8_t type)
{
	if (!asked)
		ask_mask();
	return it_takes & EVENT_BIT(type);
}

bool sclp_gives(uint8_t type)
{
	if (!asked)
		ask_mask();
	return it_gives & EVENT_BIT(type);
}

void sclp_send(uint8_t type, const void *data, size_t n)
{
	struct header *h = (struct header *)page;
	struct event *e = (struct event *)(h + 1);

	if (n > SCLP_DATA_MAX)
		n = SCLP_DATA_MAX;
	memset(page, 0, sizeof(*h) + sizeof(*e));
	h->length = (uint16_t)(sizeof(*h) + sizeof(*e) + n);
	e->length = (uint16_t)(sizeof(*e) + n);
	e->type = type;
	memcpy(e + 1, data, n);
	call(WRITE_EVENT_DATA);
}

static void keep(const struct event *e)
{
	size_t n = e->length - sizeof(*e);

	for (size_t i = 0; i < sizeof(inputs) / sizeof(*inputs); i++) {
		struct input *in = &inputs[i];

		if (in->type != e->type || in->n)
			continue;
		in->n = n < SCLP_DATA_MAX ? n : SCLP_DATA_MAX;
		memcpy(in->data, e + 1, in->n);
	}
}

void sclp_receive(void)
{
	struct header *h = (struct header *)page;
	size_t at = sizeof(*h);

	if (!pending)
		return;
	pending = false;
	memset(h, 0, sizeof(*h));
	h->length = sizeof(page);
	h->control[2] = VARIABLE_LENGTH;
	if (!call(READ_EVENT_DATA) || h->length > sizeof(page))
		return;
	while (at + sizeof(struct event) <= h->length) {
		const struct event *e = (const struct event *)(page + at);

		if (e->length < sizeof(*e) || e->length > h->length - at)
			break;
		keep(e);
		at += e->length;
	}
}

const uint8_t *sclp_input(uint8_t type, size_t *ret_n)
{
	for (size_t i = 0; i < sizeof(inputs) / sizeof(*inputs); i++) {
		struct input *in = &inputs[i];

		if (in->type != type)
			continue;
		*ret_n = in->n;
		in->n = 0;
		return in->data;
	}
	*ret_n = 0;
	return NULL;
}
