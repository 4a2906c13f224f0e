/* SPDX-License-Identifier: MIT */
/* Boot loader entries (UAPI.1) and the order of versions (UAPI.10).
 * May use: base. */
#include "format/bls.h"

#include "format/text.h"

#include <string.h>

struct decoding {
	struct bls_entry entry;
	unsigned line;
	bool has_efi;
	struct ipl_err *err;
};

static int too_many(const struct decoding *d, const char *key, unsigned max)
{
	return ipl_fail(d->err, IPL_ELIMIT, "line %u: more than %u times '%s'",
			d->line, max, key);
}

/* A value of several words: Fedora's entries name more than one ramdisk in a
 * line, and variables of GRUB among them. */
static int take_initrds(struct decoding *d, struct ipl_span value)
{
	struct ipl_span word;

	while ((word = ipl_span_word(&value)).len) {
		if (word.p[0] == '$') {
			d->entry.variables++;
			continue;
		}
		if (d->entry.n_initrds == BLS_INITRDS_MAX)
			return too_many(d, "initrd", BLS_INITRDS_MAX);
		d->entry.initrd[d->entry.n_initrds++] = word;
		d->entry.initrd_line = d->line;
	}
	return 0;
}

static int take_options(struct decoding *d, struct ipl_span value)
{
	if (value.len == 0)
		return 0;
	if (d->entry.n_options == BLS_OPTIONS_MAX)
		return too_many(d, "options", BLS_OPTIONS_MAX);
	d->entry.options[d->entry.n_options++] = value;
	return 0;
}

static int take_line(struct decoding *d, struct ipl_span key,
		     struct ipl_span value)
{
	struct bls_entry *e = &d->entry;
	const struct {
		const char *key;
		struct ipl_span *to;
	} single[] = {
		{ "title", &e->title },
		{ "version", &e->version },
		{ "machine-id", &e->machine_id },
		{ "sort-key", &e->sort_key },
		{ "architecture", &e->architecture },
		{ "linux", &e->kernel },
	};

	for (size_t i = 0; i < sizeof(single) / sizeof(*single); i++) {
		if (ipl_span_is(key, single[i].key))
			*single[i].to = value;
	}
	if (ipl_span_is(key, "linux"))
		e->kernel_line = d->line;
	if (ipl_span_is(key, "initrd"))
		return take_initrds(d, value);
	if (ipl_span_is(key, "options"))
		return take_options(d, value);
	if (ipl_span_is(key, "efi") || ipl_span_is(key, "uki") ||
	    ipl_span_is(key, "uki-url"))
		d->has_efi = true;
	return 0;
}

static bool is_key(struct ipl_span key)
{
	for (size_t i = 0; i < key.len; i++) {
		uint8_t c = key.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	return true;
}

static int decode_line(struct decoding *d, struct ipl_span line)
{
	struct ipl_span value = ipl_span_trim(line);
	struct ipl_span key;

	if (value.len == 0 || value.p[0] == '#')
		return 0;
	if (memchr(value.p, '\0', value.len))
		return ipl_fail(d->err, IPL_EBAD, "line %u: has a NUL",
				d->line);
	key = ipl_span_word(&value);
	if (!is_key(key))
		return ipl_fail(d->err, IPL_EBAD,
				"line %u: '%.*s' is no key, expected one like "
				"'linux' or 'options'",
				d->line, IPL_SPAN_ARG(key));
	return take_line(d, key, value);
}

int bls_decode(struct ipl_span in, struct bls_entry *ret, struct ipl_err *err)
{
	struct decoding d = { .err = err };
	struct ipl_lines lines = { .in = in };
	struct ipl_span line;
	int rc = 0;

	while (!rc && ipl_lines_next(&lines, &line)) {
		d.line = lines.number;
		rc = decode_line(&d, line);
	}
	if (rc)
		return rc;
	if (d.entry.kernel.len == 0 && d.has_efi)
		return ipl_fail(err, IPL_EUNSUP,
				"it is for EFI, and has no 'linux'");
	if (d.entry.kernel.len == 0)
		return ipl_fail(err, IPL_EBAD, "there is no 'linux'");
	*ret = d.entry;
	return 0;
}

void bls_put_options(struct ipl_wr *w, const struct bls_entry *entry)
{
	for (unsigned i = 0; i < entry->n_options; i++) {
		if (i)
			ipl_put(w, " ", 1);
		ipl_put(w, entry->options[i].p, entry->options[i].len);
	}
}

/* --- names --- */

#define SUFFIX	   ".conf"
#define SUFFIX_LEN (sizeof(SUFFIX) - 1)

/* The digits at the end of the first @len bytes of @text. */
static size_t digits_before(const uint8_t *text, size_t len)
{
	size_t n = 0;

	while (n < len && text[len - 1 - n] >= '0' && text[len - 1 - n] <= '9')
		n++;
	return n;
}

static bool is_zero(const uint8_t *digits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (digits[i] != '0')
			return false;
	}
	return n > 0;
}

