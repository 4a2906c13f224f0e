/* SPDX-License-Identifier: MIT */
/* "check" for people: the verdict, the programs, then each finding.
 * May use: everything. */
#include "base/cleanup.h"
#include "cli/check.h"
#include "cli/table.h"
#include "cli/text.h"
#include "cli/wrap.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define INDENT	   4u /* of what belongs to a finding */
#define PLACES_MAX 3u /* that are named, of several programs */

enum column { COL_DEFAULT, COL_NR, COL_NAME, COL_OUTCOME, COL_MEMORY };

static const struct ipl_column columns[] = {
	[COL_DEFAULT] = { "", 0 },
	[COL_NR] = { "NR", SCOLS_FL_RIGHT },
	[COL_NAME] = { "NAME", 0 },
	[COL_OUTCOME] = { "VERDICT", 0 },
	[COL_MEMORY] = { "MEMORY IT TAKES", SCOLS_FL_RIGHT },
};

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

static const char *outcome_text(enum ipl_outcome outcome)
{
	switch (outcome) {
	case IPL_BOOTS:
		return "boots";
	case IPL_NOT_FOR_IPL:
		return "is not for IPL";
	case IPL_FAILS:
		return "does not boot";
	}
	return "?";
}

static int fill_line(struct libscols_line *line, const struct ipl_program *prog,
		     const struct ipl_program_verdict *v)
{
	auto_free char *name = ipl_text_printable(prog->name ? prog->name : "");
	char buf[IPL_TEXT_SIZE];
	int rc;

	rc = scols_line_set_data(line, COL_DEFAULT,
				 prog->is_default ? "*" : "");
	snprintf(buf, sizeof(buf), "%u", prog->number);
	rc |= scols_line_set_data(line, COL_NR, buf);
	rc |= scols_line_set_data(line, COL_NAME, name ? name : "");
	rc |= scols_line_set_data(line, COL_OUTCOME, outcome_text(v->outcome));
	rc |= scols_line_set_data(line, COL_MEMORY,
				  v->needed < UINT64_MAX
					  ? ipl_text_size(v->needed, buf)
					  : "no end");
	return rc;
}

static int fill_table(struct libscols_table *table, const struct ipl_checked *c)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < c->verdict.n_programs; i++) {
		struct libscols_line *line;

		if (!c->verdict.programs[i].checked)
			continue;
		line = scols_table_new_line(table, NULL);
		rc = line ? fill_line(line, &c->map->programs[i],
				      &c->verdict.programs[i])
			  : -1;
	}
	return rc;
}

static int print_programs(const struct ipl_checked *c)
{
	struct libscols_table *table = ipl_table_new(columns, N_COLUMNS);
	int rc = table ? fill_table(table, c) : -1;

	if (!rc)
		rc = scols_print_table(table);
	scols_unref_table(table);
	return rc;
}

/* A sentence behind a word of its own. */
static void print_part(const char *word, const char *text)
{
	if (!text[0])
		return;
	printf("%*s%-10s", (int)INDENT, "", word);
	ipl_wrap_print(INDENT + 10, INDENT + 10, text);
}

/* Whether @a and @b say the same about two programs. */
static bool is_same(const struct ipl_finding *a, const struct ipl_finding *b)
{
	return a->code == b->code && a->program != IPL_WHOLE_DISK &&
	       b->program != IPL_WHOLE_DISK && !strcmp(a->found, b->found) &&
	       !strcmp(a->expected, b->expected) &&
	       !strcmp(a->advice, b->advice);
}

static bool was_printed(const struct ipl_report *report, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (is_same(&report->findings[k], &report->findings[i]))
			return true;
	}
	return false;
}

static void put_place(FILE *to, const struct ipl_checked *c,
		      const struct ipl_finding *f, size_t n)
{
	if (n == 0)
		fprintf(to, "%s, ", f->structure);
	else
		fprintf(to, "; ");
	if (c->map)
		fprintf(to, "block %" PRIu64 ", ", f->off / c->map->block_size);
	fprintf(to, "byte 0x%" PRIx64, f->off);
}

