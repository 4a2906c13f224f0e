# SPDX-License-Identifier: MIT
"""Disks with descriptions in their boot map (docs/formats/description.md): we show
the titles, and QEMU's own firmware boots them as before."""
import os
import shutil
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import vm
from terminal import ENTER, Terminal
from vm import VM, ipl_device, virtio_blk

BS = 512
MAGIC = "s390-ipl-description 1\n"


class Map:
    """A boot map that zipl has written, to be added to."""

    def __init__(self, path):
        self.file = open(path, "r+b")
        self.table = self.block(self.read(16))

    def read(self, off, n=16):
        self.file.seek(off)
        return self.file.read(n)

    @staticmethod
    def block(pointer):
        return struct.unpack(">Q", pointer[:8])[0]

    def write(self, off, data):
        self.file.seek(off)
        self.file.write(data)

    def append(self, data):
        """A pointer to @data in new blocks at the end of the disk."""
        off = self.file.seek(0, os.SEEK_END)
        assert off % BS == 0
        self.file.write(data + bytes(-len(data) % BS))
        return struct.pack(">QHHI", off // BS, BS, -(-len(data) // BS) - 1, 0)

    def entry(self, text):
        text = (MAGIC + text).encode()
        segments = self.append(self.append(text).ljust(BS, b"\0"))
        return segments.ljust(23, b"\0") + struct.pack(">BQ", 0x10, len(text))

    def slot(self, number):
        return self.table * BS + 16 * (number + 1)

    def describe(self, number, text):
        """Put an entry behind EXECUTE into the component table of @number."""
        at = self.block(self.read(self.slot(number))) * BS
        kind = 0
        while kind != 1:
            at += 32
            kind = self.read(at + 23)[0]
        assert self.read(at + 32) == bytes(16), "there is room"
        self.write(at + 32, self.entry(text))

    def describe_all(self, text):
        """The same in the slot that is no program."""
        entry = self.entry(text)
        table = self.append((b"zIPL" + bytes(28) + entry).ljust(BS, b"\0"))
        self.write(self.slot(30), bytes(8) + b"dscr" + table[4:8])


class Descriptions(vm.TestCase):
    def setUp(self):
        super().setUp()
        self.disk = self.image("z216-scsi512-mbr")
        bootmap = Map(self.disk)
        with bootmap.file:
            bootmap.describe(1, "title=Das Übliche\n")
            bootmap.describe_all("[1]\ntitle=no\n[2]\ntitle=Rettung\n")

    def test_titles(self):
        names = {n: p["name"] for n, p in vm.programs(self.disk).items()}
        self.assertEqual(names[1], "Das Übliche")
        self.assertEqual([names[0], names[2]], ["Rettung"] * 2)
        self.assertNotIn(30, names)

    def boots(self, *options, entry, **kwargs):
        with VM("-m", "512M", *options, **kwargs) as machine:
            machine.console.wait_for(f"^BOOT-OK entry={entry}")
            return machine.console.text()

    def test_own_entry_with_the_firmware(self):
        self.boots(*virtio_blk(self.disk, bootindex=1), "-machine", "loadparm=1",
                   entry="linux", stock=True)

    def test_slot_with_the_firmware(self):
        """Its menu has zipl's programs, and no number 30."""
        console = self.boots(
            *virtio_blk(self.disk, bootindex=1), "-boot", "menu=on,splash-time=500",
            entry="rescue", stock=True)
        self.assertRegex(console, r"(?m)^ *\[3\]")
        self.assertNotIn("30]", console)

    def test_with_us(self):
        self.boots(*virtio_blk(self.disk), *ipl_device(loadparm=1), entry="linux")


class Entries(vm.TestCase):
    """Boot loader entries in the disk's file system."""

    def with_entries(self, entries):
        """A disk of zipl's; @entries: name -> text."""
        debugfs = shutil.which("debugfs", path=os.environ["PATH"] + ":/sbin:/usr/sbin")
        if not debugfs:
            self.skipTest("there is no debugfs")
        image = self.image("z216-scsi512-mbr")
        commands = ["mkdir loader", "mkdir loader/entries"]
        for name, text in entries.items():
            entry = self.file(f"{name}.conf", text.encode())
            commands.append(f"write {entry} loader/entries/{name}.conf")
        script = self.file("script", "\n".join(commands).encode())
        subprocess.run([debugfs, "-w", "-f", script, f"{image}?offset=1048576"], check=True,
                       capture_output=True)
        return image

    def test_menu(self):
        """It shows their titles."""
        image = self.image("z216-scsi512-mbr")
        image = self.with_entries({
            n: f"title Entry No. {n}\nlinux /vmlinuz\noptions {p['cmdline']}\n"
            for n, p in vm.programs(image).items()})
        with Terminal(80, 24, True) as terminal:
            with VM("-nodefaults", "-display", "none", "-m", "512M", *virtio_blk(image),
                    *ipl_device(menu="on"), *terminal.serial("sclpconsole"), serial=False):
                terminal.wait_for("Entry No. 3")
                terminal.type("1", ENTER)
                terminal.wait_for("BOOT-OK entry=linux")

    def test_install(self):
        """A boot map made of them is what QEMU's own firmware boots."""
        image = self.with_entries({
            f"x-6.{n}": f"title T{n}\nlinux /boot/vmlinuz\ninitrd /boot/initrd\n"
                        f"options entry=bls{n}\noptions loglevel=3\n" for n in (9, 10)})
        done = vm.run(vm.S390_IPL, "install", image, "--bls", "disk:/loader/entries", "--write")
        self.assertEqual(done.returncode, 0, done.stderr)
        with VM("-m", "512M", *virtio_blk(image, bootindex=1), stock=True) as machine:
            machine.console.wait_for("^BOOT-OK entry=bls10")
            self.assertIn("CMDLINE[entry=bls10 loglevel=3]", machine.console.text())


if __name__ == "__main__":
    vm.main()