/* Take a boot counter off the end of @name->id: "+LEFT" or "+LEFT-DONE". */
static void strip_counter(struct bls_name *name)
{
	const uint8_t *p = name->id.p;
	size_t end = name->id.len;
	size_t n = digits_before(p, end);

	if (n && n < end && p[end - n - 1] == '-') {
		end -= n + 1;
		n = digits_before(p, end);
	}
	if (n == 0 || n >= end || p[end - n - 1] != '+')
		return;
	name->is_bad = is_zero(p + end - n, n);
	name->id.len = end - n - 1;
}

struct bls_name bls_name_decode(const char *name)
{
	struct bls_name ret = {
		.id = { (const uint8_t *)name, strlen(name), 0 },
	};

	if (ret.id.len <= SUFFIX_LEN || name[0] == '.' ||
	    strcmp(name + ret.id.len - SUFFIX_LEN, SUFFIX) != 0)
		return ret;
	ret.is_entry = true;
	ret.id.len -= SUFFIX_LEN;
	strip_counter(&ret);
	return ret;
}

/* --- order --- */

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The first byte, -1 at the end; bytes that no version has are passed over. */
static int head(struct ipl_span *v)
{
	while (v->len) {
		uint8_t c = v->p[0];

		if (is_digit(c) || is_letter(c) || c == '~' || c == '-' ||
		    c == '^' || c == '.')
			return c;
		*v = ipl_sub(*v, 1, v->len);
	}
	return -1;
}

static int order(bool a, bool b)
{
	return (int)a - (int)b;
}

/* Take what is of one kind off the front. */
static struct ipl_span take(struct ipl_span *v, bool (*is)(int c))
{
	struct ipl_span part;
	size_t n = 0;

	while (n < v->len && is(v->p[n]))
		n++;
	part = ipl_sub(*v, 0, n);
	*v = ipl_sub(*v, n, v->len);
	return part;
}

static int compare_numbers(struct ipl_span a, struct ipl_span b)
{
	if (!a.len || !b.len)
		return order(a.len, b.len);
	while (a.len && a.p[0] == '0')
		a = ipl_sub(a, 1, a.len);
	while (b.len && b.p[0] == '0')
		b = ipl_sub(b, 1, b.len);
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return ipl_span_compare(a, b);
}

/* A separator that only one of them has: that one is the older. Where both have
 * it, it is passed. */
static int compare_separator(struct ipl_span *a, struct ipl_span *b, int c)
{
	bool in_a = head(a) == c, in_b = head(b) == c;

	if (in_a != in_b)
		return order(in_b, in_a);
	if (in_a) {
		*a = ipl_sub(*a, 1, a->len);
		*b = ipl_sub(*b, 1, b->len);
	}
	return 0;
}

static int compare_part(struct ipl_span *a, struct ipl_span *b)
{
	static const char separators[] = "-^.";
	int rc = compare_separator(a, b, '~');

	if (rc)
		return rc;
	if (head(a) < 0 || head(b) < 0)
		return order(head(a) >= 0, head(b) >= 0);
	for (size_t i = 0; !rc && i < sizeof(separators) - 1; i++)
		rc = compare_separator(a, b, separators[i]);
	if (rc)
		return rc;
	/* both heads are called for: what no version has goes from both */
	if (is_digit(head(a)) | is_digit(head(b)))
		return compare_numbers(take(a, is_digit), take(b, is_digit));
	return ipl_span_compare(take(a, is_letter), take(b, is_letter));
}

int bls_version_compare(struct ipl_span a, struct ipl_span b)
{
	int rc = 0;

	/* each part takes something off, or nothing is left of one */
	while (!rc && (head(&a) >= 0 || head(&b) >= 0))
		rc = compare_part(&a, &b);
	return rc;
}

int bls_compare(const struct bls_entry *a, const struct bls_name *a_name,
		const struct bls_entry *b, const struct bls_name *b_name)
{
	int rc = order(a_name->is_bad, b_name->is_bad);

	if (!rc)
		rc = order(b->sort_key.len, a->sort_key.len);
	if (!rc && a->sort_key.len) {
		rc = ipl_span_compare(a->sort_key, b->sort_key);
		if (!rc)
			rc = ipl_span_compare(a->machine_id, b->machine_id);
		if (!rc)
			rc = bls_version_compare(b->version, a->version);
	}
	if (!rc)
		rc = bls_version_compare(b_name->id, a_name->id);
	return rc ? rc : ipl_span_compare(b_name->id, a_name->id);
}
