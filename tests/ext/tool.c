/* SPDX-License-Identifier: MIT */
/* The ext reader for tests/ext/test.py.
 * usage: ext_tool IMAGE OFFSET list|read|runs|info PATH
 * list: one name a line; read: the bytes; runs: "BYTE LENGTH" or "hole LENGTH"
 * a line; info: block size, whether the journal is empty, label, size of PATH.
 * Fails with the code's name and message on stderr, status 1. May use: disk. */
#include "disk/ext.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READ_MAX (1u << 28)

static int put_name(void *ctx, const char *name, struct ipl_err *err)
{
	(void)ctx;
	(void)err;
	puts(name);
	return 0;
}

static int put_bytes(struct ipl_ext *ext, const char *path, struct ipl_err *err)
{
	char *text;
	size_t len;
	int rc = ipl_ext_read_path(ext, path, READ_MAX, &text, &len, err);

	if (rc)
		return rc;
	fwrite(text, 1, len, stdout);
	free(text);
	return 0;
}

static int put_runs(struct ipl_ext *ext, const char *path, struct ipl_err *err)
{
	struct ipl_ext_file file;
	struct ipl_ext_run *runs;
	size_t n;
	int rc = ipl_ext_find(ext, path, &file, err);

	if (!rc)
		rc = ipl_ext_runs(ext, &file, &runs, &n, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (runs[i].hole)
			printf("hole %" PRIu64 "\n", runs[i].len);
		else
			printf("%" PRIu64 " %" PRIu64 "\n", runs[i].off,
			       runs[i].len);
	}
	free(runs);
	return 0;
}

static int put_info(struct ipl_ext *ext, const char *path, struct ipl_err *err)
{
	struct ipl_ext_file file;
	int rc = ipl_ext_find(ext, path, &file, err);

	if (rc)
		return rc;
	printf("%u %d %s %" PRIu64 "\n", ipl_ext_block_size(ext),
	       ipl_ext_needs_recovery(ext), ipl_ext_label(ext), file.size);
	return 0;
}

static int run(struct ipl_ext *ext, const char *what, const char *path,
	       struct ipl_err *err)
{
	if (!strcmp(what, "list"))
		return ipl_ext_list(ext, path, put_name, NULL, err);
	if (!strcmp(what, "read"))
		return put_bytes(ext, path, err);
	if (!strcmp(what, "runs"))
		return put_runs(ext, path, err);
	return put_info(ext, path, err);
}

int main(int argc, char **argv)
{
	struct ipl_src *src = NULL;
	struct ipl_ext *ext = NULL;
	struct ipl_err err = { 0 };
	int rc;

	if (argc != 5)
		return 2;
	rc = ipl_src_open_file(argv[1], &src, &err);
	if (!rc)
		rc = ipl_ext_open(src, strtoull(argv[2], NULL, 0), UINT64_MAX,
				  &ext, &err);
	if (!rc)
		rc = run(ext, argv[3], argv[4], &err);
	if (rc)
		fprintf(stderr, "%s: %s\n", ipl_code_name(err.code), err.msg);
	ipl_ext_close(ext);
	ipl_src_close(src);
	return rc ? 1 : 0;
}
