/* SPDX-License-Identifier: MIT */
/* Any bytes as each of the text formats: a boot loader entry, zipl.conf, a
 * description, and as a message for a VM's console. For libFuzzer; replay.c runs
 * the corpus without it. May use: format, boot, the ABI. */
#include "promise.h"

#include "format/bls.h"
#include "format/description.h"
#include "format/sclp.h"
#include "format/zipl_conf.h"
#include "s390-ipl/abi.h"

#include <string.h>

static void try_bls(struct ipl_span in)
{
	struct ipl_err err = { 0 };
	struct bls_entry e;
	int rc = bls_decode(in, &e, &err);

	if (rc) {
		promise(err.code == (enum ipl_code)rc && err.msg[0],
			"a failure says why");
		return;
	}
	promise(e.kernel.len && inside(e.kernel, in) && inside(e.title, in),
		"values are parts of the file");
	promise(bls_version_compare(e.title, e.version) ==
			-bls_version_compare(e.version, e.title),
		"the order is one");
	promise(bls_version_compare(e.title, e.title) == 0,
		"what is the same is equal");
}

static void try_conf(struct ipl_span in)
{
	struct ipl_lines lines = { .in = in };
	struct ipl_err err = { 0 };
	struct zipl_conf_line l;
	int rc;

	while ((rc = zipl_conf_next(&lines, &l, &err)) == 1) {
		promise(inside(l.text, in), "values are parts of the file");
		promise(inside(zipl_conf_file_decode(l.text).path, in),
			"paths are parts of the file");
	}
	promise(!rc || err.msg[0], "a failure says why");
}

/* What was decoded can be encoded, and then says the same. */
static void try_description(struct ipl_span in, int number)
{
	uint8_t buf[8 * IPL_DESCRIPTION_VALUE_MAX];
	struct ipl_wr w = { buf, sizeof(buf), 0, false };
	struct ipl_description d, again;

	if (ipl_description_decode(in, number, &d, NULL))
		return;
	promise(!ipl_description_encode(&w, number, &d, NULL) && !w.overflow,
		"it can be encoded");
	promise(!ipl_description_decode((struct ipl_span){ buf, w.at, 0 },
					number, &again, NULL),
		"it can be decoded again");
	promise(again.title.len == d.title.len && again.id.len == d.id.len &&
			again.bad == 0,
		"it says the same");
}

/* Whether the stub can walk the list of @len bytes: it has an end within them. */
static bool is_list(const uint8_t *p, size_t len)
{
	size_t at = 0;

	while (at <= len && len - at >= 4 && at % 8 == 0) {
		struct ipl_rd r = { .in = { .p = p + at, .len = len - at } };

		if (!ipl_be32(&r))
			return at + 8 == len;
		if (len - at < SERVC_SCCB + 2)
			return false;
		at += SERVC_SCCB;
		at += ((size_t)p[at] << 8 | p[at + 1]) + 7;
		at &= ~(size_t)7;
	}
	return false;
}

/* The first two bytes say how much room there is. */
static void try_message(const uint8_t *data, size_t size)
{
	size_t room = size > 2 ? (size_t)data[0] << 8 | data[1] : 0;
	uint8_t *buf = malloc(room ? room : 1);
	char *text = size > 2 ? strndup((const char *)data + 2, size - 2) : NULL;
	struct ipl_wr w = { .p = buf, .len = room };

	if (buf && text) {
		ipl_sclp_put_message(&w, text);
		promise(w.at <= room, "the list is no longer than its room");
		promise(w.overflow || is_list(buf, w.at), "the list has an end");
	}
	free(text);
	free(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ipl_span in = { data, size, 0 };

	try_bls(in);
	try_conf(in);
	try_description(in, IPL_DESCRIPTION_OWN);
	try_description(in, 1);
	try_message(data, size);
	return 0;
}
