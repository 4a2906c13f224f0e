/* SPDX-License-Identifier: MIT */
/* Any bytes as a message between the engine and the loader's process: what is
 * understood can be said again, with the same bytes. May use: device. */
#include "promise.h"

#include "device/loader_proto.h"

#include <string.h>

static void say_again(struct ipl_loader_msg *m)
{
	static uint8_t buf[2][IPL_LOADER_MSG_MAX];
	struct ipl_loader_msg again;
	struct ipl_err err = { 0 };
	size_t len = ipl_loader_encode(m, buf[0], sizeof(buf[0]));

	promise(len, "what was understood can be said");
	promise(!ipl_loader_decode((struct ipl_span){ buf[0], len, 0 }, &again,
				   &err),
		"what was said is understood");
	/* the first time, texts were disarmed */
	promise(ipl_loader_encode(&again, buf[1], sizeof(buf[1])) == len &&
			!memcmp(buf[0], buf[1], len),
		"it is the same again");
	ipl_loader_msg_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ipl_loader_msg m;
	struct ipl_err err = { 0 };
	int rc =
		ipl_loader_decode((struct ipl_span){ data, size, 0 }, &m, &err);

	promise_err(rc, &err);
	if (rc)
		return 0;
	say_again(&m);
	ipl_loader_msg_done(&m);
	return 0;
}
