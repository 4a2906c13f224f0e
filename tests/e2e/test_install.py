# SPDX-License-Identifier: MIT
"""Disks that s390-ipl install has written are booted: by our engine and by QEMU's
own firmware, to the kernel's first instruction and to user space; memory is the
same as with a disk of the real zipl; a disk in use is left alone."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import installed
import vm
from vm import VM, ipl_device, virtio_blk

ALL_COUNTS = 1, 3, 30
# (kind, programs, where they lie in ext4, the one that is started, by whom)
SOME = (
    ("scsi512-gpt", 30, True, 30, "firmware"),
    ("scsi512-mbr", 3, False, 2, "firmware"),
    ("scsi4k-gpt", 3, True, 3, "us"),
    ("scsi4k-mbr", 1, False, 1, "firmware"),
    ("cdl4k", 30, False, 29, "us"),
    ("cdl4k", 3, True, 2, "firmware"),
    ("ldl4k", 30, True, 30, "firmware"),
    ("fba512", 3, False, 3, "us"),
)


class FirstInstruction(vm.TestCase):
    def test_some(self):
        files = installed.Files(self.dir)
        for kind, n, on_disk, number, who in SOME:
            with self.subTest(kind=kind, n=n, on_disk=on_disk, who=who):
                disk = installed.make(kind, n, on_disk, files, self)
                installed.boots(self, kind, disk, files, number, who == "firmware")

    def test_default(self):
        """Without a load parameter: the default, which need not be the first."""
        files = installed.Files(self.dir)
        for kind, stock in ("cdl4k", True), ("scsi512-gpt", False):
            disk = installed.make(kind, 3, False, files, self, default=3)
            installed.boots(self, kind, disk, files, 3, stock, loadparm=False)

    def test_all(self):
        if not vm.ALL:
            self.skipTest("one of many combinations: S390_IPL_TEST_ALL=1")
        files = installed.Files(self.dir)
        for kind in installed.KINDS:
            for n in ALL_COUNTS:
                for on_disk in False, True:
                    disk = installed.make(kind, n, on_disk, files, self)
                    for stock in False, True:
                        if stock and kind == "fba512":
                            continue  # QEMU's firmware knows no FBA
                        with self.subTest(kind=kind, n=n, on_disk=on_disk, stock=stock):
                            installed.boots(self, kind, disk, files, n, stock)
                    os.unlink(disk)


class Zipl(vm.TestCase):
    """The same programs by the real zipl, and by us."""

    def stop_kernels(self, path):
        """Make the kernel on a disk of zipl's stop at its first instruction."""
        done = vm.run(vm.S390_IPL, "show", "--json", "--all", path)
        shown = json.loads(done.stdout)
        jump, code = installed.stopper()
        places = set()
        for program in shown["programs"]:
            for c in program["components"]:
                if c.get("purpose") == "kernel":
                    size = shown["block_size"]
                    places.add(tuple((x["offset"], x["blocks"] * size) for x in c["runs"]))
        self.assertTrue(places)
        with open(path, "r+b") as f:
            for runs in places:
                for at, data in (installed.ENTRY, jump), (installed.ENTRY + installed.CODE, code):
                    for offset, size in runs:
                        if at < size:
                            f.seek(offset + at)
                            f.write(data)
                            break
                        at -= size

    def head(self, path, props):
        """What the kernel finds, as the machine has it."""
        with VM("-m", "512M", *virtio_blk(path, bootindex=1, **props), *ipl_device(loadparm=1),
                "-action", "panic=pause") as machine:
            self.assertEqual(machine.panic(), installed.STOP)
            head = machine.memory(installed.HEAD, 0x80)
            addr = int.from_bytes(head[8:16], "big")
            size = int.from_bytes(head[16:24], "big")
            text = machine.memory(installed.CMDLINE, 4096)
            return {"device": head[:8], "initrd": machine.memory(addr, size),
                    "cmdline": text[:text.index(b"\0") + 1],
                    "kernel": machine.memory(installed.ENTRY, 4 << 20)}

    def compare(self, name, kind, **props):
        theirs = self.image(name)
        self.stop_kernels(theirs)
        parts = os.path.join(self.dir, "parts")
        kernel, _, cmdline = installed.extracted(theirs, 1, parts)
        self.assertEqual(kernel[installed.ENTRY:installed.ENTRY + 4], installed.stopper()[0])
        ours = os.path.join(self.dir, "ours.img")
        how, props = installed.KINDS[kind]
        installed.install(ours, *how, "--size", "40M", "--write", "--kernel", parts + "/kernel",
                          "--initrd", parts + "/ramdisk", "--cmdline", cmdline.decode().rstrip("\n"))
        want, found = self.head(theirs, props), self.head(ours, props)
        for key in "device", "initrd", "cmdline":
            self.assertEqual(want[key], found[key], key)
        # what is behind the command line in the kernel's file is not cleared
        length = min(len(kernel) - installed.ENTRY, 4 << 20)
        self.assertTrue(want["kernel"][:length] == found["kernel"][:length], "the kernel")

    def test_scsi(self):
        self.compare("z216-scsi512-mbr", "scsi512-mbr")

    def test_cdl(self):
        self.compare("z216-cdl4k", "cdl4k")

    def test_ldl(self):
        self.compare("z216-ldl4k", "ldl4k")

    def test_fba(self):
        self.compare("z216-fba512", "fba512")


