/* SPDX-License-Identifier: MIT */
/* The load panel: what the user chose for the IPL device.
 * May use: base, json-c. */
#include "device/profile.h"

#include "vm/opts.h"

#include <string.h>

static const char help[] =
	"s390-ipl options:\n"
	"  iplid=<str>            - id of the disk device to IPL from (default: "
	"in the order\n"
	"                           of bootindex, until one can be IPLed)\n"
	"  loadparm=<str>         - program to IPL: its number (0 or none: the "
	"default)\n"
	"See s390-ipl-run(1).\n";

const char *ipl_profile_help(void)
{
	return help;
}

static int take_property(struct ipl_profile *p, const char *key,
			 const char *value, struct ipl_err *err)
{
	char loadparm[IPL_LOADPARM_LEN + 1];
	char **to;

	if (!strcmp(key, "iplid"))
		to = &p->iplid;
	else if (!strcmp(key, "loadparm"))
		to = &p->loadparm;
	else if (!strcmp(key, "driver") || !strcmp(key, "id"))
		return 0;
	else
		return ipl_fail(err, IPL_EINVAL,
				"-device s390-ipl has no property '%s', "
				"expected iplid or loadparm",
				key);
	if (to == &p->loadparm) {
		int rc = ipl_loadparm_normalize(value, loadparm, err);

		if (rc)
			return rc;
		value = loadparm;
	}
	free(*to);
	*to = strdup(value);
	return *to ? 0 : ipl_fail(err, IPL_ENOMEM, "out of memory");
}

int ipl_profile_read(struct json_object *device, struct ipl_profile *ret,
		     struct ipl_err *err)
{
	struct ipl_profile p = { 0 };

	if (!device) {
		*ret = p;
		return 0;
	}
	json_object_object_foreach(device, key, v)
	{
		int rc;

		(void)v;
		rc = take_property(&p, key, ipl_opts_get(device, key) ?: "",
				   err);
		if (rc) {
			ipl_profile_done(&p);
			return rc;
		}
	}
	*ret = p;
	return 0;
}

void ipl_profile_done(struct ipl_profile *p)
{
	free(p->iplid);
	free(p->loadparm);
	*p = (struct ipl_profile){ 0 };
}

int ipl_loadparm_normalize(const char *text, char ret[IPL_LOADPARM_LEN + 1],
			   struct ipl_err *err)
{
	size_t skip = strspn(text, " "), len = strlen(text);

	while (len > skip && text[len - 1] == ' ')
		len--;
	if (strlen(text) > IPL_LOADPARM_LEN)
		return ipl_fail(err, IPL_EINVAL,
				"loadparm '%s' has %zu characters, expected %d "
				"at most",
				text, strlen(text), IPL_LOADPARM_LEN);
	for (size_t i = skip; i < len; i++) {
		char c = text[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '.' && c != ' ')
			return ipl_fail(err, IPL_EINVAL,
					"loadparm '%s': '%c' cannot be in it, "
					"expected letters, digits, '.' and "
					"blanks",
					text, text[i]);
		ret[i - skip] = c;
	}
	ret[len - skip] = '\0';
	return 0;
}

int ipl_loadparm_program(const char *loadparm, unsigned *ret,
			 struct ipl_err *err)
{
	size_t digits = strspn(loadparm, "0123456789");
	int rc;

	if (loadparm[digits] == '\0') {
		*ret = (unsigned)strtoul(loadparm, NULL, 10); /* 8 digits */
		return 0;
	}
	if (!strcmp(loadparm, "SS") ||
	    (loadparm[0] == 'S' && loadparm[1] >= '0' && loadparm[1] <= '9' &&
	     loadparm[2] == '\0')) {
		*ret = 0;
		return 0;
	}
	if (!strcmp(loadparm, "PROMPT"))
		rc = ipl_fail(
			err, IPL_EUNSUP,
			"loadparm PROMPT asks for a boot menu, which this "
			"version does not have");
	else
		rc = ipl_fail(err, IPL_EINVAL,
			      "loadparm '%s' is not the number of a program",
			      loadparm);
	ipl_err_advise(err, "use a number that 's390-ipl list DISK' shows, or "
			    "none for the default");
	return rc;
}
