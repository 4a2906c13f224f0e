# SPDX-License-Identifier: MIT
"""zipl 1.8 on CDL: 8-byte pointers, stage 2 in block 3, no kdump bits. Numbers
beyond 31, and a ramdisk with holes that are pointers with nothing but a size."""
from zipldasd import *
from zipldisk import *


def image():
    d = CdlOld(4096, 120)
    r = ramdisk(3 * 4096)
    first = d.put(r[:4096])
    last = d.put(r[8192:])
    zeros = bytes(5) + struct.pack(">HB", 4096, 0)
    table = d.put((d.pointer(first) + zeros + d.pointer(last)).ljust(4096, b"\0"))
    hole = d.program(
        d.load(0x10000, kernel()[0x10000:]),
        d.load(0x1000, b"hole\0"),
        d.entry(LOAD, d.pointer(table), 0x800000),
        d.load(0xA000, params(0x800000, len(r), 0x1000) + b"\x0d\xd0"),
        d.execute(PSW | 0xA028),
    )
    names = {1: "linux", 33: "far", 62: "last"}
    s2 = stage2(menu(names, 33), prompt=1, timeout=3, version="1.8.4", psz=132, size=4096)
    slots = {1: zipl_1_8(d, b"root=/dev/dasda1"), 33: hole, 62: zipl_1_8(d, b"62")}
    return d.finish(slots, default=33, s2=s2)
