/* SPDX-License-Identifier: MIT */
/* Installing over an old boot map while the power fails: after every single
 * write the disk has the old programs or the new ones, whole. */
#include "boot/plan.h"
#include "format/linux_image.h"
#include "install/format.h"
#include "install/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define DISK_SIZE  (6u << 20)
#define KERNEL_LEN 150000u
#define INITRD_LEN 90000u
#define ENTRIES	   3u
#define LOG_MAX	   1000u
#define MEMORY	   (UINT64_C(1) << 30)

/* --- a disk in memory that remembers what was written --- */

struct entry {
	uint64_t off;
	size_t len;
	uint8_t *data;
	bool flushed; /* a flush came behind it */
};

struct log_src {
	struct ipl_src src;
	uint8_t *bytes;
	struct entry log[LOG_MAX];
	size_t n;
	size_t fail_at; /* the write that fails; SIZE_MAX: none */
};

static int log_read(struct ipl_src *src, uint64_t off, void *buf, size_t len,
		    struct ipl_err *err)
{
	(void)err;
	memcpy(buf, ((struct log_src *)src)->bytes + off, len);
	return 0;
}

static int log_write(struct ipl_src *src, uint64_t off, const void *buf,
		     size_t len, struct ipl_err *err)
{
	struct log_src *l = (struct log_src *)src;
	struct entry *e = &l->log[l->n];

	if (l->n == l->fail_at)
		return ipl_fail(err, IPL_EIO, "no more");
	assert_true(l->n < LOG_MAX);
	*e = (struct entry){ .off = off, .len = len, .data = malloc(len) };
	assert_non_null(e->data);
	memcpy(e->data, buf, len);
	memcpy(l->bytes + off, buf, len);
	l->n++;
	return 0;
}

static int log_flush(struct ipl_src *src, struct ipl_err *err)
{
	struct log_src *l = (struct log_src *)src;

	(void)err;
	if (l->n)
		l->log[l->n - 1].flushed = true;
	return 0;
}

static void log_close(struct ipl_src *src)
{
	(void)src;
}

static const struct ipl_src_ops log_ops = {
	.read = log_read,
	.write = log_write,
	.flush = log_flush,
	.close = log_close,
};

static char disk_name[] = "disk";

static void forget(struct log_src *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->log[i].data);
	l->n = 0;
}

static struct log_src *new_disk(uint64_t size)
{
	struct log_src *l = calloc(1, sizeof(*l));

	assert_non_null(l);
	l->src = (struct ipl_src){ .ops = &log_ops,
				   .name = disk_name,
				   .size = size,
				   .writable = true };
	l->bytes = calloc(1, size);
	assert_non_null(l->bytes);
	l->fail_at = SIZE_MAX;
	return l;
}

static void free_disk(struct log_src *l)
{
	forget(l);
	free(l->bytes);
	free(l);
}

/* --- jobs --- */

/* A file of the byte @fill; a kernel has what a boot loader looks at. */
static void make_file(char *path, size_t len, uint8_t fill, bool is_kernel)
{
	uint8_t *bytes = malloc(len);
	int fd = mkstemp(path);

	assert_true(fd >= 0 && bytes);
	memset(bytes, fill, len);
	if (is_kernel) {
		memset(bytes + LINUX_IMAGE_ENTRY, 0, LINUX_IMAGE_HEAD_LEN);
		memcpy(bytes + LINUX_IMAGE_ENTRY + 8, "S390EP", 6);
	}
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	close(fd);
	free(bytes);
}

/* All of a generation, 'o' or 'n', is filled with that letter. */
struct generation {
	char kernel[32], initrd[32];
	struct ipl_job job;
};

static void make_generation(struct generation *g, char letter)
{
	struct ipl_err err;

	*g = (struct generation){ .kernel = "/tmp/ipl-test-XXXXXX",
				  .initrd = "/tmp/ipl-test-XXXXXX" };
	make_file(g->kernel, KERNEL_LEN, (uint8_t)letter, true);
	make_file(g->initrd, INITRD_LEN, (uint8_t)letter, false);
	for (unsigned i = 0; i < ENTRIES; i++) {
		struct ipl_job_entry *e;
		struct ipl_job_file *initrd;

		assert_int_equal(ipl_job_add(&g->job, &e, &err), 0);
		assert_int_equal(ipl_job_add_initrd(e, &initrd, &err), 0);
		assert_int_equal(ipl_job_set_file(&e->kernel, IPL_JOB_ON_HOST,
						  g->kernel, &err),
				 0);
		assert_int_equal(ipl_job_set_file(initrd, IPL_JOB_ON_HOST,
						  g->initrd, &err),
				 0);
		assert_true(asprintf(&e->cmdline, "%c%u", letter, i) > 0);
	}
	assert_int_equal(ipl_job_number(&g->job, &err), 0);
}

