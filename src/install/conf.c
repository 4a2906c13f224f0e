/* SPDX-License-Identifier: MIT */
/* Install jobs from zipl.conf (zipl.conf(5); zipl/src/scan.c and job.c of
 * s390-tools). May use: base, format, disk, boot. */
#include "install/conf.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "format/linux_image.h"
#include "format/zipl_conf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CONF_MAX     (1u << 20) /* bytes; real ones have a few hundred */
#define SECTIONS_MAX 256u
#define DEFAULTBOOT  "defaultboot"

struct setting {
	unsigned line; /* 0: not there */
	struct ipl_span text;
};

struct section {
	bool is_menu;
	unsigned line;
	struct ipl_span name;
	struct setting key[ZIPL_CONF_KEYS];
	struct setting entry[IPL_JOB_ENTRIES_MAX + 1]; /* of a menu */
};

struct conf {
	const char *path; /* for messages */
	const struct ipl_place *place;
	const char *bls_dir;
	struct ipl_job *job;
	struct section *sections;
	size_t n;
	bool noted_target;
	struct ipl_err *err;
};

/* "zipl.conf: line 3: ..." */
#define FAIL(c, code, line, fmt, ...)                                      \
	ipl_fail((c)->err, code, "%.200s: line %u: " fmt, (c)->path, line, \
		 ##__VA_ARGS__)

/* --- reading the file --- */

static const struct section *find(const struct conf *c, struct ipl_span name,
				  bool is_menu)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->sections[i].is_menu == is_menu &&
		    ipl_span_same(c->sections[i].name, name))
			return &c->sections[i];
	}
	return NULL;
}

static struct ipl_span span_of(const char *text)
{
	return (struct ipl_span){ (const uint8_t *)text, strlen(text), 0 };
}

static int begin_section(struct conf *c, const struct zipl_conf_line *l)
{
	bool is_menu = l->kind == ZIPL_CONF_MENU;
	const struct section *old = find(c, l->text, is_menu);
	struct section *more;

	if (old)
		return FAIL(c, IPL_EBAD, l->line,
			    "'%.*s' is there already, in line %u",
			    IPL_SPAN_ARG(l->text), old->line);
	if (c->n == SECTIONS_MAX)
		return FAIL(c, IPL_ELIMIT, l->line, "more than %u sections",
			    SECTIONS_MAX);
	more = reallocarray(c->sections, c->n + 1, sizeof(*more));
	if (!more)
		return ipl_fail(c->err, IPL_ENOMEM, "out of memory");
	c->sections = more;
	more[c->n++] = (struct section){ .is_menu = is_menu,
					 .line = l->line,
					 .name = l->text };
	return 0;
}

static int set_entry(struct conf *c, struct section *s,
		     const struct zipl_conf_line *l)
{
	if (!s->is_menu)
		return FAIL(c, IPL_EBAD, l->line,
			    "only menus have numbers, and this is the section "
			    "'%.*s'",
			    IPL_SPAN_ARG(s->name));
	if (l->number < 1 || l->number > IPL_JOB_ENTRIES_MAX)
		return FAIL(c, IPL_EBAD, l->line,
			    "position %u, expected 1 to %u", l->number,
			    IPL_JOB_ENTRIES_MAX);
	if (s->entry[l->number].line)
		return FAIL(c, IPL_EBAD, l->line,
			    "position %u is there already, in line %u",
			    l->number, s->entry[l->number].line);
	s->entry[l->number] = (struct setting){ l->line, l->text };
	return 0;
}

static int take_line(struct conf *c, const struct zipl_conf_line *l)
{
	struct section *s = c->n ? &c->sections[c->n - 1] : NULL;

	if (l->kind == ZIPL_CONF_SECTION || l->kind == ZIPL_CONF_MENU)
		return begin_section(c, l);
	if (!s)
		return FAIL(c, IPL_EBAD, l->line,
			    "stands in front of the first section");
	if (l->kind == ZIPL_CONF_ENTRY)
		return set_entry(c, s, l);
	if (s->key[l->key].line)
		return FAIL(c, IPL_EBAD, l->line,
			    "'%s' is there already, in line %u",
			    zipl_conf_key_name(l->key), s->key[l->key].line);
	s->key[l->key] = (struct setting){ l->line, l->text };
	return 0;
}

static int read_lines(struct conf *c, struct ipl_span in)
{
	struct ipl_lines lines = { .in = in };
	struct zipl_conf_line l;
	int rc;

	while ((rc = zipl_conf_next(&lines, &l, c->err)) == 1) {
		rc = take_line(c, &l);
		if (rc)
			return rc;
	}
	if (rc)
		ipl_err_wrap(c->err, "%.200s", c->path);
	return rc;
}

/* --- values --- */

