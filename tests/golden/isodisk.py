# SPDX-License-Identifier: MIT
"""CD images spelled out byte by byte (ECMA-119, El Torito, Rock Ridge), for cases and seeds.

A tree is a dictionary: name -> bytes (a file), a dictionary (a directory), or a Place.
"""
import struct

SECTOR = 2048
PVD, BOOT, TERMINATOR, CATALOG, FIRST = 16, 17, 18, 19, 20
DIRECTORY, CONTINUED = 0x02, 0x80

# what a Linux begins with: PSW, two channel command words, blanks
CCWS = bytes.fromhex("0200001860000050 0200006860000050 4040404040404040")
PSW = 0x0008000080000000


def both16(v):
    return struct.pack("<H", v) + struct.pack(">H", v)


def both32(v):
    return struct.pack("<I", v) + struct.pack(">I", v)


def susp(signature, data):
    return signature + bytes([len(data) + 4, 1]) + data


def nm(name, flags=0):
    return susp(b"NM", bytes([flags]) + name)


def record(name, sector, length, flags=0, extra=b"", gap=0, attributes=0):
    head = bytes([attributes]) + both32(sector) + both32(length) + bytes(7)
    head += bytes([flags, gap, gap]) + both16(1) + bytes([len(name)]) + name
    if len(name) % 2 == 0:
        head += b"\0"
    head += extra
    if len(head) % 2 == 0:
        head += b"\0"
    return bytes([len(head) + 1]) + head


class Place:
    """A file that is recorded as the caller says."""

    def __init__(self, *records):
        self.records = records


class Iso:
    def __init__(self, volume=b"TEST s390x", block_size=SECTOR):
        self.sectors = bytearray(FIRST * SECTOR)
        self.volume, self.block_size = volume, block_size
        self.entries = []

    def put(self, data):
        sector = len(self.sectors) // SECTOR
        self.sectors += data.ljust(-(-max(len(data), 1) // SECTOR) * SECTOR, b"\0")
        return sector

    def directory(self, tree, names=True):
        """(sector, length) of a directory; with @names Rock Ridge has the real ones."""
        records = []
        for name, what in tree.items():
            if isinstance(what, Place):
                records += what.records
                continue
            if isinstance(what, dict):
                sector, length = self.directory(what, names)
            else:
                sector, length = self.put(what), len(what)
            plain = name.upper().replace(b"-", b"_")
            if not isinstance(what, dict):
                plain += b";1" if b"." in plain else b".;1"
            records.append(record(plain, sector, length, DIRECTORY if isinstance(what, dict) else 0,
                                  nm(name) if names else b""))
        data = b""
        dots = [record(b"\0", 0, SECTOR, DIRECTORY), record(b"\1", 0, SECTOR, DIRECTORY)]
        for r in dots + records:
            if len(data) % SECTOR + len(r) > SECTOR:
                data = data.ljust(-(-len(data) // SECTOR) * SECTOR, b"\0")
            data += r
        return self.put(data), -(-len(data) // SECTOR) * SECTOR

    def bootable(self, sector, count=4, ident=0x88, media=0, segment=0, reserved=0):
        self.entries.append(struct.pack("<BBHBBHI", ident, media, segment, 0, reserved, count,
                                        sector).ljust(32, b"\0"))

    def catalog(self):
        head = bytearray(struct.pack("<BBH24s4x", 1, 0, 0, b"test"))
        head[30:32] = b"\x55\xaa"
        total = sum(struct.unpack("<16H", head))
        head[28:30] = struct.pack("<H", -total & 0xFFFF)
        return bytes(head) + b"".join(self.entries)

    def finish(self, tree, names=True, catalog=None):
        root = self.directory(tree, names)
        s = self.sectors
        pvd = b"\1CD001\1\0" + b"LINUX".ljust(32) + self.volume.ljust(32) + bytes(8)
        pvd += both32(len(s) // SECTOR) + bytes(32) + both16(1) * 2 + both16(self.block_size)
        pvd += both32(0) + bytes(16) + record(b"\0", *root, DIRECTORY)[:34]
        s[PVD * SECTOR : PVD * SECTOR + len(pvd)] = pvd
        at = BOOT * SECTOR
        if self.entries or catalog is not None:
            s[at : at + 71] = b"\0CD001\1" + b"EL TORITO SPECIFICATION".ljust(64, b"\0")
            s[at + 71 : at + 75] = struct.pack("<I", CATALOG)
            entries = self.catalog() if catalog is None else catalog
            s[CATALOG * SECTOR : CATALOG * SECTOR + len(entries)] = entries
            at = TERMINATOR * SECTOR
        s[at : at + 7] = b"\xffCD001\1"
        return bytes(s)


def program(address=0x200, code=b""):
    """Something small that begins like a Linux, but is none: PSW at 0, then code."""
    head = struct.pack(">Q", PSW | address) + CCWS
    return head.ljust(address, b"\0") + code


def ins(*files, comment=b"minimal lpar ins file"):
    lines = [b"* " + comment] if comment else []
    return b"\n".join(lines + [name + b" 0x%08x" % addr for name, addr in files]) + b"\n"
