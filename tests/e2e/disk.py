# SPDX-License-Identifier: MIT
"""Disks with little programs of our own: any component at any address."""
import functools
import os
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "golden"))
from zipldisk import EXECUTE, LOAD, Disk  # noqa: E402 (path)

MODE_31 = 0x80000000
MODE_64 = 0x180000000


def run_psw(addr, mode=MODE_64):
    """A short PSW: bit 12 is one."""
    return 1 << 51 | mode | addr


STOP_AT = 0x200


def stop(code):
    """A program, whose first instruction loads a disabled wait: the VM tells of a
    panic with this address. (A wait bit in the EXECUTE PSW would do, but QEMU's TCG
    does not look at it.) No register is used, so the PSW is in the first 4 KiB."""
    lpswe = struct.pack(">HHI", 0xB2B2, STOP_AT + 8, 0)
    return lpswe + struct.pack(">QQ", 0x0002000180000000, code)


def disk(*programs, bs=512, blocks=None, default=0, titles=()):
    """The bytes of a disk; program @default is the default, too. Programs are
    numbered from 1 and are (PSW, {address: bytes}), the first have @titles."""
    size = sum(len(data) for _, parts in programs for data in parts.values())
    size += 2048 * len(titles)
    d = Disk(bs, blocks or size // bs + 64 + 16 * len(programs) + size // bs // 20)
    slots = {}
    for number, (psw, parts) in enumerate(programs, 1):
        title = [d.description(b"title=" + t.encode() + b"\n")
                 for t in titles[number - 1 : number]]
        slots[number] = d.program(*(d.load(a, data) for a, data in parts.items()),
                                  d.execute(psw), *title)
    return d.finish(slots, default=default or 1)


def waits(first, count=1, **kwargs):
    """Program N of @count ends in a disabled wait at @first + 2 * N."""
    return disk(*((run_psw(STOP_AT), {STOP_AT: stop(first + 2 * n)})
                  for n in range(1, count + 1)), **kwargs)


@functools.cache
def assemble(name, **symbols):
    """The bytes of NAME.S, which has to be position independent."""
    with tempfile.TemporaryDirectory() as work:
        obj, elf, raw = (os.path.join(work, "x" + e) for e in (".o", ".elf", ".bin"))
        defines = [f"-D{key}={value}" for key, value in symbols.items()]
        for argv in (
            ["gcc", "-march=z9-109", "-I", os.path.join(HERE, "../../include"), *defines,
             "-c", os.path.join(HERE, name + ".S"), "-o", obj],
            ["ld", "--no-warn-rwx-segments", "-Ttext=0", "-e", "0", "-o", elf, obj],
            ["objcopy", "-O", "binary", elf, raw],
        ):
            subprocess.run(["s390x-linux-gnu-" + argv[0], *argv[1:]], check=True)
        with open(raw, "rb") as f:
            return f.read()


def ebcdic(digit):
    """The code of a decimal digit."""
    return 0xF0 + digit


BLOCK = 0x11000  # program.S: its IPL parameter block


def ccw_block(devno, loadparm="", ssid=0):
    """An IPL parameter block of type CCW (arch/s390/include/uapi/asm/ipl.h)."""
    return (struct.pack(">IIIBBH", 200, 0, 192, 2, 0x80, 0)
            + loadparm.ljust(8).encode("cp037") + bytes(85)
            + struct.pack(">BH", ssid, devno)).ljust(200, b"\0")


def fcp_block(devno, lun=0, wwpn=0, bootprog=0, br_lba=0, loadparm="", scpdata=b""):
    """One of type FCP; @lun is the number as SCSI writes it."""
    return (struct.pack(">IIIBBH", 644 + len(scpdata), 0, 636 + len(scpdata), 0, 0x80, 0)
            + loadparm.ljust(8).encode("cp037") + bytes(304) + b"\x10" + bytes(5)
            + struct.pack(">H4xQQI12xQI", devno, wwpn, lun, bootprog, br_lba, len(scpdata))
            + bytes(260) + scpdata)


# program.S: where its results are, { u64 CPU 0, CPU 1, how often it ran, 0 } for each ME
RESULTS = 0x10000


# branch to itself: says where the CPU is, and touches nothing
SPIN = bytes.fromhex("a7f40000")


def read_program(data, bs, number):
    """What the boot map of a disk says of a program: its PSW, and for each LOAD the
    address, the bytes, and where on the disk they begin."""

    def pointer(at):
        block, size, count = struct.unpack_from(">QHH", data, at)
        assert block == 0 or size == bs
        return block * bs, (count + 1) * bs

    table, _ = pointer(16)
    assert data[table : table + 4] == b"zIPL"
    at, _ = pointer(table + 16 * (number + 1))
    assert data[at : at + 4] == b"zIPL"
    loads = []
    while True:
        at += 32
        kind = data[at + 23]
        (value,) = struct.unpack_from(">Q", data, at + 24)
        if kind == EXECUTE:
            return value, loads
        if kind != LOAD:
            continue
        segments, _ = pointer(at)
        pieces, first = [], None
        while segments:
            for slot in range(bs // 16 - 1):
                off, size = pointer(segments + 16 * slot)
                if not off:
                    break
                first = first or off
                pieces.append(data[off : off + size])
            segments, _ = pointer(segments + bs - 16)
        loads.append((value, b"".join(pieces), first))
