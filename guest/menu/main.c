/* SPDX-License-Identifier: MIT */
/* The menu as a program in the guest. May use: the ABI, all of the menu. */
#include "machine.h"
#include "mailbox.h"
#include "menu.h"
#include "sclp.h"

#define POLL_MS 20

static struct menu menu;

/* Whether there was any. */
static bool take_input(void)
{
	char buf[SCLP_DATA_MAX + 1];
	bool any = false;

	sclp_receive();
	for (unsigned i = 0; i < menu.n; i++) {
		struct seat *seat = &menu.seats[i];
		size_t n = seat->console->read(seat->console, buf, sizeof(buf));

		if (n)
			menu_input(&menu, seat, buf, n, machine_ms());
		any |= n > 0;
	}
	return any;
}

static void wait_for_input(void)
{
	uint64_t now = machine_ms(), at = menu_next_ms(&menu, now);

	for (unsigned i = 0; i < menu.n; i++)
		if (menu.seats[i].console->is_polled && at > now + POLL_MS)
			at = now + POLL_MS;
	sclp_wait(at * CLOCK_MS(1));
}

__attribute__((visibility("hidden"))) uint64_t menu_main(void *mailbox);

/* Called by start.S. */
uint64_t menu_main(void *mailbox)
{
	menu_add_console(&menu, console_sclp_ascii());
	menu_add_console(&menu, console_sclp_lines());
	menu_add_console(&menu, console_virtio());
	menu_begin(&menu, mailbox_host(mailbox), machine_ms());
	/* nobody can choose, and nothing will ever happen by itself */
	if (!menu.n && !menu.ui.deadline_ms)
		return 0;
	while (!menu.ui.is_done) {
		bool any = take_input();

		menu_tick(&menu, machine_ms());
		/* after input once more: reading is what shows a prompt */
		if (!menu.ui.is_done && !any)
			wait_for_input();
	}
	menu_end(&menu);
	for (unsigned i = 0; i < menu.n; i++)
		if (menu.seats[i].console->close)
			menu.seats[i].console->close(menu.seats[i].console);
	return 0;
}
