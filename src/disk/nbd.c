/* SPDX-License-Identifier: MIT */
/* Sources that an NBD server gives: a URI, QEMU's own block layer, or a
 * qemu-nbd that is started for the purpose. May use: base, libnbd. */
#include "base/cleanup.h"
#include "base/clock.h"
#include "disk/src.h"

#include <errno.h>
#include <libnbd.h>
#include <string.h>

/* A server that says nothing for so long is taken for dead. */
#define SILENCE_MS 30000
/* So long may one request take whose answer comes by drops. */
#define REQUEST_MS 120000

/* What QEMU's servers take in one request; libnbd itself takes twice as much. */
#define REQUEST_MAX (32u << 20)

#define CONNECT "cannot connect to the NBD server"

struct nbd_src {
	struct ipl_src src;
	struct nbd_handle *nbd;
	uint64_t unit; /* offsets and lengths have to be multiples of it */
	size_t most;   /* bytes of one request, whole units */
};

static void close_handle(struct nbd_handle **h)
{
	nbd_close(*h);
}

#define auto_nbd __attribute__((cleanup(close_handle)))

static int nbd_fail(struct ipl_err *err, enum ipl_code code, const char *what)
{
	const char *why = nbd_get_error();

	return ipl_fail(err, code, "%s: %s", what,
			why ? why : "no reason given");
}

static int nbd_unusable(struct ipl_err *err)
{
	int rc = nbd_fail(err, IPL_EUNSUP, "cannot use NBD");

	ipl_err_advise(err, "is libnbd.so.0 there (Debian: libnbd0)?");
	return rc;
}

/* Wait until @done says 1 (or fails, below 0), as long as the server says
 * something. What @op is about is for the message. */
static int wait_until(struct nbd_handle *h,
		      int (*done)(struct nbd_handle *h, int64_t cookie),
		      int64_t cookie, const char *op, struct ipl_err *err)
{
	uint64_t began = ipl_clock_ms(), last = began;

	for (;;) {
		int rc = done(h, cookie);

		if (rc < 0)
			return nbd_fail(err, IPL_EIO, op);
		if (rc)
			return 0;
		rc = nbd_poll(h, 1000);
		if (rc < 0)
			return nbd_fail(err, IPL_EIO, op);
		if (rc > 0)
			last = ipl_clock_ms();
		if (ipl_clock_ms() - last > SILENCE_MS ||
		    ipl_clock_ms() - began > REQUEST_MS)
			return ipl_fail(err, IPL_ETIMEOUT,
					"%s: the server did not answer for %d "
					"seconds",
					op,
					(int)((ipl_clock_ms() - last) / 1000));
	}
}

static int command_done(struct nbd_handle *h, int64_t cookie)
{
	return nbd_aio_command_completed(h, (uint64_t)cookie);
}

static int is_connected(struct nbd_handle *h, int64_t cookie)
{
	(void)cookie;
	return nbd_aio_is_dead(h) || nbd_aio_is_closed(h) ? -1
							  : nbd_aio_is_ready(h);
}

static int check_connection(const struct nbd_src *n, struct ipl_err *err)
{
	if (!n->nbd)
		return ipl_fail(err, IPL_EIO,
				"the NBD connection was given up before");
	return 0;
}

/* Wait for the command @cookie, which was begun with a buffer of ours. */
static int finish(struct nbd_src *n, int64_t cookie, const char *op,
		  struct ipl_err *err)
{
	int rc;

	if (cookie < 0)
		return nbd_fail(err, IPL_EIO, op);
	rc = wait_until(n->nbd, command_done, cookie, op, err);
	/* an answer that comes late would be written to where the buffer was */
	if (rc == IPL_ETIMEOUT) {
		nbd_close(n->nbd);
		n->nbd = NULL;
	}
	return rc;
}

/* Read whole units to @to or, if that is NULL, write them from @from. */
static int transfer(struct nbd_src *n, uint64_t off, uint8_t *to,
		    const uint8_t *from, size_t len, struct ipl_err *err)
{
	size_t done = 0;
	int rc = 0;

	while (!rc && done < len) {
		size_t part = len - done < n->most ? len - done : n->most;
		int64_t cookie;

		rc = check_connection(n, err);
		if (rc)
			return rc;
		cookie =
			to ? nbd_aio_pread(n->nbd, to + done, part, off + done,
					   NBD_NULL_COMPLETION, 0)
			   : nbd_aio_pwrite(n->nbd, from + done, part,
					    off + done, NBD_NULL_COMPLETION, 0);
		rc = finish(n, cookie,
			    to ? "NBD read failed" : "NBD write failed", err);
		done += part;
	}
	return rc;
}

