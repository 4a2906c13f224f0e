# SPDX-License-Identifier: MIT
"""SCSI-scheme disks, spelled out byte by byte (docs/formats/zipl.md).

Imports nothing of s390-ipl: what is wrong there cannot be wrong here too.
"""
import struct

EXECUTE, LOAD, SIGNATURE = 1, 2, 3
PSW = 0x00080000_80000000  # 31-bit mode, no wait
VERSION = b"6.1.0-28-s390x (someone@somewhere) #1 SMP Debian 6.1.119-1\0"


class Disk:
    n = 16  # bytes of a pointer

    def __init__(self, bs, blocks):
        self.bs = bs
        self.bytes = bytearray(bs * blocks)
        self.next = 8  # block 0 is the boot record; some room for a GPT

    # --- raw material

    def write(self, block, data):
        self.bytes[block * self.bs : block * self.bs + len(data)] = data
        return block

    def blocks_of(self, data):
        return -(-len(data) // self.bs)

    def take(self, count):
        self.next += count
        return self.next - count

    def put(self, data):
        return self.write(self.take(self.blocks_of(data)), data)

    def pointer(self, block, count=1):
        return struct.pack(">QHHI", block, self.bs, count - 1, 0)

    # --- segment tables: chained from the end, as zipl builds them

    def segments(self, runs):
        slots = self.bs // self.n - 1
        chain = bytes(self.n)
        for first in reversed(range(0, max(len(runs), 1), slots)):
            part = runs[first : first + slots]
            table = b"".join(self.pointer(*run) for run in part)
            table = table.ljust(slots * self.n, b"\0") + chain
            chain = self.pointer(self.put(table))
        return chain

    def data(self, data):
        """The pointer to the segment table of @data, in one run."""
        return self.segments([(self.put(data), self.blocks_of(data))])

    def scattered(self, data, gap=1):
        """The same with every block for itself, @gap blocks apart."""
        runs = []
        for at in range(0, len(data), self.bs):
            runs.append((self.put(data[at : at + self.bs]), 1))
            self.take(gap)
        return self.segments(runs)

    # --- component table entries

    def entry(self, kind, pointer, value):
        return pointer.ljust(23, b"\0") + bytes([kind]) + struct.pack(">Q", value)

    def load(self, addr, data):
        return self.entry(LOAD, self.data(data), addr)

    def execute(self, psw):
        return self.entry(EXECUTE, b"", psw)

    def signature(self, data):
        return self.entry(SIGNATURE, self.data(data), 1 << 56 | len(data))

    def description(self, text, kind=0x10, magic=b"s390-ipl-description 1\n"):
        """An entry behind EXECUTE (docs/formats/description.md)."""
        text = magic + text
        return self.entry(kind, self.data(text), len(text))

    def program(self, *entries, kind=0):
        """The pointer to a component table of @entries."""
        table = b"zIPL" + bytes([kind]) + bytes(27) + b"".join(entries)
        assert len(table) <= self.bs
        return self.pointer(self.put(table))

    def common_slot(self, *entries):
        """The last slot, which is no program: its table describes all others."""
        table = self.put(b"zIPL" + bytes(28) + b"".join(entries))
        return bytes(8) + b"dscr" + struct.pack(">I", table)

    # --- program table and boot record

    def programs(self, slots, default=None):
        """The pointer to a program table. @slots: number -> pointer; @default is
        copied to slot 0."""
        table = bytearray(b"zIPL".ljust(512, b"\0"))
        if default is not None:
            slots = {0: slots[default], **slots}
        for number, pointer in slots.items():
            table[self.n * (number + 1) : self.n * (number + 2)] = pointer
        self.table = self.put(bytes(table))
        return self.pointer(self.table)

    def finish(self, slots, default=None):
        self.programs(slots, default)
        self.bytes[0:4] = b"zIPL"
        self.bytes[4:8] = struct.pack(">I", 1)
        self.bytes[16:32] = self.pointer(self.table)
        return bytes(self.bytes)


def kernel(version=VERSION, cmdline=b"", initrd=(0, 0)):
    """A kernel image file: nothing in it runs."""
    k = bytearray(0x10600)
    k[0x10000:0x10004] = bytes.fromhex("a7f40010")
    k[0x10008:0x1000E] = b"S390EP"
    struct.pack_into(">QQ", k, 0x10408, *initrd)
    struct.pack_into(">QQ", k, 0x10428, 0x10580 if version else 0, 4096)
    k[0x10480 : 0x10480 + len(cmdline)] = cmdline
    k[0x10580 : 0x10580 + len(version)] = version
    return bytes(k)


def ramdisk(size=3000):
    return bytes(i * 7 & 255 for i in range(size))


def params(initrd_addr, initrd_len, parm_addr, flags=None, image=None, envblk=None,
           psw=PSW | 0x10000):
    """Stage-3 parameters: 40 bytes, 42 with @flags, 80 with @image too."""
    p = struct.pack(">QQQQQ", parm_addr, initrd_addr, initrd_len, psw, 0)
    if image:
        return p + struct.pack(
            ">QQQQQ", flags << 48, image[0], image[1], *(envblk or (0, 0))
        )
    return p if flags is None else p + struct.pack(">H", flags)


def zipl_1_8(d, cmdline, k=kernel(), r=ramdisk()):
    """As zipl 1.8 orders them: stage 3 last, parmline at 0x1000."""
    return d.program(
        d.load(0x10000, k[0x10000:]),
        d.load(0x1000, cmdline + b"\0"),
        d.load(0x800000, r),
        d.load(0xA000, params(0x800000, len(r), 0x1000) + b"\x0d\xd0"),
        d.execute(PSW | 0xA028),
    )


def zipl_1_24(d, cmdline, k=kernel(), r=ramdisk(), entry=0xA050):
    """zipl 1.20 to 2.8: stage 3 first, flags in its parameters."""
    return d.program(
        d.load(0xA000, params(0x800000, len(r), 0x30000, flags=1).ljust(0x60, b"\x07")),
        d.load(0x10000, k[0x10000:]),
        d.load(0x30000, cmdline + b"\0"),
        d.load(0x800000, r),
        d.execute(PSW | entry),
    )


def zipl_kdump(d, cmdline, k=kernel(), r=ramdisk(), flags=3):
    """The same for a kdump section, 1.18 to 2.8: a dump program whose kernel is entered
    16 bytes behind its beginning. 2.13 leaves bit 14 of @flags out."""
    p = params(0x800000, len(r), 0x30000, flags=flags, psw=PSW | 0x10010)
    return d.program(
        d.load(0xA000, p.ljust(0x60, b"\x07")),
        d.load(0x10000, k[0x10000:]),
        d.load(0x30000, cmdline + b"\0"),
        d.load(0x800000, r),
        d.execute(PSW | 0xA050),
        kind=1,
    )


def zipl_2_9(d, cmdline, k=kernel(), r=ramdisk(), envblk=None, signed=False, kind=0,
             flags=1):
    """zipl 2.9 and later: everything has a component of its own."""
    sig = [d.signature(b"\x30\x82" + bytes(700))] if signed else []
    p = params(
        0x800000, len(r), 0x30000, flags=flags, image=(len(k), 0x10000),
        envblk=(0x40000, 512) if envblk else None,
    )
    scsi = [d.load(0x2000, bytes(0x4000)), d.load(0xF000, bytes(0x1000))] if flags & 1 else []
    return d.program(
        *scsi,
        *sig,
        d.load(0xA000, b"\x07" * 0x4000),
        d.load(0x9000, p),
        *sig,
        d.load(0x10000, k),
        d.load(0x30000, cmdline + b"\0"),
        d.load(0x800000, r),
        *([d.load(0x40000, envblk)] if envblk else []),
        d.execute(PSW | 0xA000),
        kind=kind,
    )
