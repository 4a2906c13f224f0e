# SPDX-License-Identifier: MIT
"""A CMS minidisk: to zipl it is LDL."""
from zipldasd import *
from zipldisk import *


def image():
    d = Ldl(1024, 300)
    return d.finish({1: zipl_2_9(d, b"cms", flags=0)}, default=1, s2=stage2(menu({1: "linux"}, 1)),
                    label="CMS1")
