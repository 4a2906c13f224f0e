/* SPDX-License-Identifier: MIT */
/* The boot menu on the VM's own console: puts the program that shows it into the
 * guest, answers what it asks, and takes it away again.
 * May use: base, format, vm, device/listing. */
#include "device/menu.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "s390-ipl/abi.h"
#include "vm/guest_code.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* How often to look for what the menu asks: soon enough for a person. */
#define TICK_MS 10

/* The largest answer: a list with all its texts, or details. */
#define ANSWER_MAX 0x18000u

struct menu {
	const struct ipl_stub *stub;
	struct ipl_menu_panel panel;
	struct ipl_menu_choice *choice;
	/* The answer under construction. */
	struct ipl_wr out;
	uint8_t buf[ANSWER_MAX];
};

bool ipl_menu_is_wanted(const struct ipl_profile *profile,
			const struct ipl_loadparm *loadparm, bool prompt,
			unsigned timeout_s, unsigned *ret_timeout_ms)
{
	const bool is_number = loadparm->kind == IPL_LOADPARM_NUMBER &&
			       loadparm->text[0] >= '0' &&
			       loadparm->text[0] <= '9';

	if (profile->timeout_s != IPL_TIMEOUT_UNSET)
		timeout_s = (unsigned)profile->timeout_s;
	*ret_timeout_ms = timeout_s * 1000;
	if (profile->menu == IPL_MENU_OFF || is_number ||
	    loadparm->kind == IPL_LOADPARM_NAME)
		return false;
	return profile->menu == IPL_MENU_ON || prompt ||
	       loadparm->kind == IPL_LOADPARM_PROMPT;
}

/* ---- answers */

static void put32(struct menu *m, uint64_t v)
{
	ipl_put_be(&m->out, v, 4);
}

/* Set the field at @field to where the text that follows is. */
static void put_text(struct menu *m, size_t field, const char *text)
{
	struct ipl_wr at = { .p = m->buf + field, .len = 4 };

	if (!text || !*text)
		return;
	ipl_put_be(&at, m->out.at, 4);
	ipl_put(&m->out, text, strlen(text) + 1);
}

static const char *text_of(const struct ipl_listing *l, uint32_t off)
{
	return off && off < l->text_len ? l->text + off : NULL;
}

static void put_entry(struct menu *m, const struct ipl_listing_entry *e)
{
	put32(m, e->number);
	put32(m, (e->is_default ? ENTRY_IS_DEFAULT : 0) |
			 (e->is_editable ? ENTRY_IS_EDITABLE : 0) |
			 (e->is_signed ? ENTRY_IS_SIGNED : 0) |
			 (e->is_bad ? ENTRY_IS_BAD : 0));
	ipl_put(&m->out, NULL, ENTRY_SIZE - ENTRY_TITLE);
}

static void put_entry_texts(struct menu *m, size_t at,
			    const struct ipl_listing *l,
			    const struct ipl_listing_entry *e)
{
	put_text(m, at + ENTRY_TITLE, text_of(l, e->title));
	put_text(m, at + ENTRY_VERSION, text_of(l, e->version));
	put_text(m, at + ENTRY_CMDLINE, text_of(l, e->cmdline));
	put_text(m, at + ENTRY_WHY, text_of(l, e->why));
}

/* The program that is IPLed if nobody chooses. */
static uint32_t find_chosen(const struct menu *m, const struct ipl_listing *l)
{
	uint32_t number = m->panel.number;

	for (unsigned i = 0; !number && i < l->n; i++)
		if (l->entry[i].is_default)
			number = l->entry[i].number;
	return number;
}

static void put_list(struct menu *m, const struct ipl_listing *l)
{
	const struct ipl_menu_disk *d = &m->panel.disks[m->panel.current];
	char device[160];

	put32(m, 1);
	put32(m, l->n);
	put32(m, LIST_SIZE);
	put32(m, ENTRY_SIZE);
	put32(m, find_chosen(m, l));
	put32(m, m->panel.timeout_ms);
	put32(m, m->panel.has_firmware ? LIST_HAS_FIRMWARE : 0);
	ipl_put(&m->out, NULL, LIST_DEVICES - LIST_WHO);
	put32(m, m->panel.n_disks);
	for (unsigned i = 0; i < l->n; i++)
		put_entry(m, &l->entry[i]);
	put_text(m, LIST_WHO, "s390-ipl " IPL_VERSION);
	snprintf(device, sizeof(device), "%s (%s)", d->name, d->text);
	put_text(m, LIST_DEVICE, device);
	for (unsigned i = 0; i < l->n; i++)
		put_entry_texts(m, LIST_SIZE + i * ENTRY_SIZE, l, &l->entry[i]);
}

static int on_list(struct menu *m, struct ipl_err *err)
{
	auto_free struct ipl_listing *l = malloc(sizeof(*l));
	int rc = l ? m->panel.list(m->panel.ctx, l, err)
		   : ipl_fail(err, IPL_ENOMEM, "out of memory");

	if (!rc)
		put_list(m, l);
	return rc;
}

