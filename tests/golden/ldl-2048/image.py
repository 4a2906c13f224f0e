# SPDX-License-Identifier: MIT
"""zipl 2.16 on LDL with 2048-byte blocks."""
from zipldasd import *
from zipldisk import *


def image():
    d = Ldl(2048, 200)
    return d.finish({1: zipl_2_9(d, b"ldl", flags=0)}, default=1, s2=stage2(menu({1: "linux"}, 1)))
