# SPDX-License-Identifier: MIT
"""Only a boot map for list-directed IPL; the label and the boot record, but no
stage 2. Another boot record is left that leads nowhere."""
from zipldasd import *
from zipldisk import *

LAYOUTS = ["cdl", "cdl-old"]


def image():
    d = Cdl(2048, 200)
    d.ld = True
    d.list_directed({1: zipl_2_9(d, b"list-directed", flags=0)}, default=1)
    return d.dasdfmt()
