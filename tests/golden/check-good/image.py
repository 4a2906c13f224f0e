# SPDX-License-Identifier: MIT
"""A disk about which there is nothing to say: GPT up to its last block."""
from zipldisk import *


def image():
    d = Disk(4096, 64)
    d.next = 16
    img = bytearray(d.finish({1: zipl_2_9(d, b"root=/dev/sda1")}, default=1))
    img[4096:4136] = b"EFI PART".ljust(24, b"\0") + struct.pack("<QQ", 1, 63)
    img[0x1BE:0x1CE] = struct.pack("<4xB3xII", 0xEE, 1, 0xFFFFFFFF)
    img[510:512] = b"\x55\xaa"
    return bytes(img)
