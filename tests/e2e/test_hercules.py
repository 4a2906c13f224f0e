# SPDX-License-Identifier: MIT
"""Disks by s390-ipl install, IPLed by channel program: what QEMU cannot do, Hercules does."""
import os
import struct
import tempfile
import unittest

import installed
import vm
from hercules import Hercules

KINDS = {"cdl": "cdl4k", "ldl": "ldl4k", "fba": "fba512"}

WAIT_DISK = 0x495005
WAIT_MAP = 0x495006
WAIT_PROGRAM = 0x495007
WAIT_MEMORY = 0x495008


def block_of(pointer):
    cyl, head, sector = struct.unpack(">HHB", pointer[:5])
    return (cyl * 15 + head) * 12 + sector - 1


def tables(kind, disk):
    """Where the program table is, and the component table of the default."""
    with open(disk, "rb") as f:
        data = f.read()
    at = data.index(b"zIPL", 512 if kind == "fba" else 8192)
    while struct.unpack(">I", data[at + 4:at + 8])[0] or not any(data[at + 16:at + 32]):
        at = data.index(b"zIPL", at + 4)
    slot = data[at + 16:at + 32]
    if kind == "fba":
        return at, struct.unpack(">Q", slot[:8])[0] * 512
    return at, block_of(slot) * 4096


class Case(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.dir = directory.name
        self.files = installed.Files(self.dir)

    def disk(self, kind, n=3, *options):
        disk = os.path.join(self.dir, kind + ".img")
        installed.install(disk, *installed.KINDS[KINDS[kind]][0], "--size", "12M",
                          *self.files.options(n), *options, "--write")
        return disk

    def check(self, machine, program, image, extra=""):
        """Whether program @program was started, as loaded for the menu's line @image."""
        _, k, i, cmdline = self.files.entry(program)
        cmdline = f"{cmdline} {extra}{' ' if extra else ''}BOOT_IMAGE={image}"
        with self.subTest(log=machine.log[-2000:]):
            installed.check_memory(self, machine, self.files.data(k), self.files.data(i),
                                   cmdline)
            self.assertEqual(machine.memory(0xB8, 8), struct.pack(">II", 0x10000, 0))
            self.assertEqual(machine.memory(0, 8), bytes.fromhex("000800008000a000"))


class Choice(Case):
    def test_default(self):
        for kind in KINDS:
            with self.subTest(kind):
                disk = self.disk(kind, 3, "--default", "2")
                self.check(Hercules(self, disk, kind), 2, 0)

    def test_load_parameter(self):
        for kind in KINDS:
            with self.subTest(kind):
                disk = self.disk(kind, 30 if kind != "fba" else 3)
                number = 30 if kind != "fba" else 3
                self.check(Hercules(self, disk, kind, str(number)), number, number)

    def test_no_such_program(self):
        machine = Hercules(self, self.disk("cdl"), "cdl", "7")
        self.assertIn("s390-ipl: there is no program 0x7 (wait code 0x495007)", machine.log)
        self.assertEqual(machine.panic(), WAIT_PROGRAM)


class Menu(Case):
    def test_typed(self):
        disk = self.disk("cdl", 3, "--prompt")
        machine = Hercules(self, disk, "cdl", steps=[
            ("to add:", ".9"), ("There is no such program", ".2 quiet single")])
        self.assertIn(" 0. default (Entry 1)", machine.log)
        self.assertIn(" 3. Entry 3", machine.log)
        self.check(machine, 2, 2, "quiet single")

    def test_timeout(self):
        machine = Hercules(self, self.disk("fba", 3, "--prompt", "--timeout", "1",
                                           "--default", "3"), "fba")
        self.assertIn("Number of a program, then kernel parameters to add; 0 in 1 s:", machine.log)
        self.check(machine, 3, 0)

    def test_load_parameter_prompt(self):
        machine = Hercules(self, self.disk("ldl"), "ldl", "PROMPT", steps=[("to add:", ".3")])
        self.check(machine, 3, 3)


class Segments(Case):
    def test_files_of_a_file_system(self):
        for kind in "cdl", "fba":
            with self.subTest(kind):
                disk = installed.make(KINDS[kind], 3, True, self.files, self, default=3)
                self.check(Hercules(self, disk, kind), 3, 0)

    def test_zeros(self):
        """A pointer without an address, but with a size and a number of blocks."""
        disk = self.disk("cdl")
        table = tables("cdl", disk)[1] + 3 * 32  # the kernel
        with open(disk, "r+b") as f:
            f.seek(table)
            table = block_of(f.read(5)) * 4096
            begin = at = 0
            while begin < 0x12000:  # up to there the kernel has its code
                f.seek(table)
                run = f.read(16)
                at, begin = at + (run[7] + 1) * 4096, at
                table += 16
            f.seek(table - 16)
            f.write(bytes(5))
        machine = Hercules(self, disk, "cdl")
        self.assertEqual(machine.panic(), installed.STOP)
        kernel = self.files.data("kernel2")
        self.assertEqual(machine.memory(begin, at - begin), bytes(at - begin))
        self.assertEqual(machine.memory(at, len(kernel) - at), kernel[at:])


class Damage(Case):
    """What is damaged behind the back of s390-ipl: a sentence and a wait code."""

    def stops(self, kind, disk, code, text):
        machine = Hercules(self, disk, kind)
        self.assertIn(f"s390-ipl: {text}", machine.log)
        self.assertIn(f"(wait code {code:#x})", machine.log)
        self.assertEqual(machine.panic(), code, machine.log)

    def change(self, disk, at, data):
        with open(disk, "r+b") as f:
            f.seek(at)
            f.write(data)

    def test_component_table(self):
        for kind in KINDS:
            with self.subTest(kind):
                disk = self.disk(kind)
                self.change(disk, tables(kind, disk)[1], b"ZIPL")
                self.stops(kind, disk, WAIT_MAP, "the component table is damaged: expected zIPL")

    def test_pointer(self):
        disk = self.disk("cdl")
        self.change(disk, tables("cdl", disk)[0] + 16 + 5, b"\x12\x34")
        self.stops("cdl", disk, WAIT_MAP, "the boot map has a bad pointer")

    def test_beyond_disk(self):
        disk = self.disk("ldl")
        self.change(disk, tables("ldl", disk)[0] + 16, b"\x7f\xff")
        self.stops("ldl", disk, WAIT_DISK, "the disk reports a unit check")

    def test_address(self):
        for kind, address in (("cdl", 0x2000), ("fba", 0x7FFF0000)):
            with self.subTest(kind):
                disk = self.disk(kind)
                self.change(disk, tables(kind, disk)[1] + 32 + 24,
                            struct.pack(">Q", address))
                self.stops(kind, disk, WAIT_MEMORY, "stage 2 is where a component goes: 0x2000"
                           if kind == "cdl" else "a component ends beyond memory: it is at")

    def test_psw(self):
        disk = self.disk("cdl")
        self.change(disk, tables("cdl", disk)[1] + 32 + 23, b"\1")
        self.stops("cdl", disk, WAIT_MAP, "the program has no PSW to start with")


if __name__ == "__main__":
    vm.main()
