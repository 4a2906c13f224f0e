# SPDX-License-Identifier: MIT
"""FBA and ECKD disks with one defect each, for malformed.py."""
import struct

import run
from zipldasd import HEADS, SECTORS, ebcdic, menu, stage2

# Bases. Where they have what: see zipldasd.py.
CDL = run.build("cdl-512-1.24")  # IPL2 at 0x200, boot map for CCW-type IPL only
BOTH = run.build("cdl-2.35")  # two boot maps, 4096-byte blocks, label at 0x2000
LD = run.build("cdl-ld-only")  # 2048-byte blocks, label at 0x1000
LDL = run.build("ldl-2048")
LDL_OLD = run.build("ldl-old-512")
CDL_OLD = run.build("cdl-old-1024")
FBA = run.build("fba-2.16")
FBA_OLD = run.build("fba-old")
CMS = run.build("cms-1024")


def patched(base, *patches):
    data = bytearray(base)
    for offset, new in patches:
        data[offset : offset + len(new)] = new
    return bytes(data)


def block_at(img, off, bs):
    """The byte that CCHHR at byte @off of @img leads to."""
    c, h, s = struct.unpack(">HHB", img[off : off + 5])
    return ((c * HEADS + h) * SECTORS[bs] + s - 1) * bs


def chs16(c, h, s, size=512, count=1):
    return struct.pack(">HHBHB", c, h, s, size, count - 1) + bytes(8)


def br(*cchhr):
    return struct.pack(">HHB", *cchhr)


CDL_PTR, CDL_SEEKS = 0x264, 0x24C
IPL2 = "IPL2 record at block 1 (byte 0x200): "
PTR = IPL2 + "program table pointer (byte 0x264): "
CDL_1B = block_at(CDL, CDL_SEEKS + 2, 512)
CDL_TABLE = block_at(CDL, CDL_PTR, 512)
NO_NAMES = "the programs have no names: "
BLOCK0 = "boot record at block 0 (byte 0x0): "
LDL_S2 = block_at(LDL, block_at(LDL, 0x62, 2048) + 0x302, 2048)
LABEL = "VOL1 label at block 2 (byte 0x2000): address of the list-directed boot record (byte 0x204e): "
SECOND = "the disk has a second boot map that cannot be used: "
LD_REC = block_at(BOTH, 0x204E, 4096)
LD_ONLY_REC = block_at(LD, 0x104E, 2048)
FIRST_COMP = block_at(CDL, CDL_TABLE + 16 * 4, 512)  # of program 3
FIRST_SEG = block_at(CDL, FIRST_COMP + 32, 512)


def loop(img):
    """A segment table without an end that leads to itself."""
    me = img[FIRST_COMP + 32 : FIRST_COMP + 48]
    return patched(img, (FIRST_SEG, img[FIRST_SEG : FIRST_SEG + 16] * 31 + me))


def with_stage2(s2):
    """The LDL disk with another stage 2, of the same length."""
    assert len(s2) == 0x3000
    return patched(LDL, (LDL_S2, s2))


NAMES = menu({1: "linux"}, 1)
CONFIG = 200 + 6  # offsets of the texts in stage2()

