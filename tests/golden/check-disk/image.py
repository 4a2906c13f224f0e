# SPDX-License-Identifier: MIT
"""A disk that was cut in the middle of a block: the second partition ends past its
end. Two slots lead to the same program, and the default is none of them."""
from zipldisk import *


def image():
    d = Disk(512, 128)
    k = kernel()[0x10000:]
    one = d.program(d.load(0x10000, k), d.execute(PSW | 0x10000))
    two = d.program(d.load(0x20000, k), d.execute(PSW | 0x20000))
    img = bytearray(d.finish({0: two, 1: one, 4: one}))
    for n, (first, count) in enumerate([(16, 112), (64, 65)]):
        img[0x1BE + 16 * n : 0x1CE + 16 * n] = struct.pack("<4xB3xII", 0x83, first, count)
    img[510:512] = b"\x55\xaa"
    return bytes(img) + bytes(100)
