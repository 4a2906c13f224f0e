/* SPDX-License-Identifier: MIT */
/* The boot menu in zipl's stage 2 (docs/formats/eckd.md).
 * May use: base. */
#ifndef IPL_FORMAT_ZIPL_MENU_H
#define IPL_FORMAT_ZIPL_MENU_H

#include "base/err.h"
#include "base/span.h"

#define ZIPL_MENU_ENTRIES 63u

/* A text is no longer than this: stage 2 of zipl 1.8 as a whole is not. */
#define ZIPL_MENU_TEXT_MAX 4096u

/* Texts are EBCDIC, without the NUL at their end, and parts of what was
 * decoded. */
struct zipl_menu {
	bool prompt;
	uint16_t timeout_s; /* 0: wait for ever */
	uint64_t kdump;	    /* bit i: entry i is for kdump; before 1.18: 0 */
	struct ipl_span banner;
	struct ipl_span text[ZIPL_MENU_ENTRIES]; /* p NULL: no such entry */
	unsigned bad; /* texts that lie outside or have no end */
};

/* Find the menu in @stage2, which is all of it. IPL_EBAD when it has none. */
int zipl_menu_decode(struct ipl_span stage2, struct zipl_menu *ret,
		     struct ipl_err *err) IPL_MUST_CHECK;

/* Append parameters and texts, as they stand behind the code of stage 2. The
 * banner has to begin with "zIPL v" in EBCDIC; by that it is found. */
void zipl_menu_encode(struct ipl_wr *w, const struct zipl_menu *menu);

/* What a menu text consists of. */
struct zipl_menu_text {
	bool has_number;
	uint64_t number;
	const char *name; /* part of the text; "" if there is none */
	size_t name_len;
};

/* Take the text of entry @entry, converted to ASCII, apart: " 3. name", for
 * entry 0 " 0. default (name)"; " (kdump)" behind it goes if @kdump. */
struct zipl_menu_text zipl_menu_parse(const char *text, unsigned entry,
				      bool kdump);

#endif