static const struct setting *get(const struct section *s,
				 enum zipl_conf_key key)
{
	return s->key[key].line ? &s->key[key] : NULL;
}

static int number(const struct conf *c, const struct section *s,
		  enum zipl_conf_key key, unsigned max, unsigned *ret)
{
	const struct setting *v = get(s, key);
	uint64_t n;

	if (!v)
		return 0;
	if (!ipl_span_number(v->text, max, &n))
		return FAIL(c, IPL_EBAD, v->line,
			    "%s is '%.*s', expected a number up to %u",
			    zipl_conf_key_name(key), IPL_SPAN_ARG(v->text),
			    max);
	*ret = (unsigned)n;
	return 0;
}

/* What there is about the menu itself in @s. */
static int take_menu_settings(const struct conf *c, const struct section *s)
{
	unsigned prompt = 0;
	int rc = number(c, s, ZIPL_CONF_PROMPT, 1, &prompt);

	if (!rc)
		rc = number(c, s, ZIPL_CONF_TIMEOUT, IPL_JOB_TIMEOUT_MAX,
			    &c->job->timeout_s);
	c->job->prompt = prompt;
	return rc;
}

/* The first of the targets is worth a note. */
static int note_target(struct conf *c, const struct section *s)
{
	static const enum zipl_conf_key targets[] = {
		ZIPL_CONF_TARGET,	   ZIPL_CONF_TARGETBASE,
		ZIPL_CONF_TARGETBLOCKSIZE, ZIPL_CONF_TARGETGEOMETRY,
		ZIPL_CONF_TARGETOFFSET,	   ZIPL_CONF_TARGETTYPE,
	};

	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
		const struct setting *v = get(s, targets[i]);

		if (!v || c->noted_target)
			continue;
		c->noted_target = true;
		return ipl_job_note(c->job, c->err,
				    "%.200s: line %u: %s is ignored, as all "
				    "targets are: the disk is the one that was "
				    "given",
				    c->path, v->line,
				    zipl_conf_key_name(targets[i]));
	}
	return 0;
}

#define NO_ADDRESS UINT64_MAX

/* An address behind the name of a file that has its place without it: kernels
 * begin at one address, and the command line comes behind. @same: an address
 * that says nothing new. */
static int note_address(struct conf *c, const struct section *s,
			enum zipl_conf_key key, uint64_t same)
{
	const struct setting *v = get(s, key);
	struct zipl_conf_file file = { .has_addr = false };

	if (v)
		file = zipl_conf_file_decode(v->text);
	if (!file.has_addr || file.addr == same)
		return 0;
	return ipl_job_note(c->job, c->err,
			    "%.200s: line %u: the address of %s, 0x%" PRIx64
			    ", is ignored: only a ramdisk's is taken",
			    c->path, v->line, zipl_conf_key_name(key),
			    file.addr);
}

/* Notes about what has no meaning here. */
static int note_ignored(struct conf *c, const struct section *s)
{
	const struct setting *v = get(s, ZIPL_CONF_SECURE);
	int rc = note_target(c, s);

	if (!rc)
		rc = note_address(c, s, ZIPL_CONF_IMAGE, LINUX_IMAGE_ENTRY);
	if (!rc)
		rc = note_address(c, s, ZIPL_CONF_PARMFILE, NO_ADDRESS);
	if (!rc && v && !ipl_span_is(v->text, "0"))
		rc = ipl_job_note(c->job, c->err,
				  "%.200s: line %u: secure is ignored: no "
				  "signatures go into the boot map",
				  c->path, v->line);
	return rc;
}

/* --- sections --- */

/* The keyword that makes @s a section for something else than IPL; NULL when
 * it is for IPL. */
static const struct setting *other_use(const struct section *s,
				       enum zipl_conf_key *ret)
{
	static const enum zipl_conf_key keys[] = {
		ZIPL_CONF_TAPE,	    ZIPL_CONF_SEGMENT, ZIPL_CONF_DUMPTO,
		ZIPL_CONF_DUMPTOFS, ZIPL_CONF_MVDUMP,  ZIPL_CONF_KDUMP,
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		*ret = keys[i];
		if (get(s, keys[i]))
			return get(s, keys[i]);
	}
	return NULL;
}

static int set_file(const struct conf *c, const struct setting *v,
		    struct ipl_job_file *ret)
{
	struct zipl_conf_file file = zipl_conf_file_decode(v->text);
	auto_free char *path =
		strndup((const char *)file.path.p, file.path.len);

	if (!path)
		return ipl_fail(c->err, IPL_ENOMEM, "out of memory");
	if (file.path.len == 0)
		return FAIL(c, IPL_EBAD, v->line,
			    "the name of the file is "
			    "empty");
	if (!ipl_place_has(c->place, path))
		return FAIL(c, IPL_ENOTFOUND, v->line, "'%.200s' is not there",
			    path);
	if (file.has_addr && asprintf(&ret->addr_from, "%.200s: line %u",
				      c->path, v->line) < 0) {
		ret->addr_from = NULL;
		return ipl_fail(c->err, IPL_ENOMEM, "out of memory");
	}
	ret->addr = file.addr;
	return ipl_place_set(c->place, ret, path, c->err);
}

