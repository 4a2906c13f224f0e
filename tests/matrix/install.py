#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Install on every kind of disk, with 1, 3 and 30 programs, copied or where they
lie in an ext4 file system, and boot them; write a table of what happened.

usage: tests/matrix/install.py S390-IPL [-o FILE.md]

A program counts as booted when the kernel's first instruction was reached with
kernel, ramdisk and command line in memory, byte by byte, as they were installed.
With 3 and 30 programs the last is chosen by the load parameter.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
import installed  # noqa: E402
import vm  # noqa: E402

COUNTS = 1, 3, 30
BOOTERS = (False, "s390-ipl"), (True, "QEMU's firmware")


def one(test, kind, disk, files, number, stock):
    try:
        installed.boots(test, kind, disk, files, number, stock)
        return "yes"
    except AssertionError as e:
        print(e, file=sys.stderr)
        return "no"


def rows(files):
    test = unittest.TestCase()
    for kind in installed.KINDS:
        for on_disk in False, True:
            cells = []
            for n in COUNTS:
                disk = installed.make(kind, n, on_disk, files, test)
                cells += [one(test, kind, disk, files, n, stock) for stock, _ in BOOTERS]
                os.unlink(disk)
                print(kind, on_disk, n, cells[-2:], file=sys.stderr)
            yield [kind, "in ext4" if on_disk else "copied", *cells]


def table(files, version):
    found = list(rows(files))
    lines = ["# What boots after `s390-ipl install`", "",
             "Made by `make install-matrix` with " + version + ". Columns: how many programs the",
             "disk has; the last of them is booted. \"yes\": its first instruction was reached,",
             "with kernel, ramdisk and command line in memory as they were installed. QEMU's own",
             "firmware knows no FBA disks. cdl4k, ldl4k and fba512 are booted by channel program",
             "in Hercules, too, by tests/e2e/test_hercules.py.", "",
             "| disk | files | " + " | ".join(f"{n}, {who}" for n in COUNTS for _, who in BOOTERS) + " |",
             "|---|---|" + "---|" * (len(COUNTS) * len(BOOTERS))]
    lines += ["| " + " | ".join(row) + " |" for row in found]
    cells = [c for row in found for c in row[2:]]
    lines += ["", f"{cells.count('yes')} of {len(cells)} boot."]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("-o", "--output")
    args = parser.parse_args()
    vm.S390_IPL = os.path.abspath(args.program)
    version = subprocess.run([vm.QEMU, "--version"], capture_output=True, text=True,
                             check=True).stdout.split("(")[0].strip()
    version = version.replace("emulator version ", "")
    with tempfile.TemporaryDirectory() as directory:
        text = table(installed.Files(directory), version)
    if args.output:
        with open(args.output, "w") as f:
            f.write(text)
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
