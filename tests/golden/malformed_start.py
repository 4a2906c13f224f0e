# SPDX-License-Identifier: MIT
"""Disks whose tables can be read, but whose programs must not be loaded, or had
better not: for malformed.py. The program of each disk is real: where it is started,
the VM stops in a disabled wait at RAN, so that it can be seen which loader starts it.
"""
import struct

from zipldisk import LOAD, SIGNATURE, Disk

RAN = 0x1000  # the address in the PSW that the program loads
MODE_31, MODE_64 = 0x80000000, 0x180000000
SHORT = 1 << 51  # bit 12: a short PSW
START = SHORT | MODE_64


def stop(at, code=RAN):
    """Instructions at @at that load a disabled wait PSW (LPSWE, of the first 4 KiB)."""
    return struct.pack(">HHIQQ", 0xB2B2, at + 8, 0, 0x0002000180000000, code)


def disk(*loads, psw=START | 0x200, more=(), blocks=256):
    """A program that stops at RAN; @loads are (address, bytes) on top of it."""
    d = Disk(512, blocks)
    program = d.program(d.load(0x200, stop(0x200)), *(d.load(a, b) for a, b in loads),
                        *more, d.execute(psw))
    return d.finish({1: program}, default=1)


def only(*loads, psw):
    d = Disk(512, 256)
    return d.finish({1: d.program(*(d.load(a, b) for a, b in loads), d.execute(psw))}, default=1)


def table(entries):
    """A component table as @entries(d) gives it."""
    d = Disk(512, 256)
    return d.finish({1: d.program(*entries(d))}, default=1)


def pieces(runs):
    """One more component, in @runs(d) of one segment table."""
    d = Disk(512, 256)
    data = d.entry(LOAD, d.segments(runs(d)), 0x20000)
    return d.finish({1: d.program(d.load(0x200, stop(0x200)), data, d.execute(START | 0x200))},
                    default=1)


BOOTS, NO = 0, 1
FINE = ["Nothing was found that is worth mentioning"]
TOP = 256 << 20  # of memory
X = b"x" * 512
HERE = "program 1: entry 1 "
PSW = "program 1: the PSW to start with, "

