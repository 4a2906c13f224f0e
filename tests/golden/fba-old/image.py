# SPDX-License-Identifier: MIT
"""zipl 1.8 on FBA: 8-byte pointers, no magic in block 0."""
from zipldasd import *
from zipldisk import *


def image():
    d = FbaOld(200)
    s2 = stage2(menu({1: "linux", 40: "forty"}, 40), version="1.8.4", psz=132, size=4096)
    return d.finish({1: zipl_1_8(d, b"one"), 40: zipl_1_8(d, b"forty")}, default=40, s2=s2)
