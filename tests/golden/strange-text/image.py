# SPDX-License-Identifier: MIT
"""Command lines that are no text: nothing of it may reach a terminal raw."""
from zipldisk import *


def image():
    d = Disk(512, 128)
    return d.finish({
        1: zipl_1_24(d, b"clear \x1b[2J bell \x07 line\nfeed\ttab \x7f \"quoted\" back\\slash"),
        2: zipl_1_24(d, b"latin \xe4\xf6 cut \xe2\x82"),
        3: zipl_1_24(d, "utf-8 \u00e4\u20ac\U0001f600".encode()),
        4: zipl_1_24(d, "c1 \u009b2J rlo \u202e".encode()),
        5: zipl_1_24(d, b"version", k=kernel(version=b"6.1\x1b[31m \0")),
    }, default=1)
