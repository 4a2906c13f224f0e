#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: table.py docs/sandbox.md TEST_SANDBOX

The tables of system calls in the document must be those of the filter, row by row.
"""
import re
import subprocess
import sys

document, program = sys.argv[1:]
with open(document, encoding="utf-8") as f:
    text = f.read()
bad = 0
for kind in "loader", "reader":
    table = subprocess.run([program, "--table", kind], check=True, stdout=subprocess.PIPE,
                           text=True).stdout.splitlines()
    section = text.split(f"<!-- table: {kind} -->\n")[1].split("<!-- end -->")[0]
    rows = [re.sub(" +", " ", l) for l in section.splitlines() if l.startswith("| `")]
    table = [re.sub(" +", " ", l) for l in table]
    assert len(table) > 20
    for row in rows + table:
        if (row in rows) != (row in table):
            print(f"{kind}: {row} is only in the {'document' if row in rows else 'filter'}")
            bad += 1
    if not bad and rows != table:
        print(f"{kind}: the rows are in another order")
        bad += 1
sys.exit(1 if bad else 0)
