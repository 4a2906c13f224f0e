#!/bin/bash
# SPDX-License-Identifier: MIT
# usage: man-pages.sh PAGE...
# mandoc's errors; its warnings are about the way scdoc writes
[ $# -gt 0 ] || { echo "SKIP: no man pages were made (no scdoc)"; exit 77; }
command -v mandoc >/dev/null || { echo "SKIP: no mandoc"; exit 77; }
mandoc -Tlint -W error "$@"
