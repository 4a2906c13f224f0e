#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write the seeds of the fuzz targets that take something else than disks.

usage: tests/fuzz/make-seeds.py
The corpus of `signature` was made with a key that is gone: see fuzz_cert.h.
"""
import re
import struct
import sys
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "golden"))
from zipldasd import *  # noqa: E402
from zipldisk import *  # noqa: E402


def write(target, name, data):
    directory = HERE / "corpus" / target
    directory.mkdir(parents=True, exist_ok=True)
    (directory / name).write_bytes(data)


def decoders():
    """Pieces of the disks in the corpus of `map`: their blocks that say something."""
    seen = set()
    for path in sorted((HERE / "corpus" / "map").iterdir()):
        data = path.read_bytes()
        for at in range(0, len(data), 512):
            block = data[at : at + 512]
            key = block.rstrip(b"\0")
            if len(key) < 12 or key in seen or len(seen) > 60:
                continue
            seen.add(key)
            write("decoders", f"{path.name}-{at // 512}", block)
    write("decoders", "stage2", stage2(menu({1: "one", 2: "two"}, 1), prompt=1, timeout=3, size=0x600))
    seeks = b"".join(struct.pack(">HHHB", 0, n // 12, n % 12, n % 9 + 1) + b"\0" for n in range(24))
    write("decoders", "stage1b-eckd", bytes(0x300) + seeks + bytes(64))
    locates = b"".join(struct.pack(">BBHI", 6, 0, 1, 100 + n) for n in range(24))
    write("decoders", "stage1b-fba", bytes(0x180) + locates + bytes(448))
    write("decoders", "label", ebcdic("VOL1VOL10X0200").ljust(84, b"\x40"))
    write("decoders", "kernel", kernel(initrd=(0x800000, 600))[0x10000:0x10480])
    write("decoders", "sclab", bytes(100) + struct.pack(">HHIQQHH4s", 0, 0xC000, 0, PSW, 0xA000, 0, 32, b"zIPL"))
    write("decoders", "mbr", bytes(446) + struct.pack("<B3sB3sII", 0x80, b"", 0x83, b"", 2048, 9999)
          + bytes(48) + b"\x55\xaa")
    gpt = [b"EFI PART", 0x10000, 92, 0, 0, 1, 999, 34, 966, b"guid", 2, 128, 128, 0]
    layout = "<8sIIIIQQQQ16sQIII"
    gpt[3] = zlib.crc32(struct.pack(layout, *gpt))
    write("decoders", "gpt", struct.pack(layout, *gpt))
    write("decoders", "gpt-entry", struct.pack("<16s16sQQQ72s", b"type", b"guid", 40, 50, 0,
                                               "boot".encode("utf-16-le")))
    write("decoders", "vtoc", b"\x40" * 44 + b"\xf1" + bytes(60) + bytes.fromhex("0100000000020001000e")
          + bytes(25))
    elf = (b"\x7fELF\2\2\1".ljust(16, b"\0") + struct.pack(">HHIQQQIHHHHHH", 3, 22, 1, 0x10, 64, 0, 0, 64, 56, 2, 0, 0, 0)
           + struct.pack(">IIQQQQQQ", 1, 7, 176, 0, 0, 64, 96, 8) + struct.pack(">IIQQQQQQ", 2, 6, 240, 0, 0, 48, 48, 8)
           + bytes(32) + struct.pack(">QQQ", 0x40, 12, 0x20) + bytes(8)
           + struct.pack(">QQQQQQ", 7, 0x20, 8, 24, 0, 0))
    write("decoders", "elf", elf)
    ccw = struct.pack(">IBBBBIBB", 200, 0, 0, 0, 0, 0, 2, 0x80).ljust(200, b"\0")
    write("decoders", "iplb-ccw", ccw)
    write("decoders", "iplb-scsi", ccw[:12] + b"\xff" + ccw[13:])


def others():
    write("text", "message-line", b"\x10\0" + b"hello, world\n")
    write("text", "message-lines", b"\x10\0" + b"a\n\nb\n" * 40)
    write("text", "message-long", b"\x20\0" + b"x" * 600 + b"\n")
    write("text", "message-no-room", b"\0\x20" + b"too long for that\n")
    for name, words in {
        "plain": "-m 1G -nographic -drive if=none,id=d,file=x -device virtio-blk-ccw,drive=d,bootindex=1",
        "device": "-device s390-ipl,iplid=d0,loadparm=3 -device virtio-blk-ccw,id=d0,loadparm=7,drive=x",
        "json": '-device {"driver":"s390-ipl","loadparm":"2"} -boot menu=on,splash-time=3',
        "memory": "-m size=512M,slots=2,maxmem=4G -object memory-backend-file,id=r,size=512M,mem-path=/x,share=on "
                  "-machine s390-ccw-virtio,memory-backend=r",
        "action": "-action panic=pause,reboot=reset -no-shutdown -S -accel tcg",
        "commas": "-drive file=a,,b,format=raw -append root=/dev/vda -kernel k",
        "help": "-device s390-ipl,help -device ?",
    }.items():
        write("cmdline", name, b"\0".join(w.encode() for w in words.split()))
    answers = [b'{"return": [{"qdev": "/machine/peripheral/disk0", "device": "", "locked": false, '
               b'"removable": false, "inserted": {"node-name": "#block1", "drv": "raw", "file": "x", '
               b'"image": {"filename": "x", "format": "raw", "virtual-size": 1048576}}}]}',
               b'{"return": "PROMPT  "}', b'{"event": "RESET", "data": {"guest": true}}',
               b'{"error": {"class": "GenericError", "desc": "no"}}', b'{"return": {"enabled": false}}']
    write("qmp", "answers", b"g" + b"\n".join(answers * 3))
    write("qmp", "events", b"g" + answers[2] * 300)
    write("qmp", "unasked", b"g" + b"".join(answers[:2]) * 20)
    write("qmp", "not-json", b"gHTTP/1.1 200 OK\r\n")
    write("qmp", "greeting", b'{"QMP": {"version": {}}}\n{"return": {}}')
    write("qmp", "deep", b"g" + b"[" * 500)

    def patch(at, data):
        return struct.pack(">IB", at, len(data)) + data
    mailbox = 1 << 31 | 0x1000
    write("stub", "nothing", b"")
    write("stub", "code", patch(1 << 31 | 0x10, b"\0" * 4))
    write("stub", "block", patch(1 << 31 | 0x3000, struct.pack(">I", 4097)))
    write("stub", "mailbox", b"".join(patch(mailbox + 8 * i, struct.pack(">Q", i)) for i in range(16)))
    write("stub", "done", b"".join(patch(mailbox + 8 * i, struct.pack(">Q", 0x100 + n))
                                   for n in range(1, 6) for i in range(12)))
    write("stub", "touch", b"".join(patch(i << 16, b"x") for i in range(0, 64, 2)))

    def call(number, *fields):
        """A call of the menu, to the first words of the mailbox that are for it."""
        return patch(mailbox + 0x50, struct.pack(">6Q", number, *fields))
    def menu(name, *calls):
        write("stub", "menu-" + name, patch(0xFFFFFFFF, b"") + b"".join(calls))
    here = (0x20000, 16, 0x10000, 0x8000)  # text, buffer
    returns = patch(mailbox + 0x20, struct.pack(">Q", 0x100 | 5))
    text = patch(0x20000, b"quiet single    ")
    menu("all", text, *(call(n << 8 | n, 7, *here) for n in range(1, 8)), returns)
    menu("ipl", text, call(0x105, 7, *here), returns)
    menu("firmware", call(0x106, 7, *here), returns)
    menu("open", *(call(n + 1 << 8 | 4, n, *here) for n in (0, 1, 2, 1 << 32)))
    menu("buffers", *(call(n + 1 << 8 | 1, 7, 0, 0, at, size) for n, (at, size) in enumerate(
        [(0x1FFFF0, 32), (0x207FFF, 2), (0x201000, 256), (0x400000, 1), (0x3FFFF0, 32),
         (2**64 - 1, 2), (0, 2**64 - 1), (0x10000, 0)])))
    menu("texts", *(call(n + 1 << 8 | 5, 7, at, size, 0x10000, 64) for n, (at, size) in enumerate(
        [(0x400000, 1), (2**64 - 1, 2), (0, 0x10000), (0x20000, 0xFFFF), (0x20000, 2**63)])))
    menu("reset", call(0x101, 7, *here), patch(mailbox + 8, struct.pack(">Q", 2)))


def chs(block, size, count=1):
    """A pointer to a block of a disk with 12 records on a track."""
    return struct.pack(">HHBHB", block // 180, block // 12 % 15, block % 12 + 1, size, count - 1) + bytes(8)


def fba(block, size, count=1):
    return struct.pack(">QHHI", block, size, count - 1, 0)


def in_guest():
    """Where the program table is, is it FBA, the program; then the disk."""
    for name, pointer, size in (("eckd-512", chs, 512), ("eckd-4k", chs, 4096), ("fba", fba, 512)):
        def table(*entries):
            return (b"zIPL" + bytes(28) + b"".join(entries)).ljust(size, b"\0")
        def entry(first, kind, value):
            return first.ljust(23, b"\0") + struct.pack(">BQ", kind, value)
        programs = (b"zIPL".ljust(16, b"\0") + pointer(2, size) * 2).ljust(size, b"\0")
        components = table(entry(pointer(3, size), 2, 0xA000), entry(pointer(4, size), 3, 0),
                           entry(pointer(3, size), 2, 0x10000), entry(b"", 1, PSW))
        segments = (pointer(4, size, 2) + (struct.pack(">5xHB8x", size, 1) if pointer is chs else b"")
                    ).ljust(size - 16, b"\0") + bytes(16)
        chain = pointer(4, size) * (size // 16 - 1) + pointer(5, size)
        first = pointer(1, size) + bytes([pointer is fba, 1])
        write("stage2", name, first + bytes(size) + programs + components + segments + b"data" * (size // 2))
        write("stage2", name + "-chain", first + bytes(size) + programs + components + chain + b"data" * (size // 4)
              + segments)
        write("stage2", name + "-loop", first + bytes(size) + programs + components
              + pointer(4, size) * (size // 16 - 1) + pointer(3, size) + b"data" * (size // 4))


def proto():
    """Messages of each type, as device/loader_proto.c has them."""
    head = lambda kind: struct.pack(">II", kind, 7)
    text = lambda t: struct.pack(">I", len(t)) + t
    fine = struct.pack(">I", 0)
    write("proto", "memory", head(1) + struct.pack(">Q", 1 << 28))
    write("proto", "open", head(2) + struct.pack(">BQQ", 0, 1 << 20, 0) + text(b"disk.img"))
    write("proto", "list", head(3))
    write("proto", "describe", head(4) + struct.pack(">I", 2))
    write("proto", "plan", head(5) + struct.pack(">II", 2, 3) + b"abc" + struct.pack(">IQB", 1, 1 << 28, 1)
          + text(b"name") + b"\1" + text(b"quiet"))
    write("proto", "start", head(6) + struct.pack(">QQIB", 0xFE00000, 1, 0x10000, 1) + text(bytes(200)))
    write("proto", "ready", head(7) + fine + struct.pack(">IB", 4, 1) + text(b"user 65534"))
    write("proto", "opened", head(8) + fine + struct.pack(">BI", 1, 30))
    error = struct.pack(">I", 20) + text(b"bad \x1b") + text(b"run zipl") + text(b"table") + struct.pack(">Q", 512)
    for kind in range(7, 13):
        write("proto", f"error-{kind}", head(kind) + error)


def nbd():
    """What a server answers to the reads of `s390-ipl list`, in their order and numbered from 1. See fuzz_nbd.c."""
    d = Disk(512, 64)
    d.next = 1
    disk = d.finish({1: d.program(d.load(0xA000, b"\7" * 480), d.execute(PSW | 0xA000))}, default=1)[: d.next * 512]
    disk = disk.ljust(65536, b"\0")
    # boot record, program table, components, and what is looked at for a name
    reads = [(0, 4), (0, 512)] + [(at, 512) for at in range((d.next - 1) * 512, -1, -512)]
    plain, structured = b"", b""
    for cookie, (at, n) in enumerate(reads, 1):
        plain += struct.pack(">IIQ", 0x67446698, 0, cookie) + disk[at : at + n]
        structured += struct.pack(">IHHQIQ", 0x668E33EF, 1, 1, cookie, n + 8, at) + disk[at : at + n]
    write("nbd", "plain", b"p" + plain)
    write("nbd", "structured", b"s" + structured)
    write("nbd", "error", b"p" + struct.pack(">IIQ", 0x67446698, 5, 1))
    write("nbd", "structured-error", b"s" + struct.pack(">IHHQIIH", 0x668E33EF, 1, 1 << 15 | 1, 1, 8, 5, 2) + b"no")
    write("nbd", "hole", b"s" + struct.pack(">IHHQIQI", 0x668E33EF, 1, 2, 1, 12, 0, 4))
    write("nbd", "old", b"NBDMAGIC" + struct.pack(">QQI124x", 0x420281861253, 1 << 16, 3))
    reply = lambda option, kind, data=b"": struct.pack(">QIII", 0x3E889045565A9, option, kind, len(data)) + data
    write("nbd", "blocks", b"NBDMAGICIHAVEOPT\0\3" + reply(8, 1 << 31 | 1) + reply(7, 3, struct.pack(">HQH", 0, 1 << 16, 3))
          + reply(7, 3, struct.pack(">HIII", 3, 4096, 4096, 1 << 25)) + reply(7, 1))


def secure():
    der = bytes(int(x, 16) for x in re.findall(r"0x(..)", (HERE / "fuzz_cert.h").read_text()))
    write("signature", "packed", 2 * (struct.pack(">I", len(der)) + der))
    write("secure", "signed", signed(True))
    write("secure", "unsigned", signed(False))


def signed(by):
    """A disk whose first component has the signature of the text "data" before it."""
    d = Disk(512, 64)
    d.next = 1
    signature = (HERE / "corpus" / "signature" / "plain").read_bytes()
    entries = []
    if by:
        entries.append(d.entry(SIGNATURE, d.data(signature), 1 << 56 | len(signature)))
    tail = struct.pack(">HHIQQHH4s", 0, 0xC000, 0, PSW | 0xA000, 0xA000, 0, 32, b"zIPL")
    entries += [d.load(0xA000, b"\7" * 480 + tail), d.load(0x9000, bytes(80)), d.execute(PSW | 0xA000)]
    return d.finish({1: d.program(*entries)}, default=1)[: d.next * 512]


def iso():
    """CDs from their volume descriptors on, and the pieces that are on one."""
    import malformed_iso as bad
    from isodisk import PVD, SECTOR, Iso, Place, both32, ins, nm, program, record, susp

    def cd(name, data):
        write("iso", name, data[PVD * SECTOR :])

    disc = Iso(b"SEED")
    boot = disc.put(program(code=b"\x07\xfe"))
    disc.bootable(boot)
    more = disc.put(nm(b".img"))
    disc_tree = dict(bad.FILES)
    disc_tree[b"images"] = {b"kernel.img": program(code=bytes(3000)),
                            b"boot.img": Place(record(b"BOOT.IMG;1", boot, 520, 0x80), record(b"BOOT.IMG;1", boot, 9))}
    disc_tree[b"two.ins"] = ins((b"images/kernel.img", 0), (b"psw.bin", 0x80), (b"images/long.img", 0x10480))
    disc_tree[b"images"][b"long"] = Place(record(b"LONG;1", boot, 99, 0, nm(b"long", flags=1)
                                                 + susp(b"CE", both32(more) + both32(0) + both32(9))))
    cd("both", disc.finish(disc_tree))
    for name in ("iso-65-sections", "iso-depth-9", "iso-cyclic", "iso-foreign", "iso-ins-65-files",
                 "iso-catalog-bad-but-ins", "iso-names-lead-on"):
        cd(name, {n: make for n, make, *_ in bad.CASES}[name]())
    cd("iso-ins-replaced", dict((n, make) for n, make, *_ in bad.STARTS)["iso-ins-replaced"]())
    write("iso", "record", record(b"KERNEL.IMG;1", 20, 99, 0, nm(b"kernel.img")))
    write("iso", "catalog", disc.catalog())
    write("iso", "ins", ins((b"images/kernel.img", 0), (b"generic.prm", 0x10480)))


decoders()
others()
iso()
proto()
in_guest()
secure()
nbd()
