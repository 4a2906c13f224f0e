/* SPDX-License-Identifier: MIT */
/* The load panel: what the user chose for the IPL device.
 * May use: base, format, json-c. */
#include "device/profile.h"

#include "base/cleanup.h"
#include "device/loadparm.h"
#include "s390-ipl/abi.h"
#include "vm/opts.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Longest line of a profile: SCP data can have 3 KiB. */
#define LINE_MAX_BYTES 8192

static const char *const modes[] = { "auto", "external", "firmware" };
static const char *const menu_modes[] = { "auto", "on", "off" };
static const char *const switches[] = { "off", "on" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- kinds of values */

static int take_text(const char *value, char **to, struct ipl_err *err)
{
	free(*to);
	*to = strdup(value);
	return *to ? 0 : ipl_fail(err, IPL_ENOMEM, "out of memory");
}

/* Decimal, or hexadecimal after 0x. */
static bool parse_number(const char *text, char **end, uint64_t *ret)
{
	bool hex = text[0] == '0' && (text[1] | 0x20) == 'x';

	text += hex ? 2 : 0;
	if (!strchr(hex ? "0123456789abcdefABCDEF" : "0123456789", *text) ||
	    !*text)
		return false;
	errno = 0;
	*ret = strtoull(text, end, hex ? 16 : 10);
	return !errno;
}

static int take_number(const char *value, uint64_t max, uint64_t *to,
		       struct ipl_err *err)
{
	uint64_t n;
	char *end;

	if (!parse_number(value, &end, &n) || *end || n > max)
		return ipl_fail(err, IPL_EINVAL,
				"'%s' is not a number from 0 to %" PRIu64,
				value, max);
	*to = n;
	return 0;
}

static int take_word(const char *value, const char *const *words, size_t n,
		     unsigned *to, struct ipl_err *err)
{
	char expected[80] = "";
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		if (!strcmp(value, words[i])) {
			*to = (unsigned)i;
			return 0;
		}
		at += (size_t)snprintf(expected + at, sizeof(expected) - at,
				       "%s%s", i ? ", " : "", words[i]);
	}
	return ipl_fail(err, IPL_EINVAL, "'%s' is not one of: %s", value,
			expected);
}

/* ---- properties */

static int set_iplid(struct ipl_profile *p, const char *v, struct ipl_err *err)
{
	if (!*v)
		return ipl_fail(err, IPL_EINVAL,
				"'' names nothing, expected the id of a disk");
	return take_text(v, &p->iplid, err);
}

static int set_loadparm(struct ipl_profile *p, const char *v,
			struct ipl_err *err)
{
	struct ipl_loadparm parsed;
	int rc = ipl_loadparm_parse(v, &parsed, err);

	return rc ? rc : take_text(v, &p->loadparm, err);
}

static int set_bootprog(struct ipl_profile *p, const char *v,
			struct ipl_err *err)
{
	uint64_t n = 0;
	int rc = take_number(v, IPL_BOOTPROG_MAX, &n, err);

	if (rc)
		return rc;
	p->bootprog = (unsigned)n;
	p->has_bootprog = true;
	return 0;
}

static int set_br_lba(struct ipl_profile *p, const char *v, struct ipl_err *err)
{
	int rc = take_number(v, INT64_MAX, &p->br_lba, err);

	p->has_br_lba = !rc;
	return rc;
}

/* Cylinder, head and record: "0,0,3" or, where commas end the property,
 * "0/0/3". */
