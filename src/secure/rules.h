/* SPDX-License-Identifier: MIT */
/* What secure IPL demands of a program, for secure.c. May use: base, boot. */
#ifndef IPL_SECURE_RULES_H
#define IPL_SECURE_RULES_H

#include "secure/secure.h"

/* Fill in s->fault: see ipl_secure_read. */
void ipl_secure_judge(struct ipl_secured *s, const struct ipl_program *prog);

#endif
