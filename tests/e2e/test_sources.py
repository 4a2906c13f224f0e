# SPDX-License-Identifier: MIT
"""Disks that are not a raw file: QEMU's block layer reads them for the engine, and
qemu-nbd for the command line.
"""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import disk
import vm
from vm import MIB, VM, ipl_device

FIRST, SECOND = 0x1002, 0x2002


def qemu_img(*args):
    subprocess.run(["qemu-img", *args], check=True, stdout=subprocess.DEVNULL)


class Sources(vm.TestCase):
    def setUp(self):
        super().setUp()
        self.raw = self.file("disk.raw", disk.waits(FIRST - 2))

    def converted(self, fmt, *options):
        path = os.path.join(self.dir, "disk." + fmt)
        qemu_img("convert", "-f", "raw", "-O", fmt, *options, self.raw, path)
        return path

    def boots(self, *drive, wanted=FIRST):
        with VM("-m", "256M", *drive, *ipl_device(), "-action", "panic=pause") as machine:
            self.assertEqual(machine.panic(), wanted)
            # nothing of ours is left in QEMU, a moment after the start
            vm.until(lambda: not machine.qmp.command("query-block-exports"), 10)

    def blk(self, options):
        return ["-drive", f"if=none,id=d,{options}", "-device", "virtio-blk-ccw,drive=d,id=disk0"]

    def test_qcow2(self):
        self.boots(*self.blk(f"file={self.converted('qcow2')}"))

    def test_compressed_qcow2_behind_scsi(self):
        path = self.converted("qcow2", "-c")
        self.boots("-drive", f"if=none,id=d,file={path}", "-device", "virtio-scsi-ccw",
                   "-device", "scsi-hd,drive=d,bootindex=1")

    def test_vmdk(self):
        self.boots(*self.blk(f"file={self.converted('vmdk')}"))

    def test_snapshot(self):
        self.boots(*self.blk(f"file={self.raw},format=raw,snapshot=on"))

    def test_overlay(self):
        path = os.path.join(self.dir, "overlay.qcow2")
        qemu_img("create", "-f", "qcow2", "-b", self.raw, "-F", "raw", path)
        self.boots(*self.blk(f"file={path}"))

    def test_raw_at_an_offset(self):
        with open(self.raw, "rb") as f:
            path = self.file("shifted.raw", bytes(MIB) + f.read())
        self.boots(*self.blk(f"driver=raw,offset={MIB},file.driver=file,file.filename={path}"))

    def test_blockdev_and_iothread(self):
        path = self.converted("qcow2")
        self.boots("-object", "iothread,id=io0", "-blockdev",
                   json.dumps({"driver": "qcow2", "node-name": "n0",
                               "file": {"driver": "file", "filename": path}}),
                   "-device", "virtio-blk-ccw,drive=n0,iothread=io0,bootindex=0")

    def test_nbd(self):
        path = os.path.join(self.dir, "socket")
        server = subprocess.Popen(["qemu-nbd", "-r", "-f", "raw", "-k", path, "--persistent",
                                   "--shared=4", self.raw])
        try:
            vm.until(lambda: os.path.exists(path))
            uri = f"nbd+unix:///?socket={path}"
            self.boots(*self.blk(f"file={uri},format=raw,readonly=on"))
            self.assertEqual(sorted(vm.programs(uri)), [0, 1])
        finally:
            server.kill()
            server.wait()

    def test_what_qemu_wrote_is_ipled(self):
        """The image is QEMU's alone; what was written into it counts at a reset."""
        for fmt in ("qcow2", "raw"):
            path = self.raw if fmt == "raw" else self.converted(fmt)
            new = self.file("new.raw", disk.waits(SECOND - 2))
            with VM("-m", "256M", *self.blk(f"file={path},format={fmt}"), *ipl_device(),
                    "-action", "panic=pause") as machine:
                self.assertEqual(machine.panic(), FIRST)
                size = os.path.getsize(new)
                # as the guest would write it, through QEMU's block layer
                with open(new, "rb") as f:
                    data = f.read()
                for at in range(0, size, 512):
                    block = data[at : at + 512]
                    part = self.file("block", block)
                    if any(block):
                        done = machine.qmp.human(f'qemu-io -d disk0/virtio-backend '
                                                 f'"write -s {part} {at} 512"')
                        self.assertNotIn("rror", done)
                vm.until(lambda m=machine: m.qmp.status() == "guest-panicked")
                machine.qmp.command("system_reset")
                machine.qmp.command("cont")
                self.assertEqual(machine.panic(), SECOND, fmt)

    def test_where_the_socket_is_made(self):
        """For a moment only, but it has to be possible."""
        drive = self.blk(f"file={self.converted('qcow2')}")
        long = os.path.join(self.dir, "l" * 120)  # longer than the name of a socket can be
        os.mkdir(long)
        with VM("-m", "256M", *drive, *ipl_device(), "-action", "panic=pause",
                env={"TMPDIR": long}) as machine:
            self.assertEqual(machine.panic(), FIRST)
            self.assertEqual(os.listdir(long), [])
        with VM("-m", "256M", *drive, *ipl_device(), env={"TMPDIR": long + "/none"}) as machine:
            self.assertEqual(machine.wait(), 1)
            machine.console.wait_for("cannot make a socket in the directory .*/none: No such file")
            machine.console.wait_for("set TMPDIR to another directory")

    def with_descriptor(self, file, *options):
        """Descriptors 8 and 9 of s390-ipl, and so of QEMU, are the disk; @file leads to
        it."""
        shell = ["bash", "-c", 'exec 8<"$0" 9<>"$0"; exec "$@"', self.raw, vm.S390_IPL, "run", "-v"]
        with VM("-m", "256M", *options, *self.blk(f"file={file},format=raw"), *ipl_device(),
                "-action", "panic=pause", command=shell) as machine:
            self.assertEqual(machine.panic(), FIRST)

    def test_file_descriptor(self):
        self.with_descriptor("/dev/fd/9")

    def test_set_of_file_descriptors(self):
        self.with_descriptor("/dev/fdset/1", "-add-fd", "fd=8,set=1", "-add-fd", "fd=9,set=1")

    def after_reset(self, change, *options):
        """The guest has the same disk after a reset, whatever is called like it."""
        with VM("-m", "256M", *options, *self.blk(f"file={self.raw},format=raw"), *ipl_device(),
                "-action", "panic=pause") as machine:
            self.assertEqual(machine.panic(), FIRST)
            self.assertEqual(machine.stderr.matches("is read through QEMU"), [])
            change()
            machine.qmp.command("system_reset")
            machine.qmp.command("cont")
            self.assertEqual(machine.panic(), FIRST)
            machine.stderr.wait_for("is read through QEMU")
            vm.until(lambda: not machine.qmp.command("query-block-exports"), 10)

    def test_removed(self):
        self.after_reset(lambda: os.unlink(self.raw))

    def test_replaced(self):
        new = self.file("new.raw", disk.waits(SECOND - 2))
        self.after_reset(lambda: os.rename(new, self.raw))

    def test_linked_to_another_image(self):
        new = self.file("new.raw", disk.waits(SECOND - 2))
        other, self.raw = self.raw, self.raw + ".link"
        os.symlink(other, self.raw)

        def change():
            os.unlink(self.raw)
            os.symlink(new, self.raw)
        self.after_reset(change)

    def test_nbd_server_of_somebody_else(self):
        path = self.converted("qcow2")
        with VM("-m", "256M", "-S", *self.blk(f"file={path}"), *ipl_device()) as machine:
            machine.qmp.command("nbd-server-start", addr={
                "type": "unix", "data": {"path": os.path.join(self.dir, "theirs")}})
            machine.qmp.command("cont")
            self.assertEqual(machine.wait(), 1)
            machine.console.wait_for("NBD server already running")
            machine.console.wait_for("nbd-server-stop")

    def test_list(self):
        for fmt in ("qcow2", "vmdk", "vdi", "vhdx", "qed"):
            with self.subTest(fmt):
                path = self.converted(fmt)
                self.assertEqual(vm.programs(path), vm.programs(self.raw))

    def test_qemu_nbd_ends_with_us(self):
        vm.run(vm.S390_IPL, "list", self.converted("qcow2"))
        vm.until(lambda: not any("qemu-nbd" in c for c in vm.children().values()), 10)

    def test_without_libnbd(self):
        qcow2 = self.converted("qcow2")
        self.file("libnbd.so.0", b"no library")
        env = dict(os.environ, LD_LIBRARY_PATH=self.dir)
        got = subprocess.run([vm.S390_IPL, "list", self.raw], env=env, stdout=subprocess.DEVNULL, check=False)
        self.assertEqual(got.returncode, 0)
        got = subprocess.run([vm.S390_IPL, "list", qcow2], env=env, capture_output=True, text=True, check=False)
        self.assertEqual(got.returncode, 5)
        self.assertIn("cannot use NBD: ", got.stderr)
        self.assertIn("Debian: libnbd0", got.stderr)


if __name__ == "__main__":
    vm.main()
