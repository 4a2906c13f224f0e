# SPDX-License-Identifier: MIT
"""CD images: made by the two programs that distributions make theirs with, with Debian's
kernel, booted as a CD and as a disk, and by QEMU's own firmware.
"""
import os
import shutil
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]
import disk
import installed
import signing
import vm
from vm import VM, ipl_device, scsi_cd, virtio_blk
from isodisk import both16  # disk.py knows where it is
from terminal import ENTER, ESC
from test_menu import MenuCase

IMAGE = "z216-scsi512-mbr"
INITRD_ADDR = 0x2000000


class Cd(vm.TestCase):
    """A tree as on the CD of a distribution: an image of its own to boot from, and an .ins
    file for the HMC that names the pieces."""

    def setUp(self):
        super().setUp()
        self.kernel, self.initrd, _ = installed.extracted(
            self.image(IMAGE), 1, os.path.join(self.dir, "extracted"))
        self.kernel = bytes(0x10000) + self.kernel if self.kernel[8:14] == b"S390EP" else self.kernel

    def boot_image(self, cmdline):
        """Kernel, parameters and ramdisk in one file, as mk-s390image makes it."""
        at = -(-len(self.kernel) // (1 << 20)) << 20
        data = bytearray(self.kernel.ljust(at, b"\0") + self.initrd)
        data[0x10408:0x10418] = struct.pack(">QQ", at, len(self.initrd))
        data[0x10480 : 0x10480 + len(cmdline) + 1] = cmdline + b"\0"
        return bytes(data)

    def tree(self, cmdline=b"entry=cdboot loglevel=3"):
        files = {
            "images/cdboot.img": self.boot_image(cmdline),
            "images/kernel.img": self.kernel,
            "images/initrd.img": self.initrd,
            "images/genericdvd.prm": b"entry=ins\nloglevel=3\n",
            "images/initrd.addrsize": struct.pack(">QQ", INITRD_ADDR, len(self.initrd)),
            "generic.ins": b"* minimal lpar ins file\n"
                           b"images/kernel.img 0x00000000\n"
                           b"images/initrd.img 0x%08x\n"
                           b"images/genericdvd.prm 0x00010480\n"
                           b"images/initrd.addrsize 0x00010408\n" % INITRD_ADDR,
        }
        # as older ones have it: halves of the two numbers
        files |= {
            "initrd.off": struct.pack(">I", 0x1000000),
            "initrd.siz": struct.pack(">I", len(self.initrd)),
            "parmfile": b"entry=older loglevel=3",
            "older.ins": b"* Installation System\r\nimages/kernel.img 0x00000000\r\n"
                         b"initrd.off 0x0001040c\r\ninitrd.siz 0x00010414\r\n"
                         b"parmfile 0x00010480\r\nimages/initrd.img 0x01000000\r\n",
        }
        # names that take more than a record, directories of more than a sector
        for n in range(60):
            files[f"pool/a-package-with-quite-a-long-name-{n}_{'x' * 120}.deb"] = b"%d" % n
        top = os.path.join(self.dir, "tree")
        for name, data in files.items():
            os.makedirs(os.path.dirname(os.path.join(top, name)), exist_ok=True)
            with open(os.path.join(top, name), "wb") as f:
                f.write(data)
        return top

    def made(self, *program, options=("-b", "images/cdboot.img", "-no-emul-boot", "-boot-load-size", "4"),
             **kwargs):
        if not shutil.which(program[0]):
            self.skipTest(f"there is no {program[0]}")
        path = os.path.join(self.dir, "cd.iso")
        subprocess.run([*program, "-quiet", "-V", "Test CD s390x", "-R", "-J", "-o", path, *options,
                        self.tree(**kwargs)], check=True, stderr=subprocess.DEVNULL)
        return path

    def xorriso(self, **kwargs):
        return self.made("xorriso", "-as", "mkisofs", **kwargs)

    def genisoimage(self, **kwargs):
        return self.made("genisoimage", **kwargs)

    def boots(self, *options, entry, cmdline=None, **kwargs):
        """What console and stderr say of a Linux with all of its ramdisk."""
        with VM("-m", "512M", *options, **kwargs) as machine:
            machine.console.wait_for(f"^BOOT-OK entry={entry}")
            console, stderr = machine.console.text(), machine.stderr.text()
        self.assertIn("INITRD-OK", console)
        if cmdline:
            self.assertIn(f"CMDLINE[{cmdline}]", console)
        return console, stderr


class Boot(Cd):
    def test_as_a_cd(self):
        console, _ = self.boots(*scsi_cd(self.xorriso()), entry="cdboot")
        self.assertIn("s390-ipl: disk cd0 (fe.0.0001), program 0 (Test CD s390x)", console)
        self.assertNotIn("firmware", console)

    def test_as_a_disk(self):
        self.boots(*virtio_blk(self.genisoimage()), entry="cdboot")

    def test_by_the_firmware(self):
        """The same program, by the same rules."""
        self.boots(*scsi_cd(self.xorriso(), bootindex=1), entry="cdboot", stock=True)

    def test_ins(self):
        console, _ = self.boots(*scsi_cd(self.genisoimage()), *ipl_device(loadparm=2), entry="ins",
                                cmdline="entry=ins\nloglevel=3")
        self.assertIn("program 2 (generic.ins)", console)

    def test_ins_by_name_with_parameters(self):
        self.boots(*scsi_cd(self.xorriso()), *ipl_device(loadparm="GENERIC.INS", append="a.b=c"),
                   entry="ins", cmdline="entry=ins loglevel=3 a.b=c")

    def test_ins_of_older_distributions(self):
        self.boots(*scsi_cd(self.genisoimage()), *ipl_device(loadparm="older.ins"), entry="older",
                   cmdline="entry=older loglevel=3")

    def test_only_ins(self):
        self.boots(*virtio_blk(self.xorriso(options=())), entry="ins")

    def test_parameters_of_the_boot_image(self):
        self.boots(*scsi_cd(self.xorriso()), *ipl_device(append="=entry=mine loglevel=3"), entry="mine",
                   cmdline="entry=mine loglevel=3")

    def test_the_other_program_at_reboot(self):
        """Linux on the CD IPLs its .ins file."""
        path = self.xorriso(cmdline=b"entry=first then=loadparm:2 loglevel=3")
        with VM("-m", "512M", *scsi_cd(path)) as machine:
            machine.console.wait_for("^BOOT-OK entry=first")
            machine.console.wait_for("^BOOT-OK entry=ins")

    def test_reset(self):
        path = self.xorriso(cmdline=b"entry=again then=wait loglevel=3")
        with VM("-m", "512M", *scsi_cd(path)) as machine:
            machine.console.wait_for("^BOOT-OK entry=again")
            machine.qmp.command("system_reset")
            vm.until(lambda: len(machine.console.matches("^BOOT-OK entry=again")) == 2)

    def test_blocks_that_only_the_firmware_takes(self):
        with open(self.xorriso(), "r+b") as f:
            f.seek(0x8080)
            f.write(both16(512))
        console, stderr = self.boots(*scsi_cd(f.name), entry="cdboot", run=["-v"])
        self.assertIn("disk cd0 (fe.0.0001), by QEMU's firmware", console)
        self.assertIn("left to QEMU's firmware: only it knows such a disk", stderr)

    def test_secure(self):
        """Nothing on a CD is signed, and all of it begins at 0."""
        signing.Signer(self.dir, "vendor")
        with VM("-m", "512M", *scsi_cd(self.xorriso()),
                *ipl_device(secure="on", certs=self.dir), qmp=False) as machine:
            self.assertEqual(machine.wait(), 1)
            self.assertRegex(machine.stderr.text(), r"secure IPL: component 'kernel' \(0x0-0x\w+\) lies below 0x2000")

    def test_audit(self):
        """What is loaded comes from private memory, part by part."""
        signing.Signer(self.dir, "vendor")
        console, _ = self.boots(*scsi_cd(self.xorriso()), *ipl_device(
            loadparm=2, secure="audit", certs=self.dir), entry="ins")
        self.assertIn("audit: would be refused: secure IPL: component 'kernel' (0x0-0x10407) lies below 0x2000", console)

    def test_a_cd_of_another_machine_is_passed_over(self):
        other = self.made("xorriso", "-as", "mkisofs", options=(
            "-b", "images/genericdvd.prm", "-no-emul-boot", "-m", "*.ins"))
        next_disk = self.file("next.img", disk.waits(0xA00000))
        with VM("-m", "256M", *scsi_cd(other, bootindex=1), *virtio_blk(next_disk, bootindex=2),
                "-action", "panic=pause") as machine:
            self.assertEqual(hex(machine.panic()), hex(0xA00002))
            self.assertIn("none begins like a Linux for IBM Z", machine.stderr.text())


class Menu(Cd, MenuCase):
    def test_a_person_chooses_and_edits(self):
        with self.menu(*scsi_cd(self.genisoimage()), memory="512M") as (machine, terminal):
            terminal.wait_for("boot menu")
            self.assertIn("Test CD s390x", terminal.text())
            terminal.wait_for("generic.ins")
            terminal.type("2", ESC, "e")
            terminal.wait_for("entry=ins loglevel=3")
            terminal.type(" x=typed", ENTER)
            self.assertEqual(terminal.wait_raw(r"CMDLINE\[(.*)\]")[1].strip(), "entry=ins loglevel=3 x=typed")
            terminal.wait_raw("BOOT-OK entry=ins")
            self.assertEqual(machine.wait(), 0)


class Commands(Cd):
    def listed(self, *args):
        done = vm.run(vm.S390_IPL, *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_files_are_found_where_they_are(self):
        """Bytes are those that were put on the CD."""
        for make in self.xorriso, self.genisoimage:
            path = make()
            out = self.listed("list", path)
            self.assertIn("Test CD s390x", out)
            self.assertIn("generic.ins", out)
            for number, kernel in (1, self.boot_image(b"entry=cdboot loglevel=3")), (2, self.kernel):
                directory = os.path.join(self.dir, f"out{number}")
                self.listed("extract", path, "-f", "-p", str(number), "-o", directory)
                with open(os.path.join(directory, "kernel"), "rb") as f:
                    self.assertEqual(f.read(), kernel)
            with open(os.path.join(directory, "ramdisk"), "rb") as f:
                self.assertEqual(f.read(), self.initrd)

    def test_check(self):
        self.assertIn("boots in a VM with 1.0 GiB", self.listed("check", self.xorriso()))

    def test_hybrid(self):
        """A partition table in front of the CD does no harm."""
        path = self.xorriso(options=("-b", "images/cdboot.img", "-no-emul-boot", "-boot-load-size", "4",
                                     "-partition_offset", "16"))
        self.assertIn("Nothing was found", self.listed("check", path))


if __name__ == "__main__":
    vm.main()