# name, bytes of the disk, exit status, fragments of what is said
CASES = [
    # --- CHS pointers
    ("cdl-null-pointer", lambda: patched(CDL, (CDL_PTR, bytes(16))), 4,
     [PTR + "no program table (null pointer)"]),
    ("cdl-zeros-pointer", lambda: patched(CDL, (CDL_PTR, chs16(0, 0, 0))), 4,
     [PTR + "no program table (null pointer)"]),
    ("cdl-record-0", lambda: patched(CDL, (CDL_PTR, chs16(1, 2, 0))), 4,
     [PTR + "points at cylinder 1, head 2, record 0: expected record 1 to 49"]),
    ("cdl-record-50", lambda: patched(CDL, (CDL_PTR, chs16(0, 2, 50))), 4,
     [PTR + "points at cylinder 0, head 2, record 50: expected record 1 to 49"]),
    ("cdl-head-15", lambda: patched(CDL, (CDL_PTR, chs16(0, 15, 1))), 4,
     [PTR + "points at cylinder 0, head 15, record 1: expected head 0 to 14"]),
    ("cdl-high-cylinder", lambda: patched(CDL, (CDL_PTR, chs16(5, 0x0013, 2))), 4,
     [PTR + "points at 1 blocks from block 48172783 (cylinder 65541, head 3, record 2; "
      "byte 0x5be1dde00) on, past the end of the disk"]),
    ("cdl-highest-cylinder", lambda: patched(CDL, (CDL_PTR, chs16(0xFFFF, 0xFFFE, 49))), 4,
     ["cylinder 268435455, head 14, record 49; byte 0x"]),
    ("cdl-wrong-size", lambda: patched(CDL, (CDL_PTR, chs16(0, 2, 1, 4096))), 4,
     [PTR + "wrong block size: found 4096, expected 512"]),
    ("cdl-chain-to-itself", lambda: loop(CDL), 4, [": the chain comes back to block "]),
    ("cdl-data-head-15", lambda: patched(CDL, (FIRST_SEG, chs16(0, 15, 1))), 4,
     ["program 3: component table at block ", "slot 0: points at cylinder 0, head 15"]),
    ("cdl-no-execute", lambda: patched(CDL, (FIRST_COMP + 32, CDL[FIRST_COMP + 32 : FIRST_COMP + 64] * 15)),
     4, ["program 3: component table at block ", "no EXECUTE entry after 15 entries"]),
    ("cdl-data-zeros", lambda: patched(CDL, (FIRST_SEG, chs16(0, 0, 0, count=256))), 0,
     ["2 programs"]),
    ("cdl-data-zeros-wrong-size", lambda: patched(CDL, (FIRST_SEG, chs16(0, 0, 0, 4096))), 4,
     ["slot 0: wrong block size: found 4096, expected 512"]),
    # --- boot_info
    ("cdl-info-version", lambda: patched(CDL, (0x260, b"\2")), 5, [IPL2 + "version 2, expected 1"]),
    ("cdl-info-type", lambda: patched(CDL, (0x261, b"\2")), 4,
     [IPL2 + "type 2, expected 0 (IPL) or 1 (dump)"]),
    ("cdl-info-device", lambda: patched(CDL, (0x262, b"\1")), 4,
     [IPL2 + "device type 1, expected 0 (ECKD)"]),
    ("cdl-dump-no-tool", lambda: patched(CDL, (0x261, b"\1"), (CDL_SEEKS, bytes(16)),
                                         (CDL_PTR, struct.pack(">II", 98, 499))), 5,
     ["made for stand-alone dumps, not for IPL: it has zipl's dump tool, which would "
      "overwrite blocks 98 to 499"]),
    ("cdl-info-gone", lambda: patched(CDL, (0x25C, b"zIPM")), 5,
     ["it is an ECKD disk (label VOL1, 512-byte blocks), but zipl has not been run"]),
    ("cdl-keys-zero", lambda: patched(CDL, (0, bytes(4)), (0x200, bytes(4))), 0, ["5 beta"]),
    ("cdl-label-zero", lambda: patched(CDL, (0x400, bytes(84))), 0, ["5 beta"]),
    ("cdl-keys-and-label-zero", lambda: patched(CDL, (0, bytes(4)), (0x400, bytes(84))), 5,
     ["no boot map: block 0"]),
    ("dasdfmt-only", lambda: patched(LD, (0x104E, b"\x40" * 5)), 5,
     ["it is an ECKD disk (label VOL1, 2048-byte blocks), but zipl has not been run", "run zipl"]),
    # --- stage 1b and stage 2: without them there are no names
    ("seeks-zero", lambda: patched(CDL, (CDL_SEEKS, bytes(16))), 0,
     [NO_NAMES + "the channel program of the IPL2 record (byte 0x200) has no seek argument"]),
    ("seeks-ff", lambda: patched(CDL, (CDL_SEEKS, b"\xff" * 16)), 0, [NO_NAMES]),
    ("seek-record-255", lambda: patched(CDL, (CDL_SEEKS + 6, b"\xff")), 0,
     [NO_NAMES + "stage 1b: points at cylinder 0, head ", "record 255: expected record 1 to 49"]),
    ("seek-past-the-end", lambda: patched(CDL, (CDL_SEEKS + 2, b"\xff\xff")), 0,
     [NO_NAMES + "stage 1b: points at 1 blocks", "past the end of the disk"]),
    ("seek-high-cylinder", lambda: patched(CDL, (CDL_SEEKS + 4, b"\xff")), 0,
     [NO_NAMES + "stage 1b: points at 1 blocks", "past the end of the disk"]),
    ("stage1b-zeros", lambda: patched(CDL, (CDL_1B, bytes(1024))), 0,
     [NO_NAMES + "stage 1b: names no block of stage 2: expected a seek argument at byte 0x300 "
      "or 0x200 of it"]),
    ("stage1b-ff", lambda: patched(CDL, (CDL_1B, b"\xff" * 1024)), 0,
     [NO_NAMES + "stage 1b: names no block of stage 2"]),
    ("stage1b-itself", lambda: patched(CDL, (CDL_1B + 0x300, CDL[CDL_SEEKS : CDL_SEEKS + 8] * 24)),
     0, [NO_NAMES + "no boot menu in the 12288 bytes of stage 2: expected \"zIPL v\""]),
    ("stage2-past-the-end", lambda: patched(CDL, (CDL_1B + 0x300 + 8 * 23 + 2, b"\xff")), 0,
     [NO_NAMES + "stage 2: points at 1 blocks", "past the end"]),
    ("stage2-zeros", lambda: with_stage2(bytes(0x3000)), 0, [NO_NAMES + "no boot menu"]),
    ("banner-at-the-end", lambda: with_stage2(bytes(0x3000 - 6) + ebcdic("zIPL v")), 0,
     [NO_NAMES + "no boot menu"]),
    ("banner-at-the-start", lambda: with_stage2(ebcdic("zIPL v").ljust(0x3000, b"\0")), 0,
     [NO_NAMES + "no boot menu"]),
    ("banner-and-nothing", lambda: with_stage2(
        bytes(0x3000 - 146) + struct.pack(">HHH", 1, 1, 140) + bytes(134) + ebcdic("zIPL v")), 0,
     ["6.1.0-28-s390x", "1 text of the boot menu on the disk lies outside stage 2 or has no end"]),
    ("menu-no-entries", lambda: with_stage2(stage2({})), 0, ["1 program", "6.1.0-28-s390x"]),
    ("text-without-end", lambda: with_stage2(
        stage2(NAMES)[: 0x2000].rstrip(b"\0").ljust(0x3000, ebcdic("x"))), 0,
     ["1 text of the boot menu on the disk lies outside stage 2 or has no end"]),
    ("texts-outside", lambda: with_stage2(
        patched(stage2(NAMES), (CONFIG, b"\xff\xff\xff\xfe"))), 0,
     ["2 texts of the boot menu on the disk lie outside stage 2 or have no end"]),
    ("number-wraps", lambda: with_stage2(stage2({1: "18446744073709551617. linux"})), 0,
     ["shows program 1 with the number "]),
    ("banner-without-version", lambda: with_stage2(stage2(NAMES, banner="zIPL v")), 0, ["1 linux"]),
    # --- the second boot map
    ("br-zeros", lambda: patched(BOTH, (0x204E, bytes(5))), 0, ["3 programs"]),
    ("br-blanks", lambda: patched(BOTH, (0x204E, b"\x40" * 5)), 0, ["3 programs"]),
    ("br-ff", lambda: patched(BOTH, (0x204E, b"\xff" * 5)), 0,
     [SECOND + LABEL + "points at cylinder 268435455, head 15, record 255: expected head 0 to 14"]),
    ("br-past-the-end", lambda: patched(BOTH, (0x204E, br(9, 0, 1))), 0,
     [SECOND + LABEL + "points at 1 blocks from block 1620 (cylinder 9, head 0, record 1;"]),
    ("br-to-nothing", lambda: patched(BOTH, (0x204E, br(0, 0, 3))), 0,
     [SECOND + "list-directed boot record at block 2 (byte 0x2000): begins with e5 d6 d3 f1"]),
    ("br-version", lambda: patched(BOTH, (LD_REC + 7, b"\2")), 0,
     [SECOND + "list-directed boot record at block ", "version 2, expected 1"]),
    ("br-no-table", lambda: patched(BOTH, (LD_REC + 16, bytes(16))), 0,
     [SECOND, "no program table (null pointer at byte 0x"]),
    ("br-cylinder-2^32", lambda: patched(BOTH, (LD_REC + 16, b"\xff\xff\xff\xff\0\1")), 0,
     [SECOND, "points at 1 blocks from block 773094113100 (cylinder 4294967295, head 0, record 1;"]),
    ("br-head-200", lambda: patched(BOTH, (LD_REC + 20, b"\xc8")), 0,
     [SECOND, "head 200, record ", "expected head 0 to 14"]),
    ("ld-only-br-past-the-end", lambda: patched(LD, (0x104E, br(9, 0, 1))), 4,
     ["VOL1 label at block 2 (byte 0x1000): address of the list-directed boot record (byte "
      "0x104e): points at 1 blocks from block 2835 (cylinder 9"]),
    ("ld-only-no-magic", lambda: patched(LD, (LD_ONLY_REC, b"none")), 4,
     ["list-directed boot record at block ", "begins with 6e 6f 6e 65, expected 7a 49 50 4c"]),
    # --- LDL, CMS
    *[(f"ldl-size-{n}", lambda n=n: patched(LDL, (0x7D, struct.pack(">H", n))), 4,
       [BLOCK0 + f"wrong block size: found {n} (byte 0x7d), expected 512, 1024, 2048 or 4096"])
      for n in (0, 511, 513, 8192, 65535)],
    ("ldl-size-512", lambda: patched(LDL, (0x7D, struct.pack(">H", 512))), 4,
     ["program table at block "]),
    ("ldl-record-0", lambda: patched(LDL, (0x7C, b"\0")), 4,
     [BLOCK0 + "program table pointer (byte 0x78): points at cylinder 0, head ", "record 0"]),
    *[(f"ldl-label-version-{n:x}", lambda n=n: patched(LDL, (0x1000 + 79, bytes([n]) * 9)), 0,
       ["1 linux"]) for n in (0, 0x40, 0xF2, 0xFF)],
    ("ldl-label-gone", lambda: patched(LDL, (0x1000, b"\xff" * 84)), 0, ["1 linux"]),
    ("cms-other-size", lambda: patched(CMS, (0x800 + 12, b"\xff" * 4)), 0, ["1 linux"]),
    ("ldl-device-7", lambda: patched(LDL, (0x76, b"\7")), 5,
     ["label LNX1, 2048-byte blocks), but zipl has not been run"]),
    ("ldl-only-label", lambda: patched(LDL, (0, bytes(512))), 5,
     ["it is an ECKD disk (label LNX1, 2048-byte blocks), but zipl has not been run"]),
    ("ldl-ends-in-block-0", lambda: LDL[:600], 4, ["past the end of the disk"]),
    # --- zipl before 1.20
    ("ldl-old-no-size", lambda: patched(LDL_OLD, (0x205, b"\0\0")), 4,
     ["stage 1 at block 1: no pointer to a program table at byte 0x200, 0x400, 0x800 or 0x1000"]),
    ("ldl-old-past-the-end", lambda: patched(LDL_OLD, (0x200, b"\0\xff")), 4,
     ["stage 1 at block 1 (byte 0x200): program table pointer (byte 0x200): points at 1 blocks"]),
    ("ldl-old-seeks-ff", lambda: patched(LDL_OLD, (0x310, b"\xff" * 64)), 0,
     [NO_NAMES + "the channel program of the stage 1 (byte 0x200) has no seek argument"]),
    ("ldl-old-ends-in-block-1", lambda: LDL_OLD[:520], 4, []),
    ("cdl-old-null", lambda: patched(CDL_OLD, (0x404, bytes(8))), 4,
     ["IPL2 record at block 1 (byte 0x400): program table pointer (byte 0x404): no program table"]),
    ("cdl-old-no-stage2", lambda: patched(CDL_OLD, (0xC00, bytes(4096))), 0, [NO_NAMES + "no boot menu"]),
    ("cdl-old-ends-in-stage2", lambda: CDL_OLD[:0x1400], 4, ["past the end of the disk"]),
    # --- FBA
    ("fba-size-0", lambda: patched(FBA, (0x80, b"\0\0")), 4,
     [BLOCK0 + "wrong block size: found 0 (byte 0x80)"]),
    ("fba-size-4096", lambda: patched(FBA, (0x80, b"\x10\0")), 4,
     [BLOCK0 + "program table pointer (byte 0x78): points at 1 blocks from block "]),
    ("fba-null", lambda: patched(FBA, (0x78, bytes(8))), 4,
     [BLOCK0 + "program table pointer (byte 0x78): no program table (null pointer)"]),
    ("fba-locates-zero", lambda: patched(FBA, (0x40, bytes(16))), 0,
     [NO_NAMES + "the channel program of the boot record (byte 0x0) has no locate data"]),
    ("fba-locate-past-the-end", lambda: patched(FBA, (0x44, b"\xff" * 4)), 0,
     [NO_NAMES + "stage 1b: points at 1 blocks from block 4294967295 (byte 0x1fffffffe00) on"]),
    ("fba-old-size-0", lambda: patched(FBA_OLD, (0x1C, b"\0\0")), 4,
     [BLOCK0 + "wrong block size: found 0 (byte 0x1c)"]),
    ("fba-old-past-the-end", lambda: patched(FBA_OLD, (0x18, b"\xff" * 4)), 4,
     [BLOCK0 + "program table pointer (byte 0x18): points at 1 blocks from block 4294967295"]),
    ("fba-old-locates-ff", lambda: patched(FBA_OLD, (0xA8, b"\xff" * 64)), 0,
     [NO_NAMES + "the channel program of the boot record (byte 0x0) has no locate data"]),
]
