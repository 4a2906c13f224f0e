/* SPDX-License-Identifier: MIT */
/* Where file systems may be on a CDL disk: its table of contents.
 * May use: boot. */
#include "unit.h"

#include "boot/windows.h"
#include "format/vtoc.h"

#define BS	4096u
#define SECTORS 12u
#define TRACKS	150u

static uint8_t disk[TRACKS * SECTORS * BS];

static const struct ipl_layout *cdl(void)
{
	const struct ipl_layout *layout = NULL;

	for (size_t i = 0; (layout = ipl_layout_at(i)); i++) {
		if (!strcmp(layout->name, "cdl"))
			break;
	}
	assert_non_null(layout);
	return layout;
}

static void make(void)
{
	static const struct vtoc_volume volume = {
		.serial = "0X0001",
		.geo = { 15, SECTORS },
		.cylinders = TRACKS / 15,
		.block_size = BS,
		.year = 126,
		.day = 1,
		.part = { { 2, 48, true }, { 50, 100, true } },
		.n_parts = 2,
	};
	struct ipl_wr vol1 = { disk + 2 * BS, BS, 0, false };
	uint8_t labels[16 * VTOC_LABEL_LEN];
	struct ipl_wr w = { labels, sizeof(labels), 0, false };
	unsigned n;

	memset(disk, 0, sizeof(disk));
	vtoc_vol1_encode(&vol1, &volume);
	n = vtoc_encode(&w, &volume);
	assert_false(vol1.overflow || w.overflow);
	/* each label is a record of the second track */
	for (unsigned i = 0; i < n; i++)
		memcpy(disk + (SECTORS + i) * BS, labels + i * VTOC_LABEL_LEN,
		       VTOC_LABEL_LEN);
}

static size_t find(struct ipl_window ret[IPL_WINDOWS_MAX])
{
	struct ipl_map map = { .block_size = BS, .layout = cdl() };
	size_t n;

	assert_int_equal(
		ipl_src_open_mem(disk, sizeof(disk), "disk", &map.src, NULL),
		0);
	n = ipl_windows_find(&map, ret);
	ipl_src_close(map.src);
	return n;
}

static void test_two(void **state)
{
	struct ipl_window w[IPL_WINDOWS_MAX];

	(void)state;
	make();
	assert_int_equal(find(w), 2);
	assert_true(w[0].off == 2 * SECTORS * BS);
	assert_true(w[0].len == 48 * SECTORS * BS);
	assert_true(w[1].off == 50 * SECTORS * BS);
	assert_true(w[1].len == 100 * SECTORS * BS);
}

/* Without a table there is still the place of the first partition; and wrong
 * bytes lead nowhere outside the disk. */
static void test_damaged(void **state)
{
	struct ipl_window w[IPL_WINDOWS_MAX];

	(void)state;
	make();
	memset(disk + 2 * BS, 0, BS);
	assert_int_equal(find(w), 1);
	assert_true(w[0].off == 2 * SECTORS * BS);
	assert_true(w[0].len == sizeof(disk) - w[0].off);
	for (unsigned i = 0; i < 5 * VTOC_LABEL_LEN; i++) {
		size_t n;

		make();
		disk[(SECTORS + i / VTOC_LABEL_LEN) * BS + i % VTOC_LABEL_LEN] ^=
			0xff;
		n = find(w);
		assert_true(n >= 1 && n <= 2);
		for (size_t k = 0; k < n; k++)
			assert_true(w[k].off + w[k].len <= sizeof(disk));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
