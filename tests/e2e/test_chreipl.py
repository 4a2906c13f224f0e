# SPDX-License-Identifier: MIT
"""chreipl and lsreipl of s390-tools, the real ones, in a Linux that moves itself to
other disks and programs. Nothing here writes to sysfs but they.

No zfcp adapter exists in a VM of QEMU: the adapter of an FCP block is one of
virtio-scsi. chreipl looks for it in /sys/bus/ccw/drivers/zfcp, so that it takes such
a disk only with --force. Disks of virtio-ccw it knows."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import installed
import vm
from s390_tools import Guest, TestCase
from vm import VM, ipl_device, virtio_blk

WWPN = "0x500507630300c562"


class Chreipl(TestCase):
    """Two disks by s390-ipl install: programs 1 and 2 of A and of B."""

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