static int set_br_chr(struct ipl_profile *p, const char *v, struct ipl_err *err)
{
	static const uint64_t limits[] = { UINT32_MAX, ZIPL_HEADS - 1, 255 };
	const char *at = v;
	uint64_t n[3];

	for (size_t i = 0; i < COUNT(n); i++) {
		char *end = NULL;

		if (!parse_number(at, &end, &n[i]) || n[i] > limits[i] ||
		    (i < 2 ? *end != ',' && *end != '/' : *end != '\0'))
			return ipl_fail(err, IPL_EINVAL,
					"'%s' is not CYLINDER/HEAD/RECORD", v);
		at = end + 1;
	}
	if (!n[2])
		return ipl_fail(err, IPL_EINVAL,
				"'%s': the first record of a track is 1", v);
	p->br_chr = (struct zipl_chs){ .cyl = (uint32_t)n[0],
				       .head = (uint8_t)n[1],
				       .sec = (uint8_t)n[2] };
	p->has_br_chr = true;
	return 0;
}

static int set_scpdata(struct ipl_profile *p, const char *v,
		       struct ipl_err *err)
{
	if (strlen(v) > IPLB_SCPDATA_MAX)
		return ipl_fail(err, IPL_EINVAL,
				"%zu bytes, expected %d at most", strlen(v),
				IPLB_SCPDATA_MAX);
	/* Linux would drop all of it */
	for (const char *c = v; *c; c++)
		if (*c & 0x80)
			return ipl_fail(err, IPL_EINVAL,
					"byte 0x%02x at %td is not ASCII",
					(unsigned char)*c, c - v);
	return take_text(v, &p->scpdata, err);
}

static int set_append(struct ipl_profile *p, const char *v, struct ipl_err *err)
{
	return take_text(v, &p->append, err);
}

static int set_menu(struct ipl_profile *p, const char *v, struct ipl_err *err)
{
	unsigned n;
	int rc = take_word(v, menu_modes, COUNT(menu_modes), &n, err);

	if (!rc)
		p->menu = n;
	return rc;
}

static int set_timeout(struct ipl_profile *p, const char *v,
		       struct ipl_err *err)
{
	uint64_t n = 0;
	int rc = take_number(v, IPL_TIMEOUT_MAX, &n, err);

	if (!rc)
		p->timeout_s = (int)n;
	return rc;
}

/* All bytes of @fd. */
static int read_program(int fd, struct ipl_profile *p, struct ipl_err *err)
{
	auto_free uint8_t *bytes = malloc(STUB_MENU_SIZE + 1);
	size_t len = 0;
	ssize_t n = 1;

	if (!bytes)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	while (n > 0 && len <= STUB_MENU_SIZE) {
		n = read(fd, bytes + len, STUB_MENU_SIZE + 1 - len);
		len += n > 0 ? (size_t)n : 0;
	}
	if (n < 0)
		return ipl_fail_errno(err, errno, "cannot be read");
	if (!len || len > STUB_MENU_SIZE)
		return ipl_fail(err, IPL_EINVAL,
				"%s bytes, expected a program of 1 to %d",
				len ? "more" : "no", STUB_MENU_SIZE);
	free(p->menu_program);
	p->menu_program = ipl_steal(bytes);
	p->menu_program_len = len;
	return 0;
}

