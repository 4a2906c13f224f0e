/* SPDX-License-Identifier: MIT */
/* The service-call logical processor: its event buffers.
 * May use: libc's freestanding headers. */
#include "sclp.h"

#include "sclp_call.h"

#include <string.h>

#define READ_EVENT_DATA	 0x00770005
#define WRITE_EVENT_DATA 0x00760005
#define WRITE_EVENT_MASK 0x00780005
#define EVENT_BIT(type)	 (UINT32_C(1) << (32 - (type)))

#define VARIABLE_LENGTH 0x80 /* control mask, last byte */

struct event {
	uint16_t length;
	uint8_t type;
	uint8_t flags;
	uint16_t reserved;
};

struct mask {
	struct sclp_header h;
	uint16_t reserved;
	uint16_t length;
	uint32_t we_take, we_give;
	uint32_t it_takes, it_gives;
};

/* One that came and was not fetched yet. */
struct input {
	uint8_t type;
	size_t n;
	uint8_t data[SCLP_INPUT_MAX];
};

static struct input inputs[2];
static uint32_t it_takes, it_gives;
static bool asked;

static void ask_mask(void)
{
	struct mask *m = (struct mask *)sclp_page;

	asked = true;
	inputs[0].type = SCLP_COMMAND;
	inputs[1].type = SCLP_ASCII;
	memset(m, 0, sizeof(*m));
	m->h.length = sizeof(*m);
	m->length = sizeof(m->we_take);
	m->we_take = EVENT_BIT(SCLP_COMMAND) | EVENT_BIT(SCLP_ASCII);
	m->we_give = EVENT_BIT(SCLP_MESSAGE) | EVENT_BIT(SCLP_ASCII);
	if (!sclp_call(WRITE_EVENT_MASK))
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
	struct sclp_header *h = (struct sclp_header *)sclp_page;
	struct event *e = (struct event *)(h + 1);

	if (n > SCLP_DATA_MAX)
		n = SCLP_DATA_MAX;
	memset(sclp_page, 0, sizeof(*h) + sizeof(*e));
	h->length = (uint16_t)(sizeof(*h) + sizeof(*e) + n);
	e->length = (uint16_t)(sizeof(*e) + n);
	e->type = type;
	memcpy(e + 1, data, n);
	sclp_call(WRITE_EVENT_DATA);
}

static void keep(const struct event *e)
{
	size_t n = e->length - sizeof(*e);

	for (size_t i = 0; i < sizeof(inputs) / sizeof(*inputs); i++) {
		struct input *in = &inputs[i];

		if (in->type != e->type || in->n)
			continue;
		in->n = n < SCLP_INPUT_MAX ? n : SCLP_INPUT_MAX;
		memcpy(in->data, e + 1, in->n);
	}
}

void sclp_receive(void)
{
	struct sclp_header *h = (struct sclp_header *)sclp_page;
	size_t at = sizeof(*h);

	if (!sclp_take_pending())
		return;
	memset(h, 0, sizeof(*h));
	h->length = SCLP_PAGE;
	h->control[2] = VARIABLE_LENGTH;
	if (!sclp_call(READ_EVENT_DATA) || h->length > SCLP_PAGE)
		return;
	while (at + sizeof(struct event) <= h->length) {
		const struct event *e = (const struct event *)(sclp_page + at);

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
