# SPDX-License-Identifier: MIT
"""zipl 2.35 on CDL, 4096-byte blocks: boot maps for CCW-type and for
list-directed IPL, a menu, a program for kdump."""
from zipldasd import *
from zipldisk import *

LAYOUTS = ["cdl-ld"]


def programs(d):
    return {1: zipl_2_9(d, b"root=/dev/dasda1", flags=0, signed=True),
            2: zipl_2_9(d, b"root=/dev/dasda1 single", flags=0),
            4: zipl_2_9(d, b"irqpoll", flags=2, kind=1)}


def image():
    d = Cdl(4096, 600)
    d.ld = True
    d.list_directed(programs(d), default=2)
    names = {1: "linux", 2: "rescue", 4: "dump"}
    s2 = stage2(menu(names, 2, kdump=[4]), prompt=1, timeout=10, version="2.35.0", kdump=1 << 4)
    return d.finish(programs(d), default=2, s2=s2)
