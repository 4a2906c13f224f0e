# SPDX-License-Identifier: MIT
"""zipl 1.20 (entry a02a, stage 3 in assembler) and 1.24 (a050, in C)."""
from zipldisk import *


def image():
    d = Disk(512, 64)
    return d.finish({1: zipl_1_24(d, b"one", entry=0xA02A), 2: zipl_1_24(d, b"two")}, default=1)