class Linux(vm.TestCase):
    """To user space, with what was extracted from a disk of zipl's."""

    def second_archive(self):
        """A cpio archive with what /init of the first looks for."""
        self.file("second-archive", b"here")
        return subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], input=b"second-archive\n", check=True,
                              cwd=self.dir, stdout=subprocess.PIPE, timeout=60).stdout

    def check(self, kind, stock):
        parts = os.path.join(self.dir, "parts")
        installed.extracted(self.image("z216-scsi512-plain"), 1, parts)
        disk = os.path.join(self.dir, "disk.img")
        how, props = installed.KINDS[kind]
        installed.install(disk, *how, "--size", "40M", "--write", "--kernel", parts + "/kernel",
                          "--initrd", parts + "/ramdisk", "--initrd", self.file("more", self.second_archive()),
                          "--cmdline", "entry=ours quiet")
        with VM("-m", "512M", *virtio_blk(disk, bootindex=1, **props),
                *([] if stock else ipl_device()), stock=stock) as machine:
            machine.console.wait_for("^BOOT-OK entry=ours")
            for text in "INITRD-OK", "SECOND-ARCHIVE-OK":
                self.assertIn(text, machine.console.text())
            self.assertEqual(machine.wait(), 0)

    def test_scsi_by_us(self):
        self.check("scsi4k-gpt", False)

    def test_cdl_by_firmware(self):
        self.check("cdl4k", True)


class InUse(vm.TestCase):
    def qcow2(self, disk):
        path = os.path.join(self.dir, "disk.qcow2")
        subprocess.run(["qemu-img", "convert", "-O", "qcow2", disk, path], check=True)
        return path

    def test_running_vm(self):
        """QEMU's locks keep us from writing, whatever the format is."""
        files = installed.Files(self.dir)
        raw = installed.make("scsi512-gpt", 1, False, files, self)
        for disk, form in (raw, "raw"), (self.qcow2(raw), "qcow2"):
            with open(disk, "rb") as f:
                before = f.read()
            with VM("-S", "-m", "256M", "-drive", f"if=none,id=d,file={disk},format={form}",
                    "-device", "virtio-blk-ccw,drive=d", stock=True) as machine:
                self.assertEqual(machine.qmp.status(), "prelaunch")
                done = vm.run(vm.S390_IPL, "install", disk, *files.options(1), "--write")
                self.assertIn(done.returncode, (3, 5), done.stderr)
                self.assertRegex(done.stderr, "is in use|does no VM use it")
                dry = vm.run(vm.S390_IPL, "install", raw, *files.options(1))
                self.assertEqual(dry.returncode, 0, dry.stderr)
            with open(disk, "rb") as f:
                self.assertEqual(f.read(), before)
            done = vm.run(vm.S390_IPL, "install", disk, *files.options(3), "--write")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len(vm.programs(disk)), 4)

    def test_new_qcow2(self):
        files = installed.Files(self.dir)
        disk = os.path.join(self.dir, "new.qcow2")
        installed.install(disk, "--format", "cdl", "--format", "qcow2", "--size", "100M",
                          *files.options(3), "--write")
        info = json.loads(vm.run("qemu-img", "info", "--output=json", disk).stdout)
        self.assertEqual(info["format"], "qcow2")
        self.assertLess(info["actual-size"], 4 << 20)
        self.assertEqual(vm.run("qemu-img", "check", disk).returncode, 0)
        self.assertEqual([p["name"] for p in vm.programs(disk).values()][1:],
                         ["Entry 1", "Entry 2", "Entry 3"])


if __name__ == "__main__":
    vm.main()
