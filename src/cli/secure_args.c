/* SPDX-License-Identifier: MIT */
/* --secure and --certs, of the commands that judge signatures.
 * May use: everything. */
#include "cli/secure_args.h"

#include <stdio.h>

void ipl_secure_args_help(void)
{
	printf("      --secure       for a secure IPL: are the components "
	       "signed?\n"
	       "      --certs DIR    by the owner of a certificate in DIR (PEM "
	       "or DER)\n");
}

bool ipl_secure_args_take(struct ipl_secure_args *args, int opt)
{
	if (opt == IPL_OPT_SECURE)
		args->wanted = true;
	else if (opt == IPL_OPT_CERTS)
		args->dir = optarg;
	else
		return false;
	return true;
}

int ipl_secure_args_read(struct ipl_secure_args *args, struct ipl_err *err)
{
	if (args->dir)
		return ipl_certs_read(args->dir, &args->certs, err);
	return args->wanted ? ipl_certs_new(&args->certs, err) : 0;
}

const char *ipl_secure_part_text(const struct ipl_secure_part *part,
				 char text[IPL_SECURE_TEXT_MAX])
{
	const struct ipl_entry_name name =
		ipl_entry_name(part->purpose, part->entry);

	switch (part->sig.verdict) {
	case IPL_SIG_NONE:
		snprintf(text, IPL_SECURE_TEXT_MAX, "%s is not signed",
			 name.text);
		break;
	case IPL_SIG_VERIFIED:
		snprintf(text, IPL_SECURE_TEXT_MAX, "%s is %s", name.text,
			 part->sig.text);
		break;
	default:
		snprintf(text, IPL_SECURE_TEXT_MAX, "%s: signature %s: %s",
			 name.text, ipl_signature_name(part->sig.verdict),
			 part->sig.text);
	}
	return text;
}
