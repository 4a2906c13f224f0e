# SPDX-License-Identifier: MIT
"""zipl 1.23 on FBA: room for 16 blocks in stage 1b."""
from zipldasd import *
from zipldisk import *


def image():
    d = Fba(200)
    d.room, d.psw = 16, "0008000080002008"
    s2 = stage2(menu({1: "linux"}, 1), version="1.23.1", size=0x2000)
    return d.finish({1: zipl_1_24(d, b"linux", entry=0xA02A)}, default=1, s2=s2)
