#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Install, then read it back: with list, show and extract, and with other tools.

usage: tests/install.py S390-IPL
"""
import hashlib
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = ""
MIB = 1 << 20


def kernel(size, seed=1, cmdline_max=4096):
    """A Linux kernel, as far as a boot loader looks."""
    k = bytearray(random.Random(seed).randbytes(size))
    k[0x10000:0x10480] = bytes(0x480)
    k[0x10008:0x1000E] = b"S390EP"
    k[0x10428:0x10438] = struct.pack(">QQ", 0x10600, cmdline_max)
    k[0x10480:0x10600] = b"root=/dev/ram0 ro".ljust(0x180, b"\0")
    k[0x10600:0x10640] = f"6.{seed}.0-test (someone) #1".encode().ljust(64, b"\0")
    return bytes(k)


def call(*args, status=0, **more):
    env = dict(os.environ, LC_ALL="C.UTF-8")
    done = subprocess.run([PROGRAM, *map(str, args)], capture_output=True, text=True, env=env,
                          timeout=120, **more)
    if done.returncode != status:
        raise AssertionError(f"{args}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def call_json(*args):
    return json.loads(call(*args, "--json"))


def sfdisk(path, script):
    tool = shutil.which("sfdisk", path="/sbin:/usr/sbin:/bin:/usr/bin")
    if not tool:
        raise unittest.SkipTest("sfdisk is missing (Debian: fdisk)")
    subprocess.run([tool, "-q", path], input=script, text=True, check=True, timeout=60,
                   capture_output=True)


class Case(unittest.TestCase):
    """With a directory, in it two kernels, a ramdisk, and disks that tests make."""

    @classmethod
    def setUpClass(cls):
        cls.tmp = tempfile.TemporaryDirectory()
        cls.dir = Path(cls.tmp.name)
        (cls.dir / "vmlinuz").write_bytes(kernel(300_001, 1))
        (cls.dir / "vmlinuz2").write_bytes(kernel(500_000, 2))
        (cls.dir / "initrd").write_bytes(random.Random(3).randbytes(700_123))

    @classmethod
    def tearDownClass(cls):
        cls.tmp.cleanup()

    def path(self, name):
        return str(self.dir / name)

    def blank(self, name, size, script=None):
        path = self.path(name)
        with open(path, "wb") as f:
            f.truncate(size)
        if script:
            sfdisk(path, script)
        return path

    def gpt(self, name="gpt.img"):
        return self.blank(name, 16 * MIB, "label: gpt\nstart=20480, size=8192, type=linux\n")

    def entries(self, n=3):
        """Options for @n programs, and what they are: (name, kernel, initrd, cmdline)."""
        want, options = [], []
        for i in range(1, n + 1):
            entry = (f"Entry {i} \u00e4", "vmlinuz2" if i == 2 else "vmlinuz",
                     "initrd" if i != 3 else None, f"root=/dev/vda{i} x=\"{i}\"")
            want.append(entry)
            options += ["--name", entry[0], "--kernel", self.path(entry[1])]
            options += ["--initrd", self.path(entry[2])] if entry[2] else []
            options += ["--cmdline", entry[3]]
        return want, options

    def check_disk(self, disk, want, default=1, options=(), names=True):
        """Whether list, show, check and extract give back what was installed."""
        found = call_json("list", disk, *options)
        self.assertEqual([p["number"] for p in found["programs"] if p["number"]],
                         list(range(1, len(want) + 1)))
        for program, entry in zip([p for p in found["programs"] if p["number"]], want):
            if names:
                self.assertEqual(program["name"], entry[0])
            self.assertEqual(program["cmdline"], entry[3])
            self.assertEqual(program["default"], program["number"] == default)
            self.extract(disk, program["number"], entry, options)
        report = call_json("check", disk, *options)
        self.assertEqual([f for f in report["findings"] if f["severity"] != "note"], [])
        call("show", disk, "--all", *options)
        return found

    def extract(self, disk, number, entry, options):
        with tempfile.TemporaryDirectory() as out:
            call("extract", disk, "-p", number, "-o", out, *options)
            self.assertEqual(Path(out, "kernel").read_bytes(),
                             (self.dir / entry[1]).read_bytes())
            if entry[2]:
                self.assertEqual(Path(out, "ramdisk").read_bytes(),
                                 (self.dir / entry[2]).read_bytes())
            else:
                self.assertFalse(Path(out, "ramdisk").exists())
            self.assertEqual(Path(out, "cmdline").read_text(), entry[3] + "\n")


class Scsi(Case):
    def test_gpt(self):
        disk = self.gpt()
        before = Path(disk).read_bytes()
        want, options = self.entries()
        call("install", disk, *options, "--default", 2, "--write")
        self.check_disk(disk, want, default=2)
        after = Path(disk).read_bytes()
        self.assertEqual(before[0x98:34 * 512], after[0x98:34 * 512], "the tables stay")
        self.assertEqual(before[20480 * 512:28672 * 512], after[20480 * 512:28672 * 512])
        self.assertEqual(before[-33 * 512:], after[-33 * 512:])
        tool = shutil.which("sfdisk", path="/sbin:/usr/sbin:/bin:/usr/bin")
        subprocess.run([tool, "--verify", disk], check=True, capture_output=True, timeout=60)

    def test_mbr(self):
        disk = self.blank("mbr.img", 16 * MIB, "label: dos\nstart=20480, size=8192, type=83\n")
        want, options = self.entries()
        before = Path(disk).read_bytes()
        call("install", disk, *options, "--write")
        self.check_disk(disk, want)
        after = Path(disk).read_bytes()
        self.assertEqual(before[0x98:512], after[0x98:512])

    def test_4096(self):
        disk = self.blank("4k.img", 16 * MIB)
        want, options = self.entries()
        plan = call_json("install", disk, *options, "--write", "--block-size", 4096)
        self.assertEqual((plan["block_size"], plan["scheme"]), (4096, "scsi"))
        self.assertEqual(call_json("list", disk)["block_size"], 4096)
        self.check_disk(disk, want)

    def test_partition(self):
        disk = self.blank("part.img", 24 * MIB,
                          "label: gpt\nsize=4096, type=linux\nsize=32768, type=linux\n")
        want, options = self.entries()
        plan = call_json("install", disk, *options, "--partition", 2, "--write")
        self.assertEqual(plan["area"]["partition"], 2)
        self.check_disk(disk, want)
        # the next time it is found, and the old map stays until the new is there
        plan = call_json("install", disk, *options, "--default", 3, "--write")
        self.assertEqual((plan["area"]["partition"], plan["keeps_old"]), (2, True))
        self.check_disk(disk, want, default=3)

    def test_30_entries(self):
        disk = self.gpt("many.img")
        want, options = self.entries(30)
        call("install", disk, *options, "--default", 30, "--write")
        self.check_disk(disk, want, default=30)
        done = call("install", disk, *options, "--kernel", self.path("vmlinuz"), status=2)
        self.assertIn("more than 30 entries", done)

    def test_again_and_again(self):
        """Old and new change places: no disk runs full."""
        disk = self.blank("again.img", 16 * MIB, "label: gpt\nstart=10240, type=linux\n")
        places = []
        for i in range(1, 7):
            want, options = self.entries()
            plan = call_json("install", disk, *options, "--default", 1 + i % 3, "--write")
            places.append(plan["area"]["first_block"])
            self.check_disk(disk, want, default=1 + i % 3)
        self.assertEqual(places, places[:2] * 3)
        self.assertNotEqual(places[0], places[1])


class Safety(Case):
    def test_dry_run(self):
        disk = self.gpt("dry.img")
        before = Path(disk).read_bytes()
        _, options = self.entries()
        text = call("install", disk, *options)
        self.assertIn("--write does it", text)
        self.assertEqual(Path(disk).read_bytes(), before)

    def test_only_what_the_plan_says(self):
        disk = self.gpt("plan.img")
        before = Path(disk).read_bytes()
        _, options = self.entries()
        plan = call_json("install", disk, *options)
        self.assertFalse(plan["written"])
        call("install", disk, *options, "--write")
        after = bytearray(Path(disk).read_bytes())
        for w in plan["writes"]:
            after[w["offset"]:w["offset"] + w["bytes"]] = before[w["offset"]:w["offset"] + w["bytes"]]
        self.assertEqual(bytes(after), before)
        self.assertEqual([w["what"] for w in plan["writes"] if w["record"]], ["boot record"])
        self.assertTrue(plan["writes"][-1]["record"])

    def test_same_input_same_bytes(self):
        digests = set()
        for name in "one.img", "two.img":
            disk = self.blank(name, 16 * MIB)
            _, options = self.entries(30)
            call("install", disk, *options, "--write")
            digests.add(hashlib.sha256(Path(disk).read_bytes()).digest())
        self.assertEqual(len(digests), 1)

    def test_undo(self):
        disk, undo = self.gpt("undo.img"), self.path("undo")
        want, options = self.entries(2)
        call("install", disk, *options, "--write")
        before = Path(disk).read_bytes()
        call("install", disk, *options, "--default", 2, "--write", "--undo", undo)
        self.assertNotEqual(Path(disk).read_bytes(), before)
        done = call("install", disk, *options, "--write", "--undo", undo, status=3)
        self.assertIn("cannot create it", done)
        call("install", disk, "--restore", undo)
        self.assertEqual(Path(disk).read_bytes(), before)
        self.check_disk(disk, want)

    def test_damaged_undo_file(self):
        disk, undo = self.gpt("undo2.img"), self.path("undo2")
        _, options = self.entries(1)
        call("install", disk, *options, "--write", "--undo", undo)
        after = Path(disk).read_bytes()
        good = Path(undo).read_bytes()
        lines = good.index(b"\n", good.index(b"\n") + 1) + 1
        for bad in (b"", good[:10], good[:lines], good[:-1], good[:-4], good[:-3000],
                    good.replace(b" data", b" date", 1), b"x" + good,
                    good[:lines] + b"0 99999999 data zero\nend\n",
                    good[:lines] + b"0 -5 data zero\nend\n"):
            Path(undo).write_bytes(bad)
            done = call("install", disk, "--restore", undo, status=4)
            self.assertIn("no undo file, or not a complete one", done)
            self.assertEqual(Path(disk).read_bytes(), after)
        Path(undo).write_bytes(good)
        other = self.blank("other.img", 8 * MIB)
        self.assertIn("is of a disk of", call("install", other, "--restore", undo, status=2))

    def test_no_room(self):
        disk = self.blank("full.img", 16 * MIB, "label: gpt\nstart=2048, type=linux\n")
        with open(self.path("large"), "wb") as f:
            f.truncate(2 * MIB)
        done = call("install", disk, "--kernel", self.path("vmlinuz"), "--initrd",
                    self.path("large"), status=4)
        self.assertRegex(done, r"it takes \d+ blocks of 512 bytes, and at most 201[45] are free")
        self.assertIn("--partition", done)

    def test_no_room_for_both(self):
        disk = self.blank("both.img", 16 * MIB, "label: gpt\nsize=3000, type=linux\n")
        want, options = self.entries(1)
        call("install", disk, *options, "--partition", 1, "--write")
        done = call("install", disk, *options, "--partition", 1, status=4)
        self.assertIn("--replace overwrites it", done)
        plan = call_json("install", disk, *options, "--partition", 1, "--replace", "--write")
        self.assertFalse(plan["keeps_old"])
        self.check_disk(disk, want)

    def test_owned_blocks(self):
        disk = self.blank("owned.img", 8 * MIB, "label: gpt\nsize=4096, type=linux\n")
        _, options = self.entries(1)
        with open(disk, "r+b") as f:
            f.seek(MIB + 0x438)
            f.write(b"\x53\xef")
        done = call("install", disk, *options, "--partition", 1, status=5)
        self.assertIn("partition 1 has a file system (ext4)", done)
        with open(disk, "r+b") as f:
            f.seek(MIB + 0x438)
            f.write(b"??")
        done = call("install", disk, *options, "--partition", 1, status=5)
        self.assertIn("partition 1 has data of a kind that is not known", done)
        self.assertIn("there is no partition 2",
                      call("install", disk, *options, "--partition", 2, status=1))

    def test_damaged_gpt(self):
        disk = self.gpt("bad.img")
        _, options = self.entries(1)
        with open(disk, "r+b") as f:
            f.seek(512 + 40)
            f.write(b"\x01")
        self.assertIn("wrong checksum", call("install", disk, *options, status=4))


class Inputs(Case):
    def wrong(self, says, *options, status=2):
        disk = self.blank("inputs.img", 16 * MIB)
        self.assertIn(says, call("install", disk, *options, status=status))

    def test_usage(self):
        k = self.path("vmlinuz")
        self.wrong("there is no entry")
        self.wrong("entry 1 has no kernel", "--name", "x")
        self.wrong("come behind the --kernel", "--cmdline", "x", "--kernel", k)
        self.wrong("the default is 2", "--kernel", k, "--default", 2)
        self.wrong("'31' is not a number from 1 to 30", "--kernel", k, "--default", 31)
        self.wrong("'-1' is not a number", "--kernel", k, "--timeout=-1")
        self.wrong("is no size of blocks", "--kernel", k, "--block-size", 1000)
        self.wrong("--undo is for --write", "--kernel", k, "--undo", "x")
        self.wrong("expected disk:/PATH", "--kernel", "disk:x")

    def test_kernels(self):
        path = self.path("bad")
        for head, says in ((b"\x7fELF", "an ELF program"), (b"\x1f\x8b", "compressed with gzip"),
                           (b"MZ", "an EFI program"), (b"??", "is no Linux kernel for s390x")):
            Path(path).write_bytes(head.ljust(0x20000, b"\0"))
            self.wrong(says, "--kernel", path)
        Path(path).write_bytes(b"")
        self.wrong("is empty", "--kernel", path)
        self.wrong("cannot open it", "--kernel", self.path("none"), status=3)

    def test_long_command_line(self):
        path = self.path("short")
        Path(path).write_bytes(kernel(200_000, 9, cmdline_max=0))
        self.wrong("has 896 characters, but its kernel takes 895", "--kernel", path,
                   "--cmdline", "x" * 896)
        disk = self.blank("long.img", 16 * MIB)
        text = "y" * 895
        call("install", disk, "--kernel", path, "--cmdline", text, "--write")
        self.assertEqual(call_json("list", disk)["programs"][0]["cmdline"], text)

    def test_no_options(self):
        """A kernel alone: named by its version, with an empty command line."""
        disk = self.blank("alone.img", 16 * MIB)
        call("install", disk, "--kernel", self.path("vmlinuz"), "--write")
        program = call_json("list", disk)["programs"][-1]
        self.assertEqual((program["name"], program["cmdline"]), ("6.1.0-test", ""))


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
