# SPDX-License-Identifier: MIT
"""What the kernel of Linux and fdasd of s390-tools see on disks by s390-ipl install.

A virtio disk has no ioctl of DASDs: both go by the geometry that QEMU tells, which
has to be that of a 3390."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import installed
import vm
from s390_tools import Guest, TestCase
from vm import VM, ipl_device, virtio_blk

BLOCK = 4096
HEADS, SECTORS = 15, 12


class Fdasd(TestCase):
    def disk(self, kind):
        """One that can be IPLed: a partition with the boot map, one for data."""
        path = os.path.join(self.dir, kind + ".img")
        installed.install(path, "--format", kind, "--size", "64M", "--volser", "IPL00A",
                          "--kernel", self.kernel, "--initrd", self.ramdisk,
                          "--cmdline", f"entry={kind} then=shell loglevel=3", "--write")
        return path

    def attached(self, path, name, **props):
        cylinders, rest = divmod(os.path.getsize(path), HEADS * SECTORS * BLOCK)
        self.assertEqual(rest, 0)
        return virtio_blk(path, name, logical_block_size=BLOCK, physical_block_size=BLOCK,
                          cyls=cylinders, heads=HEADS, secs=SECTORS, serial=name, **props)

    def names(self, guest, *serials):
        """What Linux calls the disks; it may find them in any order."""
        found = {}
        for name in ("vda", "vdb"):
            status, lines = guest.run("grep", ".", f"/sys/block/{name}/serial")
            self.assertEqual(status, 0, lines)
            found[lines[0]] = name
        return [found[s] for s in serials]

    def test_partitions(self):
        paths = self.disk("cdl"), self.disk("ldl")
        tracks = os.path.getsize(paths[0]) // (SECTORS * BLOCK)
        with VM("-m", "512M", *self.attached(paths[0], "cdl", bootindex=1),
                *self.attached(paths[1], "ldl"), *ipl_device()) as machine:
            guest = Guest(machine)
            guest.booted("cdl")
            self.assertEqual(guest.run("insmod", "/modules/virtio_blk.ko"), (0, []))
            cdl, ldl = self.names(guest, "cdl", "ldl")

            status, lines = guest.run("/sbin/fdasd", "-i", "/dev/" + cdl)
            self.assertEqual((status, lines), (0, ["IPL00A"]))
            status, lines = guest.run("/sbin/fdasd", "-s", "-p", "/dev/" + cdl)
            self.assertEqual(status, 0)
            found = [l.split(maxsplit=5) for l in lines]
            self.assertEqual([(f[0], f[4], f[5]) for f in found],
                             [(f"/dev/{cdl}{n}", str(n), "Linux native") for n in (1, 2)])
            # whole tracks, from behind the VTOC to the end of the disk
            (start1, end1, len1), (start2, end2, len2) = [map(int, f[1:4]) for f in found]
            self.assertEqual((start1, start2, end2), (2, end1 + 1, tracks - 1))
            self.assertEqual((len1, len2), (end1 - start1 + 1, end2 - start2 + 1))
            status, lines = guest.run("/sbin/fdasd", "-p", "/dev/" + cdl)
            self.assertEqual(status, 0)
            self.assertTrue([l for l in lines if re.match(r"reading vtoc \.*: ok$", l)], lines)

            # the kernel; its blocks have 1 KiB
            status, lines = guest.run("cat", "/proc/partitions")
            blocks = {f[3]: int(f[2]) for f in map(str.split, lines[2:])}
            track = SECTORS * BLOCK // 1024
            self.assertEqual((status, blocks), (0, {
                cdl: tracks * track, cdl + "1": len1 * track, cdl + "2": len2 * track,
                ldl: tracks * track, ldl + "1": tracks * track - 3 * BLOCK // 1024}))


if __name__ == "__main__":
    vm.main()
