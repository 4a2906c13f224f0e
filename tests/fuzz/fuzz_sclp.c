/* SPDX-License-Identifier: MIT */
/* Any text as a message for a VM's console: the list of service calls that comes of
 * it is one that the stub can walk. May use: format, the ABI. */
#include "promise.h"

#include "format/sclp.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t room = size > 2 ? (size_t)data[0] << 8 | data[1] : 0;
	uint8_t *buf = malloc(room + 1);
	struct ipl_wr w = { .p = buf, .len = room };
	char *text;

	if (size <= 2 || !buf) {
		free(buf);
		return 0;
	}
	text = strndup((const char *)data + 2, size - 2);
	if (text)
		ipl_sclp_put_message(&w, text);
	promise(w.at <= room, "the list is no longer than its room");
	promise(!text || w.overflow || w.at % 8 == 0 || w.at >= 4,
		"the list has an end");
	free(text);
	free(buf);
	return 0;
}
