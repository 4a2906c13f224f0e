# SPDX-License-Identifier: MIT
"""A CD without a boot catalog and without Rock Ridge: only an .ins file, of something
that is no Linux and begins with its PSW at 0."""
from isodisk import *


def image():
    iso = Iso()
    return iso.finish({
        b"README": b"Load TEST.INS\n",
        b"TEST.INS": b"* a comment\r\n\r\nprogram.bin\t200000\r\npsw.bin 0\r\n",
        b"PROGRAM.BIN": b"\x07\xfe" * 100,
        b"PSW.BIN": bytes.fromhex("0008000080200000"),
    }, names=False)
