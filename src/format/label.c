/* SPDX-License-Identifier: MIT */
/* Labels of DASD volumes.
 * May use: base. */
#include "format/label.h"

#include "base/ebcdic.h"
#include "base/rd.h"

#include <string.h>

#define ID_LEN	   4
#define SERIAL_LEN 6
#define BR_LEN	   5

/* EBCDIC text, NUL-terminated in @to. */
static void get_text(struct ipl_rd *r, char *to, size_t len)
{
	const uint8_t *p = ipl_take(r, len);

	memset(to, 0, len + 1);
	if (p)
		ipl_ebcdic_to_ascii_buf(to, p, len);
}

static bool is_label(const char *id)
{
	return !strcmp(id, "VOL1") || !strcmp(id, "LNX1") ||
	       !strcmp(id, "CMS1");
}

/* CCHHR; blanks where no zipl has put one. */
static void get_br(struct ipl_rd *r, struct ipl_label *label)
{
	static const uint8_t zeros[BR_LEN];
	static const uint8_t blanks[BR_LEN] = { 0x40, 0x40, 0x40, 0x40, 0x40 };
	struct ipl_rd peek = *r;
	const uint8_t *p = ipl_take(&peek, BR_LEN);

	label->br = zipl_cchh_get(r);
	label->br.sec = ipl_u8(r);
	label->has_br =
		p && memcmp(p, zeros, BR_LEN) && memcmp(p, blanks, BR_LEN);
}

int ipl_label_decode(struct ipl_span in, bool has_key, struct ipl_label *ret,
		     struct ipl_err *err)
{
	struct ipl_label label = { .has_br = false };
	struct ipl_rd r = { .in = ipl_sub(in, 0, IPL_LABEL_LEN) };
	bool keyed;
	int rc;

	get_text(&r, label.id, ID_LEN);
	keyed = has_key && !strcmp(label.id, "VOL1");
	if (keyed)
		ipl_skip(&r, ID_LEN); /* the label after its key */
	get_text(&r, label.serial, SERIAL_LEN);
	ipl_skip(&r, IPL_LABEL_BR_OFF - r.at);
	if (keyed)
		get_br(&r, &label);
	else
		ipl_skip(&r, BR_LEN);
	ipl_skip(&r, 1);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	if (!is_label(label.id))
		return ipl_fail(err, IPL_ENOTFOUND,
				"no label: expected VOL1, LNX1 or CMS1 in "
				"EBCDIC");
	for (size_t n = SERIAL_LEN; n && label.serial[n - 1] == ' '; n--)
		label.serial[n - 1] = '\0';
	*ret = label;
	return 0;
}
