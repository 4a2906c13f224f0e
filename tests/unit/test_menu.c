/* SPDX-License-Identifier: MIT */
/* What the boot menu does (guest/menu), without a machine: keys in, a screen or
 * lines of text out. */
#include "edit.h"
#include "keys.h"
#include "menu.h"
#include "plain.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

/* ---- a host that has programs, and a console that keeps what it is given */

static struct fake {
	struct menu_host host;
	unsigned n; /* programs */
	unsigned timeout_ms;
	const char *cmdline;
	bool refuses;
	char done[200]; /* what it was asked for in the end */
} fake;

static bool fake_list(struct menu_host *h, struct menu_list *ret,
		      const char **why)
{
	static char titles[MENU_ENTRIES_MAX][300];

	(void)h;
	(void)why;
	*ret = (struct menu_list){ .n = fake.n,
				   .chosen = fake.n > 1 ? 2 : 1,
				   .timeout_ms = fake.timeout_ms,
				   .n_disks = 2,
				   .who = "s390-ipl 1",
				   .device = "disk0 (fe.0.0001)" };
	for (unsigned i = 0; i < fake.n; i++) {
		snprintf(titles[i], sizeof(titles[i]), "system %u", i + 1);
		ret->entry[i] = (struct menu_entry){
			.number = i + 1,
			.is_default = i == 1,
			.is_editable = i != 2,
			.is_signed = i == 2,
			.title = titles[i],
			.version = "6.1.0",
			.cmdline = fake.cmdline,
			.why = "",
		};
	}
	if (fake.n > 3) {
		ret->entry[3].is_bad = true;
		ret->entry[3].why = "its table is torn";
	}
	if (fake.n > 4)
		memset(titles[4], 'x', 250);
	if (fake.n > 5)
		strcpy(titles[5], "Gr\xc3\xbc\xc3\x9f"
				  "e \xe4\xb8\xad\xe6\x96\x87 \xff\x1b[2J");
	return true;
}

static bool fake_details(struct menu_host *h, unsigned number,
			 const char **cmdline, const char **text,
			 const char **why)
{
	static char lines[2000];

	(void)h;
	(void)why;
	snprintf(lines, sizeof(lines), "details of %u\n", number);
	for (int i = 0; i < 60; i++)
		snprintf(lines + strlen(lines), 20, "line %d\n", i);
	*cmdline = fake.cmdline;
	*text = lines;
	return true;
}

static bool fake_disks(struct menu_host *h, struct menu_disks *ret,
		       const char **why)
{
	(void)h;
	(void)why;
	*ret = (struct menu_disks){ .disk = { { "disk0", "fe.0.0001" },
					      { "disk1", "fe.0.0002" } },
				    .n = 2 };
	return true;
}

static bool fake_open(struct menu_host *h, unsigned disk, const char **why)
{
	(void)h;
	if (fake.refuses) {
		*why = "no boot record";
		return false;
	}
	snprintf(fake.done, sizeof(fake.done), "open %u", disk);
	return true;
}

static bool fake_ipl(struct menu_host *h, unsigned number, const char *params,
		     const char **why)
{
	(void)h;
	if (fake.refuses) {
		*why = "too much for this memory";
		return false;
	}
	snprintf(fake.done, sizeof(fake.done), "ipl %u %s", number,
		 params ?: "-");
	return true;
}

static struct menu_host *reset_fake(unsigned n)
{
	fake = (struct fake){ .host = { .list = fake_list,
					.details = fake_details,
					.disks = fake_disks,
					.open = fake_open,
					.ipl = fake_ipl },
			      .n = n,
			      .cmdline = "root=/dev/vda1 ro" };
	return &fake.host;
}

struct tape {
	struct console console; /* first */
	char text[200000];
	size_t n;
};

static void tape_write(struct console *c, const char *p, size_t n)
{
	struct tape *t = (struct tape *)c;

	assert_true(t->n + n < sizeof(t->text));
	memcpy(t->text + t->n, p, n);
	t->n += n;
	t->text[t->n] = '\0';
}

