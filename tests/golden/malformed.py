#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Disks with one defect each: what `s390-ipl list` says, or `check` where the defect
is in what would be loaded, and that all commands are quick and end as they should.
docs/bad-input.md has them all, beside what QEMU's firmware does.

usage: tests/golden/malformed.py [--sanitize] S390-IPL [NAME...]
--sanitize: the program is built with a sanitizer, which takes address space.
Every case must end within seconds and a bounded amount of memory.
"""
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import malformed_dasd
import malformed_iso
import malformed_start
import run
from zipldisk import LOAD, PSW, Disk

SECONDS = 5
ADDRESS_SPACE = 512 << 20
RESIDENT = 400 << 20  # under a sanitizer, too

# Base: tests/golden/old-1.8, 64 blocks of 512 bytes. Blocks: 0 boot record, 40
# program table, program 1: 23 component table, 11 13 20 22 segment tables of
# its entries 0 to 3 (kernel 8-10, parmline 12, ramdisk 14-19, stage 3 21), 4 is
# EXECUTE; program 2, the default: 39, 27 29 36 38.
BASE = run.build("old-1.8")
TABLE, PROGRAM1, SEGMENTS1 = 40 * 512, 23 * 512, 11 * 512
ENTRY = [PROGRAM1 + 32 * (i + 1) for i in range(15)]


def u16(v):
    return struct.pack(">H", v)


def u64(v):
    return struct.pack(">Q", v)


def pointer(block, size=512, count=1):
    return struct.pack(">QHHI", block, size, count - 1, 0)


def entry(kind, block=11, value=0x10000):
    return pointer(block).ljust(23, b"\0") + bytes([kind]) + u64(value)


def patched(*patches, base=BASE):
    data = bytearray(base)
    for offset, new in patches:
        data[offset : offset + len(new)] = new
    return bytes(data)


def full(*runs, chain=0):
    """A segment table with all of its 31 slots in use."""
    slots = (list(runs) * 31)[:31]
    return b"".join(pointer(*r) for r in slots) + (pointer(chain) if chain else bytes(16))


def long_chain(tables):
    """A chain of @tables full segment tables that comes to an end nowhere."""
    d = Disk(512, tables + 64)
    first = d.take(tables)
    for i in range(tables):
        d.write(first + i, full((3 + i % 2,), chain=first + i + 1))
    e = d.entry(LOAD, d.pointer(first), 0x10000)
    return d.finish({1: d.program(e, d.execute(PSW | 0x10000))}, default=1)


def many_long_chains():
    """31 programs of 14 components, each the same chain of 60000 tables."""
    d = Disk(512, 60064 + 32)
    first = d.take(60000)
    for i in range(60000):
        d.write(first + i, full((3 + i % 2,), (9,), chain=first + i + 1 if i < 59999 else 0))
    e = d.entry(LOAD, d.pointer(first), 0x10000)
    slots = {n: d.program(*[e] * 14, d.execute(PSW | 0x10000)) for n in range(31)}
    return d.finish(slots)


ZERO_SLOTS = (TABLE + 16, bytes(496))
WHERE_TABLE = "program table at block 40 (byte 0x5000)"
WHERE_1 = "component table at block 23 (byte 0x2e00)"
WHERE_SEG = WHERE_1 + ": entry 0 (byte 0x2e20): LOAD: segment table at block 11 (byte 0x1600)"
PAST = "past the end of the disk, which has 64 blocks (32768 bytes)"
AGAIN = "hint: run zipl again"
COPY = "take a full copy of the disk"

# name, bytes of the disk, exit status, fragments of what is said
CASES = [
    # --- boot record
    ("no-magic", lambda: patched((0, b"zIPM")), 5,
     ["block 0 (byte 0x0) begins with 7a 49 50 4d", "expected \"zIPL\""]),
    ("all-zeros", lambda: bytes(32768), 5, ["block 0 is all zeros"]),
    ("mbr-only", lambda: patched((510, b"\x55\xaa"), base=bytes(32768)), 5,
     ["DOS partition table, but zipl has not been run"]),
    ("gpt-only", lambda: patched((512, b"EFI PART"), base=bytes(32768)), 5,
     ["GPT partition table, but zipl has not been run"]),
    ("qcow2", lambda: patched((0, b"QFI\xfb\0\0\0\3")), 3, ["qemu-nbd cannot open it", "reads qcow2 images"]),
    ("vmdk", lambda: patched((0, b"KDMV\1\0\0\0")), 3, ["qemu-nbd cannot open it", "reads vmdk images"]),
    ("eckd-label", lambda: patched((0, b"\xc9\xd7\xd3\xf1"), (8192, b"\xe5\xd6\xd3\xf1"),
                                   (8192 + 78, b"\x40" * 5)), 5,
     ["it is an ECKD disk (label VOL1, 4096-byte blocks), but zipl has not been run"]),
    ("version-0", lambda: patched((4, b"\0\0\0\0")), 5,
     ["boot record at block 0 (byte 0x0): version 0 (byte 0x4), expected 1"]),
    ("version-2", lambda: patched((4, b"\0\0\0\2")), 5, ["version 2 (byte 0x4)"]),
    ("magic-only", lambda: patched((4, bytes(508))), 5, ["version 0"]),
    ("no-program-table", lambda: patched((16, bytes(16))), 4,
     ["boot record at block 0 (byte 0x0): no program table (null pointer at byte 0x10)"]),
    *[(f"block-size-{n}", lambda n=n: patched((24, u16(n))), 4,
       [f"boot record at block 0 (byte 0x0): wrong block size: found {n} (byte 0x18)",
        "expected 512, 1024, 2048 or 4096", AGAIN])
      for n in (0, 1, 256, 511, 513, 768, 8192, 65535)],
    ("block-size-4096-of-512", lambda: patched((24, u16(4096))), 4,
     ["program table pointer (byte 0x10)", "block 40 (byte 0x28000)",
      "which has 8 blocks (32768 bytes)"]),
    ("table-past-the-end", lambda: patched((16, u64(64))), 4,
     ["boot record at block 0 (byte 0x0): program table pointer (byte 0x10): points at 1 "
      "blocks from block 64 (byte 0x8000) on, " + PAST, COPY]),
    ("table-at-2^31", lambda: patched((16, u64(1 << 31))), 4,
     ["block 2147483648 (byte 0x10000000000) on, " + PAST]),
    ("table-at-2^63", lambda: patched((16, u64(1 << 63))), 4,
     ["block 9223372036854775808, beyond any disk"]),
    ("table-at-2^64-1", lambda: patched((16, u64((1 << 64) - 1))), 4, ["beyond any disk"]),
    # --- program table
    ("table-without-magic", lambda: patched((TABLE, b"zipl")), 4,
     [WHERE_TABLE + ": begins with 7a 69 70 6c, expected 7a 49 50 4c", AGAIN]),
    ("table-empty", lambda: patched(ZERO_SLOTS), 4, [WHERE_TABLE + ": is empty", AGAIN]),
    ("slot-past-the-end", lambda: patched((TABLE + 32, u64(100))), 4,
     ["program 1: " + WHERE_TABLE + ": slot 1 (byte 0x5020): points at 1 blocks from "
      "block 100 (byte 0xc800) on, " + PAST, COPY]),
    ("slot-wrong-size", lambda: patched((TABLE + 32, pointer(23, 4096))), 4,
     [WHERE_TABLE + ": slot 1 (byte 0x5020): wrong block size: found 4096, expected 512"]),
    ("slot-to-block-0", lambda: patched((TABLE + 32, pointer(0))), 0, ["1 program "]),
    ("slot-30-only", lambda: patched(ZERO_SLOTS, (TABLE + 16 * 31, pointer(23))), 0,
     ["1 program (no default)", "  30 Linux "]),
    ("all-slots-to-nowhere", lambda: patched(*[(TABLE + 16 * (i + 1), pointer(1000 + i)) for i in range(31)]), 4,
     ["program 0: ", "program 30: "]),
    # --- component table
    ("component-table-without-magic", lambda: patched((PROGRAM1, bytes(4))), 4,
     ["program 1: " + WHERE_1 + ": begins with 00 00 00 00", AGAIN]),
    ("dump-header", lambda: patched((PROGRAM1 + 4, b"\1")), 0,
     ["program 1: " + WHERE_1 + ": a dump program (header type 1)"]),
    ("header-type-2", lambda: patched((PROGRAM1 + 4, b"\2")), 4,
     [WHERE_1 + ": header type 2, expected 0 (IPL) or 1 (dump)"]),
    *[(f"entry-type-{n}", lambda n=n: patched((ENTRY[1] + 23, bytes([n]))), 4,
       [WHERE_1 + f": entry 1 (byte 0x2e40): type {n}, expected 1 (EXECUTE)", AGAIN])
      for n in (0, 4, 0x12, 255)],
    ("no-execute", lambda: patched((ENTRY[4], bytes(32))), 4,
     [WHERE_1 + ": no EXECUTE entry after 4 entries", AGAIN]),
    ("no-entry", lambda: patched((ENTRY[0], bytes(480))), 4,
     [WHERE_1 + ": no EXECUTE entry after 0 entries"]),
    ("full-of-load", lambda: patched((ENTRY[0], entry(2) * 15)), 4,
     [WHERE_1 + ": no EXECUTE entry after 15 entries"]),
    ("full-of-signature", lambda: patched((ENTRY[0], entry(3) * 15)), 4,
     [WHERE_1 + ": no EXECUTE entry after 15 entries"]),
    ("execute-first", lambda: patched((ENTRY[0] + 23, b"\1")), 0, ["2 programs"]),
    ("two-execute", lambda: patched((ENTRY[5], entry(1))), 0, ["2 programs"]),
    ("load-without-segments", lambda: patched((ENTRY[0], bytes(16))), 4,
     [WHERE_1 + ": entry 0 (byte 0x2e20): LOAD: has no segment table (null pointer)"]),
    ("load-past-the-end", lambda: patched((ENTRY[2], u64(64))), 4,
     [WHERE_1 + ": entry 2 (byte 0x2e60): LOAD: points at 1 blocks from block 64 (byte 0x8000)"]),
    ("load-wrong-size", lambda: patched((ENTRY[0] + 8, u16(511))), 4,
     ["entry 0 (byte 0x2e20): LOAD: wrong block size: found 511, expected 512"]),
    # --- segment tables
    ("data-past-the-end", lambda: patched((SEGMENTS1, pointer(63, count=2))), 4,
     [WHERE_SEG + ": slot 0: points at 2 blocks from block 63 (byte 0x7e00) on, " + PAST, COPY]),
    ("data-at-last-block", lambda: patched((SEGMENTS1, pointer(63))), 0, ["2 programs"]),
    ("data-65536-blocks", lambda: patched((SEGMENTS1 + 10, u16(65535))), 4,
     [WHERE_SEG + ": slot 0: points at 65536 blocks from block 8 (byte 0x1000) on"]),
    ("data-wraps", lambda: patched((SEGMENTS1, pointer((1 << 55) - 1, count=2))), 4,
     [WHERE_SEG + ": slot 0: points at 2 blocks from block 36028797018963967 (byte 0xfffffffffffffe00)"]),
    ("data-wrong-size", lambda: patched((SEGMENTS1 + 16, pointer(8, 1024))), 4,
     [WHERE_SEG + ": slot 1: wrong block size: found 1024, expected 512"]),
    ("data-null-first", lambda: patched((SEGMENTS1, bytes(16))), 0, ["2 programs"]),
    ("chain-to-itself", lambda: patched((SEGMENTS1, full((8,), chain=11))), 4,
     [WHERE_SEG + ": the chain comes back to block 11 (byte 0x1600)", AGAIN]),
    ("chain-a-b", lambda: patched((SEGMENTS1, full((8,), chain=50)), (50 * 512, full((9,), chain=11))), 4,
     [": the chain comes back to block "]),
    ("chain-past-the-end", lambda: patched((SEGMENTS1, full((8,), chain=64))), 4,
     [WHERE_SEG + ": chain pointer: points at 1 blocks from block 64 (byte 0x8000) on"]),
    ("chain-through-70100", lambda: long_chain(70100), 4,
     ["chain of more than 70000 segment tables", AGAIN]),
    ("chains-everywhere", many_long_chains, 4, ["on the disk", AGAIN]),
    # --- images that end too early
    ("empty-file", lambda: b"", 3, ["has 0 bytes, too few for a boot record", COPY]),
    ("511-bytes", lambda: BASE[:511], 3, ["has 511 bytes, too few for a boot record"]),
    ("one-block", lambda: BASE[:512], 4,
     ["block 40 (byte 0x5000) on, past the end of the disk, which has 1 blocks (512 bytes)", COPY]),
    ("ends-in-program-table", lambda: BASE[: TABLE + 256], 4,
     ["block 40 (byte 0x5000) on, past the end of the disk, which has 40 blocks (20736 bytes)"]),
    # --- parameters, kernel
    ("parmline-nowhere", lambda: patched((21 * 512, u64(1 << 60))), 0, ["2 programs"]),
    ("parmline-at-2^64-1", lambda: patched((21 * 512, b"\xff" * 40)), 0, ["2 programs"]),
    ("version-nowhere", lambda: patched((8 * 512 + 0x428, b"\xff" * 16)), 0, ["2 programs"]),
]


def move_table_down():
    """The base with its program table in block 5, so that the rest can be cut."""
    return patched((16, u64(5)), (5 * 512, BASE[TABLE : TABLE + 512]))


CASES += [
    ("ends-in-component-table", lambda: move_table_down()[: PROGRAM1 + 100], 4,
     ["program 1: program table at block 5 (byte 0xa00): slot 1 (byte 0xa20): points at 1 "
      "blocks from block 23 (byte 0x2e00) on, past the end of the disk, which has 23 blocks"]),
    ("ends-in-data", lambda: move_table_down()[: PROGRAM1 + 512 * 2], 4,
     ["program 2: program table at block 5 (byte 0xa00)", "block 39 (byte 0x4e00)"]),
]

CASES += malformed_dasd.CASES + malformed_iso.CASES
# what is found out only when a program is to be loaded
STARTS = malformed_start.CASES + malformed_iso.STARTS


def limits(sanitize):
    if not sanitize:
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def launch(command, sanitize):
    """What it says, its exit status, its seconds of CPU (the machine may be busy), its
    peak of memory in bytes."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                 env=dict(os.environ, LC_ALL="C.UTF-8"),
                                 preexec_fn=lambda: limits(sanitize))
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid or time.monotonic() - begin > 12 * SECONDS:
                break
            time.sleep(0.002)
        if not pid:
            child.kill()
            _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode(errors="replace")
    return text, child.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def verdict(found, status, fragments):
    """What is wrong with the outcome of one run: a list of sentences."""
    text, code, seconds, memory = found
    wrong = [f"does not say {f!r}" for f in fragments if f not in text]
    if code != status:
        wrong.append(f"exit status {code}, expected {status}")
    if seconds > SECONDS:
        wrong.append(f"took {seconds:.1f} s")
    if memory > RESIDENT:
        wrong.append(f"took {memory >> 20} MiB")
    return wrong + [f"said: {text[:2000]}"] if wrong else []


