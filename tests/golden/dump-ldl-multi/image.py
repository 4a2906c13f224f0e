# SPDX-License-Identifier: MIT
"""A dump tool for several volumes."""
from zipldasd import *


def image():
    d = Ldl(4096, 60)
    tool = (b"XMULT64" + bytes.fromhex("02")).ljust(8192, b"\0")
    return d.finish({}, s2=tool, dump=struct.pack(">IIHBB", 3, 59, 4096, 15, 12))
