# SPDX-License-Identifier: MIT
"""`zipl --segment`: 1 as zipl up to 2.24 writes it, 2 as 2.25 to 2.43 do."""
from zipldisk import *


def image():
    d = Disk(512, 64)
    wait = d.execute(0x000A0000_00000000)
    return d.finish({
        1: d.program(d.load(0x1000000, ramdisk()), wait),
        2: d.program(d.execute(0x1000000), wait),
    }, default=1)
