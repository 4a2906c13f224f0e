#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""From the start of the process to the first instruction of the program, side by side: s390-ipl, QEMU's own
firmware, and -kernel; with the time that the host needs to read the same bytes as the limit.

usage: first_instruction.py S390-IPL [--runs N]       (QEMU=PATH chooses another QEMU)

The program's first instruction leaves a mark in memory, which is looked for all the time through /proc/PID/mem. Rounds
take turns, so that all see the same machine; what is printed are medians, and ratios of medians."""
import argparse
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time

QEMU = os.environ.get("QEMU", "qemu-system-s390x")
BS = 4096
LOAD_AT = 0x10000
START_PSW = 0x0008000080000000 | 1 << 32 | LOAD_AT
MARK_AT, MARK = 0x300, 0x5a
# mvi MARK_AT,MARK; larl %r1,.+12; lpswe 0(%r1); a disabled wait
PROGRAM = bytes.fromhex("925a0300" "c01000000006" "b2b21000") + bytes(2) + struct.pack(">QQ", 0x0002000180000000, 0xb00a)
MEMORY = 1280 << 20  # a size that no other mapping of QEMU has
MIB = 1 << 20


def pointer(block, count=1):
    return struct.pack(">QHHI", block, BS, count - 1, 0)


def make_disk(path, size, extents):
    """One component of `size` bytes in as many extents, each followed by a foreign block when there are several."""
    per = size // BS // extents
    runs, table_blocks, next_block = [], [], 16
    with open(path, "wb") as f:
        for _ in range(extents):
            left = per
            while left:
                n = min(left, 65536)
                runs.append((next_block, n))
                next_block, left = next_block + n, left - n
            next_block += extents > 1
        f.truncate(next_block * BS)
        for block, n in runs:
            f.seek(block * BS)
            f.write(b"\xa5" * (n * BS))
        f.seek(runs[0][0] * BS)
        f.write(PROGRAM)
        chunks = [runs[i:i + 255] for i in range(0, len(runs), 255)]
        first = next_block
        for i, chunk in enumerate(chunks):
            table = b"".join(pointer(*r) for r in chunk).ljust(255 * 16, b"\0")
            table += pointer(first + i + 1) if i + 1 < len(chunks) else bytes(16)
            f.seek((first + i) * BS)
            f.write(table)
        comp, prog = first + len(chunks), first + len(chunks) + 1
        f.seek(comp * BS)
        f.write((b"zIPL" + bytes(28) + pointer(first).ljust(23, b"\0") + b"\2" + struct.pack(">Q", LOAD_AT)
                 + bytes(23) + b"\1" + struct.pack(">Q", START_PSW)).ljust(BS, b"\0"))
        f.write((b"zIPL" + bytes(12) + pointer(comp)).ljust(BS, b"\0"))
        f.seek(0)
        f.write(b"zIPL" + struct.pack(">I", 1) + bytes(8) + pointer(prog))
    return runs


def make_kernel(path, size):
    """The same bytes for -kernel: entered at 0x10000, loads the wait PSW."""
    with open(path, "wb") as f:
        f.write(b"\xa5" * size)
        f.seek(0)
        f.write(struct.pack(">Q", START_PSW))  # what QEMU takes the entry from
        f.seek(LOAD_AT)
        f.write(PROGRAM)


def guest_memory(pid):
    """Where guest memory is in the process, or None as long as there is none."""
    with open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            start, end = (int(x, 16) for x in line.split()[0].split("-"))
            if end - start == MEMORY:
                return start
    return None


def first_instruction(argv):
    """Seconds from now to the mark."""
    start, at = time.time(), None
    vm = subprocess.Popen(argv + ["-nodefaults", "-nographic", "-m", str(MEMORY >> 20), "-action", "panic=pause"],
                          stdin=subprocess.DEVNULL)
    try:
        while time.time() < start + 60:
            at = at or guest_memory(vm.pid)
            if at:
                with open(f"/proc/{vm.pid}/mem", "rb", buffering=0) as mem:
                    mem.seek(at + MARK_AT)
                    while time.time() < start + 60:
                        if mem.read(1)[0] == MARK:
                            return time.time() - start
                        mem.seek(at + MARK_AT)
                        time.sleep(.0002)
            time.sleep(.001)
        sys.exit(f"the program was not started: {argv}")
    finally:
        vm.kill()
        vm.wait()


def bare_read(disk, runs, size):
    """Read the runs into fresh shared memory, the quickest way known: by way of a buffer that stays in the cache."""
    fd = os.memfd_create("bench")
    disk_fd = os.open(disk, os.O_RDONLY)
    buf = memoryview(bytearray(MIB // 2))
    start, at, filled = time.time(), 0, 0
    for block, n in runs:
        off, left = block * BS, n * BS
        while left:
            part = min(left, len(buf) - filled)
            os.preadv(disk_fd, [buf[filled:filled + part]], off)
            off, left, filled = off + part, left - part, filled + part
            if filled == len(buf):
                at += os.pwrite(fd, buf, at)
                filled = 0
    took = time.time() - start
    assert at == size
    os.close(disk_fd)
    os.close(fd)
    return took


def measure(ipl, work, mib, extents, runs_wanted):
    disk, kernel = os.path.join(work, "disk"), os.path.join(work, "kernel")
    runs = make_disk(disk, mib * MIB, extents)
    make_kernel(kernel, mib * MIB)
    blk = ["-drive", f"if=none,id=d,file={disk},format=raw",
           "-device", "virtio-blk-ccw,drive=d,bootindex=0,logical_block_size=4096,physical_block_size=4096"]
    ways = {
        "s390-ipl": lambda: first_instruction([ipl, "run", "--qemu", QEMU] + blk),
        "firmware": lambda: first_instruction([QEMU] + blk),
        "-kernel": lambda: first_instruction([QEMU, "-kernel", kernel]),
        "read": lambda: bare_read(disk, runs, mib * MIB),
    }
    times = {w: [] for w in ways}
    for i in range(runs_wanted + 1):
        for way, go in ways.items():
            t = go()
            if i:  # the first round warms up
                times[way].append(t)
    os.unlink(disk)
    os.unlink(kernel)
    return {w: statistics.median(t) for w, t in times.items()}


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("ipl")
    ap.add_argument("--runs", type=int, default=5)
    a = ap.parse_args()
    work = tempfile.mkdtemp(prefix="s390-ipl-bench-")
    print(f"process start to the program's first instruction, medians of {a.runs}, milliseconds")
    print(f"{'MiB':>5} {'extents':>8} {'s390-ipl':>9} {'firmware':>9} {'-kernel':>9} {'read':>7}"
          f" {'ipl/-kernel':>12} {'firmware/ipl':>13}")
    try:
        for mib, extents in ((8, 1), (64, 1), (512, 1), (64, 16384)):
            m = measure(os.path.abspath(a.ipl), work, mib, extents, a.runs)
            ms = [1000 * m[w] for w in ("s390-ipl", "firmware", "-kernel", "read")]
            print(f"{mib:5} {extents:8} {ms[0]:9.0f} {ms[1]:9.0f} {ms[2]:9.0f} {ms[3]:7.0f}"
                  f" {ms[0] / ms[2]:12.2f} {ms[1] / ms[0]:13.1f}", flush=True)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
