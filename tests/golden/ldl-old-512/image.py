# SPDX-License-Identifier: MIT
"""zipl 1.8 on LDL with 512-byte blocks."""
from zipldasd import *
from zipldisk import *


def image():
    d = LdlOld(512, 300)
    s2 = stage2(menu({1: "linux", 2: "failsafe"}, 1), prompt=1, timeout=15, version="1.8.2",
                psz=132, size=4096)
    return d.finish({1: zipl_1_8(d, b"one"), 2: zipl_1_8(d, b"two")}, default=1, s2=s2)
