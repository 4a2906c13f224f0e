#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Titles from boot loader entries in a file system on the disk.

usage: tests/titles.py S390-IPL
"""
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "golden"))
sys.dont_write_bytecode = True
from zipldasd import *  # noqa: E402
from zipldisk import *  # noqa: E402

PROGRAM = ""
MKE2FS = shutil.which("mke2fs", path=os.environ.get("PATH", "") + ":/sbin:/usr/sbin")
ENTRY = "title {}\nversion {}\nlinux /vmlinuz-{}\noptions {}\n"
V1, V2 = "6.1.0-28-s390x", "6.9.1-2-s390x"
FILES = {
    "a-6.1.conf": ENTRY.format("Alpha", V1, V1, "root=/dev/vda1 ro"),
    "b-rescue.conf": ENTRY.format("Beta \u2013 rescue", V1, V1, "root=/dev/vda1\noptions single"),
    "c-6.9.conf": ENTRY.format("Gamma", V2, V2, "root=/dev/vda1 ro"),
    "d-other.conf": ENTRY.format("Delta", "7.0", "7.0", "not on this disk"),
    "broken.conf": "no kernel\n",
    "notes.txt": ENTRY.format("Text", V1, V1, "three"),
}


def programs(d):
    other = kernel(V2.encode() + b" (x) #1\0")
    return {
        1: zipl_1_24(d, b"root=/dev/vda1  ro "),
        2: zipl_1_24(d, b"root=/dev/vda1 single"),
        3: zipl_1_24(d, b"root=/dev/vda1 ro", other),
        4: zipl_1_24(d, b"three"),
        5: d.program(d.load(0x20000, b"code"), d.execute(PSW | 0x20000), d.description(b"title=Own\n")),
    }


WANTED = {0: "Beta \u2013 rescue", 1: "Alpha", 2: "Beta \u2013 rescue", 3: "Gamma",
          4: V1, 5: "Own"}


class Titles(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.dir = Path(temporary.name)

    def file_system(self, place, files, *options):
        root, image = self.dir / "root", self.dir / "fs"
        shutil.rmtree(root, ignore_errors=True)
        (root / place).mkdir(parents=True)
        for name, text in files.items():
            (root / place / name).write_text(text)
        with open(image, "wb") as f:
            f.truncate(1 << 20)
        subprocess.run([MKE2FS, "-q", "-F", "-t", "ext4", "-O", "^has_journal", *options,
                        "-d", root, image], check=True, capture_output=True)
        return image.read_bytes()

    def listed(self, data):
        image = self.dir / "disk.img"
        image.write_bytes(data)
        done = subprocess.run([PROGRAM, "list", "--json", image], capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {p["number"]: p for p in json.loads(done.stdout)["programs"]}

    def names(self, data):
        return {n: p["name"] for n, p in self.listed(data).items()}

    def scsi(self, fs, bs=512, table="mbr"):
        d = Disk(bs, (1 << 20) // bs)
        data = d.finish(programs(d), default=2)
        first, count = len(data) // bs, len(fs) // bs
        data = bytearray(data)
        if table != "none":
            data[0x1BE:0x200] = (struct.pack("<BxxxBxxxII", 0, 0x83 if table == "mbr" else 0xEE,
                                             first if table == "mbr" else 1, count).ljust(64, b"\0")
                                 + b"\x55\xaa")
        if table == "gpt":
            d.bs = bs
            import zlib
            entries = (bytes(128) + bytes(range(16)) * 2 + struct.pack("<QQ", first, first + count - 1)
                       ).ljust(128 * 8, b"\0")
            head = struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, 0, 0, 1,
                               first + count, 2, first + count - 1, bytes(16), 2, 8, 128,
                               zlib.crc32(entries))
            head = head[:16] + struct.pack("<I", zlib.crc32(head)) + head[20:]
            data[bs : bs + 92] = head
            data[2 * bs : 2 * bs + len(entries)] = entries
        return bytes(data) + fs

    def test_mbr(self):
        """A partition for /boot."""
        found = self.listed(self.scsi(self.file_system("loader/entries", FILES)))
        self.assertEqual({n: p["name"] for n, p in found.items()}, WANTED)
        self.assertEqual({n: p["title_source"] for n, p in found.items()},
                         {0: None, 1: "bls", 2: "bls", 3: "bls", 4: None, 5: "description"})

    def test_gpt_4096(self):
        """A root file system."""
        fs = self.file_system("boot/loader/entries", FILES)
        self.assertEqual(self.names(self.scsi(fs, 4096, "gpt")), WANTED)

    def test_changed_parameters(self):
        """What was edited after zipl ran: the kernel tells, where it is the only one."""
        files = {"c.conf": ENTRY.format("Gamma", V2, V2, "other parameters"),
                 "a.conf": ENTRY.format("Alpha", V1, V1, "unlike all")}
        found = self.names(self.scsi(self.file_system("loader/entries", files)))
        self.assertEqual(found[3], "Gamma")
        self.assertNotIn("Alpha", found.values())

    def test_hostile(self):
        """Titles with control characters, and a lot of files."""
        files = {f"{i}.conf": ENTRY.format(i, i, i, i) for i in range(300)}
        found = self.names(self.scsi(self.file_system("loader/entries", files, "-N", "400")))
        self.assertEqual(found[5], "Own")
        files = {"a.conf": ENTRY.format("bad\x1b[2J", V1, V1, "root=/dev/vda1 ro")}
        found = self.names(self.scsi(self.file_system("loader/entries", files)))
        self.assertEqual(found[1], "bad")

    def test_more_than_the_limit(self):
        """The first in the directory is not lost, nor others up to the limit."""
        files = {f"entry-{i:03}.conf": ENTRY.format(f"{i:05}", "9.9", "9.9", f"number={i:010}")
                 for i in range(300)}
        fs = self.file_system("loader/entries", files, "-N", "400")
        names = re.findall(rb"entry-\d{3}\.conf", fs)
        self.assertEqual(len(set(names)), 300)
        for place, title in (0, "Title"), (255, "Title"), (256, None):
            wanted = ENTRY.format("Title", "9.9", "9.9", "root=/dev/vda1 ro").encode()
            old = files[names[place].decode()].encode()
            self.assertEqual(len(old), len(wanted))
            found = self.listed(self.scsi(fs.replace(old, wanted)))[1]
            self.assertEqual(found["title"], title)

    def test_no_entries(self):
        single = f"{V1} (root=/dev/vda1 single)"
        without = {0: single, 1: f"{V1} (root=/dev/vda1 ro)", 2: single, 3: V2, 4: f"{V1} (three)",
                   5: "Own"}
        fs = bytearray(self.file_system("else", FILES))
        self.assertEqual(self.names(self.scsi(bytes(fs))), without)
        fs[1024 + 0x18] = 99  # block size
        self.assertEqual(self.names(self.scsi(bytes(fs))), without)

    def test_dasd(self):
        """Where partitions begin on DASDs; stage 2 has no menu there."""
        fs = self.file_system("loader/entries", FILES)
        for make, bs, first in (Ldl, 4096, 3), (Fba, 512, 2), (Cdl, 4096, 24), (Cdl, 512, 98):
            size = len(fs) // bs
            d = make(3000) if make is Fba else make(bs, 3000)
            d.next = first + size
            data = bytearray(d.finish(programs(d), default=2, s2=bytes(2048)))
            # the disk's own records lie there too, but for the file system
            old = bytes(data[first * bs : (first + size) * bs])
            self.assertEqual(old.count(0), len(old), make)
            data[first * bs : (first + size) * bs] = fs
            self.assertEqual(self.names(bytes(data)), WANTED, make)

    def test_endless_directory(self):
        """Its map leads to one empty block over and over: 4 MiB each time that a name behind it is looked for,
        by which 100 names are 400. That is no disk's way to keep anybody busy: the titles are left out."""
        files = {f"e{i:03}.conf": ENTRY.format(f"Title {i}", V1, V1, "x") for i in range(100)}
        files["e099.conf"] = ENTRY.format("Last", V1, V1, "root=/dev/vda1 ro")
        options = "-N", "200", "-b", "1024", "-O", "^extents,^metadata_csum,^64bit,^dir_index,^inline_data"
        fs = self.file_system("loader/entries", files, *options)
        self.assertEqual(self.names(self.scsi(fs))[1], "Last")
        self.assertEqual(self.names(self.scsi(self.lengthened(bytearray(fs), 16)))[1],
                         V1 + " (root=/dev/vda1 ro)")

    @staticmethod
    def lengthened(fs, times):
        """The directory 13 with 256 KiB so many times before its names."""
        bs, per = 1024, 256
        at = struct.unpack_from("<I", fs, 2 * bs + 8)[0] * bs + 12 * struct.unpack_from("<H", fs, bs + 88)[0]
        mode, = struct.unpack_from("<H", fs, at)
        assert mode >> 12 == 4, "a directory"
        size, = struct.unpack_from("<I", fs, at + 4)
        blocks = list(struct.unpack_from("<15I", fs, at + 40))
        assert size <= 12 * bs and blocks[12] == 0
        blocks = blocks[: size // bs]
        names, empty, many, tree, last = (len(fs) // bs - n for n in range(1, 6))  # at the end: free
        put = lambda block, data: fs.__setitem__(slice(block * bs, (block + 1) * bs), data.ljust(bs, b"\0"))
        first = fs[blocks[0] * bs : (blocks[0] + 1) * bs]
        put(names, first)
        struct.pack_into("<H", first, 12 + 4, bs - 12)  # nothing behind ".."
        put(blocks[0], first)
        put(empty, struct.pack("<IHBB", 0, bs, 0, 0))
        put(many, struct.pack("<I", empty) * per)
        put(last, struct.pack(f"<{len(blocks)}I", names, *blocks[1:]))
        put(tree, struct.pack(f"<{times + 1}I", *[many] * times, last))
        struct.pack_into("<15I", fs, at + 40, blocks[0], *[empty] * 11, many, tree, 0)
        struct.pack_into("<I", fs, at + 4, (12 + per + times * per + len(blocks)) * bs)
        return bytes(fs)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    if not MKE2FS:
        print("SKIP: there is no mke2fs")
        sys.exit(77)
    unittest.main()