/* The places of finding @i and of those that say the same. */
static void print_places(const struct ipl_checked *c, size_t i)
{
	const struct ipl_report *r = &c->verdict.report;
	auto_free char *text = NULL;
	size_t size, n = 0;
	FILE *to;

	if (!r->findings[i].structure[0])
		return;
	to = open_memstream(&text, &size);
	if (!to)
		return;
	for (size_t k = i; k < r->n; k++) {
		if (k != i && !is_same(&r->findings[i], &r->findings[k]))
			continue;
		if (n < PLACES_MAX)
			put_place(to, c, &r->findings[k], n);
		n++;
	}
	if (n > PLACES_MAX)
		fprintf(to, "; and %zu more", n - PLACES_MAX);
	if (fclose(to) == 0)
		print_part("where:", text);
}

/* "program 1", "programs 1, 2, 5": those that finding @i is about. */
static void put_programs(FILE *to, const struct ipl_report *r, size_t i)
{
	const struct ipl_finding *f = &r->findings[i];
	size_t n = 0;

	if (f->program == IPL_WHOLE_DISK)
		return;
	for (size_t k = i; k < r->n; k++)
		n += k == i || is_same(f, &r->findings[k]);
	fprintf(to, "program%s %d", n == 1 ? "" : "s", f->program);
	for (size_t k = i + 1; k < r->n; k++) {
		if (is_same(f, &r->findings[k]))
			fprintf(to, ", %d", r->findings[k].program);
	}
	fprintf(to, ": ");
}

static void print_finding(const struct ipl_checked *c, size_t i)
{
	const struct ipl_finding *f = &c->verdict.report.findings[i];
	auto_free char *text = NULL;
	size_t size;
	FILE *to;

	if (was_printed(&c->verdict.report, i))
		return;
	to = open_memstream(&text, &size);
	if (!to)
		return;
	fprintf(to, "%s: ", ipl_severity_name(f->severity));
	put_programs(to, &c->verdict.report, i);
	fprintf(to, "%s", f->found);
	putchar('\n');
	if (fclose(to) == 0)
		ipl_wrap_print(0, INDENT, text);
	print_part("expected:", f->expected);
	print_places(c, i);
	print_part("hint:", f->advice);
}

/* Findings of @severity, those that say the same counted once. */
static size_t count(const struct ipl_report *report, enum ipl_severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n; i++)
		n += report->findings[i].severity == severity &&
		     !was_printed(report, i);
	return n;
}

static void print_counts(const struct ipl_report *report)
{
	const char *sep = "\n";

	if (report->n == 0)
		printf("\nNothing was found that is worth mentioning.");
	for (int i = IPL_ERROR; i >= IPL_NOTE; i--) {
		enum ipl_severity severity = (enum ipl_severity)i;
		size_t n = count(report, severity);

		if (!n)
			continue;
		printf("%s%zu %s%s", sep, n, ipl_severity_name(severity),
		       n == 1 ? "" : "s");
		sep = ", ";
	}
	putchar('\n');
}

int ipl_check_print_text(const struct ipl_checked *c, struct ipl_err *err)
{
	auto_free char *disk = ipl_text_printable(c->disk);
	const struct ipl_verdict *v = &c->verdict;
	char size[IPL_TEXT_SIZE];

	printf("%s: %s in a VM with %s of memory\n", disk ? disk : "?",
	       v->boots ? "boots" : "does not boot",
	       ipl_text_size(v->memory, size));
	if (v->n_programs) {
		putchar('\n');
		if (print_programs(c))
			return ipl_fail(err, IPL_ENOMEM, "out of memory");
	}
	for (size_t i = 0; i < v->report.n; i++)
		print_finding(c, i);
	print_counts(&v->report);
	return 0;
}
