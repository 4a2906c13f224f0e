# SPDX-License-Identifier: MIT
"""Programs with descriptions of their own, in a table for all, and with none."""
from zipldisk import *

FULL = """\
# a comment, and keys that nobody knows yet
color=green
title=Grüße — Debian “bookworm”
title=the first one counts
version=6.1.0-28-s390x
id=debian-6.1.0-28
machine-id=0123456789abcdef0123456789abcdef
sort-key=debian
writer=a test

[2]
title=of another program, and so not here
[no number
title=nor here
""".encode()

COMMON = """\
[1]
title=has one of its own
[2]
title=From the table for all
[3]
title=%s
""" % ("x" * 1024)


def image():
    d = Disk(512, 2000)
    k = kernel(version=b"")
    direct = d.load(0x10000, k[0x10000:]), d.execute(PSW | 0x10000)
    text = d.put(b"s390-ipl-description 1\ntitle=Scattered over two blocks\nx=".ljust(499, b".") + b"\nid=behind\n")
    return d.finish({
        1: d.program(*direct, d.description(FULL)),
        2: zipl_2_9(d, b"root=/dev/vda1"),
        3: zipl_1_24(d, b"root=/dev/vda2"),
        4: zipl_1_8(d, b"root=/dev/vda3"),
        # an entry of an unknown type in between; the text in pieces
        5: d.program(*direct, d.entry(0x7F, b"", 0), d.entry(0x10, d.segments([(text, 1), (text + 1, 1)]), 523)),
        30: d.common_slot(d.entry(0x7F, b"", 0), d.description(COMMON.encode())),
    }, default=1)


SHOW = ["-p", "1"]