static int set_menu_program(struct ipl_profile *p, const char *v,
			    struct ipl_err *err)
{
	auto_close int fd = open(v, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int rc = fd < 0 ? ipl_fail_errno(err, errno, "cannot be opened")
			: read_program(fd, p, err);

	if (rc)
		ipl_err_wrap(err, "%s", v);
	return rc;
}

static int set_mode(struct ipl_profile *p, const char *v, struct ipl_err *err)
{
	unsigned n;
	int rc = take_word(v, modes, COUNT(modes), &n, err);

	if (!rc)
		p->mode = n;
	return rc;
}

static int set_clear(struct ipl_profile *p, const char *v, struct ipl_err *err)
{
	unsigned n;
	int rc = take_word(v, switches, COUNT(switches), &n, err);

	if (!rc)
		p->clear = n;
	return rc;
}

static int set_secure(struct ipl_profile *p, const char *v, struct ipl_err *err)
{
	return ipl_secure_mode_parse(v, &p->secure, err);
}

static int set_certs(struct ipl_profile *p, const char *v, struct ipl_err *err)
{
	return take_text(v, &p->certs, err);
}

static const struct {
	const char *name;
	const char *value; /* as help has it */
	int (*set)(struct ipl_profile *p, const char *value,
		   struct ipl_err *err);
	const char *help; /* lines */
} properties[] = {
	{ "iplid", "str", set_iplid,
	  "the disk: id of its device or block node, or\n"
	  "fe.0.1234 (default: in the order of bootindex,\n"
	  "until one can be IPLed)" },
	{ "loadparm", "str", set_loadparm,
	  "the program: its number (0 or none: the\n"
	  "default) or name, PROMPT for a menu, a site\n"
	  "(S1)" },
	{ "bootprog", "0-30", set_bootprog,
	  "the program by its number; the load parameter\n"
	  "is for the program then" },
	{ "br_lba", "uint64", set_br_lba,
	  "SCSI: block of the boot record (default: 0)" },
	{ "br_chr", "C/H/R", set_br_chr,
	  "ECKD: list-directed IPL from the boot record\n"
	  "at this cylinder, head and record" },
	{ "scpdata", "str", set_scpdata,
	  "for the operating system, in an IPL parameter\n"
	  "block of FCP type" },
	{ "append", "str", set_append,
	  "kernel parameters to be added; '=' in front\n"
	  "replaces those of the disk" },
	{ "menu", "auto|on|off", set_menu, "boot menu on the console" },
	{ "timeout", "seconds", set_timeout,
	  "how long it waits for a key (0: for ever)" },
	{ "menu_program", "file", set_menu_program,
	  "another program in place of the menu" },
	{ "mode", "auto|external|firmware", set_mode,
	  "who loads: this device, QEMU's firmware, or\n"
	  "what fits the disk" },
	{ "clear", "on|off", set_clear, "clear memory first (default: off)" },
	{ "secure", "on|audit|off", set_secure,
	  "load only what is signed as it must be; audit:\n"
	  "tell, but load (default: off)" },
	{ "certs", "dir", set_certs,
	  "directory with the certificates of those whose\n"
	  "signatures count" },
};

#define NAME_COLUMN 27

char *ipl_profile_help(void)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	fputs("s390-ipl options:\n", f);
	for (size_t i = 0; i < COUNT(properties); i++) {
		const char *line = properties[i].help;
		int n = fprintf(f, "  %s=<%s>", properties[i].name,
				properties[i].value);

		if (n >= NAME_COLUMN)
			n = fprintf(f, "\n") - 1;
		for (; line; line = strchr(line, '\n')) {
			bool first = line == properties[i].help;

			line += !first;
			fprintf(f, "%*s%s%.*s\n", NAME_COLUMN - n, "",
				first ? "- " : "  ", (int)strcspn(line, "\n"),
				line);
			n = 0;
		}
	}
	fputs("See s390-ipl-run(1).\n", f);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

/* ---- reading them */

static int no_such_property(const char *key, struct ipl_err *err)
{
	char names[200] = "";
	size_t at = 0;

	for (size_t i = 0; i < COUNT(properties); i++)
		at += (size_t)snprintf(names + at, sizeof(names) - at, "%s%s",
				       i ? ", " : "", properties[i].name);
	return ipl_fail(err, IPL_EINVAL,
			"s390-ipl has no property '%s', expected one of: %s",
			key, names);
}

static int take_property(struct ipl_profile *p, const char *key,
			 const char *value, struct ipl_err *err)
{
	for (size_t i = 0; i < COUNT(properties); i++) {
		int rc;

		if (strcmp(key, properties[i].name))
			continue;
		rc = properties[i].set(p, value, err);
		if (rc)
			ipl_err_wrap(err, "s390-ipl: %s", key);
		return rc;
	}
	return no_such_property(key, err);
}

static int take_device(struct ipl_profile *p, struct json_object *device,
		       struct ipl_err *err)
{
	json_object_object_foreach(device, key, v)
	{
		int rc;

		(void)v;
		if (!strcmp(key, "driver") || !strcmp(key, "id"))
			continue;
		rc = take_property(p, key, ipl_opts_get(device, key) ?: "",
				   err);
		if (rc) {
			ipl_err_wrap(err, "-device");
			return rc;
		}
	}
	return 0;
}

static char *strip(char *text)
{
	char *end = text + strlen(text);

	while (end > text && strchr(" \t\r\n", end[-1]))
		*--end = '\0';
	return text + strspn(text, " \t");
}

/* A line of a profile. */
static int take_line(struct ipl_profile *p, char *line, struct ipl_err *err)
{
	char *key = strip(line);
	char *eq = strchr(key, '=');

	if (!*key || *key == '#')
		return 0;
	if (!eq)
		return ipl_fail(err, IPL_EINVAL, "'%s' is not PROPERTY=VALUE",
				key);
	*eq = '\0';
	return take_property(p, strip(key), strip(eq + 1), err);
}

static int take_file(struct ipl_profile *p, const char *path,
		     struct ipl_err *err)
{
	auto_free char *line = malloc(LINE_MAX_BYTES);
	FILE *f = fopen(path, "re");
	unsigned n = 0;
	int rc = 0;