/* The parameters in the file @v, with a blank for each line end. */
static int read_parmfile(const struct conf *c, const struct setting *v,
			 char **ret)
{
	struct zipl_conf_file file = zipl_conf_file_decode(v->text);
	auto_free char *path =
		strndup((const char *)file.path.p, file.path.len);
	char *text;
	size_t len, to = 0;
	bool was_lf = false;
	int rc;

	if (!path)
		return ipl_fail(c->err, IPL_ENOMEM, "out of memory");
	rc = ipl_place_read(c->place, path, IPL_MAX_CMDLINE, &text, &len,
			    c->err);
	if (rc) {
		ipl_err_wrap(c->err, "%.200s: line %u", c->path, v->line);
		return rc;
	}
	for (size_t i = 0; i < len && text[i]; i++) {
		bool lf = text[i] == '\n';

		if (lf)
			text[i] = ' ';
		if (!lf || !was_lf)
			text[to++] = text[i];
		was_lf = lf;
	}
	text[to] = '\0';
	*ret = text;
	return 0;
}

/* The parmfile first, then the parameters. */
static int set_cmdline(const struct conf *c, const struct section *s,
		       struct ipl_job_entry *entry)
{
	const struct setting *line = get(s, ZIPL_CONF_PARAMETERS);
	const struct setting *file = get(s, ZIPL_CONF_PARMFILE);
	auto_free char *text = NULL;
	size_t len;
	int rc = file ? read_parmfile(c, file, &text) : 0;

	if (rc)
		return rc;
	len = text ? strlen(text) : 0;
	if (asprintf(&entry->cmdline, "%s%s%.*s", text ? text : "",
		     len && line && text[len - 1] != ' ' ? " " : "",
		     line ? (int)line->text.len : 0,
		     line ? (const char *)line->text.p : "") < 0) {
		entry->cmdline = NULL;
		return ipl_fail(c->err, IPL_ENOMEM, "out of memory");
	}
	return 0;
}

static char *text_of(struct ipl_span text)
{
	return strndup((const char *)text.p, text.len);
}

/* Add the program that @s describes, as number @number (0: the next). */
static int add_section(struct conf *c, const struct section *s, unsigned number)
{
	const struct setting *image = get(s, ZIPL_CONF_IMAGE);
	const struct setting *ramdisk = get(s, ZIPL_CONF_RAMDISK);
	struct ipl_job_entry *entry;
	struct ipl_job_file *initrd;
	int rc;

	if (!image)
		return FAIL(c, IPL_EBAD, s->line,
			    "the section '%.*s' has no image",
			    IPL_SPAN_ARG(s->name));
	rc = ipl_job_add(c->job, &entry, c->err);
	if (rc) {
		ipl_err_wrap(c->err, "%.200s: line %u", c->path, s->line);
		return rc;
	}
	entry->number = number;
	entry->name = text_of(s->name);
	entry->id = text_of(s->name);
	if (!entry->name || !entry->id)
		return ipl_fail(c->err, IPL_ENOMEM, "out of memory");
	rc = set_file(c, image, &entry->kernel);
	if (!rc && ramdisk) {
		rc = ipl_job_add_initrd(entry, &initrd, c->err);
		if (!rc)
			rc = set_file(c, ramdisk, initrd);
	}
	if (!rc)
		rc = set_cmdline(c, s, entry);
	return rc ? rc : note_ignored(c, s);
}

/* The same for a section that was asked for by name in line @line. */
static int add_named(struct conf *c, struct ipl_span name, unsigned line,
		     unsigned number)
{
	const struct section *s = find(c, name, false);
	enum zipl_conf_key key;

	if (!s)
		return FAIL(c, IPL_EBAD, line, "there is no section '%.*s'",
			    IPL_SPAN_ARG(name));
	if (other_use(s, &key))
		return FAIL(c, IPL_EUNSUP, s->line,
			    "the section '%.*s' is for %s, and not for IPL",
			    IPL_SPAN_ARG(name), zipl_conf_key_name(key));
	return add_section(c, s, number);
}

/* --- what zipl does by default --- */

