# SPDX-License-Identifier: MIT
"""What the real zipl 1.8.4 wrote on a disk: the boot record and all tables, but
zeros for code, kernel and ramdisk."""
import lzma
from pathlib import Path


def image():
    return lzma.decompress(Path(__file__).with_name("disk.img.xz").read_bytes())
