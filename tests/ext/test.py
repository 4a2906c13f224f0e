#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files in file systems of all kinds that mke2fs makes, as the ext reader sees
them, and what it says about damaged ones.

usage: tests/ext/test.py EXT_TOOL
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOL = ""
PATH = os.environ.get("PATH", "") + ":/sbin:/usr/sbin"
MKE2FS = shutil.which("mke2fs", path=PATH)
DEBUGFS = shutil.which("debugfs", path=PATH)
OFFSET = 3 << 20  # of the file system in the image
SIZE = 24 << 20
LONG = "n" * 255

# name -> options of mke2fs
KINDS = {
    "ext2-1k": ["-t", "ext2", "-b", "1024"],
    "ext2-4k": ["-t", "ext2", "-b", "4096"],
    "ext3-2k": ["-t", "ext3", "-b", "2048"],
    "ext4-1k": ["-t", "ext4", "-b", "1024"],
    "ext4-4k": ["-t", "ext4", "-b", "4096"],
    "ext4-inline": ["-t", "ext4", "-b", "4096", "-O", "inline_data", "-I", "512"],
    "ext4-bigalloc": ["-t", "ext4", "-b", "4096", "-O", "bigalloc,^has_journal", "-C", "16384"],
    "ext4-plain": ["-t", "ext4", "-b", "4096", "-O", "^metadata_csum,^64bit,^dir_index"],
    "ext4-64k": ["-t", "ext4", "-b", "65536", "-O", "^has_journal"],
    "ext4-meta_bg": ["-t", "ext4", "-b", "1024", "-O", "meta_bg,^resize_inode"],
}


def content(name, size):
    return random.Random(name).randbytes(size)


def fill(root):
    """The same files in every file system; returns path -> bytes."""
    files = {
        "/boot/vmlinuz": content("kernel", 1500001),
        "/boot/empty": b"",
        "/boot/short": b"short\n",
        "/boot/loader/entries/a.conf": b"title A\nlinux /vmlinuz\n",
        "/boot/" + LONG: b"long name",
        "/a/b/c/d/e/f/g/h/deep": content("deep", 70000),
    }
    for path, data in files.items():
        file = root / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    with open(root / "boot/holes", "wb") as f:
        f.seek(3 << 20)
        f.write(b"middle")
        f.seek(5 << 20)
        f.write(b"end")
        f.truncate((7 << 20) + 5)
    files["/boot/holes"] = (root / "boot/holes").read_bytes()
    many = root / "many"
    many.mkdir()
    for i in range(700):
        (many / f"file-{i}").touch()
    for name, target in {
        "fast": "boot/short", "slow": "boot/" + "./" * 60 + "short", "boot/up": "../boot//short",
        "boot/absolute": "/boot/short", "dir": "boot/loader", "loop": "loop", "to-loop": "loop/x",
        "dangling": "not/there", "boot/out": "../../../boot/short",
    }.items():
        os.symlink(target, root / name)
    os.mkfifo(root / "boot/pipe")
    return files


def call(image, what, path, offset=OFFSET):
    return subprocess.run([TOOL, image, str(offset), what, path], capture_output=True, timeout=60)


