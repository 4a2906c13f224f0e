#!/bin/bash
# SPDX-License-Identifier: MIT
# usage: shellcheck.sh SOURCE-DIRECTORY
# Every shell script of the project through shellcheck
cd "$1" || exit 1
command -v shellcheck >/dev/null || { echo "SKIP: no shellcheck"; exit 77; }
mapfile -t scripts < <(grep -rlE '^#!/bin/(ba|busybox )?sh|^# shellcheck shell=' --exclude-dir=.git \
	--exclude-dir='build*' . | grep -v '\.py$')
echo "${#scripts[@]} scripts"
shellcheck -x "${scripts[@]}"
