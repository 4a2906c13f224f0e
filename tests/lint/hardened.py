#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Look whether a program has what meson.build asks of the compiler and linker.

usage: tests/lint/hardened.py PROGRAM
"""
import re
import subprocess
import sys


def readelf(*args):
    return subprocess.run(["readelf", "-W", *args], capture_output=True, text=True, check=True).stdout


def main():
    program = sys.argv[1]
    segments, dynamic = readelf("-l", program), readelf("-d", program)
    symbols = readelf("--dyn-syms", program)
    stack = re.search(r"GNU_STACK\s+.*?\s(R\w*)\s", segments)
    machine = readelf("-h", program)
    checks = {
        "position independent": "DYN (Position-Independent" in machine or "DYN (Shared" in machine,
        "no executable stack": stack and "E" not in stack[1],
        "no segment that is writable and executable": not re.search(r"LOAD.*\sRWE\s", segments),
        "read-only relocations": "GNU_RELRO" in segments,
        "all symbols bound at the start": re.search(r"\(FLAGS\).*BIND_NOW|\(FLAGS_1\).*NOW", dynamic),
        "stack protector": "__stack_chk_fail" in symbols,
        "checked string functions": re.search(r"__\w+_chk\b(?<!stack_chk)", symbols),
        "no path to libraries": "RPATH" not in dynamic and "RUNPATH" not in dynamic,
    }
    if "X86-64" in machine:
        # the note in the program says so only if the C library's start files do, too
        code = subprocess.run(["objdump", "-d", "--disassemble=main", program],
                              capture_output=True, text=True, check=True).stdout
        checks["indirect branches land on endbr64"] = "endbr64" in code
    wrong = [name for name, good in checks.items() if not good]
    for name in wrong:
        print(f"{program}: lacks: {name}")
    print(f"{len(checks)} properties, {len(wrong)} missing")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
