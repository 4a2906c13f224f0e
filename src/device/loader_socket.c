/* SPDX-License-Identifier: MIT */
/* Messages of the loader's protocol through its socket.
 * May use: base, format. */
#include "device/loader_socket.h"

#include "base/cleanup.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Room for one descriptor, aligned as the system wants it. */
union control {
	struct cmsghdr align;
	char space[CMSG_SPACE(sizeof(int))];
};

static void put_fd(struct msghdr *m, union control *c, int fd)
{
	struct cmsghdr *h;

	m->msg_control = c;
	m->msg_controllen = sizeof(c->space);
	h = CMSG_FIRSTHDR(m);
	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(h), &fd, sizeof(fd));
}

int ipl_loader_send(int socket, struct ipl_loader_msg *msg, int fd,
		    struct ipl_err *err)
{
	auto_free uint8_t *buf = malloc(IPL_LOADER_MSG_MAX);
	union control control = { 0 };
	struct iovec iov = { .iov_base = buf };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (!buf)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	iov.iov_len = ipl_loader_encode(msg, buf, IPL_LOADER_MSG_MAX);
	if (!iov.iov_len)
		return ipl_fail(err, IPL_EBUG,
				"message %d for the other side of the loader "
				"does not fit",
				(int)msg->type);
	if (fd >= 0)
		put_fd(&m, &control, fd);
	do
		n = sendmsg(socket, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
		return ipl_fail(err, IPL_EDIED, "the other side is gone");
	return n < 0 ? ipl_fail_errno(err, errno, "cannot send to the loader")
		     : 0;
}

static int take_fd(struct msghdr *m)
{
	struct cmsghdr *h = CMSG_FIRSTHDR(m);
	int fd;

	if (!h || h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS ||
	    h->cmsg_len != CMSG_LEN(sizeof(fd)))
		return -1;
	memcpy(&fd, CMSG_DATA(h), sizeof(fd));
	return fd;
}

int ipl_loader_receive(int socket, struct ipl_loader_msg *ret, int *ret_fd,
		       struct ipl_err *err)
{
	auto_free uint8_t *buf = malloc(IPL_LOADER_MSG_MAX);
	auto_close int fd = -1;
	union control control = { 0 };
	struct iovec iov = { .iov_base = buf, .iov_len = IPL_LOADER_MSG_MAX };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;
	int rc;

	if (!buf)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (ret_fd) {
		m.msg_control = &control;
		m.msg_controllen = sizeof(control);
	}
	do
		n = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return ipl_fail(err, IPL_EDIED, "the other side is gone");
	if (n < 0)
		return ipl_fail_errno(err, errno, "cannot receive");
	if (ret_fd)
		fd = take_fd(&m);
	rc = ipl_loader_decode((struct ipl_span){ .p = buf, .len = (size_t)n },
			       ret, err);
	if (!rc && ret_fd)
		*ret_fd = ipl_steal_fd(&fd);
	return rc;
}
