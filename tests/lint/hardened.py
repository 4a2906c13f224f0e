#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Look whether a program has what meson.build asks of the compiler and linker.

usage: tests/lint/hardened.py PROGRAM BUILD

What the program does not show is looked for in the build: in its objects and commands.
"""
import json
import re
import subprocess
import sys
from pathlib import Path


def readelf(*args):
    return subprocess.run(["readelf", "-W", *args], capture_output=True, text=True, check=True).stdout


def fortified(build):
    """Whether every command of src has level 3 as its last word on it."""
    commands = json.loads((build / "compile_commands.json").read_text())
    levels = [re.findall(r"-D_FORTIFY_SOURCE=(\d)", c["command"])[-1:]
              for c in commands if "/src/" in c["file"]]
    return levels and all(level == ["3"] for level in levels)


def without_cet(build):
    """Objects that do not say that they may be run with IBT and a shadow stack."""
    objects = [str(o) for o in (build / "src").rglob("*.o")]
    notes = readelf("-n", *objects)
    return len(objects) - len(re.findall(r"x86 feature: .*IBT.*SHSTK", notes)) if objects else 1


def main():
    program, build = sys.argv[1], Path(sys.argv[2])
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
        "_FORTIFY_SOURCE=3": fortified(build),
        "no path to libraries": "RPATH" not in dynamic and "RUNPATH" not in dynamic,
    }
    if "X86-64" in machine:
        # the note in the program says so only if the C library's start files do, too
        checks["objects for IBT and shadow stack"] = without_cet(build) == 0
        # and what a note claims is looked for in the code
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