static void generation_done(struct generation *g)
{
	unlink(g->kernel);
	unlink(g->initrd);
	ipl_job_done(&g->job);
}

static int try_install(struct log_src *disk, const struct ipl_job *job,
		       unsigned block_size, bool replace)
{
	const struct ipl_target_options opts = { .block_size = block_size };
	const struct ipl_install_options how = { .partition = 1,
						 .replace = replace };
	const struct ipl_apply_options apply = { 0 };
	struct ipl_install *plan = NULL;
	struct ipl_target target;
	struct ipl_err err = { 0 };
	int rc = ipl_target_read(&disk->src, &opts, &target, &err);

	if (!rc)
		rc = ipl_install_plan(&target, job, &how, &plan, &err);
	if (!rc)
		rc = ipl_install_apply(plan, &apply, &err);
	ipl_install_free(plan);
	ipl_target_done(&target);
	if (rc && disk->fail_at == SIZE_MAX)
		print_error("%s\n", err.msg);
	return rc;
}

/* --- looking at what there is --- */

/* The letter that all bytes of the segment at @addr have; 0: not all have. */
static char letter_at(const struct ipl_plan *plan, uint64_t addr, size_t skip,
		      size_t len)
{
	uint8_t *bytes = malloc(len);
	char letter = 0;

	assert_non_null(bytes);
	for (size_t i = 0; i < plan->n_segments; i++) {
		const struct ipl_segment *s = &plan->segments[i];

		if (s->addr != addr)
			continue;
		assert_int_equal(
			ipl_plan_read(plan, s, addr + skip, bytes, len, NULL),
			0);
		letter = (char)bytes[0];
		for (size_t k = 0; k < len; k++)
			letter = bytes[k] == bytes[0] ? letter : 0;
	}
	free(bytes);
	return letter;
}

/* Whose program @prog is, if it is whole. */
static char check_program(const struct ipl_map *map,
			  const struct ipl_program *prog)
{
	size_t skip = LINUX_IMAGE_ENTRY + LINUX_IMAGE_HEAD_LEN;
	struct ipl_plan *plan;
	char letter;

	assert_int_equal(prog->rc, 0);
	assert_int_equal(ipl_plan_make(map, prog, MEMORY, &plan, NULL), 0);
	letter = letter_at(plan, LINUX_IMAGE_ENTRY, skip, KERNEL_LEN - skip);
	assert_int_equal(prog->ramdisk_len, INITRD_LEN);
	assert_int_equal(
		letter_at(plan, prog->stage3.initrd_addr, 0, INITRD_LEN),
		letter);
	assert_int_equal(prog->cmdline[0], letter);
	ipl_plan_free(plan);
	return letter;
}

/* Whose programs the disk has: all of each map must be of the same. */
static char check_disk(const uint8_t *bytes, size_t size, unsigned maps)
{
	struct ipl_map *map;
	struct ipl_src *src;
	struct ipl_err err;
	char first = 0;

	assert_int_equal(ipl_src_open_mem(bytes, size, "disk", &src, &err), 0);
	if (ipl_map_read(src, &map, &err))
		fail_msg("%s", err.msg);
	for (const struct ipl_map *m = map; m; m = m->other, maps--) {
		char letter = 0;

		assert_int_equal(m->n_programs, ENTRIES + 1);
		for (size_t i = 0; i < m->n_programs; i++) {
			char found = check_program(m, &m->programs[i]);

			assert_true(!letter || letter == found);
			letter = found;
		}
		first = first ? first : letter;
	}
	assert_int_equal(maps, 0);
	ipl_map_free(map);
	ipl_src_close(src);
	return first;
}

/* --- the tests --- */

struct kind {
	const struct ipl_scheme *scheme;
	unsigned block_size;
	unsigned maps;
	unsigned records;
};