static int on_details(struct menu *m, uint64_t number, struct ipl_err *err)
{
	struct ipl_listing_details d = { 0 };
	int rc = m->panel.describe(m->panel.ctx, (unsigned)number, &d, err);

	if (rc)
		return rc;
	ipl_put(&m->out, NULL, DETAILS_SIZE);
	put_text(m, DETAILS_CMDLINE, d.cmdline);
	put_text(m, DETAILS_TEXT, d.text);
	if (m->out.overflow) {
		rc = ipl_fail(err, IPL_ELIMIT,
			      "its parameters take %zu bytes, more than the "
			      "menu can show",
			      strlen(d.cmdline));
	}
	ipl_listing_details_done(&d);
	return rc;
}

static int on_devices(struct menu *m)
{
	const struct ipl_menu_disk *d = m->panel.disks;

	put32(m, m->panel.n_disks);
	put32(m, DEVICES_SIZE);
	put32(m, DEVICE_SIZE);
	put32(m, m->panel.current);
	ipl_put(&m->out, NULL, m->panel.n_disks * DEVICE_SIZE);
	for (size_t i = 0; i < m->panel.n_disks; i++) {
		size_t at = DEVICES_SIZE + i * DEVICE_SIZE;

		put_text(m, at + DEVICE_NAME, d[i].name);
		put_text(m, at + DEVICE_TEXT, d[i].text);
	}
	return 0;
}

static int on_open(struct menu *m, uint64_t disk, struct ipl_err *err)
{
	int rc;

	if (disk >= m->panel.n_disks)
		return ipl_fail(err, IPL_ENOTFOUND, "there is no such disk");
	rc = m->panel.open(m->panel.ctx, disk, err);
	if (rc)
		return rc;
	m->panel.current = disk;
	m->panel.number = 0; /* its own default */
	m->panel.timeout_ms = 0;
	return 0;
}

/* A private copy of a text in the guest's memory; NULL if there is none. */
static int take_text(const struct menu *m, const struct ipl_guest_call *call,
		     char **ret, struct ipl_err *err)
{
	const char *p = ipl_mem_at(m->stub->mem, call->text, call->text_len);

	*ret = NULL;
	if (!call->text_len)
		return 0;
	if (!p || call->text_len >= IPL_MAX_CMDLINE)
		return ipl_fail(err, IPL_ELIMIT,
				"%llu bytes of parameters, expected less than "
				"%u",
				(unsigned long long)call->text_len,
				IPL_MAX_CMDLINE);
	*ret = strndup(p, call->text_len);
	return *ret ? 0 : ipl_fail(err, IPL_ENOMEM, "out of memory");
}

static int on_ipl(struct menu *m, const struct ipl_guest_call *call,
		  struct ipl_err *err)
{
	auto_free char *params = NULL;
	int rc = take_text(m, call, &params, err);

	if (!rc)
		rc = m->panel.check(m->panel.ctx, (unsigned)call->number,
				    params, err);
	if (rc)
		return rc;
	free(m->choice->params);
	*m->choice = (struct ipl_menu_choice){ .kind = IPL_MENU_PROGRAM,
					       .number = (unsigned)call->number,
					       .params = ipl_steal(params) };
	return 0;
}

static int on_firmware(struct menu *m, struct ipl_err *err)
{
	if (!m->panel.has_firmware)
		return ipl_fail(err, IPL_EUNSUP,
				"QEMU's own firmware is not available");
	free(m->choice->params);
	*m->choice = (struct ipl_menu_choice){ .kind = IPL_MENU_FIRMWARE };
	return 0;
}

/* What a call gives: REPLY_OK and so on. */
static uint64_t act(struct menu *m, const struct ipl_guest_call *call)
{
	struct ipl_err err = { 0 };
	int rc = 0;

	m->out = (struct ipl_wr){ .p = m->buf, .len = sizeof(m->buf) };
	if (call->number > UINT32_MAX)
		rc = ipl_fail(&err, IPL_ENOTFOUND, "there is no such number");
	else
		switch (call->word & 0xff) {
		case CALL_LIST:
			rc = on_list(m, &err);
			break;
		case CALL_DETAILS:
			rc = on_details(m, call->number, &err);
			break;
		case CALL_DEVICES:
			rc = on_devices(m);
			break;
		case CALL_OPEN:
			rc = on_open(m, call->number, &err);
			break;
		case CALL_IPL:
			rc = on_ipl(m, call, &err);
			break;
		case CALL_FIRMWARE:
			rc = on_firmware(m, &err);
			break;
		default:
			return REPLY_UNKNOWN;
		}
	if (!rc)
		return REPLY_OK;
	m->out = (struct ipl_wr){ .p = m->buf, .len = sizeof(m->buf) };
	ipl_put(&m->out, err.msg, strlen(err.msg) + 1);
	return REPLY_FAILED;
}

/* The host writes where a guest program says, which may be anywhere but where
 * the stub is: that has one writer for each field. */
