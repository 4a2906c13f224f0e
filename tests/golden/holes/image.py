# SPDX-License-Identifier: MIT
"""A ramdisk with holes: one block of zeros is named once for each of theirs."""
from zipldisk import *


def image():
    d = Disk(512, 128)
    zero = d.put(bytes(512))
    first, last = d.put(ramdisk(1024)), d.put(ramdisk(512))
    runs = [(first, 2)] + [(zero, 1)] * 35 + [(last, 1)]
    return d.finish({1: d.program(
        d.load(0xA000, params(0x800000, 38 * 512, 0xB000)),
        d.load(0x10000, kernel()[0x10000:]),
        d.entry(LOAD, d.segments(runs), 0x800000),
        d.execute(PSW | 0xA028),
    )}, default=1)