static int add_menu(struct conf *c, const struct setting *which)
{
	const struct section *menu = find(c, which->text, true);
	int rc;

	if (!menu)
		return FAIL(c, IPL_EBAD, which->line, "there is no menu '%.*s'",
			    IPL_SPAN_ARG(which->text));
	rc = take_menu_settings(c, menu);
	if (!rc)
		rc = number(c, menu, ZIPL_CONF_DEFAULT, IPL_JOB_ENTRIES_MAX,
			    &c->job->default_number);
	for (unsigned i = 1; !rc && i <= IPL_JOB_ENTRIES_MAX; i++) {
		if (menu->entry[i].line)
			rc = add_named(c, menu->entry[i].text,
				       menu->entry[i].line, i);
	}
	if (!rc && c->job->n_entries == 0)
		return FAIL(c, IPL_EBAD, menu->line,
			    "the menu '%.*s' has no entries",
			    IPL_SPAN_ARG(menu->name));
	if (!rc && c->job->default_number &&
	    !menu->entry[c->job->default_number].line)
		return FAIL(c, IPL_EBAD, get(menu, ZIPL_CONF_DEFAULT)->line,
			    "the menu has no position %u",
			    c->job->default_number);
	return rc ? rc : note_ignored(c, menu);
}

/* All sections for IPL, numbered as they come. */
static int add_sections(struct conf *c)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < c->n; i++) {
		const struct section *s = &c->sections[i];
		enum zipl_conf_key key;

		if (s->is_menu || ipl_span_is(s->name, DEFAULTBOOT))
			continue;
		if (other_use(s, &key))
			rc = ipl_job_note(c->job, c->err,
					  "%.200s: line %u: the section '%.*s' "
					  "is for %s, and not for IPL",
					  c->path, s->line,
					  IPL_SPAN_ARG(s->name),
					  zipl_conf_key_name(key));
		else
			rc = add_section(c, s, 0);
	}
	return rc;
}

/* Find the default by its name, among sections and boot loader entries. */
static int choose_default(struct conf *c, const struct setting *which)
{
	for (size_t i = 0; which && i < c->job->n_entries; i++) {
		if (ipl_span_same(which->text,
				  span_of(c->job->entries[i].name ?: ""))) {
			c->job->default_number = (unsigned)i + 1;
			return 0;
		}
	}
	return which ? FAIL(c, IPL_EBAD, which->line,
			    "there is no section '%.*s'",
			    IPL_SPAN_ARG(which->text))
		     : 0;
}

static int add_auto(struct conf *c, const struct section *boot)
{
	int rc = take_menu_settings(c, boot);

	if (!rc)
		rc = note_ignored(c, boot);
	if (!rc)
		rc = add_sections(c);
	if (!rc && c->bls_dir)
		rc = ipl_job_read_bls(c->job, c->place, c->bls_dir, c->err);
	if (!rc && c->job->n_entries == 0)
		return FAIL(c, IPL_EBAD, boot->line,
			    "there are no sections for IPL");
	return rc ? rc : choose_default(c, get(boot, ZIPL_CONF_DEFAULT));
}

static int add_default(struct conf *c)
{
	const struct section *boot = find(c, span_of(DEFAULTBOOT), false);
	const struct setting *one, *menu;
	int rc;

	if (!boot) {
		ipl_fail(c->err, IPL_EBAD, "%.200s has no section [%s]",
			 c->path, DEFAULTBOOT);
		ipl_err_advise(c->err, "put one in: [defaultboot], and there "
				       "default=SECTION, defaultmenu=MENU or "
				       "defaultauto");
		return IPL_EBAD;
	}
	one = get(boot, ZIPL_CONF_DEFAULT);
	menu = get(boot, ZIPL_CONF_DEFAULTMENU);
	if (menu && (one || get(boot, ZIPL_CONF_DEFAULTAUTO)))
		return FAIL(c, IPL_EBAD, menu->line,
			    "defaultmenu together with default or "
			    "defaultauto, expected one of them");
	if (get(boot, ZIPL_CONF_DEFAULTAUTO) || get(boot, ZIPL_CONF_TARGET) ||
	    (c->bls_dir && !menu))
		return add_auto(c, boot);
	if (menu)
		return add_menu(c, menu);
	if (!one)
		return FAIL(c, IPL_EBAD, boot->line,
			    "[%s] has none of default, defaultmenu and "
			    "defaultauto",
			    DEFAULTBOOT);
	rc = add_named(c, one->text, one->line, 0);
	return rc ? rc : note_ignored(c, boot);
}

int ipl_job_read_conf(struct ipl_job *job, const struct ipl_place *place,
		      const char *path, const char *bls_dir,
		      struct ipl_err *err)
{
	struct conf c = { .path = path,
			  .place = place,
			  .bls_dir = bls_dir,
			  .job = job,
			  .err = err };
	auto_free char *text = NULL;
	size_t len;
	int rc = ipl_place_read(place, path, CONF_MAX, &text, &len, err);

	if (!rc)
		rc = read_lines(&c,
				(struct ipl_span){ (uint8_t *)text, len, 0 });
	if (!rc)
		rc = add_default(&c);
	free(c.sections);
	return rc;
}
