#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `s390-ipl extract` writes, byte for byte, and what it refuses to do.

usage: tests/extract.py S390-IPL
Disks that the real zipl wrote are compared with the files in their own file
systems, if there are some in $S390_IPL_TEST_IMAGES and debugfs is there.
"""
import json
import os
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "golden"))
sys.dont_write_bytecode = True
from zipldisk import *  # noqa: E402

PROGRAM = ""
DEBUGFS = shutil.which("debugfs", path=os.environ.get("PATH", "") + ":/sbin:/usr/sbin")


def call(*args, **more):
    env = dict(os.environ, LC_ALL="C.UTF-8")
    return subprocess.run([PROGRAM, "extract", *map(str, args)], capture_output=True,
                          text=True, env=env, timeout=60, **more)


def files(directory):
    return {p.name: p.read_bytes() for p in Path(directory).iterdir()}


class Extract(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.dir = Path(temporary.name)
        self.disk, self.out = self.dir / "disk.img", self.dir / "out"

    def put(self, image):
        self.disk.write_bytes(image)

    def put_new(self):
        d = Disk(512, 512)
        self.put(d.finish({1: zipl_2_9(d, b"root=/dev/sda1 ro")}, default=1))

    def extract(self, *options, status=0):
        done = call(*options, "-o", self.out, self.disk)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout if status == 0 else done.stderr

    # --- contents

    def test_new(self):
        d = Disk(4096, 192)
        env = b"# zIPL Environment Block\nroot=/dev/sda1\n".ljust(512, b"\0")
        r = ramdisk(5001)
        self.put(d.finish({7: zipl_2_9(d, b"root=${root}", r=r, envblk=env)}, default=7))
        text = self.extract("-p", "7")
        self.assertEqual(files(self.out), {
            "stage3": b"\x07" * 0x4000, "kernel": kernel(), "ramdisk": r,
            "params": params(0x800000, 5001, 0x30000, flags=1,
                             image=(len(kernel()), 0x10000), envblk=(0x40000, 512)),
            "environment": env, "cmdline": b"root=${root}\n"})
        self.assertIn("kernel                    67072 bytes\n", text)

    def test_scattered(self):
        d = Disk(512, 1200)
        r = ramdisk(200 * 512 - 7)
        self.put(d.finish({1: d.program(
            d.load(0xA000, params(0x800000, len(r), 0xB000)),
            d.load(0x10000, kernel()[0x10000:]),
            d.entry(LOAD, d.scattered(r, gap=3), 0x800000), d.execute(PSW | 0xA028))}))
        self.extract("-p", "1")
        self.assertEqual(files(self.out)["ramdisk"], r)

    def test_head_of_old_kernels(self):
        d = Disk(512, 128)
        self.put(d.finish({1: zipl_1_8(d, b"old"), 2: zipl_1_24(d, b"mid")}, default=1))
        for number, cmdline in ("1", b"old\n"), ("2", b"mid\n"):
            text = self.extract("-f", "-p", number)
            self.assertIn("the first 64 KiB are not on the disk", text)
            found = files(self.out)
            self.assertEqual(found["kernel"], bytes(0x10000) + kernel()[0x10000:])
            self.assertEqual(found["cmdline"], cmdline)

    def test_old_kdump(self):
        """Entered 16 bytes behind the kernel's beginning, which is still at 64 KiB."""
        d = Disk(512, 128)
        self.put(d.finish({1: zipl_kdump(d, b"irqpoll"), 2: zipl_kdump(d, b"2.13", flags=1)}))
        for number, cmdline in ("1", b"irqpoll\n"), ("2", b"2.13\n"):
            self.extract("-f", "-p", number)
            found = files(self.out)
            self.assertEqual(found["kernel"], bytes(0x10000) + kernel()[0x10000:])
            self.assertEqual(found["cmdline"], cmdline)

    def test_kernel_without_stage3(self):
        d = Disk(512, 512)
        k = kernel(cmdline=b"direct\0", initrd=(0x800000, 3000))
        self.put(d.finish({
            1: d.program(d.load(0x10000, k[0x10000:]), d.load(0x800000, ramdisk()),
                         d.execute(PSW | 0x10000)),
            2: d.program(d.load(0, k), d.execute(PSW | 0x10000))}))
        self.extract("-p", "1")
        self.assertEqual(files(self.out), {
            "kernel": bytes(0x10000) + k[0x10000:], "ramdisk": ramdisk(),
            "cmdline": b"direct\n"})
        self.extract("-f", "-p", "2")
        self.assertEqual(files(self.out)["kernel"], k)

    def test_signatures(self):
        d = Disk(512, 512)
        k, sig = kernel(), b"\x30\x82" + bytes(700)
        # a signed file: the signature counts, but its blocks are not loaded
        p = params(0, 0, 0x30000, flags=1, image=(len(k) + len(sig) + 40, 0x10000))
        self.put(d.finish({0: d.program(
            d.signature(sig), d.load(0xA000, b"\7" * 0x4000), d.load(0x9000, p),
            d.signature(sig), d.load(0x10000, k), d.load(0x30000, b"x\0"),
            d.execute(PSW | 0xA000))}))
        text = self.extract()
        found = files(self.out)
        self.assertEqual(found["kernel"], k)
        self.assertEqual(found["kernel.signature"], sig)
        self.assertEqual(found["stage3.signature"], sig)
        self.assertIn("without its signature", text)

    def test_segment(self):
        d = Disk(512, 64)
        self.put(d.finish({0: d.program(d.load(0x1000000, b"data"),
                                        d.execute(0x000A0000_00000000))}))
        self.extract()
        self.assertEqual(files(self.out), {"component-0": b"data".ljust(512, b"\0")})

    def test_short_ramdisk(self):
        d = Disk(512, 64)
        self.put(d.finish({0: d.program(
            d.load(0xA000, params(0x800000, 4000, 0xB000)),
            d.load(0x800000, ramdisk(3072)), d.execute(PSW | 0xA028))}))
        says = self.extract(status=4)
        self.assertIn("the last 928 bytes of the ramdisk are not in the boot map", says)
        self.assertEqual(files(self.out)["ramdisk"], ramdisk(3072))

    def test_json(self):
        d = Disk(512, 128)
        self.put(d.finish({1: zipl_1_8(d, b"old")}, default=1))
        found = json.loads(self.extract("--json"))
        self.assertEqual((found["format"], found["api_level"]), ("s390-ipl.extract", 1))
        self.assertEqual(found["number"], 0)
        sizes = {f["file"]: f["bytes"] for f in found["files"]}
        self.assertEqual(sizes, {n: len(b) for n, b in files(self.out).items()})
        heads = {f["file"]: f["zero_bytes_in_front"] for f in found["files"]}
        self.assertEqual(heads["kernel"], 65536)

    # --- what is there already

    def test_no_overwriting(self):
        self.put_new()
        self.out.mkdir()
        (self.out / "ramdisk").write_bytes(b"mine")
        says = self.extract(status=3)
        self.assertIn("out: 'ramdisk' exists already", says)
        self.assertIn("--force", says)
        self.assertEqual(files(self.out), {"ramdisk": b"mine"})
        self.extract("--force")
        self.assertEqual(files(self.out)["ramdisk"], ramdisk())

    def test_links_are_not_followed(self):
        self.put_new()
        self.out.mkdir()
        victim = self.dir / "victim"
        for target in victim, self.dir / "nowhere":
            victim.write_bytes(b"mine")
            link = self.out / "kernel"
            link.unlink(missing_ok=True)
            link.symlink_to(target)
            self.assertIn("'kernel' exists already", self.extract(status=3))
            self.extract("--force")
            self.assertFalse(link.is_symlink())
            self.assertEqual(victim.read_bytes(), b"mine")
            self.assertFalse((self.dir / "nowhere").exists())
            shutil.rmtree(self.out)
            self.out.mkdir()

    def test_directory_in_the_way(self):
        self.put_new()
        (self.out / "kernel").mkdir(parents=True)
        self.assertIn("cannot replace 'kernel'", self.extract("--force", status=3))
        self.assertEqual(os.listdir(self.out), ["kernel"])

    def test_disk_in_the_way(self):
        """By its name, by another one, and as what a link leads to."""
        self.put_new()
        image = self.disk.read_bytes()
        self.out.mkdir()
        for disk in self.out / "kernel", self.out / "ramdisk", self.disk:
            self.disk.rename(disk)
            self.disk = disk
            if disk.parent != self.out:
                os.link(disk, self.out / "params")
            done = call("-f", "-o", ".", os.path.relpath(disk, self.out), cwd=self.out)
            self.assertEqual(done.returncode, 3)
            self.assertRegex(done.stderr, "cannot replace '.*': it is the disk\n.*another directory")
            self.assertEqual([*files(self.out).values()], [image], "nothing is written")
        (self.out / "params").unlink()
        (self.out / "kernel").symlink_to(self.disk)
        self.extract("-f")
        self.assertEqual(files(self.out)["kernel"], kernel())
        self.assertEqual(self.disk.read_bytes(), image)

    def test_no_directory(self):
        self.put_new()
        self.out.write_bytes(b"")
        self.assertIn("cannot open the directory", self.extract(status=3))
        done = call("-o", self.dir / "a" / "b", self.disk)
        self.assertEqual(done.returncode, 3)
        self.assertIn("cannot make the directory", done.stderr)

    # --- failures

    def without_room(self, *options):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
            import signal
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

        done = call(*options, "-o", self.out, self.disk, preexec_fn=limit)
        self.assertEqual(done.returncode, 3)
        self.assertIn("cannot write 'kernel'", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_no_room(self):
        """A file that cannot be written to its end is an error, and goes away."""
        self.put_new()
        self.without_room()
        self.assertNotIn("kernel", files(self.out))

    def test_no_room_to_replace(self):
        """The old file stays, and nothing is left of the new one."""
        self.put_new()
        self.out.mkdir()
        (self.out / "kernel").write_bytes(b"mine")
        self.without_room("--force")
        self.assertEqual(files(self.out)["kernel"], b"mine")
        self.assertEqual([n for n in os.listdir(self.out) if n.startswith(".")], [])

    def test_wrong_usage(self):
        self.put_new()
        for args, says in [
            ((self.disk,), "no directory given"),
            (("-o", self.out), "no disk given"),
            (("-o", self.out, "-p", "x", self.disk), "'x' is not the number of a program"),
            (("-o", self.out, "-p", "-1", self.disk), "'-1' is not the number"),
        ]:
            done = call(*args)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(says, done.stderr)
        done = call("-o", self.out, "-p", "5", self.disk)
        self.assertEqual(done.returncode, 1)
        self.assertIn("there is no program 5", done.stderr)
        self.assertFalse(self.out.exists())

    # --- disks of the real zipl

    def in_file_system(self, image, path):
        """The file at @path in the ext file system of an unpartitioned disk, or in
        its first partition."""
        raw = image.read_bytes()
        offset = 0
        if raw[510:512] == b"\x55\xaa":
            (start,) = struct.unpack_from("<I", raw, 0x1BE + 8)
            if start == 1:  # GPT
                return None
            offset = start * 512
        copy = self.dir / "file"
        subprocess.run([DEBUGFS, "-R", f"dump {path} {copy}", f"{image}?offset={offset}"],
                       capture_output=True, timeout=60)
        return copy.read_bytes() if copy.exists() and copy.stat().st_size else None

    def test_real_disks(self):
        images = Path(os.environ.get("S390_IPL_TEST_IMAGES") or "/nonexistent")
        compared = 0
        for image in sorted(images.glob("*scsi512-[mp][bl]*.img")) if DEBUGFS else []:
            with self.subTest(image.name):
                done = call("-f", "-o", self.out, "--json", image)
                self.assertEqual(done.returncode, 0, done.stderr)
                notes = {f["file"]: f["note"] for f in json.loads(done.stdout)["files"]}
                for name, path in ("kernel", "/boot/vmlinuz"), ("ramdisk", "/boot/initrd"):
                    (self.dir / "file").unlink(missing_ok=True)
                    original = self.in_file_system(image, path)
                    if original is None:
                        continue
                    same = files(self.out)[name] == original
                    # zipl 2.18 to 2.43 and holes
                    self.assertEqual(same, notes[name] is None, name)
                    compared += 1
        if not compared:
            self.skipTest("no disks with a file system in $S390_IPL_TEST_IMAGES")


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
