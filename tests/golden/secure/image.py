# SPDX-License-Identifier: MIT
"""Signatures in front of stage 3 and kernel; signed and unsigned program."""
from zipldisk import *


def image():
    d = Disk(512, 800)
    return d.finish({1: zipl_2_9(d, b"signed", signed=True), 2: zipl_2_9(d, b"plain")}, default=1)
