# SPDX-License-Identifier: MIT
"""kdump programs of zipl 1.18 to 2.8, one of them without its flag."""
from zipldisk import *


def image():
    d = Disk(512, 128)
    return d.finish({1: zipl_1_24(d, b"linux"), 2: zipl_kdump(d, b"kdump irqpoll"),
                     3: zipl_kdump(d, b"kdump of 2.13", flags=1)}, default=1)
