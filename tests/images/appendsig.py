#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Append a Linux 'module signature' trailer (what zipl's secure= looks for).
The PKCS#7 blob is meaningless filler: zipl copies it, only firmware would verify it.
usage: appendsig.py FILE [PAD_TO]   (PAD_TO: pad the file to a multiple first)"""
import struct, sys
p = sys.argv[1]
d = open(p, "rb").read()
if len(sys.argv) > 2:
    d += b"\0" * (-len(d) % int(sys.argv[2]))
blob = b"\x30\x82" + bytes(i & 0xFF for i in range(700))
d += blob + struct.pack(">BBBBB3sI", 0, 0, 2, 0, 0, b"\0\0\0", len(blob)) + b"~Module signature appended~\n"
open(p, "wb").write(d)