static int read_units(struct nbd_src *n, uint64_t off, void *buf, size_t len,
		      struct ipl_err *err)
{
	return transfer(n, off, buf, NULL, len, err);
}

/* The units that have a byte of [@off, @off + @len): true if they are just that. */
static bool is_whole(const struct nbd_src *n, uint64_t off, size_t len,
		     uint64_t *ret_start, uint64_t *ret_end)
{
	uint64_t end = off + len;

	*ret_start = off - off % n->unit;
	*ret_end = end + (n->unit - end % n->unit) % n->unit;
	return *ret_start == off && *ret_end == end;
}

/* Read whole units into memory that the caller frees, also on failure. */
static int read_around(struct nbd_src *n, uint64_t start, uint64_t end,
		       uint8_t **ret, struct ipl_err *err)
{
	*ret = malloc(end - start);
	if (!*ret)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	return read_units(n, start, *ret, end - start, err);
}

static int nbd_read(struct ipl_src *src, uint64_t off, void *buf, size_t len,
		    struct ipl_err *err)
{
	struct nbd_src *n = (struct nbd_src *)src;
	auto_free uint8_t *whole = NULL;
	uint64_t start, end;
	int rc;

	if (is_whole(n, off, len, &start, &end))
		return read_units(n, off, buf, len, err);
	rc = read_around(n, start, end, &whole, err);
	if (!rc)
		memcpy(buf, whole + (off - start), len);
	return rc;
}

static int write_units(struct nbd_src *n, uint64_t off, const void *buf,
		       size_t len, struct ipl_err *err)
{
	return transfer(n, off, NULL, buf, len, err);
}

static int nbd_write(struct ipl_src *src, uint64_t off, const void *buf,
		     size_t len, struct ipl_err *err)
{
	struct nbd_src *n = (struct nbd_src *)src;
	auto_free uint8_t *whole = NULL;
	uint64_t start, end;
	int rc;

	if (is_whole(n, off, len, &start, &end))
		return write_units(n, off, buf, len, err);
	rc = read_around(n, start, end, &whole, err);
	if (rc)
		return rc;
	memcpy(whole + (off - start), buf, len);
	return write_units(n, start, whole, end - start, err);
}

static int nbd_src_flush(struct ipl_src *src, struct ipl_err *err)
{
	struct nbd_src *n = (struct nbd_src *)src;
	int rc = check_connection(n, err);

	if (rc || nbd_can_flush(n->nbd) != 1) /* all writes are lasting */
		return rc;
	return finish(n, nbd_aio_flush(n->nbd, NBD_NULL_COMPLETION, 0),
		      "NBD flush failed", err);
}

/* Say good-bye, but do not wait for one who does not listen. */
static void nbd_src_close(struct ipl_src *src)
{
	struct nbd_src *n = (struct nbd_src *)src;

	if (n->nbd && nbd_aio_is_ready(n->nbd) > 0 &&
	    !nbd_aio_disconnect(n->nbd, 0))
		nbd_poll(n->nbd, 1000);
	nbd_close(n->nbd);
	free(src->name);
	free(n);
}

static int nbd_descriptor(const struct ipl_src *src)
{
	const struct nbd_src *n = (const struct nbd_src *)src;

	return n->nbd ? nbd_aio_get_fd(n->nbd) : -1;
}

static const struct ipl_src_ops nbd_ops = {
	.read = nbd_read,
	.write = nbd_write,
	.flush = nbd_src_flush,
	.close = nbd_src_close,
	.descriptor = nbd_descriptor,
};

/* The most bytes of one request, in whole units of @unit. */
static size_t most_of(struct nbd_handle *h, uint64_t unit)
{
	int64_t says = nbd_get_block_size(h, LIBNBD_SIZE_MAXIMUM);
	uint64_t most =
		says > 0 && says < REQUEST_MAX ? (uint64_t)says : REQUEST_MAX;

	return (size_t)(most < unit ? unit : most - most % unit);
}

