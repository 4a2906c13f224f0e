# SPDX-License-Identifier: MIT
"""chreipl and lsreipl of s390-tools, the real ones, in a Linux that moves itself to
other disks and programs. Nothing here writes to sysfs but they.

No zfcp adapter exists in a VM of QEMU: the adapter of an FCP block is one of
virtio-scsi. chreipl looks for it in /sys/bus/ccw/drivers/zfcp, so that it takes such
a disk only with --force. Disks of virtio-ccw it knows."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import installed
import vm
from vm import VM, ipl_device, virtio_blk

WWPN = "0x500507630300c562"
BOOT = 2 * vm.PATIENCE  # a Linux under TCG on a busy machine


class Guest:
    """The shell of the Linux that runs now."""

    # what a command says has marks, so that it is told from what was typed
    FUNCTION = """t() { n=$1; shift; "$@" >/o 2>&1; s=$?; sed 's/^/> /' /o; echo "= $n $s"; }"""

    def __init__(self, machine):
        self.machine = machine
        self.console = machine.console
        self.commands = 0
        self.seen = 0  # lines of the console

    def booted(self, entry):
        """Wait for the shell of a program: its lines on the console."""
        self.console.wait_for(f"^BOOT-OK entry={entry}$", BOOT, self.seen)
        self.console.wait_for("^/ # ", BOOT, self.seen)
        lines = self.console.text().split("\n")[self.seen:-1]
        self.seen += len(lines)
        self.type(self.FUNCTION)
        return lines

    def type(self, text):
        self.machine.process.stdin.write(text.encode() + b"\n")
        self.machine.process.stdin.flush()

    def run(self, *argv):
        """Run a command: its exit status and the lines that it said."""
        self.commands += 1
        self.type(" ".join(("t", str(self.commands), *argv)))
        end = self.console.wait_for(rf"^= {self.commands} (\d+)$", start=self.seen)
        lines = self.console.text().split("\n")[self.seen:]
        last = next(i for i, l in enumerate(lines) if l.startswith(f"= {self.commands} "))
        self.seen += last + 1
        return int(end[1]), [l[2:] for l in lines[:last] if l.startswith("> ")]

    def settings(self, *argv):
        """The settings that lsreipl, and chreipl when it has changed them, says."""
        status, lines = self.run(*argv)
        if status:
            raise AssertionError(f"{argv}: status {status}: {lines}")
        return dict(re.split(r": *", l, maxsplit=1) for l in lines)


class Chreipl(vm.TestCase):
    """Two disks by s390-ipl install: programs 1 and 2 of A and of B."""

    def setUp(self):
        super().setUp()
        tools = os.path.join(vm.IMAGES, "tools.cpio.gz")
        if not os.path.exists(tools):
            self.skipTest(f"there is no {tools}: tests/images/tools.sh makes it")
        parts = os.path.join(self.dir, "parts")
        kernel, ramdisk, _ = installed.extracted(self.image("z216-scsi512-plain"), 1, parts)
        with open(tools, "rb") as f:
            # the kernel wants the next archive aligned
            ramdisk += bytes(-len(ramdisk) % 4) + f.read()
        self.kernel = self.file("kernel", kernel)
        self.ramdisk = self.file("ramdisk", ramdisk)

    def disk(self, name):
        path = os.path.join(self.dir, name + ".img")
        options = []
        for n in 1, 2:
            options += ["--name", f"{name}{n}", "--kernel", self.kernel, "--initrd",
                        self.ramdisk, "--cmdline", f"entry={name}{n} then=shell loglevel=3"]
        installed.install(path, "--format", "scsi", "--size", "64M", *options, "--write")
        return path

    def refused(self, guest, why, *argv):
        status, lines = guest.run("/sbin/chreipl", *argv)
        self.assertEqual((status, lines), (1, [f"/sbin/chreipl: {why}"]))

    def test_ccw(self):
        with VM("-m", "512M", *virtio_blk(self.disk("a"), "a", devno="fe.0.1111", bootindex=1),
                *virtio_blk(self.disk("b"), "b", devno="fe.0.2222"),
                *ipl_device(loadparm=1)) as machine:
            guest = Guest(machine)
            guest.booted("a1")
            now = {"Device": "0.0.1111", "Loadparm": '"1"'}
            self.assertEqual(guest.settings("/sbin/lsreipl", "-i"), {"IPL type": "ccw", **now})
            self.assertEqual(guest.settings("/sbin/lsreipl"),
                             {"Re-IPL type": "ccw", **now, "clear": "0"})
            self.refused(guest, 'Could not find DASD CCW device "0.0.9999"', "ccw", "0.0.9999")
            # Linux has no file for them outside of z/VM
            self.refused(guest, "System does not allow to set boot parameters",
                         "ccw", "0.0.2222", "-p", "a")
            there = {"Device": "0.0.2222", "Loadparm": '"2"'}
            self.assertEqual(guest.settings("/sbin/chreipl", "ccw", "0.0.2222", "-L", "2"),
                             {"Re-IPL type": "ccw", **there, "clear": "0"})
            guest.type("reboot -f")
            self.assertIn("CMDLINE[entry=b2 then=shell loglevel=3]", guest.booted("b2"))
            self.assertEqual(guest.settings("/sbin/lsreipl", "-i"), {"IPL type": "ccw", **there})

    def test_fcp(self):
        """From one LUN to another, and on to a disk that is not FCP."""
        scp = "scp.parm"
        with VM("-m", "512M", "-device", "virtio-scsi-ccw,devno=fe.0.3333",
                *vm.scsi_hd(self.disk("a"), "a", lun=3, port_wwn=WWPN, bootindex=1),
                *vm.scsi_hd(self.disk("b"), "b", lun=4, port_wwn=WWPN),
                *virtio_blk(self.disk("c"), "c", devno="fe.0.1111"),
                *ipl_device(bootprog=1, scpdata=scp + "=0")) as machine:
            guest = Guest(machine)
            self.assertIn(f"CMDLINE[entry=a1 then=shell loglevel=3 {scp}=0]", guest.booted("a1"))
            now = {"WWPN": WWPN, "LUN": "0x0003000000000000", "Device": "0.0.3333",
                   "bootprog": "1", "br_lba": "0", "Loadparm": '""', "Bootparms": f'"{scp}=0"'}
            self.assertEqual(guest.settings("/sbin/lsreipl", "-i"), {"IPL type": "fcp", **now})
            self.assertEqual(guest.settings("/sbin/lsreipl"), {"Re-IPL type": "fcp", **now})
            there = {**now, "LUN": "0x0004000000000000", "bootprog": "2",
                     "Bootparms": f'"{scp}=1"'}
            options = ("fcp", "-d", "0.0.3333", "-w", WWPN, "-l", there["LUN"], "-b", "2",
                       "-p", scp + "=1")
            self.refused(guest, 'Could not find FCP device "0.0.3333"', *options)
            self.assertEqual(guest.settings("/sbin/chreipl", *options, "--force"),
                             {"Re-IPL type": "fcp", **there})
            guest.type("reboot -f")
            self.assertIn(f"CMDLINE[entry=b2 then=shell loglevel=3 {scp}=1]", guest.booted("b2"))
            self.assertEqual(guest.settings("/sbin/lsreipl", "-i"), {"IPL type": "fcp", **there})
            # found by its number alone; with memory cleared
            self.assertEqual(
                guest.settings("/sbin/chreipl", "0.0.1111", "-L", "2", "-c", "1"),
                {"Re-IPL type": "ccw", "Device": "0.0.1111", "Loadparm": '"2"', "clear": "1"})
            guest.type("reboot -f")
            self.assertIn("CMDLINE[entry=c2 then=shell loglevel=3]", guest.booted("c2"))
            self.assertEqual(guest.settings("/sbin/lsreipl", "-i"), {
                "IPL type": "ccw", "Device": "0.0.1111", "Loadparm": '"2"'})


if __name__ == "__main__":
    vm.main()
