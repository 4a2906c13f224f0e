/* SPDX-License-Identifier: MIT */
/* A QMP client over one descriptor: commands wait for their answer, events are
 * kept until asked for. May use: base, json-c. */
#ifndef IPL_VM_QMP_H
#define IPL_VM_QMP_H

#include "base/err.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <sys/types.h>

struct ipl_qmp;

static inline void ipl_cleanup_json(struct json_object **o)
{
	json_object_put(*o);
}

#define auto_json __attribute__((cleanup(ipl_cleanup_json)))

/* Wait for QEMU's greeting on @fd (which the object owns from now on, also on
 * failure) and leave the negotiation mode. That is when the machine is
 * complete. IPL_EGONE when the peer goes away. */
int ipl_qmp_open(int fd, struct ipl_qmp **ret,
		 struct ipl_err *err) IPL_MUST_CHECK;

void ipl_qmp_close(struct ipl_qmp *qmp);

/* Call @on_wait about once a second, or more often, while an answer is waited for.
 * NULL: no more. */
void ipl_qmp_on_wait(struct ipl_qmp *q, void (*on_wait)(void *ctx), void *ctx);

/* Which QEMU it is, to be compared with IPL_QEMU_VERSION; 0 if it does not
 * tell. */
#define IPL_QEMU_VERSION(major, minor) ((major)*1000 + (minor))
int ipl_qmp_version(const struct ipl_qmp *qmp);

/* The process at the other end, if the socket tells (SO_PASSCRED), else 0. With
 * -daemonize that is not the one that was started. */
pid_t ipl_qmp_peer(const struct ipl_qmp *qmp);

/* For poll(2). */
int ipl_qmp_fd(const struct ipl_qmp *qmp);

/* Execute @command with @args (owned by this call; NULL for none). The answer
 * goes to *@ret (caller: json_object_put), which may be NULL. What QEMU
 * refuses is IPL_ENOTFOUND with QEMU's words, a lost peer IPL_EGONE. */
int ipl_qmp_run(struct ipl_qmp *qmp, const char *command,
		struct json_object *args, struct json_object **ret,
		struct ipl_err *err) IPL_MUST_CHECK;

/* Give QEMU a copy of @fd, which commands can call @name from then on. */
int ipl_qmp_give_fd(struct ipl_qmp *qmp, const char *name, int fd,
		    struct ipl_err *err) IPL_MUST_CHECK;

/* A property of an object, as text: caller frees. */
int ipl_qmp_get(struct ipl_qmp *qmp, const char *path, const char *property,
		char **ret, struct ipl_err *err) IPL_MUST_CHECK;

/* One of many properties: what is asked for, and the answer. */
struct ipl_qmp_property {
	const char *path; /* lent */
	const char *name;
	char *text; /* NULL: there is no such property; caller frees */
};

/* The same for @n properties in one go: each question by itself would wait for
 * QEMU's main loop. */
int ipl_qmp_get_many(struct ipl_qmp *qmp, struct ipl_qmp_property *p, size_t n,
		     struct ipl_err *err) IPL_MUST_CHECK;

/* Output of a command of the human monitor, run as seen by CPU @cpu; caller
 * frees. */
int ipl_qmp_human(struct ipl_qmp *qmp, int cpu, const char *line, char **ret,
		  struct ipl_err *err) IPL_MUST_CHECK;

/* Take what arrived without waiting for more, IPL_EGONE when the peer is gone. Of a
 * lot it takes a part; poll(2) tells that there is more. */
int ipl_qmp_pump(struct ipl_qmp *qmp, struct ipl_err *err) IPL_MUST_CHECK;

/* The oldest event not yet taken (caller: json_object_put), or NULL. Of many only the
 * last ones are kept. */
struct json_object *ipl_qmp_event(struct ipl_qmp *qmp);

#endif