static bool is_good_buffer(const struct menu *m,
			   const struct ipl_guest_call *call)
{
	uint64_t stub = m->stub->base;

	return ipl_mem_at(m->stub->mem, call->buffer, call->buffer_len) &&
	       (call->buffer >= stub + STUB_SIZE ||
		call->buffer + call->buffer_len <= stub);
}

static void answer(struct menu *m, const struct ipl_guest_call *call)
{
	uint64_t rc = REPLY_BUFFER;
	size_t len = 0;

	if (is_good_buffer(m, call)) {
		rc = act(m, call);
		/* that may have taken seconds: memory may be someone else's */
		if (!ipl_stub_is_current(m->stub))
			return;
		len = m->out.at < call->buffer_len ? m->out.at
						   : call->buffer_len;
		memcpy(ipl_mem_at(m->stub->mem, call->buffer, len), m->buf,
		       len);
	}
	ipl_stub_reply(m->stub, call, rc, len);
}

/* ---- its life */

static int serve(struct menu *m, uint64_t word, struct ipl_err *err)
{
	const struct timespec tick = { .tv_nsec = TICK_MS * 1000000L };
	enum ipl_stub_called what = IPL_STUB_RUNS;
	struct ipl_guest_call call = { 0 };

	for (;;) {
		int rc = ipl_stub_called(m->stub, word, &call, &what, err);

		if (!rc && what == IPL_STUB_RETURNED)
			return 0;
		if (!rc && what == IPL_STUB_CALLS)
			answer(m, &call);
		if (!rc && m->stub->pump)
			rc = m->stub->pump(m->stub->pump_ctx, err);
		if (rc)
			return rc;
		if (what == IPL_STUB_RUNS)
			nanosleep(&tick, NULL);
	}
}

/* What was in memory where the menu goes. */
struct ipl_menu_left {
	bool is_hole;
	uint8_t bytes[STUB_MENU_SIZE];
};

static int put_menu(const struct ipl_stub *stub, uint64_t area,
		    struct ipl_span code, struct ipl_menu_left *saved,
		    struct ipl_err *err)
{
	const uint8_t *p = ipl_mem_at(stub->mem, area, STUB_MENU_SIZE);
	auto_free uint8_t *image = calloc(1, STUB_MENU_SIZE);
	uint64_t start, end;
	int rc;

	if (!image)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (!p || code.len > STUB_MENU_SIZE)
		return ipl_fail(err, IPL_EBUG, "no room for the menu");
	saved->is_hole = !ipl_mem_next_data(
		stub->mem, area, area + STUB_MENU_SIZE, &start, &end);
	if (!saved->is_hole)
		memcpy(saved->bytes, p, STUB_MENU_SIZE);
	memcpy(image, code.p, code.len);
	rc = ipl_mem_write(stub->mem, area, image, STUB_MENU_SIZE, err);
	if (rc && saved->is_hole)
		ipl_mem_punch(stub->mem, area, STUB_MENU_SIZE);
	return rc;
}

int ipl_menu_put_back(const struct ipl_stub *stub,
		      const struct ipl_menu_left *left, struct ipl_err *err)
{
	uint64_t area = stub->base + STUB_MENU;

	if (left->is_hole && ipl_mem_punch(stub->mem, area, STUB_MENU_SIZE))
		return 0;
	return ipl_mem_write(stub->mem, area, left->bytes, STUB_MENU_SIZE, err);
}

/* A CPU that has run the menu has translations of it (TCG); stores of its own
 * make it forget them, before other bytes are there. */
static int take_away(const struct ipl_stub *stub,
		     const struct ipl_menu_left *left, struct ipl_err *err)
{
	int rc = ipl_stub_store_back_range(stub, stub->base + STUB_MENU,
					   STUB_MENU_SIZE, err);

	return rc ? rc : ipl_menu_put_back(stub, left, err);
}

int ipl_menu_show(const struct ipl_stub *stub,
		  const struct ipl_menu_panel *panel,
		  struct ipl_menu_choice *ret, struct ipl_menu_left **ret_left,
		  struct ipl_err *err)
{
	auto_free struct ipl_menu_left *left = calloc(1, sizeof(*left));
	auto_free struct menu *m = calloc(1, sizeof(*m));
	uint64_t area = stub->base + STUB_MENU, word;
	struct ipl_menu_choice choice = { 0 };
	int rc;

	*ret_left = NULL;
	if (!left || !m)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	m->stub = stub;
	m->panel = *panel;
	m->choice = &choice;
	rc = put_menu(stub, area,
		      panel->program.len ? panel->program : ipl_guest_menu(),
		      left, err);
	if (!rc)
		rc = ipl_stub_call(stub, area, STUB_MENU_SIZE, &word, err);
	if (!rc)
		rc = serve(m, word, err);
	if (!rc)
		rc = take_away(stub, left, err);
	if (rc == IPL_ERESET)
		*ret_left = ipl_steal(left);
	if (rc)
		free(choice.params);
	else
		*ret = choice;
	return rc;
}
