/* SPDX-License-Identifier: MIT */
/* Files that come with a QEMU: where it looks for them itself.
 * May use: base, json-c. */
#include "vm/datadir.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* What QEMU says to that: a directory a line. */
#define ANSWER_MAX 4096

/* Read the output of "@qemu -L help" into @answer, with a NUL at its end. */
static int ask(const char *qemu, char answer[ANSWER_MAX], struct ipl_err *err)
{
	auto_free char *program = strdup(qemu);
	char *const argv[] = { program, (char[]){ "-L" }, (char[]){ "help" },
			       NULL };
	posix_spawn_file_actions_t actions;
	int pipes[2], status, rc;
	size_t at = 0;
	ssize_t n;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return ipl_fail_errno(err, errno, "cannot make a pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO);
	rc = posix_spawnp(&pid, qemu, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(pipes[1]);
	while (!rc && at < ANSWER_MAX - 1 &&
	       (n = read(pipes[0], answer + at, ANSWER_MAX - 1 - at)) > 0)
		at += (size_t)n;
	answer[at] = '\0';
	close(pipes[0]);
	if (rc)
		return ipl_fail_errno(err, rc, "cannot start %s -L help", qemu);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return 0;
}

static bool is_in(const char *dir, size_t len, const char *name, char **ret)
{
	char *path;

	if (asprintf(&path, "%.*s/%s", (int)len, dir, name) < 0)
		return false;
	if (!access(path, R_OK)) {
		*ret = path;
		return true;
	}
	free(path);
	return false;
}

int ipl_datadir_find(const char *qemu, struct json_object *dirs,
		     const char *name, char **ret, struct ipl_err *err)
{
	size_t n = dirs ? json_object_array_length(dirs) : 0;
	char answer[ANSWER_MAX];
	int rc;

	for (size_t i = 0; i < n; i++) {
		const char *dir = json_object_get_string(
			json_object_array_get_idx(dirs, i));

		if (is_in(dir, strlen(dir), name, ret))
			return 0;
	}
	rc = ask(qemu, answer, err);
	if (rc)
		return rc;
	for (char *line = answer; *line; line += strspn(line, "\n")) {
		size_t len = strcspn(line, "\n");

		if (is_in(line, len, name, ret))
			return 0;
		line += len;
	}
	for (char *c = answer; *c; c++)
		if (*c == '\n')
			*c = c[1] ? ' ' : '\0';
	return ipl_fail(err, IPL_ENOTFOUND,
			"there is no %s where QEMU looks for its files: %.300s",
			name, answer);
}
