/* SPDX-License-Identifier: MIT */
/* Install jobs: numbers of entries. */
#include "install/job.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct ipl_job_entry *add(struct ipl_job *job, unsigned number)
{
	struct ipl_job_entry *entry = NULL;
	struct ipl_err err;

	assert_int_equal(ipl_job_add(job, &entry, &err), 0);
	assert_int_equal(ipl_job_set_file(&entry->kernel, IPL_JOB_ON_HOST,
					  "vmlinuz", &err),
			 0);
	entry->number = number;
	return entry;
}

static void test_numbers(void **state)
{
	struct ipl_job job = { 0 };
	struct ipl_err err;

	(void)state;
	add(&job, 0);
	add(&job, 1);
	add(&job, 0);
	add(&job, 30);
	add(&job, 0);
	assert_int_equal(ipl_job_number(&job, &err), 0);
	assert_int_equal(job.entries[0].number, 2);
	assert_int_equal(job.entries[1].number, 1);
	assert_int_equal(job.entries[2].number, 3);
	assert_int_equal(job.entries[3].number, 30);
	assert_int_equal(job.entries[4].number, 4);
	assert_int_equal(job.default_number, 2);
	ipl_job_done(&job);
}

static void fails(struct ipl_job *job, const char *says)
{
	struct ipl_err err;

	assert_int_equal(ipl_job_number(job, &err), IPL_EINVAL);
	assert_non_null(strstr(err.msg, says));
	ipl_job_done(job);
}

static void test_wrong(void **state)
{
	struct ipl_job job = { 0 };

	(void)state;
	fails(&job, "no entry");
	add(&job, 5);
	add(&job, 5);
	fails(&job, "number 5 is given to two");
	add(&job, 31);
	fails(&job, "has number 31");
	add(&job, 3);
	job.default_number = 2;
	fails(&job, "the default is 2");
	add(&job, 1);
	add(&job, 2)->kernel.where = IPL_JOB_NOWHERE;
	fails(&job, "entry 2 has no kernel");
}

static void test_limit(void **state)
{
	struct ipl_job_entry *entry;
	struct ipl_job job = { 0 };
	struct ipl_err err;

	(void)state;
	for (unsigned i = 0; i < IPL_JOB_ENTRIES_MAX; i++)
		add(&job, 0);
	assert_int_equal(ipl_job_add(&job, &entry, &err), IPL_ELIMIT);
	assert_int_equal(ipl_job_number(&job, &err), 0);
	assert_int_equal(job.entries[29].number, 30);
	ipl_job_done(&job);
}

static void test_notes(void **state)
{
	struct ipl_job job = { 0 };
	struct ipl_err err;

	(void)state;
	assert_int_equal(ipl_job_note(&job, &err, "line %d", 1), 0);
	assert_int_equal(ipl_job_note(&job, &err, "line %d", 2), 0);
	assert_int_equal(job.n_notes, 2);
	assert_string_equal(job.notes[1], "line 2");
	ipl_job_done(&job);
	assert_int_equal(job.n_notes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_notes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
