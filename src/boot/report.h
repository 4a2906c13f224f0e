/* SPDX-License-Identifier: MIT */
/* Findings: what a check has to say, and where.
 * May use: base, format, disk. */
#ifndef IPL_BOOT_REPORT_H
#define IPL_BOOT_REPORT_H

#include "base/err.h"

#include <stddef.h>

/* Ordered: the worst is the largest. */
enum ipl_severity {
	IPL_NOTE,    /* worth knowing */
	IPL_WARNING, /* boots, but not as someone may expect */
	IPL_ERROR,   /* does not boot */
};

/* In place of the number of a program. */
#define IPL_WHOLE_DISK (-1)
#define IPL_ANYWHERE   (-2)

struct ipl_finding {
	enum ipl_severity severity;
	const char *code;   /* "overlap": a stable word, for JSON */
	int program;	    /* its number, or IPL_WHOLE_DISK */
	char structure[32]; /* where: "segment table"; "" if nowhere */
	uint64_t off;	    /* and its byte on the disk */
	char found[512];
	char expected[160]; /* "" if found says it all */
	char advice[256];   /* "" if nothing is known */
};

struct ipl_report {
	struct ipl_finding *findings;
	size_t n, capacity;
	bool out_of_memory;
	struct ipl_finding spare; /* is written to when memory is out */
};

/* Append a finding. Never NULL: failures are remembered in the report. The
 * pointer is good until the next one. */
struct ipl_finding *ipl_report_add(struct ipl_report *report,
				   enum ipl_severity severity, const char *code,
				   int program);

/* The same from a failure; its place comes along. */
struct ipl_finding *ipl_report_add_err(struct ipl_report *report,
				       enum ipl_severity severity,
				       const char *code, int program,
				       const struct ipl_err *err);

/* Fill in a finding: each is one sentence without a full stop. */
void ipl_finding_at(struct ipl_finding *f, const char *structure, uint64_t off);
void ipl_finding_found(struct ipl_finding *f, const char *fmt, ...)
	IPL_PRINTF(2, 3);
void ipl_finding_expected(struct ipl_finding *f, const char *fmt, ...)
	IPL_PRINTF(2, 3);
void ipl_finding_advise(struct ipl_finding *f, const char *fmt, ...)
	IPL_PRINTF(2, 3);

/* The worst first; else as they were added. */
void ipl_report_sort(struct ipl_report *report);

/* How many there are of @severity about @program, which may be
 * IPL_WHOLE_DISK or IPL_ANYWHERE. */
size_t ipl_report_count(const struct ipl_report *report,
			enum ipl_severity severity, int program);

void ipl_report_done(struct ipl_report *report);

/* "note", "warning", "error". */
const char *ipl_severity_name(enum ipl_severity severity);

#endif
