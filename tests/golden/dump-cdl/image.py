# SPDX-License-Identifier: MIT
"""`zipl --dump` on an ECKD partition: nothing to IPL."""
from zipldasd import *

LAYOUTS = ["cdl", "ldl"]


def image():
    d = Cdl(4096, 60)
    dump = struct.pack(">IIHBB", 24, 59, 4096, 15, 12)
    tool = (b"XECKD64" + bytes.fromhex("02")).ljust(8192, b"\0")
    return d.finish({}, s2=tool, dump=dump)
