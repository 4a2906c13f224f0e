# SPDX-License-Identifier: MIT
"""zipl 2.16 ran after 2.35: what the label leads to is out of date."""
from zipldasd import *
from zipldisk import *

LAYOUTS = ["cdl-ld"]


def image():
    d = Cdl(4096, 400)
    d.ld = True
    d.list_directed({1: zipl_2_9(d, b"old", flags=0), 2: zipl_2_9(d, b"same", flags=0)}, default=1)
    s2 = stage2(menu({1: "first", 2: "second"}, 1))
    return d.finish({1: zipl_2_9(d, b"new", flags=0), 2: zipl_2_9(d, b"same", flags=0)},
                    default=1, s2=s2)
