/* SPDX-License-Identifier: MIT */
/* Keys out of the bytes that a terminal sends. May use: libc's freestanding
 * headers. */
#include "keys.h"

#define ESC	  0x1b
#define DEL	  0x7f
#define PARAM_MAX 9999

/* CSI n ~ : VT220 and what came after it */
static uint32_t tilde(unsigned n)
{
	switch (n) {
	case 1:
	case 7:
		return KEY_HOME;
	case 3:
		return KEY_DELETE;
	case 4:
	case 8:
		return KEY_END;
	case 5:
		return KEY_PAGE_UP;
	case 6:
		return KEY_PAGE_DOWN;
	default:
		return KEY_OTHER;
	}
}

static uint32_t final(const struct keys *k, uint8_t c)
{
	switch (c) {
	case 'A':
		return KEY_UP;
	case 'B':
		return KEY_DOWN;
	case 'C':
		return KEY_RIGHT;
	case 'D':
		return KEY_LEFT;
	case 'H':
		return KEY_HOME;
	case 'F':
		return KEY_END;
	case 'M':
		return KEY_ENTER; /* of the key pad */
	case '~':
		return tilde(k->param[0]);
	case 'R':
		return k->state == KEYS_CSI && k->n_params == 2 ? KEY_POSITION
								: KEY_OTHER;
	default:
		return KEY_OTHER;
	}
}

static uint32_t control(struct keys *k, uint8_t c)
{
	switch (c) {
	case '\r':
		k->after_cr = true;
		return KEY_ENTER;
	case '\n':
		return KEY_ENTER;
	case '\b':
	case DEL:
		return KEY_BACKSPACE;
	case 0x01:
		return KEY_HOME;
	case 0x02:
		return KEY_LEFT;
	case 0x04:
		return KEY_DELETE;
	case 0x05:
		return KEY_END;
	case 0x06:
		return KEY_RIGHT;
	case 0x0b:
		return KEY_KILL_RIGHT;
	case 0x0c:
		return KEY_REDRAW;
	case 0x0e:
		return KEY_DOWN;
	case 0x10:
		return KEY_UP;
	case 0x15:
		return KEY_KILL_LEFT;
	case 0x17:
		return KEY_KILL_WORD;
	case 0x00:
		return KEY_NONE;
	default:
		return KEY_OTHER;
	}
}

static uint32_t plain(struct keys *k, uint8_t c)
{
	const bool after_cr = k->after_cr;

	k->after_cr = false;
	if (k->more && (c & 0xc0) == 0x80) {
		k->c = k->c << 6 | (c & 0x3f);
		if (--k->more)
			return KEY_NONE;
		return k->c < 0xa0 || k->c > 0x10ffff ? KEY_OTHER : k->c;
	}
	k->more = 0;
	if (c == ESC) {
		k->state = KEYS_ESC;
		return KEY_NONE;
	}
	if (c == '\n' && after_cr)
		return KEY_NONE;
	if (c < 0x20 || c == DEL)
		return control(k, c);
	if (c < 0x80)
		return c;
	k->more = c >= 0xf8 ? 0 : c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
	k->c = c & (0x3f >> k->more);
	return k->more ? KEY_NONE : KEY_OTHER;
}

static uint32_t csi(struct keys *k, uint8_t c)
{
	uint32_t key;

	if (c >= '0' && c <= '9') {
		unsigned *p = &k->param[k->n_params ? k->n_params - 1 : 0];

		if (!k->n_params)
			k->n_params = 1;
		if (k->n_params <= 2 && *p < PARAM_MAX)
			*p = *p * 10 + (c - '0');
		return KEY_NONE;
	}
	if (c == ';') {
		k->n_params = k->n_params ? k->n_params + 1 : 2;
		if (k->n_params > 2)
			k->n_params = 2;
		return KEY_NONE;
	}
	if (c == ESC) { /* a new one begins */
		k->state = KEYS_ESC;
		return KEY_NONE;
	}
	if (c < 0x40)
		return KEY_NONE; /* other parameters */
	key = final(k, c);
	k->state = KEYS_PLAIN;
	return key;
}

uint32_t keys_take(struct keys *k, uint8_t c)
{
	switch (k->state) {
	case KEYS_ESC:
		k->param[0] = k->param[1] = k->n_params = 0;
		if (c == '[') {
			k->state = KEYS_CSI;
			return KEY_NONE;
		}
		if (c == 'O') {
			k->state = KEYS_SS3;
			return KEY_NONE;
		}
		if (c == ESC)
			return KEY_ESCAPE;
		k->state = KEYS_PLAIN;
		return KEY_OTHER; /* Alt and a key */
	case KEYS_CSI:
	case KEYS_SS3:
		return csi(k, c);
	default:
		return plain(k, c);
	}
}

uint32_t keys_timeout(struct keys *k)
{
	bool lone = k->state == KEYS_ESC;

	k->state = KEYS_PLAIN;
	k->more = 0;
	return lone ? KEY_ESCAPE : KEY_NONE;
}
