/* SPDX-License-Identifier: MIT */
/* Findings: what a check has to say, and where.
 * May use: base, format, disk. */
#include "boot/report.h"

#include <stdio.h>
#include <stdlib.h>

static struct ipl_finding *next(struct ipl_report *report)
{
	size_t wanted = report->capacity ? report->capacity * 2 : 8;
	struct ipl_finding *p;

	if (report->n < report->capacity)
		return &report->findings[report->n++];
	p = reallocarray(report->findings, wanted, sizeof(*p));
	if (!p) {
		report->out_of_memory = true;
		return &report->spare;
	}
	report->findings = p;
	report->capacity = wanted;
	return &report->findings[report->n++];
}

struct ipl_finding *ipl_report_add(struct ipl_report *report,
				   enum ipl_severity severity, const char *code,
				   int program)
{
	struct ipl_finding *f = next(report);

	*f = (struct ipl_finding){
		.severity = severity,
		.code = code,
		.program = program,
	};
	return f;
}

struct ipl_finding *ipl_report_add_err(struct ipl_report *report,
				       enum ipl_severity severity,
				       const char *code, int program,
				       const struct ipl_err *err)
{
	struct ipl_finding *f = ipl_report_add(report, severity, code, program);

	ipl_finding_found(f, "%s", err->msg);
	if (err->structure[0])
		ipl_finding_at(f, err->structure, err->off);
	ipl_finding_advise(f, "%s", err->advice);
	return f;
}

void ipl_finding_at(struct ipl_finding *f, const char *structure, uint64_t off)
{
	snprintf(f->structure, sizeof(f->structure), "%s", structure);
	f->off = off;
}

void ipl_finding_found(struct ipl_finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->found, sizeof(f->found), fmt, ap);
	va_end(ap);
}

void ipl_finding_expected(struct ipl_finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->expected, sizeof(f->expected), fmt, ap);
	va_end(ap);
}

void ipl_finding_advise(struct ipl_finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->advice, sizeof(f->advice), fmt, ap);
	va_end(ap);
}

/* Few findings, and those of the same severity keep their order. */
void ipl_report_sort(struct ipl_report *report)
{
	struct ipl_report sorted = { 0 };

	for (int severity = IPL_ERROR; severity >= IPL_NOTE; severity--) {
		for (size_t i = 0; i < report->n; i++) {
			if ((int)report->findings[i].severity == severity)
				*next(&sorted) = report->findings[i];
		}
	}
	if (sorted.out_of_memory) {
		free(sorted.findings);
		report->out_of_memory = true;
		return;
	}
	free(report->findings);
	report->findings = sorted.findings;
	report->capacity = sorted.capacity;
}

size_t ipl_report_count(const struct ipl_report *report,
			enum ipl_severity severity, int program)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n; i++) {
		const struct ipl_finding *f = &report->findings[i];

		n += f->severity == severity &&
		     (program == IPL_ANYWHERE || f->program == program);
	}
	return n;
}

void ipl_report_done(struct ipl_report *report)
{
	free(report->findings);
	*report = (struct ipl_report){ 0 };
}

const char *ipl_severity_name(enum ipl_severity severity)
{
	static const char *const names[] = {
		[IPL_NOTE] = "note",
		[IPL_WARNING] = "warning",
		[IPL_ERROR] = "error",
	};

	return names[severity];
}
