# SPDX-License-Identifier: MIT
"""`zipl --dump` on a SCSI partition: it is listed and refused."""
from zipldisk import *


def image():
    d = Disk(512, 400)
    img = bytearray(d.finish({0: zipl_2_9(d, b"root=/dev/ram0 dump_mem=1", kind=1)}))
    img[0x70:0x80] = b"zIPL" + bytes([1, 1, 2, 1]) + struct.pack(">Q", 0x100000)
    return bytes(img)
