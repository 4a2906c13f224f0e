/* SPDX-License-Identifier: MIT */
/* The menu's host behind the mailbox: see docs/abi.md. May use: the ABI. */
#ifndef MENU_MAILBOX_H
#define MENU_MAILBOX_H

#include "host.h"

/* The host that answers at the mailbox at @address. */
struct menu_host *mailbox_host(void *address);

#endif
