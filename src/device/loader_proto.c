/* SPDX-License-Identifier: MIT */
/* What the engine and the loader's process say to each other.
 * May use: base, format. */
#include "device/loader_proto.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

/* PLAN: what there is besides takes less than a page; a name that is looked for
 * has up to IPL_ENTRY_NAME_MAX bytes. */
_Static_assert(IPL_CERTS_PACKED_MAX + IPL_LOADER_TEXT_MAX + 4096 <=
		       IPL_LOADER_MSG_MAX,
	       "a message has room for all certificates and parameters");

/* Both directions in one: what a message consists of is written down once. */
struct wire {
	bool reading;
	struct ipl_rd r;
	struct ipl_wr w;
	bool bad; /* something that cannot be said */
};

static uint64_t number(struct wire *w, uint64_t v, size_t len)
{
	if (w->reading)
		return ipl_be(&w->r, len);
	ipl_put_be(&w->w, v, len);
	return v;
}

static void u64(struct wire *w, uint64_t *v)
{
	*v = number(w, *v, 8);
}

static void u32(struct wire *w, uint32_t *v)
{
	*v = (uint32_t)number(w, *v, 4);
}

static void uns(struct wire *w, unsigned *v)
{
	*v = (unsigned)number(w, *v, 4);
}

static void size(struct wire *w, size_t *v)
{
	*v = (size_t)number(w, *v, 8);
}

static void boolean(struct wire *w, bool *v)
{
	uint64_t n = number(w, *v, 1);

	if (n > 1)
		w->bad = true;
	*v = n == 1;
}

static void chs(struct wire *w, struct zipl_chs *v)
{
	u32(w, &v->cyl);
	v->head = (uint8_t)number(w, v->head, 1);
	v->sec = (uint8_t)number(w, v->sec, 1);
}

static void bytes(struct wire *w, uint8_t *buf, size_t max, size_t *len)
{
	const uint8_t *p;

	*len = (size_t)number(w, *len, 4);
	if (*len > max) {
		w->bad = true;
		*len = 0;
	}
	if (!w->reading) {
		ipl_put(&w->w, buf, *len);
		return;
	}
	p = ipl_take(&w->r, *len);
	if (p)
		memcpy(buf, p, *len);
}

/* Text of less than @max bytes. */
static void exact_text(struct wire *w, char *buf, size_t max)
{
	size_t len = w->reading ? 0 : strnlen(buf, max - 1);

	bytes(w, (uint8_t *)buf, max - 1, &len);
	if (!w->reading)
		return;
	buf[w->r.short_read ? 0 : len] = '\0';
	if (strlen(buf) != len)
		w->bad = true;
}

/* The same from the loader, to be shown: disarmed. */
static void text(struct wire *w, char *buf, size_t max)
{
	exact_text(w, buf, max);
	if (w->reading)
		ipl_utf8_disarm(buf);
}

/* A text of any length up to IPL_LOADER_TEXT_MAX, or none: writes @out, reads into
 * *@in. */
static void long_text(struct wire *w, const char *out, char **in)
{
	bool is_there = out != NULL;
	size_t len;

	boolean(w, &is_there);
	if (!is_there)
		return;
	if (!w->reading) {
		len = strnlen(out, IPL_LOADER_TEXT_MAX - 1);
		number(w, len, 4);
		ipl_put(&w->w, out, len);
		return;
	}
	*in = calloc(1, IPL_LOADER_TEXT_MAX);
	if (*in)
		exact_text(w, *in, IPL_LOADER_TEXT_MAX);
	else
		w->bad = true;
}

/* Disarm @len bytes of texts with something between them that may stay. */
static void disarm(char *p, size_t len, char between)
{
	char *end = p + len;

	while (p < end) {
		char *stop = memchr(p, between, (size_t)(end - p));

		if (!stop)
			stop = end;
		*stop = '\0';
		ipl_utf8_disarm(p);
		if (stop < end)
			*stop = between;
		p = stop + 1;
	}
}

static void entry(struct wire *w, struct ipl_listing_entry *e)
{
	u32(w, &e->number);
	boolean(w, &e->is_default);
	boolean(w, &e->is_editable);
	boolean(w, &e->is_signed);
	boolean(w, &e->is_bad);
	u32(w, &e->title);
	u32(w, &e->version);
	u32(w, &e->cmdline);
	u32(w, &e->why);
}

static void listing(struct wire *w, struct ipl_listing **p)
{
	struct ipl_listing *l = *p;
	size_t len;

	if (w->reading)
		*p = l = calloc(1, sizeof(*l));
	if (!l) {
		w->bad = true;
		return;
	}
	boolean(w, &l->prompt);
	uns(w, &l->timeout_s);
	uns(w, &l->n);
	if (l->n > IPL_LISTING_MAX) {
		l->n = 0;
		w->bad = true;
	}
	for (unsigned i = 0; i < l->n; i++)
		entry(w, &l->entry[i]);
	len = l->text_len;
	bytes(w, (uint8_t *)l->text, sizeof(l->text) - 1, &len);
	l->text_len = (uint32_t)len;
	if (w->reading)
		disarm(l->text, len, '\0');
}

static void described(struct wire *w, char **text)
{
	long_text(w, text[0], &text[0]);
	long_text(w, text[1], &text[1]);
	for (int i = 0; w->reading && i < 2; i++)
		if (text[i])
			disarm(text[i], strlen(text[i]), '\n');
}

