#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write files as C arrays: embed.py OUT.h FILE... ("stub.elf" becomes guest_stub_elf)."""
import os
import sys

with open(sys.argv[1], "w") as out:
    out.write("/* made by guest/embed.py */\n")
    for path in sys.argv[2:]:
        name = os.path.basename(path).replace(".", "_")
        data = open(path, "rb").read()
        out.write(f"static const unsigned char guest_{name}[{len(data)}] = {{\n")
        for i in range(0, len(data), 16):
            out.write("\t" + ", ".join(f"0x{b:02x}" for b in data[i:i + 16]) + ",\n")
        out.write("};\n")
