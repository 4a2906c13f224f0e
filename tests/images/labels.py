#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write what dasdfmt or CMS FORMAT leave on a disk into an image.

usage: labels.py {cdl|ldl|cms|fba} IMAGE BLOCKSIZE CYLS HEADS SECS VOLSER START
CDL: only the two records of an empty bootstrap; fdasd writes VOL1 and the VTOC.
START is the first block of the partition, which the label of CMS tells.
"""
import struct
import sys

# what dasdfmt has IPLed from a disk that nothing was written to: a disabled wait
WAIT = struct.pack(">6I", 0x000A0000, 0x0000000F, 0x03000000, 1, 0, 0)


def ebcdic(text):
    return text.encode("cp037")


def cms(volser, bs, cyls, blocks, start):
    """The label of a minidisk with a reserved file at @start."""
    return ebcdic("CMS1" + volser) + struct.pack(
        ">HIIIIIIII6s2sIIII4s8s", 0, bs, 4, cyls, cyls, blocks, blocks, 64, bs // 64,
        bytes([0x26, 1, 1, 0, 0, 0]), b"", start, 0, 0, 0, b"", ebcdic(" " * 8))


def records(kind, bs, cyls, blocks, volser, start):
    """block -> bytes"""
    if kind == "cdl":
        return {0: ebcdic("IPL1") + WAIT, 1: ebcdic("IPL2") + bytes(144)}
    if kind == "ldl":
        return {0: WAIT, 2: ebcdic("LNX1" + volser + " " * 69 + "2") + struct.pack(">Q", blocks)}
    if kind == "cms":
        return {2: cms(volser, bs, cyls, blocks, start)}
    return {1: ebcdic("LNX1" + volser + " " * 70)}


def main():
    kind, path, volser = sys.argv[1], sys.argv[2], sys.argv[7].ljust(6)
    bs, cyls, heads, secs = map(int, sys.argv[3:7])
    with open(path, "r+b") as f:
        for block, data in records(kind, bs, cyls, cyls * heads * secs, volser,
                                   int(sys.argv[8])).items():
            f.seek(block * bs)
            f.write(data)


main()