CASES = [
    # --- addresses
    ("start-over-lowcore", lambda: only((0, bytes(0x600) + stop(0x600).ljust(0x1A00, b"\0")),
                                        psw=START | 0x600), BOOTS, FINE),
    ("start-over-0x9000", lambda: disk((0x9000, X)), BOOTS, FINE),
    ("start-over-0xe000", lambda: disk((0xE000, X)), BOOTS, FINE),
    ("start-over-each-other", lambda: disk((0x300, X)), NO,
     ["program 1: entry 0 (0x200-0x3ff) and entry 1 (0x300-0x4ff) overlap by 0x100 bytes"]),
    ("start-same-address", lambda: disk((0x20000, X), (0x20000, X)), NO,
     ["entry 1 (0x20000-0x201ff) and entry 2 (0x20000-0x201ff) overlap by 0x200 bytes"]),
    ("start-over-the-stub", lambda: disk((TOP - (2 << 20), X * 64)), BOOTS,
     [HERE + "is loaded to 0xfe00000-0xfe07fff, where QEMU's own firmware lies"]),
    ("start-last-byte", lambda: disk((TOP - 512, X)), BOOTS, []),
    ("start-past-memory", lambda: disk((TOP, X)), NO,
     [HERE + "is loaded to 0x10000000-0x100001ff, past the end of memory", "at least 257 MiB"]),
    ("start-half-past-memory", lambda: disk((TOP - 256, X)), NO,
     [HERE + "is loaded to 0xfffff00-0x100000ff, past the end of memory"]),
    ("start-past-2-gib", lambda: disk((1 << 31, X)), NO, ["past the end of memory", "2049 MiB"]),
    ("start-past-2^63", lambda: disk((1 << 63, X)), NO,
     [HERE + "is loaded to 0x8000000000000000-0x80000000000001ff, past the end of memory"]),
    ("start-wraps", lambda: disk(((1 << 64) - 256, X)), NO,
     [HERE + "is loaded to 0xffffffffffffff00-", "past the end of memory"]),
    # --- PSW
    ("start-psw-0", lambda: disk(psw=0), NO,
     [PSW + "0x0000000000000000, is not a short PSW: bit 12 is off"]),
    ("start-psw-odd", lambda: disk(psw=START | 0x201), NO,
     ["program 1: the program is started at 0x201, an odd address"]),
    ("start-psw-outside", lambda: disk(psw=START | 0x5000), NO,
     ["program 1: the program is started at 0x5000, where nothing is loaded"]),
    ("start-psw-past-memory", lambda: disk(psw=START | 0x7FFFF000), NO,
     ["program 1: the program is started at 0x7ffff000, where nothing is loaded"]),
    *[(f"start-psw-bit-{bit}", lambda bit=bit: disk(psw=START | 0x200 | 1 << (63 - bit)), NO,
       [PSW, "has bits that must be zero"]) for bit in (0, 2, 24, 30)],
    ("start-psw-mode", lambda: disk(psw=SHORT | 0x100000200), NO,
     [PSW, "has an addressing mode that there is none"]),
    ("start-psw-24-bit", lambda: disk(psw=SHORT | 0x1000200), NO,
     [PSW, "has an address past 16 MiB in 24-bit mode"]),
    ("start-psw-long", lambda: disk(psw=MODE_64 | 0x200), NO,
     [PSW + "0x0000000180000200, is not a short PSW: bit 12 is off"]),
    ("start-psw-waits", lambda: disk(psw=0x000A0000_00000000), BOOTS,
     ["it loads its components and then waits"]),
    # --- component table
    ("start-execute-first", lambda: table(lambda d: [d.execute(START | 0x200),
                                                     d.load(0x200, stop(0x200))]), NO,
     ["program 1: the program is started at 0x200, where nothing is loaded"]),
    ("start-two-execute", lambda: table(lambda d: [
        d.load(0x200, stop(0x200)), d.execute(START | 0x200), d.execute(0)]), BOOTS, []),
    ("start-only-execute", lambda: table(lambda d: [d.execute(START | 0x200)]), NO,
     ["program 1: the program is started at 0x200, where nothing is loaded"]),
    ("start-empty-component", lambda: disk(more=[Disk.entry(None, LOAD, b"", 0)]), NO,
     ["entry 1 (byte 0x1440): LOAD: has no segment table (null pointer)"]),
    ("start-signature-of-nothing", lambda: table(lambda d: [
        d.load(0x200, stop(0x200)), d.entry(SIGNATURE, b"", 1 << 56), d.execute(START | 0x200)]), NO,
     ["entry 1 (byte 0x1440): SIGNATURE: has no segment table (null pointer)"]),
    # --- runs of blocks
    ("run-count-0", lambda: pieces(lambda d: [(d.put(X), 1)]), BOOTS, FINE),
    ("run-null-in-the-middle", lambda: pieces(lambda d: [(d.put(X), 1), (0, 1), (d.put(X), 1)]),
     BOOTS, FINE),
    ("run-65536-blocks", lambda: pieces(lambda d: [(d.put(X), 65536)]), NO,
     ["slot 0: points at 65536 blocks from block ", "past the end of the disk"]),
    ("run-at-the-last-block", lambda: pieces(lambda d: [(255, 1)]), BOOTS, FINE),
    ("run-over-the-last-block", lambda: pieces(lambda d: [(255, 2)]), NO,
     ["slot 0: points at 2 blocks from block 255 (byte 0x1fe00) on, past the end of the disk"]),
    ("run-at-2^31", lambda: pieces(lambda d: [(1 << 31, 1)]), NO,
     ["slot 0: points at 1 blocks from block 2147483648 (byte 0x10000000000) on, past the end"]),
    ("run-at-2^63", lambda: pieces(lambda d: [(1 << 63, 1)]), NO,
     ["slot 0: points at block 9223372036854775808, beyond any disk"]),
    # the low 32 bits lead to a block that is there
    ("run-at-2^32", lambda: pieces(lambda d: [((1 << 32) + d.put(X), 1)]), NO,
     ["slot 0: points at 1 blocks from block 42949", "past the end of the disk"]),
]