static struct tape tapes[2];
static struct menu menu;
static struct screen screen;
static struct ui ui;

/* A menu on @n consoles; the last is for lines if @lines. */
static void begin(unsigned n, bool lines)
{
	memset(&menu, 0, sizeof(menu));
	memset(tapes, 0, sizeof(tapes));
	for (unsigned i = 0; i < n; i++) {
		tapes[i].console.write = tape_write;
		tapes[i].console.is_lines = lines && i + 1 == n;
		menu_add_console(&menu, &tapes[i].console);
	}
	menu_begin(&menu, &fake.host, 1000);
}

static void type(unsigned seat, const char *keys)
{
	menu_input(&menu, &menu.seats[seat], keys, strlen(keys), 2000);
}

static void press(const char *keys)
{
	struct keys k = { 0 };

	for (; *keys; keys++) {
		uint32_t key = keys_take(&k, (uint8_t)*keys);

		if (key)
			ui_key(&ui, key);
	}
	if (keys_timeout(&k))
		ui_key(&ui, KEY_ESCAPE);
}

static void begin_ui(unsigned n)
{
	memset(&ui, 0, sizeof(ui));
	ui_begin(&ui, reset_fake(n), 1000);
}

/* Row @y as text, blanks at its end cut off. */
static const char *row(unsigned y)
{
	static char text[SCREEN_MAX_W * 4 + 1];
	size_t n = 0, end = 0;

	for (unsigned x = 0; x < screen.w; x++) {
		uint32_t c = CELL_CHAR(screen.cell[y * screen.w + x]);

		if (!c)
			continue;
		n += utf8_put(c, text + n);
		if (c != ' ')
			end = n;
	}
	text[end] = '\0';
	return text;
}

static void draw(unsigned w, unsigned h)
{
	ui_draw(&ui, &screen, w, h);
}

/* Whether any row has @text. */
static bool shows(const char *text)
{
	for (unsigned y = 0; y < screen.h; y++)
		if (strstr(row(y), text))
			return true;
	return false;
}

/* ---- the parts */

