# SPDX-License-Identifier: MIT
"""Descriptions that make no sense: the programs are none the worse."""
from zipldisk import *


def image():
    d = Disk(512, 2000)
    k = kernel()
    direct = d.load(0x10000, k[0x10000:]), d.execute(PSW | 0x10000)
    return d.finish({
        1: d.program(*direct, d.description(b"title=x", magic=b"s390-ipl-description 2\n")),
        2: d.program(*direct, d.entry(0x10, b"", 20)),
        3: d.program(*direct, d.description(b"title=bell \a\nid=\xff\xfe\nversion=\xc0\x80\nwriter=ok\n")),
        4: d.program(*direct, d.description(b"title=" + b"x" * 1025)),
        5: d.program(*direct, d.entry(0x10, d.data(b"s390-ipl-description 1\n"), 513)),
        6: d.program(*direct, d.entry(0x10, d.pointer(5000), 20)),
        7: d.program(*direct, d.entry(0x10, d.data(b"x"), 1 << 40)),
        8: d.program(*direct, d.description(b"title=Good")),
        30: bytes(8) + b"dscr" + struct.pack(">I", 7),
    }, default=8)
