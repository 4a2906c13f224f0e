# SPDX-License-Identifier: MIT
"""CD images with one defect each, for malformed.py."""
import struct

from isodisk import *

CD = "CD image (ISO 9660): "
ROOT = "directory /: byte 0x"
INS = ins((b"program.bin", 0x200000), (b"psw.bin", 0))
PROGRAM = b"\x07\xfe" * 100
FILES = {b"test.ins": INS, b"program.bin": PROGRAM, b"psw.bin": struct.pack(">Q", PSW | 0x200000)}
GOOD = Iso().finish(FILES)


def at(sector, offset=0):
    return sector * SECTOR + offset


def patched(*patches, base=GOOD):
    data = bytearray(base)
    for offset, new in patches:
        data[offset : offset + len(new)] = new
    return bytes(data)


def files(**changed):
    tree = dict(FILES)
    for name, what in changed.items():
        tree[name.replace("_", ".").encode()] = what
    return Iso().finish(tree)


def bootable(catalog=None, **entry):
    """A CD whose only program is a boot image."""
    iso = Iso()
    entry.setdefault("sector", iso.put(program(code=b"\x07\xfe")))
    iso.bootable(**entry)
    return iso.finish({}, catalog=catalog)


def bad_catalog(catalog, tree):
    return Iso().finish(tree, catalog=catalog)


def sections(n):
    """A catalog of @n entries, all of them Linux."""
    iso = Iso()
    linux = iso.put(program(code=b"\x07\xfe"))
    for _ in range(n):
        iso.bootable(linux)
    return iso.finish({})


def deep(levels):
    """The image's file is so many directories deep; the catalog has its first sector."""
    iso = Iso()
    data = program(code=b"\x07\xfe" * 3000)
    linux = iso.put(data)
    iso.bootable(linux)
    tree = {b"boot.img": Place(record(b"BOOT.IMG;1", linux, len(data)))}
    for _ in range(levels):
        tree = {b"d": tree}
    return iso.finish(tree)


def cyclic(links):
    """Each directory leads back to the root, @links times."""
    iso = Iso()
    iso.bootable(iso.put(program(code=b"\x07\xfe")))
    root = len(iso.sectors) // SECTOR
    back = {b"d%d" % n: Place(record(b"D%d" % n, root, SECTOR, DIRECTORY)) for n in range(links)}
    return iso.finish(back)


def root_record(data):
    """The second record of the root directory, behind the dots and in place of what follows."""
    start = GOOD.index(record(b"\1", 0, SECTOR, DIRECTORY)) + 34
    return patched((start, data.ljust(SECTOR - start % SECTOR, b"\0")))


def many(n):
    return Iso().finish({b"f%d.ins" % i: INS for i in range(n)} | FILES)


def foreign():
    iso = Iso()
    other = iso.put(b"\xeb\x3c\x90".ljust(2048, b"\xcc"))
    iso.bootable(other)
    iso.bootable(other)
    return iso.finish({})


def over_the_end():
    """A record that begins 10 bytes before the end of the sector."""
    start = GOOD.index(record(b"\1", 0, SECTOR, DIRECTORY)) + 34
    room = SECTOR - start % SECTOR
    filler = record(b"A" * 20, 21, 8)
    data = b""
    while room - len(data) - 10 > 160:
        data += filler
    left = room - len(data) - 10
    data += record(b"B" * (left - 34 + (left % 2)), 21, 8).ljust(left, b"\0")[:left]
    return root_record(data + b"\x3c" + bytes(9))