class Kinds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.dir = Path(temporary.name)
        root = cls.dir / "root"
        root.mkdir()
        cls.files = fill(root)
        cls.images = {}
        for kind, options in KINDS.items():
            path = cls.dir / (kind + ".img")
            blocks = SIZE >> 10
            with open(path, "wb") as f:
                f.truncate(OFFSET + SIZE + (1 << 20))
            subprocess.run([MKE2FS, "-q", "-F", "-N", "1200", "-L", "label-" + kind[:9], *options, "-d", root,
                            "-E", f"offset={OFFSET}", path, f"{blocks}k"],
                           check=True, capture_output=True)
            cls.images[kind] = path

    def files_of(self, kind):
        """What mke2fs can put there: with inline_data it forgets holes at an end."""
        return [(p, d) for p, d in self.files.items() if kind != "ext4-inline" or p != "/boot/holes"]

    def ok(self, kind, what, path):
        done = call(self.images[kind], what, path)
        self.assertEqual((done.returncode, done.stderr), (0, b""), (kind, what, path))
        return done.stdout

    def fails(self, kind, what, path):
        done = call(self.images[kind], what, path)
        self.assertEqual(done.returncode, 1, (kind, what, path))
        return done.stderr.decode()

    def test_contents(self):
        for kind in KINDS:
            for path, data in self.files_of(kind):
                self.assertEqual(self.ok(kind, "read", path), data, (kind, path))

    def test_runs(self):
        """The same bytes, taken from the image by hand."""
        for kind in KINDS:
            image = self.images[kind].read_bytes()
            block = int(self.ok(kind, "info", "/").split()[0])
            for path, data in self.files_of(kind):
                done = call(self.images[kind], "runs", path)
                if kind == "ext4-inline" and b"inode" in done.stderr:
                    self.assertLess(len(data), 512, path)
                    continue
                self.assertEqual(done.returncode, 0, done.stderr)
                found = b""
                for line in done.stdout.decode().splitlines():
                    off, size = line.split()
                    size = int(size)
                    self.assertEqual(size % block, 0)
                    found += bytes(size) if off == "hole" else image[int(off):int(off) + size]
                self.assertEqual(found[: len(data)], data, (kind, path))
                self.assertEqual(len(found), -(-len(data) // block) * block, (kind, path))
            if kind not in ("ext4-64k", "ext4-inline"):
                self.assertIn(b"hole", self.ok(kind, "runs", "/boot/holes"))

    def test_lists(self):
        for kind in KINDS:
            self.assertEqual(set(self.ok(kind, "list", "/many").decode().split()),
                             {f"file-{i}" for i in range(700)}, kind)
            names = self.ok(kind, "list", "/boot").decode().split("\n")
            self.assertIn(LONG, names)
            self.assertIn("pipe", names)
            self.assertNotIn("..", names)
            self.assertEqual(self.ok(kind, "list", "/dir/entries"), b"a.conf\n")

    def test_links(self):
        for kind in KINDS:
            for path in "/fast", "/slow", "/boot/up", "/boot/absolute", "/boot/out", "boot/short/":
                self.assertEqual(self.ok(kind, "read", path), b"short\n", (kind, path))
            for path in "/loop", "/to-loop":
                self.assertIn("loop: more than 40 symbolic links", self.fails(kind, "read", path))
            self.assertIn("no 'not' in its directory", self.fails(kind, "read", "/dangling"))

    def test_refusals(self):
        for kind in "ext2-1k", "ext4-4k":
            self.assertIn("not-found: /boot/vmlinux is not there: no 'vmlinux' in",
                          self.fails(kind, "read", "/boot/vmlinux"))
            self.assertIn("in front of 'x' is not a directory", self.fails(kind, "read", "/boot/short/x"))
            self.assertIn("is not a directory", self.fails(kind, "list", "/boot/short"))
            self.assertIn("unsupported: it is not a file", self.fails(kind, "runs", "/boot"))
            self.assertIn("neither a file nor a directory", self.fails(kind, "read", "/boot/pipe"))
            self.assertIn("not-found", self.fails(kind, "read", "/" + "x" * 300))
            self.assertIn("a path of 5000 bytes", self.fails(kind, "read", "/" * 5000))

    def test_info(self):
        self.assertEqual(self.ok("ext4-1k", "info", "/boot/short"), b"1024 0 label-ext4-1k 6\n")
        self.assertEqual(self.ok("ext4-64k", "info", "/boot/short"), b"65536 0 label-ext4-64k 6\n")

    def test_nothing_there(self):
        image = self.images["ext2-1k"]
        for offset in 0, OFFSET + 1024, OFFSET + SIZE + (1 << 20) - 2000, OFFSET + SIZE + (1 << 20), 1 << 62:
            done = call(image, "list", "/", offset)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr.decode(), "^not-found: ")

    def test_needs_recovery(self):
        image = self.dir / "dirty.img"
        shutil.copy(self.images["ext4-1k"], image)
        subprocess.run([DEBUGFS, "-w", "-R", "feature needs_recovery", f"{image}?offset={OFFSET}"],
                       check=True, capture_output=True)
        done = call(image, "info", "/boot/short")
        self.assertEqual(done.stdout, b"1024 1 label-ext4-1k 6\n", done.stderr)

    def test_truncated(self):
        """A file system is as long as it says, or it is not read at all."""
        for kind in "ext2-1k", "ext4-4k":
            data = self.images[kind].read_bytes()[OFFSET:]
            image = self.dir / "cut.img"
            for size in 0, 1, 1024, 1080, 2047, 2048, 4096, 100000, 10 << 20, SIZE - 1:
                image.write_bytes(data[:size])
                done = call(image, "read", "/boot/vmlinuz", 0)
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr.decode(), "^(truncated|not-found): ", (kind, size))


