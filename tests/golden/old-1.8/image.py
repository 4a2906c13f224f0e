# SPDX-License-Identifier: MIT
"""zipl 1.8 (SLES11), 512-byte blocks, a kernel that does not tell its version."""
from zipldisk import *


def image():
    d = Disk(512, 64)
    k = kernel(version=b"")
    return d.finish({1: zipl_1_8(d, b"root=/dev/sda1", k), 2: zipl_1_8(d, b"root=/dev/sdb1 quiet", k)}, default=2)