	if (!line || !f) {
		rc = ipl_fail_errno(err, errno, "cannot open the profile %s",
				    path);
		if (f)
			fclose(f);
		return rc;
	}
	while (!rc && fgets(line, LINE_MAX_BYTES, f)) {
		n++;
		if (!strchr(line, '\n') && !feof(f))
			rc = ipl_fail(err, IPL_EINVAL,
				      "more than %d bytes in a line",
				      LINE_MAX_BYTES - 2);
		else
			rc = take_line(p, line, err);
		if (rc)
			ipl_err_wrap(err, "%s, line %u", path, n);
	}
	if (!rc && ferror(f))
		rc = ipl_fail_errno(err, errno, "cannot read the profile %s",
				    path);
	fclose(f);
	return rc;
}

int ipl_profile_read(const char *file, struct json_object *device,
		     struct ipl_profile *ret, struct ipl_err *err)
{
	struct ipl_profile p = { .timeout_s = IPL_TIMEOUT_UNSET };
	int rc = file ? take_file(&p, file, err) : 0;

	if (!rc && device)
		rc = take_device(&p, device, err);
	if (!rc && p.secure != IPL_SECURE_OFF && !p.certs)
		rc = ipl_fail(
			err, IPL_EINVAL,
			"s390-ipl: secure needs certs, the directory with "
			"the certificates");
	if (!rc && p.secure != IPL_SECURE_OFF && p.mode == IPL_MODE_FIRMWARE)
		rc = ipl_fail(err, IPL_EINVAL,
			      "s390-ipl: mode=firmware verifies nothing: not "
			      "with secure");
	if (rc)
		ipl_profile_done(&p);
	else
		*ret = p;
	return rc;
}

void ipl_profile_default_menu(struct ipl_profile *p, struct json_object *boot)
{
	const char *menu = boot ? ipl_opts_get(boot, "menu") : NULL;
	const char *time = boot ? ipl_opts_get(boot, "splash-time") : NULL;
	uint64_t ms;

	if (p->menu == IPL_MENU_AUTO && menu)
		p->menu = strcmp(menu, "on") ? IPL_MENU_OFF : IPL_MENU_ON;
	/* QEMU itself refuses what is no number */
	if (p->timeout_s != IPL_TIMEOUT_UNSET || !time)
		return;
	ms = strtoull(time, NULL, 10);
	p->timeout_s = ms / 1000 >= IPL_TIMEOUT_MAX ? IPL_TIMEOUT_MAX
						    : (int)((ms + 999) / 1000);
}

void ipl_profile_done(struct ipl_profile *p)
{
	free(p->iplid);
	free(p->loadparm);
	free(p->scpdata);
	free(p->append);
	free(p->certs);
	free(p->menu_program);
	*p = (struct ipl_profile){ .timeout_s = IPL_TIMEOUT_UNSET };
}
