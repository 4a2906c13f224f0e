/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target over the files of its corpus, with any compiler.
 * usage: replay_NAME DIRECTORY|FILE... May use: libc only. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	long size = -1;
	int rc = -1;

	/* not fstat(): clang 14's MSan does not know the one of glibc 2.33 on */
	if (f && fseek(f, 0, SEEK_END) == 0)
		size = ftell(f);
	if (size >= 0 && fseek(f, 0, SEEK_SET) == 0)
		data = malloc(size ? (size_t)size : 1);
	if (data && fread(data, 1, (size_t)size, f) == (size_t)size) {
		LLVMFuzzerTestOneInput(data, (size_t)size);
		rc = 0;
	}
	if (rc)
		perror(path);
	free(data);
	if (f)
		fclose(f);
	return rc;
}

/* Returns how many files were run, or -1. */
static int replay_directory(const char *path, DIR *dir)
{
	struct dirent *d;
	int n = 0;

	while ((d = readdir(dir))) {
		char *file;
		int rc;

		if (d->d_name[0] == '.')
			continue;
		if (asprintf(&file, "%s/%s", path, d->d_name) < 0)
			return -1;
		rc = replay_file(file);
		free(file);
		if (rc)
			return -1;
		n++;
	}
	return n;
}

int main(int argc, char **argv)
{
	int total = 0;

	for (int i = 1; i < argc; i++) {
		DIR *dir = opendir(argv[i]);
		int n = dir ? replay_directory(argv[i], dir)
			    : replay_file(argv[i]) + 1;

		if (dir)
			closedir(dir);
		if (n < 1)
			return 1;
		total += n;
	}
	printf("%d inputs\n", total);
	return total ? 0 : 1;
}
