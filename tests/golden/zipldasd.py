# SPDX-License-Identifier: MIT
"""FBA and ECKD disks, spelled out byte by byte (docs/formats/eckd.md,
docs/formats/fba.md). Imports nothing of s390-ipl.
"""
import struct

from zipldisk import Disk

SECTORS = {512: 49, 1024: 33, 2048: 21, 4096: 12}
HEADS = 15


def ebcdic(text):
    return text.encode("cp037").replace(b"\x25", b"\x15")


def stage2(texts, prompt=0, timeout=0, version="2.16.0", kdump=0, size=0x3000, psz=140,
           banner=None):
    """Stage 2: code, parameters, texts. @texts: number -> the whole line."""
    code = bytes.fromhex("07fe") * 100
    at = psz
    config, strings = [0] * 63, b""
    banner = banner or f"zIPL v{version} interactive boot menu\n "
    for number, text in [(None, banner), *texts.items()]:
        if number is not None:
            config[number] = at
        line = ebcdic(text) + b"\0"
        strings, at = strings + line, at + len(line)
    params = struct.pack(">HHH63H", prompt, timeout, psz, *config)
    if psz == 140:
        params += struct.pack(">Q", kdump)
    return (code + params + strings).ljust(size, b"\0")


def menu(names, default, kdump=()):
    """The lines of a menu. @names: number -> name."""
    mark = {n: " (kdump)" if n in kdump else "" for n in names}
    return {0: f" 0. default ({names[default]}){mark[default]}",
            **{n: f"{n:2}. {name}{mark[n]}" for n, name in names.items()}}


class Fba(Disk):
    """zipl 1.20 and later: LIN16, boot_info, stage 1b."""

    psw = "0008000080002018"
    room = 24

    def __init__(self, blocks):
        super().__init__(512, blocks)

    def locate(self, block):
        return struct.pack(">II", 0x06000001, block) if block else bytes(8)

    def stage1b(self, blocks):
        ccws = b"".join(struct.pack(">BBHI BBHI", 0x43, 0, 0xE180 + 8 * i, 0x40000008,
                                    0x42, 0, 0x2000 + 512 * i, 0x60000200)
                        for i in range(len(blocks)))
        data = b"".join(self.locate(b) for b in blocks)
        return (ccws.ljust(self.room * 16, b"\0") + data).ljust(1024, b"\0")

    def finish(self, slots, default=None, s2=b"", bp=0):
        table = self.programs(slots, default)
        first = self.put(s2)
        count = self.blocks_of(s2)
        s1b = self.put(self.stage1b(range(first, first + count))) if count else 0
        b = bytearray(512)
        b[0:24] = bytes.fromhex(self.psw + "0200000060000098" + "0800001840000000")
        b[0x18:0x38] = bytes.fromhex("43000040400000084200e00060000200"
                                     "43000048400000084200e20060000200")
        b[0x38:0x40] = bytes.fromhex("0800e00000000000")
        b[0x40:0x50] = self.locate(s1b) + self.locate(s1b and s1b + 1)
        b[0x70:0x78] = b"zIPL" + bytes([1, bp, 1, 1])
        b[0x78:0x88] = table
        self.write(0, b)
        self.write(1, (ebcdic("LNX1FBA001")).ljust(84, b"\x40"))
        return bytes(self.bytes)


class FbaOld(Fba):
    """zipl before 1.20: LIN8, stage 2 named in block 0."""

    n = 8

    def pointer(self, block, count=1):
        return struct.pack(">IHH", block, 512, count - 1)

    def finish(self, slots, default=None, s2=b""):
        table = self.programs(slots, default)
        first = self.put(s2.ljust(4096, b"\0"))
        b = bytearray(512)
        b[0:24] = bytes.fromhex("0008000080002008" "02000200600000e8" "0800022840000000")
        b[0x18:0x20] = table
        for i in range(8):
            b[0xA8 + 8 * i : 0xB0 + 8 * i] = self.locate(first + i)
        self.write(0, b)
        return bytes(self.bytes)


