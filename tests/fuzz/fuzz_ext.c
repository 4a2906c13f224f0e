/* SPDX-License-Identifier: MIT */
/* Any bytes as an ext file system: walk some directories, read small files, find
 * the places of all. For libFuzzer; replay.c runs the corpus without it.
 * May use: everything. */
#include "base/limits.h"
#include "disk/ext.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX 40
#define READ_MAX  65536u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void promise(bool kept, const char *what)
{
	if (kept)
		return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

struct walk {
	struct ipl_ext *ext;
	uint64_t size;
	char *paths[FILES_MAX];
	unsigned n;
	const char *in;
};

static int take_name(void *ctx, const char *name, struct ipl_err *err)
{
	struct walk *w = ctx;

	(void)err;
	promise(*name && !strchr(name, '/'), "a name is one");
	if (w->n < FILES_MAX &&
	    asprintf(&w->paths[w->n], "%s/%s", w->in, name) > 0)
		w->n++;
	return 0;
}

static void check_runs(const struct walk *w, const struct ipl_ext_file *file)
{
	unsigned bs = ipl_ext_block_size(w->ext);
	struct ipl_ext_run *runs = NULL;
	struct ipl_err err = { 0 };
	uint64_t sum = 0;
	size_t n = 0;
	int rc = ipl_ext_runs(w->ext, file, &runs, &n, &err);

	promise(!rc || (err.code == (enum ipl_code)rc && err.msg[0]),
		"a failure says why");
	for (size_t i = 0; !rc && i < n; i++) {
		promise(runs[i].len && runs[i].len % bs == 0,
			"runs have whole blocks");
		promise(runs[i].hole || (runs[i].off <= w->size &&
					 runs[i].len <= w->size - runs[i].off),
			"runs lie in the file system");
		sum += runs[i].len;
	}
	promise(rc || (sum >= file->size && sum - file->size < bs),
		"runs add up to the file");
	free(runs);
}

static void look_at(struct walk *w, const char *path)
{
	struct ipl_ext_file file;
	struct ipl_err err = { 0 };
	char *text;
	size_t len;

	if (ipl_ext_find(w->ext, path, &file, &err)) {
		promise(err.msg[0], "a failure says why");
		return;
	}
	w->in = path;
	if (file.is_dir) {
		promise(!ipl_ext_list(w->ext, path, take_name, w, &err) ||
				err.msg[0],
			"a failure says why");
		return;
	}
	check_runs(w, &file);
	if (!ipl_ext_read_path(w->ext, path, READ_MAX, &text, &len, &err)) {
		promise(len == file.size && text[len] == '\0', "all is read");
		free(text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct walk w = { .size = size };
	struct ipl_src *src = NULL;
	struct ipl_err err = { 0 };

	if (ipl_src_open_mem(data, size, "fuzz", &src, &err))
		return 0;
	if (!ipl_ext_open(src, 0, size, &w.ext, &err)) {
		look_at(&w, "/");
		for (unsigned i = 0; i < w.n; i++)
			look_at(&w, w.paths[i]);
	}
	for (unsigned i = 0; i < w.n; i++)
		free(w.paths[i]);
	ipl_ext_close(w.ext);
	ipl_src_close(src);
	return 0;
}
