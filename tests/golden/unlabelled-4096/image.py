# SPDX-License-Identifier: MIT
"""An ECKD disk without a label, and without a stage 2 that could be found."""
from zipldasd import *
from zipldisk import *


def image():
    d = Ldl(4096, 120)
    return d.finish({1: zipl_2_9(d, b"no label", flags=0)}, default=1, label=None)
