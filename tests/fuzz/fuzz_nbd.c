/* SPDX-License-Identifier: MIT */
/* Any bytes as what an NBD server says, from its greeting on or behind one that is
 * good, to a map that is read from it. May use: disk, boot. */
#include "promise.h"

#include "boot/map.h"
#include "disk/src.h"

#include <sys/socket.h>
#include <unistd.h>

/* What a server says until the first read: the magic and that it can negotiate, then
 * an answer to "structured replies?" (8), an export of 64 KiB and "that is all" to "go"
 * (7). (NBD protocol, fixed newstyle negotiation; libnbd asks in this order.) */
#define REPLY(option, kind, len) \
	"\0\3\xe8\x89\x04\x55\x65\xa9\0\0\0" option kind "\0\0\0" len
#define MAGIC "NBDMAGICIHAVEOPT\0\3"
#define NO    REPLY("\10", "\x80\0\0\1", "\0")
#define YES   REPLY("\10", "\0\0\0\1", "\0")
#define GO                                                       \
	REPLY("\7", "\0\0\0\3", "\14")                           \
	"\0\0" /* info: export */ "\0\0\0\0\0\1\0\0" /* bytes */ \
	"\0\3" /* flags */ REPLY("\7", "\0\0\0\1", "\0")

static const struct greeting {
	char first; /* byte of the input that asks for it */
	const char *text;
	size_t len;
} greetings[] = {
	{ 'p', MAGIC NO GO, sizeof(MAGIC NO GO) - 1 },
	{ 's', MAGIC YES GO, sizeof(MAGIC YES GO) - 1 },
};

/* Returns how many bytes of @data it took. */
static size_t greet(int fd, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < sizeof(greetings) / sizeof(*greetings); i++) {
		const struct greeting *g = &greetings[i];

		if (!size || data[0] != (uint8_t)g->first)
			continue;
		promise(write(fd, g->text, g->len) == (ssize_t)g->len,
			"a greeting fits into the socket");
		return 1;
	}
	return 0;
}

static void read_disk(struct ipl_src *src)
{
	struct ipl_map *map = NULL;
	struct ipl_err err = { 0 };
	uint8_t odd[3];
	int rc = ipl_map_read(src, &map, &err);

	promise_err(rc, &err);
	ipl_map_free(map);
	if (src->size < 4)
		return;
	rc = ipl_src_read(src, 1, odd, sizeof(odd), &err);
	promise_err(rc, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ipl_src *src = NULL;
	struct ipl_err err = { 0 };
	size_t taken;
	int fd[2], rc;

	if (size > 60000 || socketpair(AF_UNIX, SOCK_STREAM, 0, fd))
		return 0;
	/* all of it fits into the socket: nobody waits for anybody */
	taken = greet(fd[1], data, size);
	if (write(fd[1], data + taken, size - taken) < 0)
		abort();
	shutdown(fd[1], SHUT_WR);
	rc = ipl_src_open_nbd_fd(fd[0], "disk", "fuzz", &src, &err);
	promise_err(rc, &err);
	if (!rc)
		read_disk(src);
	ipl_src_close(src);
	close(fd[1]);
	return 0;
}