class Eckd(Disk):
    """CHS16, for CCW-type IPL; n = 8 is what zipl before 1.20 has."""

    room = 24
    psw = "0008000080002018"

    def __init__(self, bs, blocks):
        super().__init__(bs, blocks)
        self.sectors = SECTORS[bs]
        self.next = 2 * self.sectors
        self.ld = False

    def chs(self, block):
        track = block // self.sectors
        return track // HEADS, track % HEADS, block % self.sectors + 1

    def cchhr(self, block):
        c, h, s = self.chs(block)
        return struct.pack(">HHB", c & 0xFFFF, h | c >> 16 << 4, s)

    def pointer(self, block, count=1):
        if self.ld:
            return struct.pack(">IBB4xHI", *self.chs(block), count - 1, 0)
        return (self.cchhr(block) + struct.pack(">HB", self.bs, count - 1)).ljust(self.n, b"\0")

    def segments(self, runs):
        """As zipl: no run crosses a track."""
        pieces = []
        for block, count in runs:
            while count:
                part = min(count, self.sectors - block % self.sectors)
                pieces.append((block, part))
                block, count = block + part, count - part
        return super().segments(pieces)

    def seek(self, block):
        return bytes(2) + self.cchhr(block) + bytes(1) if block else bytes(8)

    def stage1b(self, blocks):
        ccws = b"".join(bytes.fromhex("0700e3006000000631 00e302600000050800e0100000000006002000")
                        .ljust(32, b"\x60") for _ in blocks)
        data = b"".join(self.seek(b) for b in blocks)
        return (ccws.ljust(self.room * 32, b"\0") + data).ljust(1024, b"\0")

    def boot_loader(self, s2):
        """Puts stage 2 and 1b: the seek arguments for stage 1b."""
        if not s2:
            return bytes(16)
        first = self.put(s2)
        s1b = self.put(self.stage1b(range(first, first + self.blocks_of(s2))))
        return self.seek(s1b) + self.seek(s1b + 1 if self.bs == 512 else 0)

    def ssrt(self):
        """Two SEEK, SEARCH, TIC, READ and a TIC."""
        return bytes.fromhex("0700006060000006 3100006260000005 0800002000000000"
                             "0600e00060001000 0800e00000000000 3100006a60000005"
                             "0800004000000000 0600000040000000 0800000000000000")

    def boot_info(self, data, bp=0):
        return b"zIPL" + bytes([1, bp, 0, 1]) + data.ljust(32, b"\0")


class Ldl(Eckd):
    """zipl 1.20 and later; @label: LNX1, CMS1 or None."""

    def label(self, label, serial):
        if label:
            block = bytearray(ebcdic(label + serial).ljust(84, b"\x40"))
            if label == "CMS1":
                block[12:16] = struct.pack(">I", self.bs)
            self.write(2, block)

    def finish(self, slots, default=None, s2=b"", label="LNX1", dump=None):
        table = dump or self.programs(slots, default)
        seeks = self.boot_loader(s2)
        b = bytes.fromhex(self.psw + "1600200060000016" + "0600000060000098")
        b += self.ssrt() + seeks + self.boot_info(table, bp=1 if dump else 0)
        assert len(b) == 152
        self.write(0, b)
        self.label(label, "LDL001")
        return bytes(self.bytes)


class LdlOld(Ldl):
    n = 8

    def finish(self, slots, default=None, s2=b"", label="LNX1"):
        table = self.programs(slots, default)
        first = self.put(s2.ljust(4096, b"\0"))
        blocks = range(first, first + 4096 // self.bs)
        self.write(0, bytes.fromhex("0008000080002008" "0600021860000150" "0800022800000000"))
        s1 = table + bytes(8) + bytes(8 * 32) + b"".join(self.seek(b) for b in blocks)
        self.write(1, s1.ljust(336, b"\0"))
        self.label(label, "LDL001")
        return bytes(self.bytes)


class Cdl(Eckd):
    def __init__(self, bs, blocks):
        super().__init__(bs, blocks)
        self.br = b"\x40" * 5

    def special(self, block, data):
        """Records that are shorter than a block: Linux fills up with e5."""
        self.write(block, data.ljust(self.bs, b"\xe5"))

    def labels(self):
        vol = ebcdic("VOL1VOL10X0200").ljust(78, b"\x40") + self.br + b"\x40"
        assert len(vol) == 84
        self.special(2, vol)

    def list_directed(self, slots, default=None):
        """A boot record and what hangs on it; call with @ld on."""
        assert self.ld
        table = self.programs(slots, default)
        rec = b"zIPL" + struct.pack(">IQ", 1, 0) + table
        rec = rec.ljust(510, b"\0") + b"\x55\xaa"
        self.record = self.put(rec)
        self.br = self.cchhr(self.record)
        self.ld = False

    def finish(self, slots, default=None, s2=b"", dump=None):
        table = dump or self.programs(slots, default)
        seeks = self.boot_loader(s2)
        self.special(0, ebcdic("IPL1") + bytes.fromhex(
            self.psw + "0600001860000080" + "0800001800000000"))
        self.special(1, ebcdic("IPL2") + self.ssrt() + seeks +
                     self.boot_info(table, bp=1 if dump else 0) + bytes(16))
        self.labels()
        return bytes(self.bytes)

    def dasdfmt(self):
        """What dasdfmt leaves behind."""
        self.special(0, ebcdic("IPL1") + bytes.fromhex(
            "000a00000000000f" "0300000000000001" "0000000000000000"))
        self.special(1, ebcdic("IPL2") + bytes(144))
        self.labels()
        return bytes(self.bytes)


class CdlOld(Cdl):
    n = 8

    def finish(self, slots, default=None, s2=b""):
        table = self.programs(slots, default)
        self.special(0, ebcdic("IPL1") + bytes.fromhex(
            "0008000080002008" "0600021860000090" "0800022800000000"))
        self.special(1, ebcdic("IPL2") + table + bytes(136))
        self.write(3, s2.ljust(4096, b"\0"))
        self.labels()
        return bytes(self.bytes)
