/* SPDX-License-Identifier: MIT */
/* A line of text that is edited. May use: libc's freestanding headers. */
#include "edit.h"

#include "keys.h"
#include "lib.h"

#include <string.h>

static bool is_inner(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Where the character before, or behind, @at begins. */
static size_t before(const struct edit *e, size_t at)
{
	while (at > 0 && is_inner(e->p[--at]))
		;
	return at;
}

static size_t behind(const struct edit *e, size_t at)
{
	if (at < e->len)
		at++;
	while (at < e->len && is_inner(e->p[at]))
		at++;
	return at;
}

static void cut(struct edit *e, size_t from, size_t to)
{
	memmove(e->p + from, e->p + to, e->len - to + 1);
	e->len -= to - from;
	e->at = from;
}

static bool insert(struct edit *e, uint32_t c)
{
	char buf[4];
	size_t n = utf8_put(c, buf);

	if (e->len + n >= e->size)
		return false;
	memmove(e->p + e->at + n, e->p + e->at, e->len - e->at + 1);
	memcpy(e->p + e->at, buf, n);
	e->len += n;
	e->at += n;
	return true;
}

static size_t word_start(const struct edit *e)
{
	size_t at = e->at;

	while (at > 0 && e->p[at - 1] == ' ')
		at--;
	while (at > 0 && e->p[at - 1] != ' ')
		at--;
	return at;
}

bool edit_set(struct edit *e, const char *s)
{
	size_t len = str_len(s);

	if (len >= e->size)
		return false;
	memmove(e->p, s, len + 1);
	e->len = e->at = len;
	return true;
}

bool edit_key(struct edit *e, uint32_t key)
{
	switch (key) {
	case KEY_LEFT:
		e->at = before(e, e->at);
		return true;
	case KEY_RIGHT:
		e->at = behind(e, e->at);
		return true;
	case KEY_HOME:
		e->at = 0;
		return true;
	case KEY_END:
		e->at = e->len;
		return true;
	case KEY_BACKSPACE:
		cut(e, before(e, e->at), e->at);
		return true;
	case KEY_DELETE:
		cut(e, e->at, behind(e, e->at));
		return true;
	case KEY_KILL_LEFT:
		cut(e, 0, e->at);
		return true;
	case KEY_KILL_RIGHT:
		cut(e, e->at, e->len);
		return true;
	case KEY_KILL_WORD:
		cut(e, word_start(e), e->at);
		return true;
	default:
		return key >= ' ' && key < 0x110000 && insert(e, key);
	}
}
