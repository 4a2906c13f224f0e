# SPDX-License-Identifier: MIT
"""zipl 2.9 and later, 512-byte blocks, DOS partition table, three programs."""
from zipldisk import *


def image():
    d = Disk(512, 1024)
    other = kernel(version=b"5.10.0-8-s390x (x@y) #1 SMP\0")
    img = bytearray(d.finish({
        1: zipl_2_9(d, b"root=/dev/sda1 ro"),
        2: zipl_2_9(d, b"root=/dev/sda1 ro", k=other),
        3: zipl_2_9(d, b"single"),
    }, default=2))
    img[510:512] = b"\x55\xaa"
    return bytes(img)
