/* SPDX-License-Identifier: MIT */
/* libnbd's functions, from a library that is loaded when the first is called.
 * May use: base, libnbd. */
#include "disk/src.h"

#include <assert.h>
#include <dlfcn.h>
#include <libnbd.h>
#include <stddef.h>

/* As in Debian's package libnbd0; the name changes with the interface. With
 * libxml2 and ICU, which it needs, it costs 40 % of the time that this program
 * takes to start, and most disks are files. */
#define LIBRARY "libnbd.so.0"

/* Once loaded it stays, so that this is a look at a short list. */
static void *library(void)
{
	return dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
}

/* Only nbd_create is called without a handle, and gives none without a library. */
static void *function(const char *name)
{
	void *lib = library();
	void *f = lib ? dlsym(lib, name) : NULL;

	assert(f);
	return f;
}

void ipl_src_load_nbd(void)
{
	(void)library(); /* nbd_create will tell */
}

struct nbd_handle *nbd_create(void)
{
	__typeof__(nbd_create) *f;

	if (!library())
		return NULL;
	f = function("nbd_create");
	return f();
}

const char *nbd_get_error(void)
{
	__typeof__(nbd_get_error) *f;

	if (!library())
		return dlerror();
	f = function("nbd_get_error");
	return f();
}

void nbd_close(struct nbd_handle *h)
{
	__typeof__(nbd_close) *f;

	if (!h)
		return;
	f = function("nbd_close");
	f(h);
}

/* The others only pass on. */
#define PASS_ON(type, name, params, args)              \
	type name params                               \
	{                                              \
		__typeof__(name) *f = function(#name); \
		return f args;                         \
	}

#define HANDLE struct nbd_handle *h

PASS_ON(int, nbd_poll, (HANDLE, int timeout), (h, timeout))
PASS_ON(int64_t, nbd_get_size, (HANDLE), (h))
PASS_ON(int64_t, nbd_get_block_size, (HANDLE, int which), (h, which))
PASS_ON(int, nbd_can_flush, (HANDLE), (h))
PASS_ON(int, nbd_is_read_only, (HANDLE), (h))
PASS_ON(int, nbd_set_export_name, (HANDLE, const char *name), (h, name))
PASS_ON(int, nbd_connect_systemd_socket_activation, (HANDLE, char **argv),
	(h, argv))
PASS_ON(int, nbd_aio_connect_uri, (HANDLE, const char *uri), (h, uri))
PASS_ON(int, nbd_aio_connect_socket, (HANDLE, int fd), (h, fd))
PASS_ON(int, nbd_aio_get_fd, (HANDLE), (h))
PASS_ON(int, nbd_aio_is_ready, (HANDLE), (h))
PASS_ON(int, nbd_aio_is_dead, (HANDLE), (h))
PASS_ON(int, nbd_aio_is_closed, (HANDLE), (h))
PASS_ON(int, nbd_aio_command_completed, (HANDLE, uint64_t cookie), (h, cookie))
PASS_ON(int, nbd_aio_disconnect, (HANDLE, uint32_t flags), (h, flags))
PASS_ON(int64_t, nbd_aio_pread,
	(HANDLE, void *buf, size_t n, uint64_t off, nbd_completion_callback cb,
	 uint32_t flags),
	(h, buf, n, off, cb, flags))
PASS_ON(int64_t, nbd_aio_pwrite,
	(HANDLE, const void *buf, size_t n, uint64_t off,
	 nbd_completion_callback cb, uint32_t flags),
	(h, buf, n, off, cb, flags))
PASS_ON(int64_t, nbd_aio_flush,
	(HANDLE, nbd_completion_callback cb, uint32_t flags), (h, cb, flags))
