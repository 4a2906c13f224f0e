# SPDX-License-Identifier: MIT
"""zipl 1.8 on CDL with 1024-byte blocks: stage 2 in blocks 3 to 6."""
from zipldasd import *
from zipldisk import *


def image():
    d = CdlOld(1024, 300)
    s2 = stage2(menu({1: "x" * 1200, 2: "two"}, 1), version="1.8.4", psz=132, size=4096)
    return d.finish({1: zipl_1_8(d, b"one"), 2: zipl_1_8(d, b"two")}, default=1, s2=s2)
