/* SPDX-License-Identifier: MIT */
/* A directory of boot loader entries, decoded and in order.
 * May use: base, format, disk. */
#include "boot/bls_list.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/sort.h"
#include "format/description.h"

#include <stdio.h>
#include <string.h>

/* A partition for /boot has the first, a root file system the second. */
const struct ipl_bls_place ipl_bls_places[IPL_BLS_PLACES] = {
	{ "/loader/entries", "" },
	{ "/boot/loader/entries", "/boot" },
};

static int add(struct ipl_bls_list *list, struct ipl_bls *bls, size_t len,
	       struct ipl_err *err)
{
	struct ipl_span in = { (const uint8_t *)bls->text, len, 0 };
	struct ipl_bls *more;
	int rc = bls_decode(in, &bls->entry, err);

	if (rc) {
		ipl_err_wrap(err, "%.200s", bls->file);
		return rc;
	}
	if (list->n == IPL_MAX_BLS_ENTRIES)
		return ipl_fail(err, IPL_ELIMIT,
				"more than %u boot loader entries",
				IPL_MAX_BLS_ENTRIES);
	more = reallocarray(list->entries, list->n + 1, sizeof(*more));
	if (!more)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	list->entries = more;
	list->entries[list->n++] = *bls;
	return 0;
}

int ipl_bls_add(struct ipl_bls_list *list, const char *file, char *text,
		size_t len, struct ipl_err *err)
{
	struct ipl_bls bls = { .file = strdup(file), .text = text };
	int rc = 0;

	if (!bls.file) {
		free(text);
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	}
	bls.name = bls_name_decode(bls.file);
	if (bls.name.is_entry)
		rc = add(list, &bls, len, err);
	if (rc || !bls.name.is_entry) {
		free(bls.file);
		free(bls.text);
	}
	return rc;
}

static int compare(const void *a, const void *b)
{
	const struct ipl_bls *x = a, *y = b;

	return bls_compare(&x->entry, &x->name, &y->entry, &y->name);
}

void ipl_bls_sort(struct ipl_bls_list *list)
{
	if (list->n)
		ipl_sort(list->entries, list->n, sizeof(*list->entries),
			 compare);
}

/* Names of entries, before they are read. */
struct names {
	char *names[IPL_MAX_BLS_ENTRIES];
	size_t n;
};

static int take_name(void *ctx, const char *name, struct ipl_err *err)
{
	struct names *names = ctx;

	if (!bls_name_decode(name).is_entry)
		return 0;
	if (names->n == IPL_MAX_BLS_ENTRIES)
		return ipl_fail(err, IPL_ELIMIT,
				"more than %u boot loader entries",
				IPL_MAX_BLS_ENTRIES);
	names->names[names->n] = strdup(name);
	if (!names->names[names->n])
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	names->n++;
	return 0;
}

static int read_one(struct ipl_bls_list *list, struct ipl_ext *ext,
		    const char *dir, const char *name, struct ipl_err *err)
{
	auto_free char *path = NULL;
	char *text;
	size_t len;
	int rc;

	if (asprintf(&path, "%s/%s", dir, name) < 0) {
		path = NULL;
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	}
	rc = ipl_ext_read_path(ext, path, IPL_MAX_BLS_FILE, &text, &len, err);
	return rc ? rc : ipl_bls_add(list, name, text, len, err);
}

int ipl_bls_read_ext(struct ipl_bls_list *list, struct ipl_ext *ext,
		     const char *dir, bool lenient, struct ipl_err *err)
{
	struct names names = { .n = 0 };
	int rc = ipl_ext_list(ext, dir, take_name, &names, err);

	/* what was found up to the limit, or up to the damage */
	if (lenient && names.n && rc != IPL_ENOMEM)
		rc = 0;
	for (size_t i = 0; i < names.n; i++) {
		if (!rc)
			rc = read_one(list, ext, dir, names.names[i], err);
		if (rc && lenient && rc != IPL_ENOMEM)
			rc = 0;
		free(names.names[i]);
	}
	ipl_bls_sort(list);
	return rc;
}

struct ipl_span ipl_bls_title(const struct ipl_bls *bls)
{
	struct ipl_span title = bls->entry.title;

	title.len = ipl_description_fit(title);
	if (title.len == 0)
		title = ipl_sub(bls->name.id, 0,
				ipl_description_fit(bls->name.id));
	return title;
}

char *ipl_bls_options(const struct ipl_bls *bls)
{
	size_t len = 1;
	char *text;
	struct ipl_wr w = { 0 };

	for (unsigned i = 0; i < bls->entry.n_options; i++)
		len += bls->entry.options[i].len + 1;
	text = calloc(1, len);
	if (!text)
		return NULL;
	w.p = (uint8_t *)text;
	w.len = len - 1;
	bls_put_options(&w, &bls->entry);
	return text;
}

void ipl_bls_done(struct ipl_bls_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->entries[i].file);
		free(list->entries[i].text);
	}
	free(list->entries);
	*list = (struct ipl_bls_list){ 0 };
}