/* A source from a connected handle, which it takes over on success. */
static int make_source(struct nbd_handle **h, const char *name,
		       struct ipl_src **ret, struct ipl_err *err)
{
	auto_free struct nbd_src *n = calloc(1, sizeof(*n));
	auto_free char *copy = strdup(name);
	int64_t size = nbd_get_size(*h);
	int64_t unit = nbd_get_block_size(*h, LIBNBD_SIZE_MINIMUM);

	if (size < 0)
		return nbd_fail(err, IPL_EIO, "the NBD server tells no size");
	if (!n || !copy)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	n->src.ops = &nbd_ops;
	n->src.name = ipl_steal(copy);
	n->src.size = (uint64_t)size;
	n->unit = unit > 0 ? (uint64_t)unit : 1;
	n->most = most_of(*h, n->unit);
	n->nbd = ipl_steal(*h);
	*ret = &ipl_steal(n)->src;
	return 0;
}

int ipl_src_open_nbd(const char *uri, const char *name, struct ipl_src **ret,
		     struct ipl_err *err)
{
	auto_nbd struct nbd_handle *h = nbd_create();
	int rc;

	if (!h)
		return nbd_unusable(err);
	if (nbd_aio_connect_uri(h, uri) < 0)
		return nbd_fail(err, IPL_EIO, CONNECT);
	rc = wait_until(h, is_connected, 0, CONNECT, err);
	return rc ? rc : make_source(&h, name, ret, err);
}

int ipl_src_open_nbd_fd(int fd, const char *export, const char *name,
			struct ipl_src **ret, struct ipl_err *err)
{
	auto_nbd struct nbd_handle *h = nbd_create();
	auto_close int owned = fd;
	int rc;

	if (!h || nbd_set_export_name(h, export) < 0)
		return nbd_unusable(err);
	if (nbd_aio_connect_socket(h, ipl_steal_fd(&owned)) < 0)
		return nbd_fail(err, IPL_EIO, CONNECT);
	rc = wait_until(h, is_connected, 0, CONNECT, err);
	return rc ? rc : make_source(&h, name, ret, err);
}

/* Takes @src over, also on failure. */
static int make_writable(struct ipl_src *src, struct ipl_src **ret,
			 struct ipl_err *err)
{
	if (nbd_is_read_only(((struct nbd_src *)src)->nbd) != 0) {
		ipl_src_close(src);
		return ipl_fail(err, IPL_EUNSUP,
				"the NBD server does not let it be written to");
	}
	src->writable = true;
	*ret = src;
	return 0;
}

int ipl_src_open_nbd_writable(const char *uri, const char *name,
			      struct ipl_src **ret, struct ipl_err *err)
{
	struct ipl_src *src = NULL;
	int rc = ipl_src_open_nbd(uri, name, &src, err);

	return rc ? rc : make_writable(src, ret, err);
}

int ipl_src_open_qemu_nbd(const char *path, const char *format, bool writable,
			  struct ipl_src **ret, struct ipl_err *err)
{
	auto_nbd struct nbd_handle *h = nbd_create();
	auto_free char *file = ipl_src_qemu_name(path);
	char *argv[] = { (char[]){ "qemu-nbd" },
			 writable ? (char[]){ "--cache=writeback" }
				  : (char[]){ "--read-only" },
			 (char[]){ "--format" },
			 strdupa(format),
			 (char[]){ "--" },
			 file,
			 NULL };
	struct ipl_src *src = NULL;
	int rc;

	if (!file)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (!h)
		return nbd_unusable(err);
	if (nbd_connect_systemd_socket_activation(h, argv) < 0) {
		rc = nbd_fail(err, IPL_EIO, "qemu-nbd cannot open it");
		ipl_err_advise(err,
			       "qemu-nbd reads %s images; is it there "
			       "(Debian: qemu-utils), is the image good "
			       "(qemu-img check), and does no VM use it?",
			       format);
		return rc;
	}
	rc = make_source(&h, path, &src, err);
	if (!rc && writable)
		rc = make_writable(src, ret, err);
	else if (!rc)
		*ret = src;
	return rc;
}
