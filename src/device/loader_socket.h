/* SPDX-License-Identifier: MIT */
/* Messages of the loader's protocol through its socket.
 * May use: base, format. */
#ifndef IPL_DEVICE_LOADER_SOCKET_H
#define IPL_DEVICE_LOADER_SOCKET_H

#include "device/loader_proto.h"

/* Send @msg, with descriptor @fd if that is not -1. IPL_EDIED when the other
 * side is gone. */
int ipl_loader_send(int socket, struct ipl_loader_msg *msg, int fd,
		    struct ipl_err *err) IPL_MUST_CHECK;

/* Receive a message, waiting for it. A descriptor that came with it goes to
 * *@ret_fd (-1: none came), which is NULL when none is expected: then none is
 * taken. IPL_EDIED when the other side is gone. */
int ipl_loader_receive(int socket, struct ipl_loader_msg *ret, int *ret_fd,
		       struct ipl_err *err) IPL_MUST_CHECK;

#endif