static const struct kind scsi512 = { &ipl_scheme_scsi, 512, 1, 1 };
static const struct kind scsi4096 = { &ipl_scheme_scsi, 4096, 1, 1 };
static const struct kind cdl = { &ipl_scheme_cdl, 4096, 2, 3 };
static const struct kind ldl = { &ipl_scheme_ldl, 4096, 1, 1 };
static const struct kind fba = { &ipl_scheme_fba, 512, 1, 1 };

static struct log_src *make_disk(const struct kind *kind)
{
	struct ipl_format f = { .scheme = kind->scheme,
				.block_size = kind->block_size,
				.boot_bytes = 2u << 20,
				.serial = "0X0001",
				.year = 2026,
				.day = 1 };
	struct ipl_writes writes = { 0 };
	uint64_t size = DISK_SIZE;
	struct log_src *disk;
	struct ipl_err err;

	assert_int_equal(ipl_format_check(&f, &size, &err), 0);
	disk = new_disk(size);
	assert_int_equal(ipl_format_disk(&f, &disk->src, &writes, &err), 0);
	assert_int_equal(ipl_writes_apply(&writes, &disk->src, &err), 0);
	ipl_writes_done(&writes);
	forget(disk);
	return disk;
}

static bool is_record(const struct kind *kind, const struct entry *e)
{
	return e->off < 3u * kind->block_size;
}

/* After each write, and in the middle of each that is no record. */
static void check_every_cut(const struct kind *kind, const struct log_src *disk,
			    uint8_t *before)
{
	size_t size = disk->src.size, records = 0;

	assert_int_equal(check_disk(before, size, kind->maps), 'o');
	for (size_t i = 0; i < disk->n; i++) {
		const struct entry *e = &disk->log[i];
		bool last = i + 1 == disk->n;

		if (is_record(kind, e)) {
			records++;
			assert_int_equal(e->len, kind->block_size);
			assert_true(e->flushed);
			assert_true(disk->log[i - 1].flushed);
		} else {
			assert_int_equal(records, 0);
			memcpy(before + e->off, e->data, e->len / 2);
			assert_int_equal(check_disk(before, size, kind->maps),
					 'o');
		}
		memcpy(before + e->off, e->data, e->len);
		assert_int_equal(check_disk(before, size, kind->maps),
				 last ? 'n' : 'o');
	}
	assert_int_equal(records, kind->records);
}

static void test_power_cut(void **state)
{
	const struct kind *kind = *state;
	struct log_src *disk = make_disk(kind);
	struct generation old, new;
	uint8_t *before = malloc(disk->src.size);

	assert_non_null(before);
	make_generation(&old, 'o');
	make_generation(&new, 'n');
	assert_int_equal(try_install(disk, &old.job, kind->block_size, false),
			 0);
	forget(disk);
	memcpy(before, disk->bytes, disk->src.size);
	assert_int_equal(try_install(disk, &new.job, kind->block_size, false),
			 0);
	check_every_cut(kind, disk, before);
	/* and back, where the old ones were */
	forget(disk);
	assert_int_equal(try_install(disk, &old.job, kind->block_size, false),
			 0);
	assert_int_equal(check_disk(disk->bytes, disk->src.size, kind->maps),
			 'o');
	generation_done(&old);
	generation_done(&new);
	free(before);
	free_disk(disk);
}

/* A disk that takes no more after some writes keeps the old programs. */
static void test_write_error(void **state)
{
	const struct kind *kind = *state;
	struct log_src *disk = make_disk(kind);
	struct generation old, new;

	make_generation(&old, 'o');
	make_generation(&new, 'n');
	assert_int_equal(try_install(disk, &old.job, kind->block_size, false),
			 0);
	for (size_t n = 0; n < 28; n += 3) {
		forget(disk);
		disk->fail_at = n;
		assert_int_equal(
			try_install(disk, &new.job, kind->block_size, false),
			IPL_EIO);
		assert_int_equal(
			check_disk(disk->bytes, disk->src.size, kind->maps),
			'o');
	}
	generation_done(&old);
	generation_done(&new);
	free_disk(disk);
}

#define TEST(f, kind)                                                 \
	{                                                             \
#f " " #kind, f, NULL, NULL, (void *)(uintptr_t)&kind \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_power_cut, scsi512), TEST(test_power_cut, scsi4096),
		TEST(test_power_cut, cdl),     TEST(test_power_cut, ldl),
		TEST(test_power_cut, fba),     TEST(test_write_error, scsi512),
		TEST(test_write_error, cdl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
