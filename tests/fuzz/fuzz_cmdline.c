/* SPDX-License-Identifier: MIT */
/* Any words as QEMU's command line, and as one option: separated by zero bytes.
 * May use: vm, device. */
#include "promise.h"

#include "device/profile.h"
#include "vm/cmdline.h"
#include "vm/opts.h"

#include <string.h>

#define WORDS_MAX 64

static void one_option(const char *text)
{
	struct json_object *opts = NULL;
	struct ipl_profile profile;
	struct ipl_err err = { 0 };
	uint64_t size;
	int rc = ipl_opts_parse(text, "driver", &opts, &err);

	promise_err(rc, &err);
	if (!rc) {
		char *line = ipl_opts_print(opts, "driver", false);
		char *json = ipl_opts_print(opts, "driver", true);

		promise(line && json, "what was read can be printed");
		free(line);
		free(json);
		ipl_opts_wants_help(opts);
		if (!ipl_profile_read(NULL, opts, &profile, NULL))
			ipl_profile_done(&profile);
		json_object_put(opts);
	}
	rc = ipl_opts_size(text, 1 << 20, &size, &err);
	promise_err(rc, &err);
}

static void whole_line(int argc, char **argv, bool wanted)
{
	const struct ipl_cmdline_fds fds = { 3, 4, 5 };
	struct ipl_cmdline *cl = NULL;
	struct ipl_err err = { 0 };
	int rc = ipl_cmdline_parse(argc, argv, wanted, &cl, &err);

	promise_err(rc, &err);
	if (rc)
		return;
	if (!cl->aside) {
		rc = ipl_cmdline_finish(cl, &fds, &err);
		promise_err(rc, &err);
	}
	promise(cl->argv[cl->argc] == NULL, "the words have an end");
	ipl_cmdline_free(cl);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1), *argv[WORDS_MAX + 1];
	int argc = 0;

	if (!copy)
		return 0;
	if (size)
		memcpy(copy, data, size);
	copy[size] = '\0';
	for (size_t at = 0; at < size && argc < WORDS_MAX;
	     at += strlen(copy + at) + 1)
		argv[argc++] = copy + at;
	argv[argc] = NULL;
	for (int i = 0; i < argc; i++)
		one_option(argv[i]);
	whole_line(argc, argv, false);
	whole_line(argc, argv, true);
	free(copy);
	return 0;
}
