# SPDX-License-Identifier: MIT
"""1024-byte blocks; slot 0 only, as from a zipl job without a menu."""
from zipldisk import *


def image():
    d = Disk(1024, 64)
    return d.finish({0: zipl_1_24(d, b"alone")})
