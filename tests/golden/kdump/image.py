# SPDX-License-Identifier: MIT
"""A dump program among others: it is listed, and is no fault of the disk."""
from zipldisk import *


def image():
    d = Disk(512, 800)
    return d.finish({1: zipl_2_9(d, b"linux"), 2: zipl_2_9(d, b"kdump", kind=1)}, default=1)
