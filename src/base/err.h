/* SPDX-License-Identifier: MIT */
/* Errors: one object that says what was found, what was expected and what to
 * do. May use: libc only. */
#ifndef IPL_BASE_ERR_H
#define IPL_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

/* What kind of failure it is; programs branch on this, people read the text.
 * Values are stable: they are part of the JSON output and the exit status. */
enum ipl_code {
	IPL_OK = 0,
	/* outcome */
	IPL_ENOTFOUND = -1, /* what was asked for is not there */
	IPL_EUNSUP = -2,    /* recognised, but not something that can be done */
	IPL_ERESET = -3,    /* the VM was reset meanwhile: start over */
	IPL_EDIED = -4,	    /* the loader's process has ended: a new one may do */
	IPL_EDENIED = -5,   /* secure IPL does not allow it */
	IPL_EFOREIGN = -6,  /* bootable, but only by QEMU's firmware */
	/* source: the disk could not be read */
	IPL_EIO = -10,
	IPL_ETRUNC = -11, /* the source ends before the data do */
	IPL_EPROTO = -12, /* a peer (QMP, NBD) said something unexpected */
	IPL_ETIMEOUT = -13,
	IPL_EGONE = -14, /* the peer has ended */
	/* data: the disk could be read but makes no sense */
	IPL_EBAD = -20,	  /* a value that cannot be */
	IPL_ERANGE = -21, /* points outside the disk or the memory */
	IPL_ELIMIT = -22, /* more than any real disk has */
	IPL_ELOOP = -23,  /* a chain that leads back into itself */
	/* ours */
	IPL_EINVAL = -30, /* a wrong option or argument */
	IPL_ENOMEM = -31,
	IPL_ESYS = -32, /* a system call failed; sys_errno tells */
	IPL_EBUG = -33,
};

/* Filled in by the function that fails, untouched on success. Owned by the
 * caller, needs no release. */
struct ipl_err {
	enum ipl_code code;
	int sys_errno;
	char msg[512];	  /* found and expected, one sentence, no full stop */
	char advice[256]; /* what the user can do; empty if nothing is known */
	/* the innermost structure on the disk that it is about ("segment
	 * table"), empty if none, and the byte where that begins */
	char structure[32];
	uint64_t off;
};

#define IPL_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define IPL_MUST_CHECK	 __attribute__((warn_unused_result))

/* Fill in @err (which may be NULL) and return @code, for use in a return. */
int ipl_fail(struct ipl_err *err, enum ipl_code code, const char *fmt, ...)
	IPL_PRINTF(3, 4);

/* The same for a failed system call: appends the text of @sys_errno. */
int ipl_fail_errno(struct ipl_err *err, int sys_errno, const char *fmt, ...)
	IPL_PRINTF(3, 4);

/* That a failure is never taken for success, in sight of every caller: without
 * it, compilers and analysers have to think of functions that fail and return 0. */
static inline int ipl_failure(int rc)
{
	return rc < 0 ? rc : IPL_EBUG;
}
#define ipl_fail(...)	    ipl_failure(ipl_fail(__VA_ARGS__))
#define ipl_fail_errno(...) ipl_failure(ipl_fail_errno(__VA_ARGS__))

/* Put "prefix: " in front of the message of a failed call. */
void ipl_err_wrap(struct ipl_err *err, const char *fmt, ...) IPL_PRINTF(2, 3);

/* Say what the user can do. Keeps advice that a lower level gave already. */
void ipl_err_advise(struct ipl_err *err, const char *fmt, ...) IPL_PRINTF(2, 3);

/* Say which structure on the disk it is about. Keeps what a lower level said
 * already. */
void ipl_err_at(struct ipl_err *err, const char *structure, uint64_t off);

/* A stable word for @code ("range", "loop"...), for JSON. */
const char *ipl_code_name(enum ipl_code code);

/* Whether @code says that what was read makes no sense: a new boot map may
 * help. */
bool ipl_code_is_data(enum ipl_code code);

/* The exit status that a command ends with after @code, see s390-ipl(1):
 * 0 done, 1 negative finding, 2 usage, 3 source, 4 bad data, 5 unsupported,
 * 7 QEMU or QMP, 8 timeout, 70 our bug. */
int ipl_code_exit_status(enum ipl_code code);

#endif