static void error(struct wire *w, int *rc, struct ipl_err *err)
{
	uint32_t code = (uint32_t) - *rc;

	u32(w, &code);
	if (code > INT16_MAX) {
		w->bad = true;
		code = 0;
	}
	*rc = -(int)code;
	if (!*rc)
		return;
	err->code = (enum ipl_code) * rc;
	text(w, err->msg, sizeof(err->msg));
	text(w, err->advice, sizeof(err->advice));
	text(w, err->structure, sizeof(err->structure));
	u64(w, &err->off);
}

static void certs(struct wire *w, struct ipl_loader_msg *m)
{
	struct ipl_span *in = &m->u.plan.certs;
	size_t len = in->len;

	if (w->reading) {
		in->p = m->certs = malloc(IPL_CERTS_PACKED_MAX);
		if (!m->certs) {
			w->bad = true;
			return;
		}
	}
	/* what is written is only read from */
	bytes(w, (uint8_t *)(uintptr_t)in->p, IPL_CERTS_PACKED_MAX, &len);
	in->len = len;
}

static void plan(struct wire *w, struct ipl_loader_msg *m)
{
	struct ipl_load_request *p = &m->u.plan;
	unsigned secure = p->secure;
	char **texts = m->text;

	uns(w, &secure);
	if (secure > IPL_SECURE_ON)
		w->bad = true;
	p->secure = (enum ipl_secure_mode)secure;
	certs(w, m);
	uns(w, &p->number);
	u64(w, &p->memory);
	long_text(w, p->name, &texts[0]);
	long_text(w, p->append, &texts[1]);
	if (!w->reading)
		return;
	p->name = texts[0];
	p->append = texts[1];
}

static void planned(struct wire *w, struct ipl_load_summary *s)
{
	uns(w, &s->number);
	text(w, s->name, sizeof(s->name));
	u64(w, &s->bytes);
	size(w, &s->components);
	u64(w, &s->psw);
	uns(w, &s->verified);
	text(w, s->fault, sizeof(s->fault));
}

static void content(struct wire *w, struct ipl_loader_msg *m)
{
	switch (m->type) {
	case IPL_LOADER_MEMORY:
		u64(w, &m->u.memory.size);
		break;
	case IPL_LOADER_OPEN:
		boolean(w, &m->u.open.is_nbd);
		u64(w, &m->u.open.size);
		u64(w, &m->u.open.br_lba);
		chs(w, &m->u.open.br_chr);
		exact_text(w, m->u.open.name, sizeof(m->u.open.name));
		break;
	case IPL_LOADER_LIST:
		break;
	case IPL_LOADER_DESCRIBE:
		uns(w, &m->u.describe);
		break;
	case IPL_LOADER_PLAN:
		plan(w, m);
		break;
	case IPL_LOADER_START:
		u64(w, &m->u.start.base);
		u64(w, &m->u.start.generation);
		u32(w, &m->u.start.schid);
		boolean(w, &m->u.start.store_back);
		bytes(w, m->u.start.block, sizeof(m->u.start.block),
		      &m->u.start.block_len);
		break;
	case IPL_LOADER_READY:
		error(w, &m->rc, &m->err);
		u32(w, &m->u.ready.landlock);
		boolean(w, &m->u.ready.filtered);
		text(w, m->u.ready.user, sizeof(m->u.ready.user));
		break;
	case IPL_LOADER_DONE:
		error(w, &m->rc, &m->err);
		break;
	case IPL_LOADER_OPENED:
		error(w, &m->rc, &m->err);
		if (m->rc)
			break;
		boolean(w, &m->u.opened.prompt);
		uns(w, &m->u.opened.timeout_s);
		break;
	case IPL_LOADER_LISTED:
		error(w, &m->rc, &m->err);
		if (!m->rc)
			listing(w, &m->listing);
		break;
	case IPL_LOADER_DESCRIBED:
		error(w, &m->rc, &m->err);
		if (!m->rc)
			described(w, m->text);
		break;
	case IPL_LOADER_PLANNED:
		error(w, &m->rc, &m->err);
		if (!m->rc)
			planned(w, &m->u.planned);
		break;
	default:
		w->bad = true;
	}
}

static void message(struct wire *w, struct ipl_loader_msg *m)
{
	m->type = (enum ipl_loader_type)number(w, m->type, 4);
	u32(w, &m->number);
	content(w, m);
}

size_t ipl_loader_encode(struct ipl_loader_msg *msg, uint8_t *buf, size_t len)
{
	struct wire w = { .w = { .p = buf, .len = len } };

	message(&w, msg);
	return w.bad || w.w.overflow ? 0 : w.w.at;
}

int ipl_loader_decode(struct ipl_span in, struct ipl_loader_msg *ret,
		      struct ipl_err *err)
{
	struct wire w = { .reading = true, .r = { .in = in } };

	memset(ret, 0, sizeof(*ret));
	message(&w, ret);
	if (w.bad || w.r.short_read || w.r.at != in.len)
		ipl_loader_msg_done(ret);
	if (w.r.short_read)
		return ipl_fail(err, IPL_EPROTO,
				"a message of the loader's protocol ends after "
				"%zu bytes, more expected",
				in.len);
	if (w.bad || w.r.at != in.len)
		return ipl_fail(err, IPL_EPROTO,
				"%zu bytes that are no message of the loader's "
				"protocol (type %u)",
				in.len, (unsigned)ret->type);
	return 0;
}

void ipl_loader_msg_done(struct ipl_loader_msg *msg)
{
	free(msg->text[0]);
	free(msg->text[1]);
	free(msg->listing);
	free(msg->certs);
	msg->certs = NULL;
	msg->text[0] = msg->text[1] = NULL;
	msg->listing = NULL;
}
