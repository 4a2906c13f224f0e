# SPDX-License-Identifier: MIT
"""2048-byte blocks; no default at all."""
from zipldisk import *


def image():
    d = Disk(2048, 64)
    return d.finish({5: zipl_1_24(d, b"five")})
