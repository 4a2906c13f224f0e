# SPDX-License-Identifier: MIT
"""40 pointers to blocks that follow one another: one extent."""
from zipldisk import *


def image():
    d = Disk(512, 128)
    r = ramdisk(40 * 512)
    return d.finish({1: d.program(
        d.load(0xA000, params(0x800000, len(r), 0xB000)),
        d.load(0x10000, kernel()[0x10000:]),
        d.entry(LOAD, d.scattered(r, gap=0), 0x800000),
        d.execute(PSW | 0xA028),
    )}, default=1)