CASES = [
    ("iso", lambda: bytes(0x8000) + b"\1CD001\1".ljust(2048, b"\0"), 5,
     [CD + "volume descriptor in sector 16 (byte 0x8000): blocks of 0 bytes (byte 0x8080), expected 2048"]),
    ("iso-nothing", lambda: Iso().finish({b"file": b"text"}), 5,
     ["it has no boot catalog with an image (El Torito), and no .ins file"]),
    ("iso-no-terminator", lambda: patched((at(BOOT), b"\xffCD001\1"), (at(BOOT), b"\7")), 4,
     [CD + "volume descriptor in sector 18 (byte 0x9000): "]),
    ("iso-descriptors", lambda: patched(*[(at(PVD + n), b"\2CD001\1") for n in range(1, 80)],
                                        base=GOOD + bytes(at(80))), 4,
     [CD + "volume descriptor in sector 79 (byte 0x27800): none of 64 ends the list"]),
    ("iso-no-primary", lambda: patched((at(PVD), b"\2")), 4,
     [CD + "no primary volume descriptor from sector 16 (byte 0x8000) on"]),
    ("iso-ends-in-descriptors", lambda: GOOD[: at(BOOT) + 100], 4,
     [CD + "volume descriptor in sector 17 (byte 0x8800): 2048 bytes at byte 0x8800 end past the disk"]),
    ("iso-blocks-of-512", lambda: patched((at(PVD, 128), both16(512))), 5,
     [CD + "volume descriptor in sector 16 (byte 0x8000): blocks of 512 bytes (byte 0x8080), expected 2048"]),
    # --- boot catalog
    ("iso-foreign", foreign, 5,
     ["of 2 images in its boot catalog (byte 0x9800) none begins like a Linux for IBM Z"]),
    ("iso-catalog-zeros", lambda: bad_catalog(bytes(64), {}), 4,
     ["boot catalog in sector 19 (byte 0x9800): begins with 00 and ends with 00 00, expected a validation"]),
    ("iso-catalog-sum", lambda: bad_catalog(b"\1\0\0\0".ljust(30, b"\0") + b"\x55\xaa", {}), 4,
     ["boot catalog in sector 19 (byte 0x9800): the sum of the validation entry is 0xaa56, expected 0"]),
    ("iso-catalog-bad-but-ins", lambda: bad_catalog(bytes(64), FILES), 0,
     ["1 program ", "boot catalog in sector 19 (byte 0x9800): begins with 00"]),
    ("iso-catalog-nowhere", lambda: patched((at(BOOT, 71), b"\xff" * 4), base=bootable()), 4,
     ["boot catalog in sector 4294967295 (byte 0x7fffffff800): 2048 bytes at byte 0x7fffffff800"]),
    ("iso-65-sections", lambda: sections(63), 0, ["31 programs"]),
    ("iso-segment", lambda: bootable(segment=0x7C0), 0,
     ["boot image at sector 20 (byte 0xa000): load segment 0x7c0 (byte 0x9822), expected 0"]),
    ("iso-emulated-floppy", lambda: bootable(media=2), 0, ["1 program "]),
    ("iso-count-lies", lambda: bootable(count=0xFFFF), 4,
     ["boot image at sector 20 (byte 0xa000): lies at byte 0xa000 to 0x2009dff, past the end of the CD image"]),
    # --- directories
    ("iso-depth-9", lambda: deep(9), 0, ["1 program "]),
    ("iso-depth-17", lambda: deep(17), 0, ["1 program "]),
    ("iso-cyclic", lambda: cyclic(1), 0, ["1 program "]),
    ("iso-cyclic-30", lambda: cyclic(30), 4,
     ["more than 16384 sectors of directories, expected less: they may lead back to each other"]),
    ("iso-record-1", lambda: root_record(b"\1" * 60), 4,
     [ROOT, ": a directory record of 1 bytes, expected 34 to "]),
    ("iso-record-255", lambda: patched((at(len(GOOD) // SECTOR - 1, 68), b"\xff" * 2000)), 4,
     [ROOT, "a directory record of 255 bytes with a name of 255, expected 1 to 222"]),
    ("iso-record-over-the-end", over_the_end, 4,
     [ROOT, ": a directory record of 60 bytes, expected 34 to 10"]),
    ("iso-name-0", lambda: root_record(record(b"", 30, 10)), 4, [ROOT, "with a name of 0, expected 1 to"]),
    ("iso-root-nowhere", lambda: patched((at(PVD, 158), both32(1 << 31))), 4,
     ["directory /: 2048 bytes at byte 0x40000000000 end past the disk"]),
    ("iso-root-4-gib", lambda: patched((at(PVD, 166), both32(0xFFFFFFFF))), 4, ["directory /: "]),
    ("iso-data-len-lies", lambda: files(program_bin=Place(
        record(b"PROGRAM.BIN;1", 21, 1 << 31))), 4,
     ["'test.ins' (byte 0xa000): line 2: 'program.bin': lies at byte 0xa800 to 0x8000a7ff, past the end"]),
    ("iso-data-nowhere", lambda: files(program_bin=Place(
        record(b"PROGRAM.BIN;1", 0xFFFFFFFF, 8))), 4,
     ["line 2: 'program.bin': lies at byte 0x7fffffff800 to 0x7fffffff807, past the end"]),
    ("iso-interleaved", lambda: files(program_bin=Place(
        record(b"PROGRAM.BIN;1", 21, 8, gap=1))), 0,
     ["line 2: the file 'program.bin' is interleaved with others"]),
    ("iso-17-pieces", lambda: files(program_bin=Place(
        *[record(b"PROGRAM.BIN;1", 21, 8, CONTINUED)] * 17)), 4, [ROOT, "a file in more than 16 pieces"]),
    ("iso-names-lead-on", lambda: files(program_bin=Place(
        record(b"PROGRAM.BIN;1", 21, 200, 0, susp(b"CE", both32(20) + both32(0) + both32(2048))))), 0,
     ["1 program "]),
    ("iso-names-nowhere", lambda: files(program_bin=Place(
        record(b"PROGRAM.BIN;1", 21, 200, 0, susp(b"CE", both32(1 << 30) + both32(0) + both32(9))))), 4,
     ["directory /: byte 0x", "2048 bytes at byte 0x20000000000 end past the disk"]),
    # --- .ins files
    ("iso-ins-empty", lambda: files(test_ins=b""), 4, ["'test.ins' (byte 0x", "names no file to be loaded"]),
    ("iso-ins-no-file", lambda: files(test_ins=ins((b"images/kernel.img", 0))), 4,
     ["'test.ins' (byte 0xa000): line 2: there is no file 'images/kernel.img'"]),
    ("iso-ins-no-address", lambda: files(test_ins=b"program.bin\n"), 4,
     ["'test.ins' (byte 0xa000): line 1: 'program.bin', expected the name of a file and an address"]),
    ("iso-ins-rubbish", lambda: files(test_ins=bytes(range(256)) * 60), 4, ["'test.ins' (byte 0xa000): line 1: "]),
    ("iso-ins-large", lambda: files(test_ins=b"*\n" * 9000), 4, ["18000 bytes in 1 pieces, expected some lines"]),
    ("iso-ins-65-files", lambda: files(test_ins=ins(*[(b"program.bin", n << 20) for n in range(65)])), 4,
     ["line 66: more than 64 files"]),
    ("iso-ins-directory", lambda: files(program_bin={b"file": b"text"}), 4,
     ["line 2: 'program.bin' is a directory, expected a file"]),
    ("iso-ins-no-psw", lambda: files(test_ins=ins((b"program.bin", 0x200000))), 4,
     ["'test.ins' (byte 0xa000): nothing is loaded to 0, expected a PSW there"]),
    ("iso-ins-40", lambda: many(40), 0, ["31 programs"]),
    ("iso-ins-deep", lambda: files(test_ins=ins((b"d/" * 17 + b"f", 0)),
                                   d=Place(record(b"D", 24, SECTOR, DIRECTORY))), 4, ["'test.ins' (byte 0xa000): line 2: "]),
]

STARTS = [
    ("iso-ins-past-memory", lambda: files(test_ins=ins((b"program.bin", 0x20000000), (b"psw.bin", 0))), 1,
     ["is loaded to 0x20000000-0x200000c7, past the end of memory"]),
    ("iso-ins-wraps", lambda: files(test_ins=ins((b"program.bin", (1 << 64) - 8), (b"psw.bin", 0))), 1,
     ["is loaded to 0xfffffffffffffff8"]),
    ("iso-ins-replaced", lambda: files(test_ins=ins((b"program.bin", 0x200000), (b"program.bin", 0x200008),
                                                    (b"psw.bin", 0))), 0, ["boots"]),
]
