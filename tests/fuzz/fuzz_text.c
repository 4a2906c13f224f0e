/* SPDX-License-Identifier: MIT */
/* Any bytes as each of the text formats: a boot loader entry, zipl.conf, a
 * description. For libFuzzer; replay.c runs the corpus without it.
 * May use: everything. */
#include "format/bls.h"
#include "format/description.h"
#include "format/zipl_conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void promise(bool kept, const char *what)
{
	if (kept)
		return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

static bool inside(struct ipl_span part, struct ipl_span in)
{
	return part.len == 0 || (part.p >= in.p && part.len <= in.len &&
				 (size_t)(part.p - in.p) <= in.len - part.len);
}

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ipl_span in = { data, size, 0 };

	try_bls(in);
	try_conf(in);
	try_description(in, IPL_DESCRIPTION_OWN);
	try_description(in, 1);
	return 0;
}
