# SPDX-License-Identifier: MIT
"""A ramdisk in 130 pieces: five segment tables, the last with six pointers.
A second one in 62 pieces fills exactly two tables, so that no third follows."""
from zipldisk import *


def image():
    d = Disk(512, 700)
    r = ramdisk(130 * 512 - 100)
    s = ramdisk(62 * 512)
    k = d.load(0x10000, kernel()[0x10000:])

    def program(data):
        return d.program(
            d.load(0xA000, params(0x800000, len(data), -1 & (1 << 64) - 1)),
            k,
            d.entry(LOAD, d.scattered(data), 0x800000),
            d.execute(PSW | 0xA028),
        )

    return d.finish({1: program(r), 2: program(s)}, default=1)
