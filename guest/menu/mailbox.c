/* SPDX-License-Identifier: MIT */
/* The menu's host behind the mailbox: see docs/abi.md. May use: the ABI. */
#include "mailbox.h"

#include "lib.h"
#include "machine.h"
#include "s390-ipl/abi.h"
#include "sclp.h"

#include <string.h>

#define PATIENCE CLOCK_MS(30000)

/* Room for the answers of calls whose texts are used at the same time. */
#define ROOM_LIST    0x10000u
#define ROOM_DETAILS 0x18000u
#define ROOM_DISKS   0x4000u
#define ROOM_OTHER   0x1000u

struct answer {
	char *p;
	size_t size; /* with a NUL behind all */
	size_t n;
};

static volatile uint64_t *mailbox;
static uint64_t sequence;
static char list_room[ROOM_LIST], details_room[ROOM_DETAILS],
	disks_room[ROOM_DISKS], other_room[ROOM_OTHER];
static struct answer list_answer, details_answer, disks_answer, other_answer;

static void set(unsigned field, uint64_t v)
{
	mailbox[field / 8] = v;
}

static uint64_t get(unsigned field)
{
	return mailbox[field / 8];
}

static bool wait_reply(uint64_t word)
{
	uint64_t begin = machine_clock(), now = begin;

	while (get(MBOX_REPLY) != word) {
		if (now - begin > PATIENCE)
			return false;
		sclp_wait(now + CLOCK_MS(now - begin > CLOCK_MS(100) ? 10 : 1));
		now = machine_clock();
	}
	return true;
}

static uint32_t u32_at(const struct answer *a, size_t at)
{
	uint32_t v;

	if (at + sizeof(v) > a->n)
		return 0;
	memcpy(&v, a->p + at, sizeof(v));
	return v;
}

static const char *text_at(const struct answer *a, size_t at)
{
	uint32_t off = u32_at(a, at);

	return off && off < a->n ? a->p + off : "";
}

/* One call; its answer goes to @a. */
static bool call(uint64_t call, uint64_t number, const char *text,
		 struct answer *a, const char **why)
{
	uint64_t word = ++sequence << 8 | call, rc;

	set(MBOX_CALL_NUMBER, number);
	set(MBOX_CALL_TEXT, (uint64_t)(uintptr_t)text);
	set(MBOX_CALL_TEXT_LEN, text ? str_len(text) : 0);
	set(MBOX_CALL_BUFFER, (uint64_t)(uintptr_t)a->p);
	set(MBOX_CALL_BUFFER_LEN, a->size - 1);
	__sync_synchronize();
	set(MBOX_CALL, word);
	if (!wait_reply(word)) {
		*why = "the IPL engine on the host gives no answer";
		return false;
	}
	__sync_synchronize();
	rc = get(MBOX_REPLY_RC);
	a->n = get(MBOX_REPLY_LEN);
	if (a->n > a->size - 1)
		a->n = a->size - 1;
	a->p[a->n] = '\0';
	if (rc == REPLY_OK)
		return true;
	*why = rc == REPLY_FAILED ? a->p
				  : "the IPL engine on the host does not know "
				    "this call";
	return false;
}

static void take_entry(const struct answer *a, size_t at, struct menu_entry *e)
{
	uint32_t flags = u32_at(a, at + ENTRY_FLAGS);

	e->number = u32_at(a, at + ENTRY_NUMBER);
	e->is_default = flags & ENTRY_IS_DEFAULT;
	e->is_editable = flags & ENTRY_IS_EDITABLE;
	e->is_signed = flags & ENTRY_IS_SIGNED;
	e->is_bad = flags & ENTRY_IS_BAD;
	e->title = text_at(a, at + ENTRY_TITLE);
	e->version = text_at(a, at + ENTRY_VERSION);
	e->cmdline = text_at(a, at + ENTRY_CMDLINE);
	e->why = text_at(a, at + ENTRY_WHY);
}

static bool list(struct menu_host *h, struct menu_list *ret, const char **why)
{
	const struct answer *a = &list_answer;
	uint32_t entries, size;

	(void)h;
	if (!call(CALL_LIST, 0, NULL, &list_answer, why))
		return false;
	ret->n = u32_at(a, LIST_COUNT);
	if (ret->n > MENU_ENTRIES_MAX)
		ret->n = MENU_ENTRIES_MAX;
	ret->chosen = u32_at(a, LIST_CHOSEN);
	ret->timeout_ms = u32_at(a, LIST_TIMEOUT);
	ret->has_firmware = u32_at(a, LIST_FLAGS) & LIST_HAS_FIRMWARE;
	ret->n_disks = u32_at(a, LIST_DEVICES);
	ret->who = text_at(a, LIST_WHO);
	ret->device = text_at(a, LIST_DEVICE);
	entries = u32_at(a, LIST_ENTRIES);
	size = u32_at(a, LIST_ENTRY_SIZE);
	for (unsigned i = 0; i < ret->n; i++)
		take_entry(a, entries + (size_t)i * size, &ret->entry[i]);
	return true;
}

static bool details(struct menu_host *h, unsigned number, const char **cmdline,
		    const char **text, const char **why)
{
	(void)h;
	if (!call(CALL_DETAILS, number, NULL, &details_answer, why))
		return false;
	*cmdline = text_at(&details_answer, DETAILS_CMDLINE);
	*text = text_at(&details_answer, DETAILS_TEXT);
	return true;
}

static bool disks(struct menu_host *h, struct menu_disks *ret, const char **why)
{
	const struct answer *a = &disks_answer;
	uint32_t at, size;

	(void)h;
	if (!call(CALL_DEVICES, 0, NULL, &disks_answer, why))
		return false;
	ret->n = u32_at(a, DEVICES_COUNT);
	if (ret->n > MENU_DISKS_MAX)
		ret->n = MENU_DISKS_MAX;
	ret->current = u32_at(a, DEVICES_CURRENT);
	at = u32_at(a, DEVICES_ENTRIES);
	size = u32_at(a, DEVICES_ENTRY_SIZE);
	for (unsigned i = 0; i < ret->n; i++, at += size) {
		ret->disk[i].name = text_at(a, at + DEVICE_NAME);
		ret->disk[i].text = text_at(a, at + DEVICE_TEXT);
	}
	return true;
}

static bool open(struct menu_host *h, unsigned disk, const char **why)
{
	(void)h;
	return call(CALL_OPEN, disk, NULL, &other_answer, why);
}

static bool ipl(struct menu_host *h, unsigned number, const char *params,
		const char **why)
{
	(void)h;
	return call(CALL_IPL, number, params, &other_answer, why);
}

static bool firmware(struct menu_host *h, const char **why)
{
	(void)h;
	return call(CALL_FIRMWARE, 0, NULL, &other_answer, why);
}

struct menu_host *mailbox_host(void *address)
{
	static struct menu_host host;

	mailbox = address;
	/* one by one: a constant with addresses would be that of link time */
	list_answer.p = list_room;
	list_answer.size = sizeof(list_room);
	details_answer.p = details_room;
	details_answer.size = sizeof(details_room);
	disks_answer.p = disks_room;
	disks_answer.size = sizeof(disks_room);
	other_answer.p = other_room;
	other_answer.size = sizeof(other_room);
	host.list = list;
	host.details = details;
	host.disks = disks;
	host.open = open;
	host.ipl = ipl;
	host.firmware = firmware;
	return &host;
}
