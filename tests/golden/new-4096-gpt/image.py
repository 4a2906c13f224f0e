# SPDX-License-Identifier: MIT
"""4096-byte blocks, GPT, numbers with gaps, an environment block."""
from zipldisk import *


def image():
    d = Disk(4096, 192)
    d.write(1, b"EFI PART")
    env = b"# zIPL Environment Block\nroot=/dev/sda1\n".ljust(512, b"\0")
    img = bytearray(d.finish({
        3: zipl_2_9(d, b"root=${root}", envblk=env),
        7: zipl_2_9(d, b"", envblk=env),
        29: zipl_2_9(d, b"x" * 5000, envblk=env),
        30: zipl_2_9(d, b"last slot", envblk=env),
    }, default=7))
    img[510:512] = b"\x55\xaa"
    return bytes(img)
