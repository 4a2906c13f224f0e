# SPDX-License-Identifier: MIT
"""A dump tool from before boot_info, on a disk that is new otherwise."""
from zipldasd import *


def image():
    d = Cdl(4096, 60)
    img = bytearray(d.dasdfmt())
    img[3 * 4096 : 3 * 4096 + 7] = b"ZECKD64"
    return bytes(img)
