#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Install, then read it back: with list, show and extract, and with other tools.

usage: tests/install.py S390-IPL
"""
import hashlib
import json
import os
import random
import resource
import shutil
import signal
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
    if status is not None and done.returncode != status:
        raise AssertionError(f"{args}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def call_json(*args):
    return json.loads(call(*args, "--json"))


def tool(name, package):
    """Where the program is."""
    path = shutil.which(name, path="/sbin:/usr/sbin:/bin:/usr/bin")
    if not path:
        raise unittest.SkipTest(f"{name} is missing (Debian: {package})")
    return path


def sfdisk(path, script):
    subprocess.run([tool("sfdisk", "fdisk"), "-q", path], input=script, text=True,
                   check=True, timeout=60, capture_output=True)


class Case(unittest.TestCase):
    """With a directory, in it two kernels, two ramdisks, and disks that tests make."""
    block_size = 512  # of the disk


    @classmethod
    def setUpClass(cls):
        cls.tmp = tempfile.TemporaryDirectory()
        cls.dir = Path(cls.tmp.name)
        (cls.dir / "vmlinuz").write_bytes(kernel(300_001, 1))
        (cls.dir / "vmlinuz2").write_bytes(kernel(500_000, 2))
        (cls.dir / "initrd").write_bytes(random.Random(3).randbytes(700_123))
        (cls.dir / "more").write_bytes(random.Random(4).randbytes(5003))

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

    def several(self, disk, block_size, kernels, ramdisks, *options):
        """Programs whose ramdisks are one, two, and many files."""
        self.block_size = block_size
        lists = ["initrd"], ["initrd", "more"], ["more", "initrd", "more"], ["more"] * 16
        want = [(f"With {len(names)}", "vmlinuz", names, f"n={len(names)}") for names in lists]
        given = []
        for name, kernel, names, cmdline in want:
            given += ["--name", name, "--kernel", f"{kernels}/{kernel}", "--cmdline", cmdline]
            for file in names:
                given += ["--initrd", f"{ramdisks}/{file}"]
        plan = call_json("install", disk, *given, *options, "--write")
        for entry, (_, _, names, _) in zip(plan["entries"], want):
            self.assertEqual([os.path.basename(f["path"]) for f in entry["ramdisks"]], names)
            at = int(entry["ramdisks"][0]["address"], 16)
            for file in entry["ramdisks"]:
                self.assertEqual(int(file["address"], 16), at)
                at += -(-file["bytes"] // block_size) * block_size
        self.check_disk(disk, want)
        said = call("install", disk, *given, "--initrd", f"{ramdisks}/more", *options, status=2)
        self.assertIn("more than 16 files for one ramdisk", said)
        self.assertIn("cat FILE FILE", said)
        return plan, given

    def ramdisk(self, names):
        """The bytes of file @names, or of several: each begins with a block."""
        data = b""
        for name in names if isinstance(names, list) else [names]:
            data += bytes(-len(data) % self.block_size) + (self.dir / name).read_bytes()
        return data

    def extract(self, disk, number, entry, options):
        with tempfile.TemporaryDirectory() as out:
            call("extract", disk, "-p", number, "-o", out, *options)
            self.assertEqual(Path(out, "kernel").read_bytes(),
                             (self.dir / entry[1]).read_bytes())
            if entry[2]:
                self.assertEqual(Path(out, "ramdisk").read_bytes(), self.ramdisk(entry[2]))
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
        subprocess.run([tool("sfdisk", "fdisk"), "--verify", disk], check=True,
                       capture_output=True, timeout=60)

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

    def test_another_block_size(self):
        """A GPT says how long blocks are; of two, what was asked for decides."""
        _, options = self.entries(1)
        disk = self.gpt("not4k.img")
        for size in 1024, 2048, 4096:
            said = call("install", disk, *options, "--block-size", size, status=2)
            self.assertIn(f"there is a GPT for blocks of 512 bytes, not {size}", said)
            self.assertIn("leave --block-size out", said)
            self.assertNotIn("sgdisk", said)
        call("install", disk, *options, "--block-size", 512)
        disk = self.path("is4k.img")
        call("install", disk, "--format", "scsi", "--size", "24M", "--block-size", 4096, *options,
             "--write")
        said = call("install", disk, *options, "--block-size", 512, status=2)
        self.assertIn("there is a GPT for blocks of 4096 bytes, not 512", said)
        with open(disk, "r+b") as f:
            f.seek(512)
            f.write(Path(self.path("not4k.img")).read_bytes()[512:1024])
        call("install", disk, *options, "--block-size", 4096)

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

    def test_several_ramdisks(self):
        for kind, block_size in ("scsi", 512), ("cdl", 4096), ("ldl", 4096), ("fba", 512):
            with self.subTest(kind=kind):
                self.several(self.path(f"several-{kind}.img"), block_size, self.dir, self.dir,
                             "--format", kind, "--size", "24M")

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


class NewDisk(Case):
    """Disks that are made from nothing, of every kind."""

    def make(self, kind, *options, n=3, size="24M"):
        disk = self.path(f"new-{kind}{len(os.listdir(self.dir))}.img")
        want, entries = self.entries(n)
        plan = call_json("install", disk, "--format", kind, "--size", size, *options, *entries,
                         "--default", n, "--timeout", 7, "--prompt", "--write")
        return disk, want, plan

    def check_kind(self, kind, layout, *options, **more):
        disk, want, plan = self.make(kind, *options, **more)
        found = self.check_disk(disk, want, default=len(want))
        self.assertEqual((plan["scheme"], found["layout"]), (kind, layout))
        if kind != "scsi":
            self.assertEqual(found["menu"], {"prompt": True, "timeout": 7})
            self.assertEqual(found["volume"]["serial"], "0X0001")
        return disk

    def table(self, disk, sector=512):
        options = ["--sector-size", str(sector)] if sector != 512 else []
        done = subprocess.run([tool("sfdisk", "fdisk"), *options, "--json", disk],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)["partitiontable"]

    def sgdisk(self, disk):
        """That it finds nothing wrong; it takes images for disks with blocks of 512."""
        done = subprocess.run([tool("sgdisk", "gdisk"), "-v", disk],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("No problems found.", done.stdout)

    def test_sgdisk(self):
        self.sgdisk(self.check_kind("scsi", "scsi"))

    def test_sgdisk_on_an_old_disk(self):
        disk = self.gpt()
        _, options = self.entries()
        call("install", disk, *options, "--write")
        self.sgdisk(disk)

    def test_scsi_gpt(self):
        disk = self.check_kind("scsi", "scsi")
        table = self.table(disk)
        self.assertEqual(table["label"], "gpt")
        self.assertEqual([p.get("name") for p in table["partitions"]], ["s390-ipl boot", "data"])
        self.assertEqual([p["start"] % 2048 for p in table["partitions"]], [0, 0])

    def test_scsi_mbr(self):
        disk = self.check_kind("scsi", "scsi", "--table", "mbr")
        table = self.table(disk)
        self.assertEqual(table["label"], "dos")
        self.assertEqual([p["type"] for p in table["partitions"]], ["da", "83"])

    def test_scsi_4096(self):
        disk = self.check_kind("scsi", "scsi", "--block-size", 4096)
        self.assertEqual(Path(disk).read_bytes()[4096:4104], b"EFI PART")

    def test_cdl(self):
        disk = self.check_kind("cdl", "cdl")
        ld = call_json("list", disk, "--layout", "cdl-ld")
        self.assertEqual([p["cmdline"] for p in ld["programs"]][1:],
                         [e[3] for e in self.entries()[0]])
        self.check_disk(disk, self.entries()[0], default=3, options=["--layout", "cdl-ld"])

    def test_cdl_512(self):
        self.check_kind("cdl", "cdl", "--block-size", 512)

    def test_ldl(self):
        self.check_kind("ldl", "ldl")

    def test_ldl_1024(self):
        self.check_kind("ldl", "ldl", "--block-size", 1024)

    def test_fba(self):
        self.check_kind("fba", "fba")

    def test_30_entries(self):
        for kind in "scsi", "cdl", "ldl", "fba":
            self.check_kind(kind, kind, n=30)

    def test_cylinders(self):
        """Track 0 and the VTOC as dasdfmt and fdasd have them, partitions on tracks."""
        disk, _, plan = self.make("cdl", "--volser", "LNX0A1")
        data = Path(disk).read_bytes()
        block = [data[i:i + 4096] for i in range(0, 24 * 4096, 4096)]
        self.assertEqual(len(data) % (15 * 12 * 4096), 0)
        text = lambda b: b.decode("cp037")
        self.assertEqual([text(b[:4]) for b in block[:3]], ["IPL1", "IPL2", "VOL1"])
        self.assertEqual(text(block[2][4:14]), "VOL1LNX0A1")
        self.assertEqual(block[2][15:20].hex(), "0000000101")
        self.assertEqual([b[44] for b in block[12:17]], [0xF4, 0xF5, 0xF1, 0xF1, 0])
        self.assertEqual(text(block[14][:44]).rstrip(), "LINUX.VLNX0A1.PART0001.NATIVE")
        first, second = block[14][107:115], block[15][107:115]
        self.assertEqual(first[:4].hex(), "00000002")
        track = lambda b: struct.unpack(">HH", b)[0] * 15 + struct.unpack(">HH", b)[1]
        self.assertEqual(track(second[:4]), track(first[4:]) + 1)
        self.assertEqual(track(second[4:]), len(data) // (12 * 4096) - 1)
        self.assertEqual(plan["area"]["first_block"], 25)

    def test_many_cylinders(self):
        """A disk with a format 7 label: the plan alone, it would be large."""
        _, entries = self.entries(1)
        plan = call_json("install", self.path("huge.img"), "--format", "cdl", "--size", "20G", *entries)
        self.assertFalse(Path(self.path("huge.img")).exists())
        self.assertEqual((plan["written"], plan["area"]["partition"]), (False, 1))
        done = call("install", self.path("huge.img"), "--format", "cdl", "--size", "60G", *entries, status=2)
        self.assertIn("cylinders are too many", done)

    def test_again(self):
        for kind in "cdl", "ldl", "fba":
            disk, want, first = self.make(kind)
            _, entries = self.entries()
            partition = ["--partition", first["area"]["partition"]]
            second = call_json("install", disk, *entries, "--default", 2, "--write")
            self.assertTrue(second["keeps_old"])
            self.check_disk(disk, want, default=2)
            third = call_json("install", disk, *entries, *partition, "--default", 1, "--write")
            self.assertEqual(first["area"]["first_block"], third["area"]["first_block"])
            self.check_disk(disk, want, default=1)

    def test_standard_output_is_closed(self):
        """The disk must not become the descriptor that text is written to."""
        _, options = self.entries(30)
        for closed in ">&-", "<&- >&-", "<&- >&- 2>&-":
            for more in [], ["--json"]:
                disk = self.gpt("closed.img")
                done = subprocess.run(["bash", "-c", f'"$@" {closed}', "bash", PROGRAM, "install", disk, "--write",
                                       *options, *more], capture_output=True, timeout=60)
                with self.subTest(f"{closed} {more}"):
                    self.assertEqual(done.returncode, 3)
                    self.assertEqual(len(call_json("list", disk)["programs"]), 31)

    def test_same_input_same_bytes(self):
        os.environ["SOURCE_DATE_EPOCH"] = "1700000000"
        try:
            for kind in "scsi", "cdl":
                digests = {hashlib.sha256(Path(self.make(kind)[0]).read_bytes()).digest()
                           for _ in range(2)}
                self.assertEqual(len(digests), 1)
        finally:
            del os.environ["SOURCE_DATE_EPOCH"]
        ids = {self.table(self.make("scsi")[0])["id"] for _ in range(2)}
        self.assertEqual(len(ids), 2)

    def test_sizes(self):
        """The same size in every unit, and the largest one of each."""
        _, entries = self.entries(1)

        def plan(size, *more, status=0):
            return call("install", self.path("sized.img"), "--format", "scsi", "--size", size,
                        *entries, *more, status=status)
        for size in "2147483648", "2097152k", "2048M", "2G", "1048577k":
            plan(size, "--write")
            want = 1048577 << 10 if size == "1048577k" else 2 << 30
            self.assertEqual(os.path.getsize(self.path("sized.img")), want, size)
            os.unlink(self.path("sized.img"))
        plan("4000000M")
        for number, unit in (1 << 60, ""), (1 << 50, "k"), (1 << 40, "M"), (1 << 30, "G"), (1 << 20, "T"):
            self.assertIn("is no size", plan(f"{number + 1}{unit}", status=2))
            self.assertNotIn("is no size", plan(f"{number}{unit}", status=None))
        for size in "18446744073709551616", "0", "0G", "-1G", "1g", "1GB", "G", "":
            self.assertIn("is no size", plan(size, status=2))

    def test_refused(self):
        disk = self.path("refused.img")
        _, entries = self.entries(1)
        wrong = lambda says, *options, status=2: self.assertIn(
            says, call("install", disk, *options, *entries, status=status))
        wrong("needs both --format", "--format", "cdl")
        wrong("needs both --format", "--size", "1G")
        wrong("is no size", "--format", "cdl", "--size", "much")
        wrong("is no size", "--format", "cdl", "--size", "9999999999T")
        wrong("bytes are too few", "--format", "cdl", "--size", "1M", "--write")
        wrong("has blocks of 512 bytes, not 4096", "--format", "fba", "--size", "20M",
              "--block-size", 4096)
        wrong("is no partition table", "--format", "scsi", "--size", "20M", "--table", "bsd")
        wrong("is no volume serial", "--format", "cdl", "--size", "20M", "--volser", "toolong")
        self.assertFalse(Path(disk).exists())
        Path(disk).write_bytes(b"mine")
        wrong("is there already", "--format", "cdl", "--size", "20M", "--write", status=5)
        self.assertEqual(Path(disk).read_bytes(), b"mine")

    def test_names_that_qemu_takes_for_protocols(self):
        """A file is a file, whatever it is called; another one is not written to."""
        tool("qemu-img", "qemu-utils")
        tool("qemu-nbd", "qemu-utils")
        want, entries = self.entries(1)
        mine = self.dir / "precious.img"
        mine.write_bytes(b"mine")
        for name in "a:b.img", "file:precious.img", "nbd:localhost:1", "json:{}":
            with self.subTest(name=name):
                options = "--format", "scsi", "--format", "qcow2", "--size", "24M", "--write"
                call("install", name, *options, *entries, cwd=self.dir)
                self.assertEqual(Path(self.path(name)).read_bytes()[:4], b"QFI\xfb")
                found = json.loads(call("list", name, "--json", cwd=self.dir))
                self.assertEqual(found["programs"][-1]["cmdline"], want[0][3])
                call("install", name, *entries, "--write", cwd=self.dir)
                self.check_disk(self.path(name), want)
                self.assertEqual(mine.read_bytes(), b"mine")
        for form in "raw", "qcow2":
            said = call("install", "nbd://localhost:1/x", "--format", "scsi", "--format", form,
                        "--size", "24M", "--write", *entries, cwd=self.dir, status=2)
            self.assertIn("a new disk is a file", said)

    def test_dangling_link(self):
        """What a link names is not made either."""
        disk = self.path("dangling.img")
        os.symlink("elsewhere.img", disk)
        _, entries = self.entries(1)
        for form in "raw", "qcow2":
            said = call("install", disk, "--format", "scsi", "--format", form, "--size", "24M",
                        "--write", *entries, status=3)
            self.assertIn("cannot create it", said)
        self.assertTrue(os.path.islink(disk))
        self.assertFalse(Path(self.path("elsewhere.img")).exists())

    def test_nothing_is_left_of_a_failure(self):
        disk = self.path("failed.img")
        call("install", disk, "--format", "scsi", "--size", "20M", "--write", "--kernel", __file__,
             status=2)
        self.assertFalse(Path(disk).exists())

    def test_nothing_is_left_of_qemu_img(self):
        tool("qemu-img", "qemu-utils")
        disk = self.path("failed.qcow2")
        call("install", disk, "--format", "scsi", "--format", "nonsense", "--size", "20M", "--write",
             "--kernel", self.path("vmlinuz"), status=3)
        self.assertFalse(Path(disk).exists())


class BlockDevice(Case):
    """A disk of this machine: a loop device, where that can be had."""

    def device(self, path, *options):
        if os.geteuid():
            self.skipTest("only root can make a loop device")
        done = subprocess.run([tool("losetup", "mount"), "--find", "--show", *options, path],
                              capture_output=True, text=True, timeout=60)
        if done.returncode:
            self.skipTest("there are no loop devices: " + done.stderr.strip())
        device = done.stdout.strip()
        self.addCleanup(subprocess.run, [tool("losetup", "mount"), "--detach", device], check=True,
                        timeout=60)
        return device

    def test_gpt(self):
        path = self.gpt("loop.img")
        device = self.device(path)
        want, options = self.entries()
        call("install", device, *options, "--write")
        self.check_disk(device, want)
        self.check_disk(path, want)

    def test_4096(self):
        """Its blocks are as large as the device says: nothing on the disk does."""
        path = self.blank("loop4k.img", 16 * MIB)
        device = self.device(path, "--sector-size", "4096")
        want, options = self.entries()
        plan = call_json("install", device, *options)
        self.assertEqual(plan["block_size"], 4096)
        plan = call_json("install", device, *options, "--write")
        self.assertEqual(plan["block_size"], 4096)
        self.check_disk(device, want)
        self.check_disk(path, want)

    def test_in_use(self):
        device = self.device(self.gpt("used.img"))
        _, options = self.entries()
        # as a mounted file system does
        fd = os.open(device, os.O_RDONLY | os.O_EXCL)
        self.addCleanup(os.close, fd)
        said = call("install", device, *options, "--write", status=5)
        self.assertIn("is in use on this machine", said)


class OnDisk(Case):
    """Files that lie in a file system of the disk."""

    def file_system(self, size, area=True, features=()):
        """An ext4 file system with the files, and one for the boot map."""
        root = self.dir / "root"
        shutil.rmtree(root, ignore_errors=True)
        (root / "boot").mkdir(parents=True)
        for name in "vmlinuz", "vmlinuz2", "initrd":
            shutil.copy(self.dir / name, root / "boot" / name)
        os.symlink("vmlinuz", root / "boot" / "current")
        holes = bytearray((self.dir / "initrd").read_bytes())
        holes[100_000:300_000] = bytes(200_000)
        (self.dir / "holes").write_bytes(holes)
        shutil.copy(self.dir / "holes", root / "boot" / "holes")
        shutil.copy(self.dir / "more", root / "boot" / "more")
        if area:
            (root / "boot" / "map").write_bytes(b"s390-ipl boot area\n" * 27000)
        path = self.path("fs.img")
        Path(path).unlink(missing_ok=True)
        subprocess.run([tool("mke2fs", "e2fsprogs"), "-q", "-t", "ext4", "-b", "4096", *features,
                        "-d", root, path, f"{size // 1024}k"], check=True, timeout=60, capture_output=True)
        return Path(path).read_bytes()

    def put(self, disk, offset, data):
        with open(disk, "r+b") as f:
            f.seek(offset)
            f.write(data)

    def fsck(self, disk, offset, size):
        """Whether the file system is sound and the files are as they were."""
        path = self.path("check.img")
        with open(disk, "rb") as f:
            f.seek(offset)
            Path(path).write_bytes(f.read(size))
        subprocess.run(["/sbin/e2fsck", "-fn", path], check=True, capture_output=True, timeout=60)

    def on_disk(self, n=3, where="disk:"):
        want, options = [], []
        for i in range(1, n + 1):
            entry = (f"Entry {i}", "vmlinuz2" if i == 2 else "vmlinuz",
                     "holes" if i == 1 else "initrd", f"root=/dev/vda{i}")
            want.append(entry)
            kernel = "current" if i == 3 else entry[1]
            options += ["--name", entry[0], "--kernel", f"{where}/boot/{kernel}",
                        "--initrd", f"{where}/boot/{entry[2]}", "--cmdline", entry[3]]
        return want, options

    def check_plan(self, plan, offset, size):
        """Nothing is written to the file system, and no file is copied."""
        for w in plan["writes"]:
            self.assertFalse(offset < w["offset"] + w["bytes"] and w["offset"] < offset + size, w)
        for e in plan["entries"]:
            self.assertFalse([f for f in [e["kernel"], *e["ramdisks"]] if f["copied"]])

    def test_gap(self):
        fs = self.file_system(12 * MIB)
        disk = self.blank("gap.img", 16 * MIB, "label: gpt\nstart=2048, size=24576, type=linux\n")
        self.put(disk, MIB, fs)
        want, options = self.on_disk()
        plan = call_json("install", disk, *options, "--write")
        self.check_plan(plan, MIB, len(fs))
        self.assertEqual(plan["area"]["place"], "the gap before partition 1")
        self.check_disk(disk, want)
        self.fsck(disk, MIB, len(fs))

    def test_area_file(self):
        """A disk that is one file system from end to end, of every kind."""
        for kind, script, offset, more in (
                ("scsi", None, 0, []), ("ldl", None, 3 * 4096, []), ("fba", None, 1024, []),
                ("cdl", None, 24 * 4096, [])):
            disk = self.path(f"area-{kind}.img")
            Path(disk).unlink(missing_ok=True)
            if kind == "scsi":
                self.blank(f"area-{kind}.img", 16 * MIB)
            else:
                call("install", disk, "--format", kind, "--size", "20M", "--kernel",
                     self.path("vmlinuz"), "--write")
            if kind == "cdl":  # all of it one partition
                data = bytearray(Path(disk).read_bytes())
                last = len(data) // (12 * 4096) - 1
                data[14 * 4096 + 111:14 * 4096 + 115] = struct.pack(">HH", last // 15, last % 15)
                data[15 * 4096:15 * 4096 + 140] = bytes(140)
                Path(disk).write_bytes(data)
            fs = self.file_system(14 * MIB)
            self.put(disk, offset, fs)
            want, options = self.on_disk()
            done = call("install", disk, *options, status=5 if kind == "scsi" else 4)
            self.assertIn("the disk as a whole has a file system (ext4)" if kind == "scsi" else
                          "there is no room", done)
            for default in 1, 2, 3:
                plan = call_json("install", disk, *options, "--area", "disk:/boot/map",
                                 "--default", default, "--write", *more)
                self.assertEqual(plan["keeps_old"], default > 1)
                self.check_disk(disk, want, default=default, names=True)
            self.fsck(disk, offset, len(fs))

    def test_area_in_pieces(self):
        """The file's pieces lie in another order, or with something between them."""
        # an ext4 extent tree: header, then block of the file, blocks, place
        tree = lambda *pieces: struct.pack("<HHHHI", 0xF30A, len(pieces), 4, 0, 0) + b"".join(
            struct.pack("<IHHI", at, n, 0, start) for at, n, start in pieces)
        fs = bytearray(self.file_system(14 * MIB, features=["-O", "^metadata_csum"]))
        head = tree((0, 126, 0))[:-4]
        at = fs.index(head)
        start, = struct.unpack_from("<I", fs, at + len(head))
        disk = self.blank("pieces.img", 16 * MIB)
        options = "--kernel", self.path("vmlinuz"), "--cmdline", "x", "--area", "disk:/boot/map"
        for thirds in (2, 0, 1), (0, 2, 1):
            places = [start + 42 * third for third in thirds]
            pieces = tree(*((42 * i, 42, place) for i, place in enumerate(places)))
            fs[at:at + len(pieces)] = pieces
            fs[places[0] * 4096:places[0] * 4096 + 19] = b"s390-ipl boot area\n"
            self.put(disk, 0, fs)
            plan = call_json("install", disk, *options)
            taken = sum(w["bytes"] // 512 for w in plan["writes"] if not w["record"])
            area = plan["area"]
            self.assertEqual((area["first_block"], area["blocks"]), (places[0] * 8 + 1, taken))
            said = call("install", disk, *options, "--write")
            self.assertIn(f", {taken} blocks from {places[0] * 8 + 1} on, in 2 pieces", said)
            self.check_disk(disk, [(None, "vmlinuz", None, "x")], names=False)
            self.fsck(disk, 0, len(fs))

    def test_30_entries(self):
        fs = self.file_system(12 * MIB)
        disk = self.blank("many.img", 16 * MIB, "label: gpt\nstart=2048, size=24576, type=linux\n")
        self.put(disk, MIB, fs)
        want, options = self.on_disk(30)
        self.check_plan(call_json("install", disk, *options, "--write"), MIB, len(fs))
        self.check_disk(disk, want)

    def test_several_ramdisks(self):
        """Of blocks that are larger than those of the disk, and as large."""
        fs = self.file_system(12 * MIB)
        end = fs.index((self.dir / "more").read_bytes()[4096:]) + 5003 - 4096
        for block_size in 512, 4096:
            with self.subTest(block_size=block_size):
                disk = self.blank(f"several{block_size}.img", 16 * MIB,
                                  "label: dos\nstart=2048, size=24576, type=83\n" if block_size == 512 else
                                  "label: dos\nstart=256, size=3072, type=83\n")
                self.put(disk, MIB, fs)
                options = "--block-size", block_size
                plan, given = self.several(disk, block_size, "disk:/boot", "disk:/boot", *options)
                self.check_plan(plan, MIB, len(fs))
                self.put(disk, MIB + end, b"?")
                said = call("install", disk, *given, *options, status=5)
                self.assertIn("/boot/more: block", said)
                self.assertIn("not zero behind the file's end", said)

    def test_refused(self):
        fs = self.file_system(12 * MIB)
        disk = self.blank("refused.img", 32 * MIB, "label: gpt\nstart=2048, size=24576, type=linux\n"
                                                   "size=24576, type=linux\n")
        self.put(disk, MIB, fs)
        self.put(disk, 13 * MIB, fs)

        def wrong(says, *options, status):
            self.assertIn(says, call("install", disk, *options, status=status))
        wrong("expected disk:NUMBER:/PATH", *self.on_disk()[1], status=2)
        call("install", disk, *self.on_disk(where="disk:2:")[1], "--area", "disk:2:/boot/map")
        wrong("there is no partition 3", "--kernel", "disk:3:/boot/vmlinuz", status=1)
        wrong("/boot/none", "--kernel", "disk:1:/boot/none", status=1)
        wrong("is a directory", "--kernel", "disk:1:/boot", status=2)
        wrong("is no Linux kernel", "--kernel", "disk:1:/boot/initrd", status=2)
        good = ["--kernel", "disk:1:/boot/vmlinuz"]
        wrong("says that it may be overwritten", *good, "--area", "disk:1:/boot/initrd", status=5)
        wrong("is not on the disk", *good, "--area", "/boot/map", status=2)
        # needs_recovery: the last changes are in the journal alone
        flag = struct.unpack("<I", fs[1024 + 0x60:1024 + 0x64])[0] | 4
        self.put(disk, MIB + 1024 + 0x60, struct.pack("<I", flag))
        done = call("install", disk, *good, status=None)
        self.assertRegex(done, "was not unmounted|checksum")


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

    def test_standard_output_is_closed(self):
        """The disk must not become the descriptor that text is written to."""
        _, options = self.entries(30)
        for closed in ">&-", "<&- >&-", "<&- >&- 2>&-":
            for more in [], ["--json"]:
                disk = self.gpt("closed.img")
                done = subprocess.run(["bash", "-c", f'"$@" {closed}', "bash", PROGRAM, "install", disk, "--write",
                                       *options, *more], capture_output=True, timeout=60)
                with self.subTest(f"{closed} {more}"):
                    self.assertEqual(done.returncode, 3)
                    self.assertEqual(len(call_json("list", disk)["programs"]), 31)

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

    def test_undo_every_kind(self):
        for kind in "scsi", "cdl", "ldl", "fba":
            with self.subTest(kind=kind):
                disk, undo = self.path(f"undo-{kind}"), self.path(f"undo-{kind}.undo")
                _, options = self.entries(2)
                call("install", disk, "--format", kind, "--size", "24M", *options, "--write")
                before = Path(disk).read_bytes()
                call("install", disk, *options, "--default", 2, "--write", "--undo", undo)
                self.assertNotEqual(Path(disk).read_bytes(), before)
                for _ in range(2):
                    call("install", disk, "--restore", undo)
                    self.assertEqual(Path(disk).read_bytes(), before)

    def test_undo_interrupted(self):
        """Old and new pieces as a power cut mixes them: all can be undone."""
        disk, undo = self.gpt("cut.img"), self.path("cut.undo")
        _, options = self.entries(2)
        call("install", disk, *options, "--write")
        before = Path(disk).read_bytes()
        call("install", disk, *options, "--replace", "--default", 2, "--cmdline", "x", "--write",
             "--undo", undo)
        after = Path(disk).read_bytes()
        for seed in range(8):
            mixed = bytearray(after)
            pick = random.Random(seed)
            for at in range(0, len(mixed), 512):
                if pick.random() < 0.5:
                    mixed[at:at + 512] = before[at:at + 512]
            Path(disk).write_bytes(mixed)
            call("install", disk, "--restore", undo)
            self.assertEqual(Path(disk).read_bytes(), before)

    def test_undo_of_another_disk(self):
        disk, undo = self.gpt("state.img"), self.path("state.undo")
        _, options = self.entries(1)
        call("install", disk, *options, "--write", "--undo", undo)
        after = Path(disk).read_bytes()
        plan = [w["offset"] for w in call_json("install", disk, *options, "--replace")["writes"]]

        def refused(data):
            Path(disk).write_bytes(data)
            said = call("install", disk, "--restore", undo, status=5)
            self.assertIn("the disk is not as install left it", said)
            self.assertIn("what is there now would be lost", said)
            self.assertEqual(Path(disk).read_bytes(), data)
        refused(random.Random(1).randbytes(len(after)))
        refused(after[:446 + 4] + b"\x83" + after[446 + 5:])  # the partition table changed
        for at in plan[0], plan[len(plan) // 2], plan[-1]:
            refused(after[:at] + bytes([after[at] ^ 1]) + after[at + 1:])
        Path(disk).write_bytes(after)
        call("install", disk, "--default", 1, *options, "--cmdline", "y", "--write")
        refused(Path(disk).read_bytes())
        # what else there is on the disk does not matter
        Path(disk).write_bytes(after[:-MIB] + b"?" + after[-MIB + 1:])
        call("install", disk, "--restore", undo)

    def test_undo_without_room(self):
        """Nothing is left of an undo file that cannot be written, and the disk stays."""
        disk, undo = self.gpt("small.img"), self.path("small.undo")
        _, options = self.entries(1)
        call("install", disk, *options, "--write")
        before = Path(disk).read_bytes()

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        for _ in range(2):
            said = call("install", disk, *options, "--replace", "--write", "--undo", undo,
                        status=3, preexec_fn=limit)
            self.assertIn("cannot write it", said)
            self.assertFalse(Path(undo).exists())
        self.assertEqual(Path(disk).read_bytes(), before)

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


class Owners(Case):
    """Disks whose blocks are somebody's though no partition has them."""

    def refused(self, disk, says, *options, status=5):
        """Nothing is written; what is said."""
        before = Path(disk).read_bytes()
        _, entries = self.entries(1)
        said = call("install", disk, *entries, "--write", *options, status=status)
        self.assertIn(says, said)
        self.assertEqual(Path(disk).read_bytes(), before)
        return said

    def taken(self, disk):
        """Where the boot map goes, and that it comes."""
        want, options = self.entries(1)
        plan = call_json("install", disk, *options, "--write")
        self.check_disk(disk, want)
        return plan["area"]["place"]

    def put(self, disk, *pieces):
        with open(disk, "r+b") as f:
            for at, data in pieces:
                f.seek(at)
                f.write(data)

    def test_file_system_with_a_signature(self):
        """Block 0 ends as that of a MBR, in which there are no partitions."""
        for name, *pieces in (("vfat", (0, b"\xeb\x3c\x90mkfs.fat"), (0x36, b"FAT16   ")),
                              ("vfat", (0x52, b"FAT32   ")),
                              ("ntfs", (3, b"NTFS    ")),
                              ("linux_raid_member", (0x1000, b"\xfc\x4e\x2b\xa9"))):
            with self.subTest(name=name, pieces=pieces):
                disk = self.blank("whole.img", 16 * MIB)
                self.put(disk, (510, b"\x55\xaa"), *pieces)
                said = self.refused(disk, f"the disk as a whole has a file system ({name})")
                self.assertIn("wipefs", said)

    def test_unknown_with_a_signature(self):
        for at in 512, 4096, 65536:
            disk = self.blank("unknown.img", 16 * MIB, "label: dos\n")
            self.put(disk, (at, b"?"))
            said = self.refused(disk, "no partitions, but data of a kind that is not known")
            self.assertIn("if nobody needs them", said)

    def test_empty_mbr(self):
        """A table that somebody made and nothing else: with code in it or not."""
        for code in b"", b"\xfa\xb8\0\x10":
            disk = self.blank("empty.img", 16 * MIB, "label: dos\n")
            self.put(disk, (0, code))
            for _ in range(3):
                self.assertEqual(self.taken(disk), "the disk, which has no partitions")

    def test_file_system_below_partitions(self):
        disk = self.blank("below.img", 16 * MIB, "label: dos\nstart=20480, size=8192, type=83\n")
        self.put(disk, (0x8001, b"CD001"))
        self.refused(disk, "the disk as a whole has a file system (iso9660)")
        self.put(disk, (0x8001, b"?????"))
        self.assertEqual(self.taken(disk), "the gap before partition 1")

    def test_how_large_blocks_are(self):
        """A table that fits the disk with blocks of 512 and of 4096 bytes."""
        for at in 200 * 4096, 200 * 512:
            disk = self.blank("size.img", 16 * MIB, "label: dos\nstart=200, size=3000, type=83\n")
            self.put(disk, (at, random.Random(1).randbytes(MIB)))
            said = self.refused(disk, "nothing tells how large blocks are")
            self.assertIn("--block-size 512 or 4096", said)
        _, options = self.entries(2)
        plan = call_json("install", disk, *options, "--block-size", 512)
        self.assertEqual(plan["area"]["place"], "the gap behind the last partition")

    def test_blocks_that_only_fit_small(self):
        disk = self.blank("fits.img", 16 * MIB, "label: dos\nstart=20480, size=8192, type=83\n")
        self.put(disk, (20480 * 512, b"?"))
        self.assertEqual(self.taken(disk), "the gap before partition 1")

    def test_blank_partitions(self):
        disk = self.blank("blank.img", 64 * MIB, "label: dos\nstart=8192, size=8000, type=83\n")
        self.assertEqual(self.taken(disk), "the gap before partition 1")

    def test_boot_record(self):
        """A record alone does not say who owns the rest; a boot map of our own does."""
        disk = self.blank("record.img", 16 * MIB)
        self.assertEqual(self.taken(disk), "the disk, which has no partitions")
        self.assertEqual(self.taken(disk), "the disk, which has no partitions")
        good = Path(disk).read_bytes()
        self.put(disk, (512, random.Random(1).randbytes(4 * MIB)))
        self.refused(disk, "data of a kind that is not known")
        Path(disk).write_bytes(good.replace(b"writer=s390-ipl ", b"writer=somebody "))
        self.refused(disk, "data of a kind that is not known")
        # one that cannot be read any more does not tell what belongs to it
        at = good.rindex(b"zIPL")
        Path(disk).write_bytes(good[:at + 32] + b"?" * 480 + good[at + 512:])
        self.refused(disk, "data of a kind that is not known")
        Path(disk).write_bytes(good)
        self.taken(disk)

    def test_lost_gpt(self):
        """Its header is gone, with the MBR or without; what is left counts."""
        for size in 512, 4096:
            disk = self.path("lost.img")
            Path(disk).unlink(missing_ok=True)
            _, entries = self.entries(1)
            call("install", disk, "--format", "scsi", "--size", "20M", "--block-size", size,
                 *entries, "--write")
            with self.subTest(size=size):
                self.put(disk, (0, bytes(440)), (512, bytes(MIB - 512)))
                said = self.refused(disk, "the MBR says that the disk has a GPT")
                self.assertIn("repair it first, sgdisk can", said)
                self.put(disk, (0, bytes(10 * MIB)))
                said = self.refused(disk, "its copy is in the last block")
                self.assertIn("repair it first, sgdisk can", said)
                # somebody made a new table since then
                sfdisk(disk, "label: dos\nstart=20480, size=8192, type=83\n")
                self.put(disk, (20 * MIB - size, b"EFI PART"))
                self.assertEqual(self.taken(disk), "the gap before partition 1")

    def test_two_tables(self):
        """A table that somebody made and did not remove the GPT."""
        disk = self.gpt("two.img")
        gpt = Path(disk).read_bytes()[512:34 * 512]
        self.blank("two.img", 16 * MIB, "label: dos\nstart=2048, size=20480, type=83\n")
        self.put(disk, (512, gpt))
        self.refused(disk, "nothing tells which of them is in use")
        # where both say the same, as on disks for machines of all kinds
        self.gpt("two.img")
        hybrid = bytearray(Path(disk).read_bytes()[446:510])
        hybrid[16:32] = hybrid[:4] + b"\x83" + hybrid[5:8] + struct.pack("<II", 20480, 8192)
        self.put(disk, (446, hybrid))
        self.assertEqual(self.taken(disk), "the gap before partition 1")

    def cdl(self, name, end, *labels):
        """A volume whose only partition ends in front of track @end, and more labels."""
        disk = self.path(name)
        Path(disk).unlink(missing_ok=True)
        _, entries = self.entries(1)
        call("install", disk, "--format", "cdl", "--size", "20M", *entries, "--write")
        with open(disk, "r+b") as f:
            f.truncate(30 * 15 * 12 * 4096)
        # nothing of ours is left but the labels
        self.put(disk, (24 * 4096, bytes(8 * MIB)), (0, b"\xc9\xd7\xd3\xf1" + bytes(28)),
                 (14 * 4096 + 107, self.cchh(200) + self.cchh(end - 1)),
                 (15 * 4096, bytes(140)), *((at * 4096, label) for at, label in labels))
        return disk

    @staticmethod
    def cchh(track):
        return struct.pack(">HH", track // 15, track % 15)

    def label(self, kind, first, last, extents=1):
        label = bytearray(140)
        label[44], label[59] = kind, extents
        label[105:115] = b"\1\0" + self.cchh(first) + self.cchh(last)
        return bytes(label)

    def test_cdl(self):
        disk = self.cdl("fdasd.img", 400)
        self.assertEqual(self.taken(disk), "the gap before partition 1")

    def test_data_sets(self):
        """VTOCs as z/OS has them: who owns what is not told by partitions."""
        data = self.label(0xF1, 2, 199)
        for what, labels in (("freed", [(15, bytes(140)), (16, data)]),
                             ("format 3", [(15, self.label(0xF3, 0, 0)), (16, data)]),
                             ("extents", [(15, self.label(0xF1, 401, 402, extents=3))]),
                             ("not used", [(15, b"\4" * 44 + b"\xf0")])):
            with self.subTest(what=what):
                disk = self.cdl("zos.img", 400, *labels)
                said = self.refused(disk, "only volumes as fdasd makes them have gaps")
                self.assertIn("--partition", said)

    def test_vtoc_elsewhere(self):
        """It begins at track 3, and has two tracks."""
        disk = self.cdl("elsewhere.img", 400)
        tracks = bytearray(2 * 12 * 4096)
        form4 = bytearray(self.label(0xF4, 3, 4))
        tracks[:140] = form4
        for i in range(1, 22):
            tracks[i * 4096:i * 4096 + 140] = self.label(0xF1, 30 + 2 * i, 31 + 2 * i)
        self.put(disk, (3 * 12 * 4096, tracks), (2 * 4096 + 15, self.cchh(3) + b"\1"),
                 (12 * 4096, bytes(12 * 4096)))
        said = self.refused(disk, "VTOC: it begins at block 36, expected 12")
        self.assertIn("--partition", said)
        # what Linux has a partition for can be used, also of a label on the second track
        want, options = self.entries(1)
        self.put(disk, (36 * 4096 + 21 * 4096 + 111, self.cchh(200)))
        plan = call_json("install", disk, *options, "--partition", 21, "--write")
        self.assertEqual(plan["area"]["first_block"], 72 * 12 + 1)
        self.check_disk(disk, want)


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

    def test_options_together(self):
        """Those that say nothing, or against one another, are not passed over."""
        k = "--kernel", self.path("vmlinuz")
        for kind in "scsi", "cdl", "ldl", "fba":
            new = *k, "--format", kind, "--size", "24M"
            self.wrong("--partition is for a disk that is there", *new, "--partition", 2)
            self.wrong("--area is for a disk that is there", *new, "--area", "disk:/x")
            self.wrong("--replace is for a disk that is there", *new, "--replace")
            if kind == "scsi":
                self.wrong("--volser is for a new disk with --format cdl, ldl or fba", *new,
                           "--volser", "LNX001")
            else:
                self.wrong("--table is for a new disk with --format scsi", *new, "--table", "gpt")
        self.wrong("--volser is for a new disk", *k, "--volser", "LNX001")
        self.wrong("--table is for a new disk", *k, "--table", "gpt")
        self.wrong("both say where the boot map goes", *k, "--area", "disk:/x", "--partition", 1)
        self.wrong("--root is for the paths in --config and --bls", *k, "--root", "/")
        for option in (*k, "--name x", "--config x", "--bls x", "--root /", "--default 2",
                       "--timeout 1", "--prompt", "--no-prompt", "--size 1G", "--block-size 512",
                       "--partition 1", "--area disk:/x", "--replace", "--table gpt", "--volser X",
                       "--write", "--undo x", "--json"):
            if option != k[1]:
                option = k if option == k[0] else option.split()
                self.wrong(f"there is no {option[0]} beside it", "--restore", "x", *option)
        self.wrong("--restore writes to a disk that is there", "--restore", "x", "--format", "cdl")
        self.wrong("inputs.img", "--restore", "x", "--format", "raw", status=3)

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


class ZiplConf(Case):
    """What zipl.conf says besides files, see also tests/ext/jobs.py."""

    def conf(self, *lines):
        """The options for a file with one section."""
        path = self.dir / "zipl.conf"
        path.write_text("\n".join(("[defaultboot]", "default=linux", "[linux]", *lines, "")))
        return "--config", str(path)

    def with_ramdisk(self, address):
        return self.conf(f"image={self.path('vmlinuz')}", f"ramdisk={self.path('initrd')},{address}",
                         "parameters=x")

    def test_ramdisk_address(self):
        """vmlinuz ends at 0x593e1, its command line at 0x5a200."""
        for kind, address in ("scsi", "5a200"), ("scsi", "0x2000200"), ("cdl", "5b000"), \
                ("fba", "3ff00000"):
            with self.subTest(kind=kind, address=address):
                disk = self.path(f"{kind}-{address}.img")
                plan = call_json("install", disk, "--format", kind, "--size", "24M", "--write",
                                 *self.with_ramdisk(address))
                at = plan["entries"][0]["ramdisks"][0]["address"]
                self.assertEqual(int(at, 16), int(address, 16))
                self.check_disk(disk, [("linux", "vmlinuz", "initrd", "x")])

    def test_wrong_ramdisk_address(self):
        for kind, address, says in (
                ("scsi", "0x2000100", "address 0x2000100, expected a multiple of the disk's block "
                                      "size, 0x200"),
                ("cdl", "5a200", "expected a multiple of the disk's block size, 0x1000"),
                ("scsi", "0", "but kernel and command line end at 0x5a200"),
                ("scsi", "10000", "but kernel and command line end at 0x5a200"),
                ("scsi", "5a000", "but kernel and command line end at 0x5a200"),
                ("cdl", "5a000", "but kernel and command line end at 0x5b000"),
                ("scsi", "80000000", "expected one below 2 GiB"),
                ("scsi", "fffffffffffffe00", "expected one below 2 GiB"),
                ("scsi", "7ff80000", "entry 1 ends at address 0x8002b000")):
            with self.subTest(kind=kind, address=address):
                said = call("install", self.path("none.img"), "--format", kind, "--size", "24M",
                            *self.with_ramdisk(address), status=2)
                self.assertIn("zipl.conf: line 5: ", said)
                self.assertIn(says, said)

    def test_notes_that_are_not_utf8(self):
        entries = self.dir / "loader" / "entries"
        entries.mkdir(parents=True)
        (entries / "a.conf").write_bytes(b"linux /vmlinuz\n")
        other = os.fsencode(entries) + b"/b\xe9\xff\xc3\xa9.conf"
        Path(os.fsdecode(other)).write_bytes(b"linux /vmlinuz\narchitecture x64\n")
        options = self.blank("notes.img", 16 * MIB), "--bls", entries
        self.assertEqual(call_json("install", *options)["notes"],
                         [f"{entries}/b\ufffd\ufffd\u00e9.conf is for another architecture, 'x64'"])


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