def image_cases(directory, names):
    """(name, path, command, status, fragments) with the image of the moment at path."""
    path = Path(directory, "disk.img")
    for command, cases in (["list"], CASES), (["check", "-m", "256"], STARTS):
        for name, make, status, fragments in cases:
            if names and name not in names:
                continue
            path.write_bytes(make())
            yield name, path, command, status, fragments
            path.unlink()


def other_cases(directory, names):
    """Things that are no image."""
    pipe = Path(directory, "pipe")
    os.mkfifo(pipe)
    secret = Path(directory, "secret")
    secret.write_bytes(BASE)
    secret.chmod(0)
    things = [
        ("missing-file", Path(directory, "none"), 3, ["cannot open it: No such file"]),
        ("directory", Path(directory), 5, ["is a directory, expected an image file"]),
        ("pipe", pipe, 5, ["is a pipe, expected an image file"]),
        ("character-device", Path("/dev/zero"), 5, ["is a character device"]),
    ]
    if os.geteuid():
        things.append(("no-permission", secret, 3, ["Permission denied", "hint: "]))
    for name, path, status, fragments in things:
        if not names or name in names:
            yield name, path, ["list"], status, fragments


def other_commands(program, sanitize, name, path, directory):
    """How many of the other commands take too long, or end as they must not."""
    failed = 0
    for command in ["show"], ["show", "--json", "-m", "16"], ["check"], \
            ["check", "--json", "-m", "16"], ["extract", "-f", "-o", directory + "/out"]:
        found = launch([program, *command, path], sanitize)
        status = found[1] if found[1] in (0, 1, 3, 4, 5) else 0
        wrong = verdict(found, status, [])
        failed += bool(wrong)
        for line in wrong:
            print(f"{name}: {' '.join(command)}: {line}")
    return failed


def main():
    args = sys.argv[1:]
    sanitize = args[:1] == ["--sanitize"]
    program, *names = args[sanitize:]
    failed = 0
    with tempfile.TemporaryDirectory() as directory:
        for cases in image_cases, other_cases:
            for name, path, command, status, fragments in cases(directory, names):
                for options in [], ["--json"]:
                    wanted = [] if options and (status == 0 or command != ["list"]) else fragments
                    found = launch([program, *command, *options, str(path)], sanitize)
                    wrong = verdict(found, status, wanted)
                    failed += bool(wrong)
                    for line in wrong:
                        print(f"{name} {' '.join(options)}: {line}")
                if command == ["list"]:
                    failed += other_commands(program, sanitize, name, str(path), directory)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
