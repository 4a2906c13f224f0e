# SPDX-License-Identifier: MIT
"""A GPT for 4096-byte blocks, a boot map for 512-byte blocks."""
from zipldisk import *


def image():
    d = Disk(512, 64)
    d.next = 16
    p = d.program(d.load(0x10000, kernel()[0x10000:]), d.execute(PSW | 0x10000))
    img = bytearray(d.finish({1: p}, default=1))
    img[4096:4136] = b"EFI PART".ljust(24, b"\0") + struct.pack("<QQ", 1, 7)
    img[510:512] = b"\x55\xaa"
    return bytes(img)
