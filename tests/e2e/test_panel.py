# SPDX-License-Identifier: MIT
"""The load panel: what its fields do to real Linux systems and to programs of our
own. docs/load-panel.md says which test proves what."""
import os
import struct
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import disk
import vm
from vm import VM, ipl_device, virtio_blk, virtio_scsi

LONG = unittest.skipUnless(vm.ALL, "only with S390_IPL_TEST_ALL=1, as it takes long")
ECKD = {"logical_block_size": 4096, "physical_block_size": 4096}


class LinuxCase(vm.TestCase):
    def boot(self, *options, **kwargs):
        """The console of a Linux that boots, as lines."""
        with VM("-m", "512M", *options, **kwargs) as machine:
            machine.console.wait_for(r"^BOOT-OK ")
            lines = machine.console.text().split("\n")
        self.assertIn("INITRD-OK", lines)
        return lines

    def cmdline(self, lines):
        (line,) = [l for l in lines if l.startswith("CMDLINE[")]
        return line[len("CMDLINE[") : -1]


class Append(LinuxCase):
    """Kernel parameters reach /proc/cmdline."""

    def check(self, name, loadparm, append, want, **props):
        lines = self.boot(*virtio_blk(self.image(name), **props),
                          *ipl_device(loadparm=loadparm, append=append.replace(",", ",,")))
        self.assertEqual(self.cmdline(lines), want)
        return lines

    def test_scsi(self):
        # characters that EBCDIC code pages do not agree on
        self.check("z216-scsi512-mbr", 1, "a=b,c[1]|!^~ quiet",
                   "entry=linux img=z216-scsi512-mbr loglevel=3 a=b,c[1]|!^~ quiet")

    @LONG
    def test_scsi_4096_replaced(self):
        self.check("z216-scsi4k-gpt", 2, "=entry=other loglevel=3",
                   "entry=other loglevel=3", **ECKD)

    @LONG
    def test_as_many_as_there_can_be(self):
        # zipl 2.16 copies 895 characters
        old = "entry=single img=z216-scsi512-single loglevel=3 "
        more = "x" * (895 - len(old))
        self.check("z216-scsi512-single", 0, more, old + more)

    def test_one_too_many(self):
        path = self.image("z216-scsi512-single")
        with VM("-m", "512M", *virtio_blk(path), *ipl_device(append="=" + 896 * "x")) as machine:
            self.assertEqual(machine.wait(), 1)
            machine.console.wait_for("896 characters of kernel parameters, expected 895")

    def test_eckd_by_name(self):
        lines = self.check("z216-cdl4k", "Debug", "a=b",
                           "entry=debug img=z216-cdl4k loglevel=3 a=b", **ECKD)
        self.assertIn("IPL loadparm=3", lines)

    def test_ldl(self):
        self.check("z216-ldl4k", 1, "a=b", "entry=linux img=z216-ldl4k loglevel=3 a=b", **ECKD)

    def test_fba(self):
        self.check("z216-fba512", 1, "=entry=b loglevel=3 c", "entry=b loglevel=3 c")

    def test_environment_block(self):
        # what is appended takes part
        self.check("z235-scsi512-env", "1S1", "more=${site_name}",
                   "entry=linux img=z235-scsi512-env loglevel=3 site=one root=/dev/ram0 "
                   "unset=<> more=one")

    def test_signed(self):
        with VM("-m", "512M", *virtio_blk(self.image("z216-scsi512-secure")),
                *ipl_device(loadparm=1, append="a")) as machine:
            self.assertEqual(machine.wait(), 1)
            machine.console.wait_for("program 1: it is signed, so its kernel parameters cannot")

    @LONG
    def test_unsigned_program_beside_signed_ones(self):
        self.check("z216-scsi512-secure", 3, "a",
                   "entry=debug img=z216-scsi512-secure loglevel=3 a")


class OldStage3(vm.TestCase):
    """Programs of old zipl: what its stage 3 will find. That code is none that we
    may keep here; in its place is one that does nothing."""

    def check(self, size, entry, parm, append, want, behind=None):
        params = struct.pack(">QQQQQQ", parm, 2**64 - 1, 0, disk.run_psw(0x10000, disk.MODE_31),
                             1, 0)[:size]
        stage3 = bytearray(params.ljust(0x100, b"\0"))
        stage3[entry : entry + 4] = disk.SPIN
        kernel = bytes(8) + b"S390EP".ljust(0x600, b"\0")
        path = self.file("old.img", disk.disk((disk.run_psw(0xA000 + entry, disk.MODE_31), {
            0xA000: bytes(stage3), 0x10000: kernel, parm: b"root=/dev/dasda1\n\0",
            **(behind or {})})))
        with VM(*virtio_blk(path), *ipl_device(append=append)) as machine:
            machine.stderr.wait_for("started after")
            (at,) = struct.unpack(">Q", machine.memory(0xA000, 8))
            text = machine.memory(at, 896).split(b"\0")[0].decode()
            self.assertEqual(text, want)
            # nothing was typed into zipl's menu
            self.assertEqual(machine.memory(0x9C00, 8), bytes(8))
        return at

    def test_zipl_1_8(self):
        self.assertEqual(self.check(40, 0x28, 0x1000, "a=b", "root=/dev/dasda1 a=b"), 0x1000)

    def test_zipl_1_23(self):
        self.check(42, 0x2A, 0x80000, "=a=b", "a=b")

    def test_zipl_2_8_more_than_there_is_room(self):
        long = "x" * 800
        at = self.check(42, 0x50, 0x80000, long, "root=/dev/dasda1 " + long,
                        behind={0x80200: b"a ramdisk"})
        self.assertNotEqual(at, 0x80000)


class Loadparm(vm.TestCase):
    """What a load parameter can be."""

    def ends_at(self, code, *options, **props):
        path = self.file("a.img", disk.waits(0xA00000, 9))
        with VM(*virtio_blk(path), *ipl_device(**props), *options,
                "-action", "panic=pause") as machine:
            self.assertEqual(hex(machine.panic()), hex(code))

    def test_name_of_a_program_without_one(self):
        self.ends_at(0xA00006, loadparm="Program 3")

    def test_blanks_and_site(self):
        self.ends_at(0xA00008, loadparm=" 4s2  ")

    def test_grub(self):
        self.ends_at(0xA0000A, loadparm="5g1.2")

    def test_bootprog_beats_loadparm(self):
        self.ends_at(0xA0000C, bootprog=6, loadparm=2)

    def test_profile(self):
        profile = self.file("profile", b"# fast\nloadparm=2\niplid = disk0\n")
        path = self.file("a.img", disk.waits(0xA00000, 9))
        for options, code in ((), 0xA00004), (ipl_device(loadparm=3), 0xA00006):
            with VM(*virtio_blk(path), *options, "-action", "panic=pause",
                    run=["--profile", profile]) as machine:
                self.assertEqual(hex(machine.panic()), hex(code))

    def test_bad_profile(self):
        profile = self.file("profile", b"loadparm=1\nmode=quick\n")
        done = vm.run(vm.S390_IPL, "run", "--profile", profile)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"profile, line 2: s390-ipl: mode: 'quick' is not one of")


if __name__ == "__main__":
    vm.main()
