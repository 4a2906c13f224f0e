# SPDX-License-Identifier: MIT
"""A boot record that leads past the end of the disk."""
from zipldisk import *


def image():
    d = Disk(512, 64)
    img = bytearray(d.finish({}))
    img[16:32] = d.pointer(64)
    return bytes(img)