static void test_keys(void **state)
{
	static const struct {
		const char *bytes;
		uint32_t key;
	} cases[] = {
		{ "a", 'a' },	       { "\r", KEY_ENTER },
		{ "\x7f", KEY_BACKSPACE }, { "\b", KEY_BACKSPACE },
		{ "\033[A", KEY_UP },  { "\033OB", KEY_DOWN },
		{ "\033[3~", KEY_DELETE }, { "\033[1~", KEY_HOME },
		{ "\033[H", KEY_HOME }, { "\033[8~", KEY_END },
		{ "\033[1;5C", KEY_RIGHT }, { "\033[5~", KEY_PAGE_UP },
		{ "\x15", KEY_KILL_LEFT }, { "\xc3\xa9", 0xe9 },
		{ "\xe4\xb8\xad", 0x4e2d }, { "\xf0\x9f\x90\xa7", 0x1f427 },
		{ "\033[15~", KEY_OTHER }, { "\xff", KEY_OTHER },
		{ "\033x", KEY_OTHER }, { "\033OM", KEY_ENTER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct keys k = { 0 };
		uint32_t key = 0;

		for (const char *p = cases[i].bytes; *p; p++) {
			assert_int_equal(key, 0);
			key = keys_take(&k, (uint8_t)*p);
		}
		assert_int_equal(key, cases[i].key);
		assert_int_equal(k.state, KEYS_PLAIN);
	}
}

static void test_keys_in_pieces(void **state)
{
	struct keys k = { 0 };

	(void)state;
	assert_int_equal(keys_take(&k, 0x1b), 0);
	assert_int_equal(keys_timeout(&k), KEY_ESCAPE);
	assert_int_equal(keys_timeout(&k), 0);
	assert_int_equal(keys_take(&k, 0x1b), 0);
	assert_int_equal(keys_take(&k, '['), 0);
	assert_int_equal(keys_timeout(&k), 0); /* half of something */
	assert_int_equal(keys_take(&k, 'A'), 'A');
	/* a line feed behind a carriage return is part of it */
	assert_int_equal(keys_take(&k, '\r'), KEY_ENTER);
	assert_int_equal(keys_take(&k, '\n'), 0);
	assert_int_equal(keys_take(&k, '\n'), KEY_ENTER);
	for (const char *p = "\033[24;80"; *p; p++)
		assert_int_equal(keys_take(&k, (uint8_t)*p), 0);
	assert_int_equal(keys_take(&k, 'R'), KEY_POSITION);
	assert_int_equal(k.param[0], 24);
	assert_int_equal(k.param[1], 80);
}

static void test_utf8(void **state)
{
	static const struct {
		const char *s;
		uint32_t c;
		size_t used;
	} cases[] = {
		{ "a", 'a', 1 },
		{ "\xc3\xbc", 0xfc, 2 },
		{ "\xe2\x82\xac", 0x20ac, 3 },
		{ "\xf0\x9f\x90\xa7", 0x1f427, 4 },
		{ "\xc0\x80", 0xfffd, 1 },	   /* too long a form */
		{ "\xed\xa0\x80", 0xfffd, 1 },	   /* a surrogate */
		{ "\xf4\x90\x80\x80", 0xfffd, 1 }, /* beyond Unicode */
		{ "\xe2\x82", 0xfffd, 1 },	   /* ends early */
		{ "\x80", 0xfffd, 1 },
		{ "\033", 0xfffd, 1 },
		{ "\xc2\x9b", 0xfffd, 2 },     /* CSI of 8 bits */
		{ "\xe2\x80\xae", 0xfffd, 3 }, /* right-to-left override */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *p = cases[i].s;

		assert_int_equal(utf8_next(&p), cases[i].c);
		assert_int_equal(p - cases[i].s, cases[i].used);
	}
	assert_int_equal(str_columns("a\xe4\xb8\xad\xcc\x88"), 3);
}

static void test_edit(void **state)
{
	char buf[12];
	struct edit e = { buf, sizeof(buf), 0, 0 };

	(void)state;
	assert_true(edit_set(&e, "a\xc3\xbc b"));
	assert_int_equal(e.at, 5);
	edit_key(&e, KEY_LEFT);
	edit_key(&e, KEY_LEFT);
	edit_key(&e, KEY_LEFT);
	assert_int_equal(e.at, 1);
	edit_key(&e, KEY_DELETE);
	assert_string_equal(e.p, "a b");
	edit_key(&e, 0x20ac);
	assert_string_equal(e.p, "a\xe2\x82\xac b");
	edit_key(&e, KEY_BACKSPACE);
	edit_key(&e, KEY_END);
	edit_key(&e, KEY_RIGHT);
	edit_key(&e, KEY_DELETE);
	edit_key(&e, KEY_KILL_WORD);
	assert_string_equal(e.p, "a ");
	edit_key(&e, KEY_HOME);
	edit_key(&e, KEY_LEFT);
	edit_key(&e, KEY_BACKSPACE);
	edit_key(&e, KEY_KILL_RIGHT);
	assert_string_equal(e.p, "");
	for (int i = 0; i < 11; i++)
		assert_true(edit_key(&e, 'x'));
	assert_false(edit_key(&e, 'x'));
	assert_false(edit_key(&e, KEY_PAGE_UP));
	assert_false(edit_set(&e, "twelve bytes"));
	assert_string_equal(e.p, "xxxxxxxxxxx");
}

/* ---- on a screen */

static void test_list(void **state)
{
	(void)state;
	begin_ui(3);
	draw(80, 24);
	assert_string_equal(row(0), " s390-ipl 1: boot menu                      "
				    "                  disk0 (fe.0.0001)");
	assert_string_equal(row(2), "    1  system 1");
	assert_string_equal(row(3), " >  2  system 2                              "
				    "                           default");
	assert_string_equal(row(4), "    3  system 3");
	assert_string_equal(row(15), " Kernel      6.1.0");
	assert_string_equal(row(16), " Parameters  root=/dev/vda1 ro");
	assert_string_equal(row(23), " Enter start   e edit   i details   d disks "
				     "  ? help");
	ui.list.has_firmware = true;
	draw(80, 24);
	assert_string_equal(row(23), " Enter start   e edit   i details   d disks "
				     "  f firmware   ? help");
	assert_int_equal(screen.cursor_y, 3);
	draw(40, 24);
	assert_string_equal(row(23), " Enter start  e edit  ? help");
	draw(132, 43);
	assert_true(shows("Enter start   e edit   i details"));
}

static void test_choices(void **state)
{
	static const struct {
		const char *keys, *done;
	} cases[] = {
		{ "\r", "ipl 2 -" },
		{ "\033[A\r", "ipl 1 -" },
		{ "\033[A\033[A\033[B\r", "ipl 2 -" },
		{ "\033[F\r", "ipl 8 -" },
		{ "\033[H\r", "ipl 1 -" },
		{ "\033[6~\r", "ipl 8 -" },
		{ "7\r", "ipl 7 -" },
		{ "0\r", "ipl 2 -" },
		{ "1 quiet\r", "ipl 1 quiet" },
		{ "1   =a  b\r", "ipl 1 =a  b" },
		{ "11\x7f\x15\r", "ipl 1 -" }, /* nothing typed: the selected */
		{ "1e \x7f\x7f\r", "ipl 1 -" },
		{ "e\r", "ipl 2 -" },
		{ "e x\r", "ipl 2 =root=/dev/vda1 ro x" },
		{ "e\x15new\r", "ipl 2 =new" },
		{ "e\x15\r", "ipl 2 =" },
		{ "ex\033[A\r", "ipl 2 -" },
		{ "ex\033[A\033[B\r", "ipl 2 =root=/dev/vda1 rox" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		begin_ui(8);
		press(cases[i].keys);
		assert_string_equal(fake.done, cases[i].done);
		assert_true(ui.is_done);
	}
}

static void test_what_does_not_work(void **state)
{
	static const struct {
		const char *keys, *text;
	} cases[] = {
		{ "9\r", "There is no entry 9" },
		{ "3x\r", "Not understood" },
		{ "3 x\r", "signed" },
		{ "3\033", "Enter start" },
		{ "\033[Be", "signed" },
		{ "4\r", "too much" }, /* whether it is damaged the host says */
		{ "4 x\r", "its table is torn" },
		{ "\033[B\033[B", "its table is torn" },
		{ "f", "not available" },
		{ "\r", "too much for this memory" },
		{ "d\r", "no boot record" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		begin_ui(8);
		fake.refuses = true;
		press(cases[i].keys);
		draw(80, 24);
		if (!shows(cases[i].text))
			fail_msg("case %zu: '%s' is not shown", i,
				 cases[i].text);
		assert_false(ui.is_done);
		/* and it goes on */
		fake.refuses = false;
		press("\033");
		press("1\r");
		assert_string_equal(fake.done, "ipl 1 -");
	}
}

static void test_views(void **state)
{
	(void)state;
	begin_ui(8);
	press("?");
	draw(80, 24);
	assert_true(shows("boot menu") == false && shows(": help"));
	press("\033");
	press("i");
	draw(80, 24);
	assert_true(shows("details of 2") && !shows("line 40"));
	press("\033[F");
	press("\033[6~\033[6~\033[6~\033[6~");
	draw(80, 24);
	assert_true(shows("line 59"));
	press("\033[A\033[A"); /* scrolling ends where the text does */
	draw(80, 24);
	assert_false(shows("line 59"));
	press("q");
	press("d");
	draw(80, 24);
	assert_true(shows("disk1") && shows("fe.0.0002"));
	press("\033[B\r");
	assert_string_equal(fake.done, "open 1");
	draw(80, 24);
	assert_true(shows("boot menu"));
}

static void test_names(void **state)
{
	(void)state;
	begin_ui(8);
	draw(80, 24);
	assert_true(shows("xxx..."));
	assert_true(shows("Gr\xc3\xbc\xc3\x9f"
			  "e \xe4\xb8\xad\xe6\x96\x87 \xef\xbf\xbd\xef\xbf\xbd"
			  "[2J"));
	press("5");
	press("\033");
	draw(80, 24); /* the whole name of the selected one */
	assert_true(shows("Name"));
	assert_int_equal(CELL_ATTR(screen.cell[screen.cursor_y * screen.w]),
			 ATTR_REVERSE);
}

static void test_many(void **state)
{
	(void)state;
	begin_ui(60);
	press("\033[F");
	draw(80, 24);
	assert_true(shows("60  system 60") && shows("of 60"));
	assert_false(shows(" 1  system 1"));
	press("\033[H");
	draw(80, 24);
	assert_true(shows(" 1  system 1"));
}

static void test_long_parameters(void **state)
{
	static char text[4001];

	(void)state;
	memset(text, 'p', 4000);
	begin_ui(3);
	fake.cmdline = text;
	press("\033[A");
	ui_begin(&ui, &fake.host, 0);
	draw(80, 24);
	assert_true(shows("..."));
	press("e");
	draw(80, 24);
	assert_true(screen.cursor_y < 24 && shows("of 52"));
	press("Z\033[H\033[3~A\r");
	assert_memory_equal(fake.done, "ipl 2 =Appp", 11);
	fake.cmdline = "";
}

/* Whatever is pressed on whatever terminal: no crash, nothing out of bounds. */
static void test_any_keys(void **state)
{
	static const char *const keys[] = {
		"\033[A", "\033[B", "\033[C", "\033[D", "\033[H", "\033[F",
		"\033[5~", "\033[6~", "\033[3~", "\x7f", "\r", "e", "i", "d",
		"f", "?", "1", "2", "5", "60", " ", "x", "\x15", "\x0b", "\x17",
		"\033", "\xc3\xbc", "\xe4\xb8\xad", "\xff", "\t",
	};
	uint32_t random = 1;

	(void)state;
	begin_ui(60);
	fake.refuses = true;
	for (int i = 0; i < 20000; i++) {
		random = random * 1664525 + 1013904223;
		press(keys[(random >> 16) % (sizeof(keys) / sizeof(*keys))]);
		draw(1 + (random >> 8) % 200, 1 + (random >> 20) % 80);
		assert_true(screen.cursor_x < screen.w);
		assert_true(screen.cursor_y < screen.h);
		assert_false(ui.is_done);
	}
}

static void test_countdown(void **state)
{
	(void)state;
	reset_fake(3);
	fake.timeout_ms = 2500;
	memset(&ui, 0, sizeof(ui));
	ui_begin(&ui, &fake.host, 1000);
	draw(80, 24);
	assert_true(shows("Entry 2 is started in 3 s; any key stops that"));
	assert_false(ui_tick(&ui, 1400));
	assert_true(ui_tick(&ui, 1600));
	draw(40, 24);
	assert_true(shows("in 2 s"));
	assert_true(ui_tick(&ui, 3500));
	assert_true(ui.is_done);
	assert_string_equal(fake.done, ""); /* as without a menu */

	memset(&ui, 0, sizeof(ui));
	ui_begin(&ui, &fake.host, 1000);
	press("x");
	assert_false(ui_tick(&ui, 99999));
	assert_false(ui.is_done);
}

/* ---- as lines */

static void test_lines(void **state)
{
	static const struct {
		const char *typed, *text, *done;
	} cases[] = {
		{ "\n", "Starting entry 2: system 2", "ipl 2 -" },
		{ " 1 \n", "Starting entry 1", "ipl 1 -" },
		{ "1 quiet\n", "Starting entry 1", "ipl 1 quiet" },
		{ "9\n", "There is no entry 9", "" },
		{ "3 x\n", "signed", "" },
		{ "x\n", "start entry N", "" },
		{ "?\n", "start entry N", "" },
		{ "1x\n", "Not understood", "" },
		{ "i 1\n", "details of 1", "" },
		{ "i\n", "There is no such entry", "" },
		{ "d\n", "disk1  fe.0.0002", "" },
		{ "d 2\n", "boot menu of disk0", "open 1" },
		{ "d 3\n", "no such disk", "" },
		{ "d 0\n", "no such disk", "" },
		{ "f\n", "not available", "" },
		{ "e 1\n", "root=/dev/vda1 ro", "" },
		{ "e 1\nnew\n", "Starting entry 1", "ipl 1 =new" },
		{ "e 1\n\n1\n", "Starting entry 1", "ipl 1 -" },
		{ "e 3\n", "signed", "" },
		{ "e 9\n", "no such entry", "" },
		{ "l\n", "*  2  system 2", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		reset_fake(3);
		begin(1, true);
		tapes[0].n = 0;
		type(0, cases[i].typed);
		if (!strstr(tapes[0].text, cases[i].text))
			fail_msg("'%s': no '%s' in: %s", cases[i].typed,
				 cases[i].text, tapes[0].text);
		assert_string_equal(fake.done, cases[i].done);
		assert_int_equal(menu.ui.is_done,
				 !strncmp(cases[i].done, "ipl", 3));
		if (!menu.ui.is_done)
			assert_memory_equal(tapes[0].text + tapes[0].n - 2,
					    ": ", 2); /* a prompt */
	}
}

/* ---- consoles */

static void test_dumb_terminal(void **state)
{
	(void)state;
	reset_fake(3);
	begin(1, false);
	menu_tick(&menu, 1000 + MENU_ANSWER_MS - 1);
	assert_null(strstr(tapes[0].text, "boot menu"));
	menu_tick(&menu, 1000 + MENU_ANSWER_MS);
	assert_non_null(strstr(tapes[0].text, "boot menu of disk0"));
	type(0, "2\x7f" "1 a\x15" "1\xc3\xbc\x7f\r");
	assert_non_null(strstr(tapes[0].text, "\b \b"));
	assert_string_equal(fake.done, "ipl 1 -");
}

static void test_terminal(void **state)
{
	size_t n;

	(void)state;
	reset_fake(3);
	begin(1, false);
	type(0, "\033[30;100R");
	assert_int_equal(menu.seats[0].w, 100);
	assert_null(menu.leader); /* that was no person */
	assert_non_null(strstr(tapes[0].text, "system 3"));
	n = tapes[0].n;
	menu_tick(&menu, 5000); /* nothing new, nothing is sent */
	assert_int_equal(tapes[0].n, n);
	type(0, "\033[B");
	assert_true(tapes[0].n - n < 500); /* only what has changed */
	type(0, "\033");
	menu_tick(&menu, 2000 + MENU_ESCAPE_MS);
	type(0, "\r");
	assert_string_equal(fake.done, "ipl 3 -");
	menu_end(&menu);
	assert_non_null(strstr(tapes[0].text, "\nStarting entry 3: system 3\n"));
}

static void test_leader(void **state)
{
	size_t n;

	(void)state;
	reset_fake(3);
	fake.timeout_ms = 60000;
	begin(2, true);
	type(0, "\033[24;80R");
	assert_non_null(strstr(tapes[1].text, "boot menu of disk0"));
	assert_non_null(strstr(tapes[1].text, "is started in 60 s"));
	type(1, "9\n");
	assert_ptr_equal(menu.leader, &menu.seats[1]);
	assert_non_null(strstr(tapes[0].text, "used on another console"));
	n = tapes[0].n;
	type(0, "1\r");
	menu_tick(&menu, 100000);
	assert_false(menu.ui.is_done);
	type(1, "3\n");
	assert_string_equal(fake.done, "ipl 3 -");
	menu_end(&menu);
	assert_int_equal(tapes[0].n, n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_keys_in_pieces),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_edit),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_what_does_not_work),
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_long_parameters),
		cmocka_unit_test(test_any_keys),
		cmocka_unit_test(test_countdown),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_dumb_terminal),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_leader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
