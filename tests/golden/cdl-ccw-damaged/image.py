# SPDX-License-Identifier: MIT
"""The program table for CCW-type IPL is overwritten, the other one is whole."""
from zipldasd import *
from zipldisk import *

LAYOUTS = ["cdl"]


def image():
    d = Cdl(4096, 300)
    d.ld = True
    d.list_directed({1: zipl_2_9(d, b"whole", flags=0)}, default=1)
    s2 = stage2(menu({1: "whole"}, 1))
    img = bytearray(d.finish({1: zipl_2_9(d, b"gone", flags=0)}, default=1, s2=s2))
    img[d.table * 4096 : d.table * 4096 + 4] = b"file"
    return bytes(img)
