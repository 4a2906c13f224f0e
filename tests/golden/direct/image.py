# SPDX-License-Identifier: MIT
"""Kernels started without a stage 3; an entry behind EXECUTE is nobody's."""
from zipldisk import *


def image():
    d = Disk(512, 512)
    r = ramdisk()
    k = kernel(cmdline=b"root=/dev/ram0 direct\0", initrd=(0x800000, len(r)))
    more = d.entry(0x7F, d.data(b"The first one"), 13)
    return d.finish({
        1: d.program(d.load(0x10000, k[0x10000:]), d.load(0x800000, r), d.execute(PSW | 0x10000), more),
        2: d.program(d.load(0, k), d.execute(PSW | 0x10000)),
    }, default=1)
