#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check that the folders of src/ keep to their rings: what each may include,
and what a library must not call.

usage: tests/rings.py SRC
"""
import re
import sys
from pathlib import Path

# folder -> folders it may include; generated headers have none
RINGS = {
    "base": {"base"},
    "format": {"base", "format", "s390-ipl"},
    "disk": {"base", "disk"},
    "boot": {"base", "format", "disk", "boot"},
    "secure": {"base", "format", "disk", "boot", "secure"},
    "vm": {"base", "format", "disk", "vm", "s390-ipl", ""},
    "device": {"base", "format", "disk", "boot", "secure", "vm", "device", "s390-ipl"},
    "install": {"base", "format", "disk", "boot", "install", ""},
    "cli": {"base", "format", "disk", "boot", "secure", "vm", "device", "install", "cli", "s390-ipl"},
}

PRINTS = {"printf", "puts", "putchar", "perror", "syslog", "exit", "_exit", "abort"}
UNSAFE = {"sscanf", "strcpy", "strcat", "sprintf", "alloca", "gets", "strtok"}
IO = {"open", "read", "pread", "write", "fopen", "mmap", "ioctl",
      "malloc", "calloc", "realloc", "reallocarray", "strdup", "asprintf", "free"}
FORBIDDEN = {
    "base": PRINTS | UNSAFE,
    "format": PRINTS | UNSAFE | IO,
    "disk": PRINTS | UNSAFE,
    "install": PRINTS | UNSAFE,
    "boot": PRINTS | UNSAFE | {"open", "pread", "ioctl"},
    "secure": PRINTS | UNSAFE,
}

# Clocks that can be set tell what day it is, not how much time has passed.
SETTABLE = {"time", "gettimeofday", "clock_gettime", "CLOCK_REALTIME"}
ASKS_A_CLOCK = {"base/clock.c": {"clock_gettime"},
                "secure/signature.c": {"time"},  # is a certificate valid?
                "cli/install_new.c": {"time"}}  # when a volume was made

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
CALL = re.compile(r"(?<![\w.>])(\w+)\(")
NO_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)


def check(path, folder):
    text = path.read_text()
    for name in INCLUDE.findall(text):
        where = name.rpartition("/")[0].split("/")[0]
        if where not in RINGS[folder]:
            yield f'{folder} must not include "{name}"'
    for name in CALL.findall(NO_CODE.sub(" ", text)):
        if name in FORBIDDEN.get(folder, ()):
            yield f"{folder} must not call {name}()"
    code = NO_CODE.sub(" ", text)
    used = {w for w in re.findall(r"(?<![\w.>])(\w+)", code) if w == "CLOCK_REALTIME"}
    used |= set(CALL.findall(code)) & SETTABLE
    for name in used - ASKS_A_CLOCK.get(f"{folder}/{path.name}", set()):
        yield f"must not use {name}: see base/clock.h"
    if not text.startswith("/* SPDX-License-Identifier: MIT */\n/*"):
        yield "does not begin with its licence and what it is for"


def main():
    src = Path(sys.argv[1])
    wrong = files = 0
    for path in sorted(src.glob("*/*.[ch]")):
        folder = path.parent.name
        if folder not in RINGS:
            print(f"{path}: folder {folder} is in no ring")
            wrong += 1
            continue
        files += 1
        for sentence in check(path, folder):
            print(f"{path}: {sentence}")
            wrong += 1
    print(f"{files} files")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main())
