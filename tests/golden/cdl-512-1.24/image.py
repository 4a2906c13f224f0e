# SPDX-License-Identifier: MIT
"""zipl 1.24 on CDL with 512-byte blocks: stage 1b has two of them."""
from zipldasd import *
from zipldisk import *


def image():
    d = Cdl(512, 500)
    s2 = stage2(menu({3: "alpha", 5: "beta"}, 5), prompt=1, timeout=0, version="1.24.1")
    return d.finish({3: zipl_1_24(d, b"alpha"), 5: zipl_1_24(d, b"beta")}, default=5, s2=s2)
