# SPDX-License-Identifier: MIT
"""A GPT whose second header is past the end of the disk; no default."""
from zipldisk import *


def gpt(d, backup):
    return b"EFI PART".ljust(24, b"\0") + struct.pack("<QQ", 1, backup)


def image():
    d = Disk(512, 64)
    p = d.program(d.load(0x10000, kernel()[0x10000:]), d.execute(PSW | 0x10000))
    img = bytearray(d.finish({3: p}))
    img[512:552] = gpt(d, 64)
    img[0x1BE:0x1CE] = struct.pack("<4xB3xII", 0xEE, 1, 0xFFFFFFFF)
    img[510:512] = b"\x55\xaa"
    return bytes(img)
