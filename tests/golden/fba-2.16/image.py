# SPDX-License-Identifier: MIT
"""zipl 2.16 on FBA, with an environment block."""
from zipldasd import *
from zipldisk import *


def image():
    d = Fba(800)
    env = b"# zIPL Environment Block\nroot=/dev/dasda1\n".ljust(512, b"\0")
    s2 = stage2(menu({1: "linux", 2: "rescue"}, 1), prompt=0, timeout=5)
    return d.finish({1: zipl_2_9(d, b"root=${root}", flags=0, envblk=env),
                     2: zipl_2_9(d, b"rescue", flags=0)}, default=1, s2=s2)