class Damaged(unittest.TestCase):
    """Bytes that are wrong: an error or other contents, but an end, and soon."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.dir = Path(temporary.name)
        self.image = self.dir / "fs.img"
        (self.dir / "root/boot").mkdir(parents=True)
        (self.dir / "root/boot/kernel").write_bytes(content("k", 150000))
        (self.dir / "root/boot/initrd").write_bytes(content("i", 100))
        os.symlink("x/../" * 20 + "boot/kernel", self.dir / "root/link")

    def make(self, *options):
        subprocess.run([MKE2FS, "-q", "-F", *options, "-d", self.dir / "root", self.image, "1024"],
                       check=True, capture_output=True)
        return bytearray(self.image.read_bytes())

    def sound(self, *options):
        for what, path in ("list", "/boot"), ("read", "/boot/kernel"), ("runs", "/boot/kernel"), ("read", "/link"):
            done = call(self.image, what, path, 0)
            self.assertIn(done.returncode, (0, 1), (options, what, done.stderr))
            self.assertEqual(done.returncode, 1 if done.stderr else 0)

    def damage(self, seed, rounds, *options):
        data = self.make("-b", "1024", *options)
        used = [i for i in range(1024, len(data), 1024) if any(data[i : i + 1024])]
        metadata = [i for i in used if bytes(data[i : i + 1024]) not in
                    (content("k", 150000) + bytes(1024))]
        rng = random.Random(seed)
        for _ in range(rounds):
            new = bytearray(data)
            for _ in range(rng.choice((1, 3, 30))):
                at = rng.choice(metadata[:40]) + rng.randrange(1024)
                new[at] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
            self.image.write_bytes(new)
            self.sound(seed, options)

    def test_ext2(self):
        self.damage(1, 40, "-t", "ext2")

    def test_ext4_without_checksums(self):
        self.damage(2, 40, "-t", "ext4", "-O", "^metadata_csum,^has_journal,inline_data")

    def test_ext4(self):
        self.damage(3, 15, "-t", "ext4", "-O", "^has_journal")

    def test_super_block(self):
        for off, new, wanted in (
            (0x18, b"\x07", "bad: the super block has block size 1024 << 7"),
            (0x20, b"\0\0\0\0", "bad: the super block"),
            (4, b"\xff\xff\xff\xff", "truncated: the file system has 4294967295 blocks"),
            (0x63, b"\x80", "unsupported: the file system has features"),
            (0x38, b"\0", "not-found"),
        ):
            data = self.make("-b", "1024", "-t", "ext4", "-O", "^metadata_csum")
            data[1024 + off : 1024 + off + len(new)] = new
            self.image.write_bytes(data)
            done = call(self.image, "list", "/", 0)
            self.assertIn(wanted, done.stderr.decode())


if __name__ == "__main__":
    TOOL = os.path.abspath(sys.argv.pop(1))
    if not MKE2FS or not DEBUGFS:
        print("SKIP: there is no mke2fs or no debugfs")
        sys.exit(77)
    unittest.main()
