#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Seeds of the target `decoders` from disks that zipl wrote: the blocks that `list` looks at.

usage: tests/fuzz/cut-images.py S390-IPL IMAGE...

Only what are tables, labels and parameters goes into the corpus, never code: that has a licence of its own.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True
import nbd  # noqa: E402

EACH = 8  # of one disk


class Recorder(nbd.Server):
    """Serves an image, and knows what was read."""

    def __init__(self, image):
        self.image = open(image, "rb")
        self.size = os.path.getsize(image)
        self.seen = []
        super().__init__()

    def answer(self, cookie, offset, length):
        self.image.seek(offset)
        data = self.image.read(length)
        self.seen.append((offset, data))
        self.sock.sendall(self.head(cookie) + data)


def is_table(data):
    """Mostly zeros or filler, as code and text never are, and not a kernel's parameters."""
    filled = sum(1 for byte in data if byte not in (0, 0x40, 0xFF))
    return 64 <= len(data) <= 4096 and 8 <= filled < len(data) / 3 and b"S390EP" not in data


def shape(data):
    """What is alike in tables that say the same of other blocks."""
    return len(data), re.sub(rb"[^\0]", b"x", data)


def main(program, *images):
    known = set()
    for image in images:
        server = Recorder(image)
        server.start()
        subprocess.run([program, "list", f"nbd://127.0.0.1:{server.port}"], stdout=subprocess.DEVNULL, check=True)
        server.join()
        written = 0
        for offset, data in server.seen:
            if written == EACH or not is_table(data) or shape(data) in known:
                continue
            known.add(shape(data))
            (HERE / "corpus" / "decoders" / f"{Path(image).stem}-{offset:x}").write_bytes(data)
            written += 1
        print(f"{image}: {len(server.seen)} reads, {written} new seeds")


if __name__ == "__main__":
    main(*sys.argv[1:])
