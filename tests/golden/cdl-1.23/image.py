# SPDX-License-Identifier: MIT
"""zipl 1.23 on CDL, 1024-byte blocks: room for 16 blocks in stage 1b, stage 2 of
8 KiB, stage 3 in assembler. No menu in zipl.conf: one program."""
from zipldasd import *
from zipldisk import *


def image():
    d = Cdl(1024, 300)
    d.room, d.psw = 16, "0008000080002008"
    s2 = stage2({0: " 0. default (ipl)"}, version="1.23.1", size=0x2000)
    return d.finish({0: zipl_1_24(d, b"alone", entry=0xA02A)}, s2=s2)
