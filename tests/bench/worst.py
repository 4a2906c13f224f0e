#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Memory and CPU time that the worst disks cost which the limits (src/base/limits.h) let through.

usage: worst.py S390-IPL

Each is read by 's390-ipl list' and 's390-ipl check', in the sandbox."""
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time

BS = 512
PER_TABLE = BS // 16 - 1


def pointer(block, count=1):
    return struct.pack(">QHHI", block, BS, count - 1, 0)


def chain(first, tables, spread):
    """Blocks of a chain of segment tables from block @first on. With @spread no two pieces lie side by side."""
    step, data = (2, 100) if spread else (1, 100)
    for t in range(tables):
        rows = b"".join(pointer(data + step * ((t * PER_TABLE + i) % 200000)) for i in range(PER_TABLE))
        yield rows + (pointer(first + t + 1) if t + 1 < tables else bytes(16))


def make_disk(f, programs, tables, components=1, spread=True):
    """Each of @programs has @components, all with the same chain of @tables."""
    first = 500000
    f.truncate(BS * (first + tables + 10))
    f.seek(BS * first)
    for block in chain(first, tables, spread):
        f.write(block)
    f.seek(BS)
    f.write((b"zIPL" + bytes(12) + b"".join(pointer(2) for _ in range(programs))).ljust(BS, b"\0")[:BS])
    loads = b"".join(pointer(first).ljust(23, b"\0") + b"\2" + struct.pack(">Q", 0x100000 + (i << 44))
                     for i in range(components))
    f.write((b"zIPL" + bytes(28) + loads + bytes(23) + b"\1" + struct.pack(">Q", 1 << 51 | 0x180010000)).ljust(BS, b"\0"))
    f.seek(0)
    f.write(b"zIPL" + struct.pack(">I", 1) + bytes(8) + pointer(1))
    f.flush()


def measure(argv):
    """Exit status, seconds, CPU seconds, MiB."""
    pid = os.fork()
    if pid == 0:
        # a process of its own, so that its children's usage is of this command only
        began = time.time()
        done = subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        use = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f" {done.returncode:7} {time.time() - began:8.2f} {use.ru_utime + use.ru_stime:8.2f} "
              f"{use.ru_maxrss / 1024:8.0f}", flush=True)
        os._exit(0)
    os.waitpid(pid, 0)


def main():
    ipl = os.path.abspath(sys.argv[1])
    cases = {
        "most extents (2 x 2.0 million)": dict(programs=2, tables=64000),
        "too many extents (3 x 2.0 million)": dict(programs=3, tables=64000),
        "longest chain (70000 tables)": dict(programs=1, tables=70000),
        "a longer chain": dict(programs=1, tables=70001),
        "most tables (7 x 70000)": dict(programs=7, tables=70000, spread=False),
        "too many tables (20 x 70000)": dict(programs=20, tables=70000, spread=False),
    }
    print(f"{'':40} {'status':>15} {'s':>8} {'CPU s':>8} {'MiB':>8}")
    for name, how in cases.items():
        with tempfile.NamedTemporaryFile() as f:
            make_disk(f, **how)
            for command in "list", "check":
                print(f"{name:40} {command:7}", end="", flush=True)
                measure([ipl, command, f.name])


if __name__ == "__main__":
    main()
