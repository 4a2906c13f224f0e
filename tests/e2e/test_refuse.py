# SPDX-License-Identifier: MIT
"""A VM that cannot be IPLed says why, at once, where its owner and where its host
look, and stops in a documented wait state.
"""
import os
import signal
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import disk
import vm
from vm import VM, ipl_device, virtio_blk

WAIT_NOBODY = 0x495001
WAIT_NOT_IPLED = 0x495002
AT_ONCE = 20  # seconds on a busy machine: a fraction of one on others
BS = 512
NO_SUCH_BLOCK = 0x12345678


def good():
    """A disk whose program would stop at 0x1000, large enough to be cut."""
    return bytearray(disk.disk((disk.run_psw(disk.STOP_AT),
                                {disk.STOP_AT: disk.stop(0x1000), 0x20000: bytes(40000)})))


def follow(data, at):
    """Where the pointer at @at leads to."""
    return struct.unpack_from(">Q", data, at)[0] * BS


def tables(data):
    """Where the program table, program 1's component table and its first segment
    table are, in bytes."""
    table = follow(data, 16)
    component = follow(data, table + 32)
    return table, component, follow(data, component + 32)


class Refusals(vm.TestCase):
    def refused(self, data, *says, options=(), device=None, name="disk.img"):
        """@says has to stand on the console and on stderr alike."""
        path = self.file(name, bytes(data))
        began = time.monotonic()
        with VM("-m", "256M", *virtio_blk(path), *(device or ipl_device()), *options) as machine:
            status = machine.wait(AT_ONCE)
            self.assertEqual(status, 1, "QEMU's exit status")
            self.assertLess(time.monotonic() - began, AT_ONCE)
            machine.console.thread.join(5)
            machine.stderr.thread.join(5)
            console, stderr = machine.console.text(), machine.stderr.text()
        for text in says + ("this VM cannot be IPLed and stops (wait code 495002)",):
            self.assertIn(text, console)
            self.assertIn(text, stderr)

    def test_no_magic(self):
        data = good()
        data[0:4] = b"LILO"
        self.refused(data, "block 0 (byte 0x0) begins with 4c 49 4c 4f", 'expected "zIPL"')

    def test_all_zeros(self):
        self.refused(bytes(1 << 20), "nothing to boot: block 0 is all zeros")

    def test_empty_program_table(self):
        data = good()
        table = tables(data)[0]
        data[table + 16 : table + 512] = bytes(496)
        self.refused(data, f"byte {table:#x}", "no program")

    def test_pointer_past_the_end(self):
        data = good()
        component = tables(data)[1]
        struct.pack_into(">Q", data, component + 32, NO_SUCH_BLOCK)
        self.refused(data, f"block {NO_SUCH_BLOCK}", f"byte {NO_SUCH_BLOCK * BS:#x}", "truncated")

    def test_chain_that_leads_into_itself(self):
        data = good()
        segments = tables(data)[2]
        first = data[segments : segments + 16]
        data[segments : segments + BS] = first * (BS // 16)
        struct.pack_into(">Q", data, segments + BS - 16, segments // BS)
        self.refused(data, f"the chain comes back to block {segments // BS} (byte {segments:#x})")

    def test_component_past_the_end_of_memory(self):
        data = good()
        component = tables(data)[1]
        struct.pack_into(">Q", data, component + 64 + 24, 0x10000000)
        self.refused(data, "0x10000000", "256 MiB", "-m 257M")

    def test_wrong_block_size(self):
        data = good()
        segments = tables(data)[2]
        struct.pack_into(">H", data, segments + 8, 4096)
        self.refused(data, "4096", "512", f"byte {segments:#x}")

    def test_dump_program(self):
        data = good()
        component = tables(data)[1]
        data[component + 4] = 1
        self.refused(data, "a dump program", f"block {component // BS} (byte {component:#x})")

    def test_null_pointer_to_the_program_table(self):
        data = good()
        data[16:32] = bytes(16)
        self.refused(data, "block 0")

    def test_components_that_overlap(self):
        data = good()
        component = tables(data)[1]
        struct.pack_into(">Q", data, component + 64 + 24, 0x300)
        self.refused(data, "overlap", "0x300")

    def test_no_execute_entry(self):
        data = good()
        component = tables(data)[1]
        entry = component + 32
        while data[entry + 23] != 1:
            entry += 32
        data[entry : entry + 32] = bytes(32)
        self.refused(data, "EXECUTE", f"block {component // BS}")

    def test_truncated_image(self):
        data = good()
        self.refused(data[: 40 * BS], "truncated")

    def test_image_that_is_not_there(self):
        with VM("-m", "256M", *virtio_blk(os.path.join(self.dir, "nothing")), *ipl_device(),
                qmp=False) as machine:
            self.assertEqual(machine.wait(AT_ONCE), 1)
            machine.stderr.wait_for("nothing.*No such file", AT_ONCE)

    def test_program_that_is_not_there(self):
        self.refused(good(), "there is no program 7", device=ipl_device(loadparm=7))

    def test_loadparm_that_is_no_number(self):
        self.refused(good(), "no program of the disk is called 'linux', it has "
                     "'program at 0x200'", device=ipl_device(loadparm="linux"))

    def test_iplid_that_is_not_there(self):
        self.refused(good(), "iplid 'other'", "disk0", device=ipl_device(iplid="other"))

    def test_raw_that_is_qcow2(self):
        path = os.path.join(self.dir, "x.qcow2")
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", path, "1M"], check=True)
        with open(path, "rb") as f:
            data = f.read()
        self.refused(data, "it is a qcow2 image, but was opened as raw")

    def test_no_disk(self):
        with VM("-m", "256M", *ipl_device()) as machine:
            self.assertEqual(machine.wait(AT_ONCE), 1)
            machine.console.wait_for("no disk on its channel subsystem")

    def test_no_medium(self):
        with VM("-m", "256M", "-device", "virtio-scsi-ccw", "-drive", "if=none,id=cd,media=cdrom",
                "-device", "scsi-cd,drive=cd,id=cd0,bootindex=1", *ipl_device()) as machine:
            self.assertEqual(machine.wait(AT_ONCE), 1)
            machine.console.wait_for("disk cd0: no medium")


class NextDisk(vm.TestCase):
    """Without an iplid the disks are tried in boot order."""

    def disks(self, *contents):
        options = []
        for i, (data, props) in enumerate(contents):
            path = self.file(f"disk{i}.img", bytes(data))
            options += virtio_blk(path, f"drive{i}", id=f"disk{i}", **props)
        return options

    def boots(self, *contents, says=()):
        with VM("-m", "256M", *self.disks(*contents), *ipl_device(), "-action",
                "panic=pause") as machine:
            self.assertEqual(machine.panic(AT_ONCE), 0x1000)
            for text in says:
                machine.console.wait_for(text, 5)
                machine.stderr.wait_for(text, 5)

    def test_by_bootindex(self):
        self.boots((good(), {"bootindex": 7}), (bytes(BS), {"bootindex": 2}),
                   says=("disk disk1 .*all zeros", "trying the next disk"))

    def test_without_bootindex(self):
        self.boots((bytes(BS), {}), (good(), {}), says=("disk disk0 .*all zeros",))

    def test_a_disk_without_bootindex_is_not_tried(self):
        with VM("-m", "256M", *self.disks((good(), {}), (bytes(BS), {"bootindex": 1})),
                *ipl_device()) as machine:
            self.assertEqual(machine.wait(AT_ONCE), 1)
            machine.console.wait_for("wait code 495002")

    def test_all_refused(self):
        with VM("-m", "256M", *self.disks((bytes(BS), {}), (b"LILO" + bytes(BS), {})),
                *ipl_device()) as machine:
            self.assertEqual(machine.wait(AT_ONCE), 1)
            machine.console.wait_for("disk disk0 .*all zeros")
            machine.console.wait_for("disk disk1 .*4c 49 4c 4f")

    def test_iplid_is_meant(self):
        with VM("-m", "256M", *self.disks((bytes(BS), {}), (good(), {})),
                *ipl_device(iplid="disk0")) as machine:
            self.assertEqual(machine.wait(AT_ONCE), 1)


class Ends(vm.TestCase):
    def test_kept_for_inspection(self):
        """-no-shutdown: the VM stays, in the documented wait state."""
        path = self.file("disk.img", bytes(1 << 20))
        with VM("-m", "256M", *virtio_blk(path), *ipl_device(), "-no-shutdown") as machine:
            self.assertEqual(machine.panic(AT_ONCE), WAIT_NOT_IPLED)
            vm.until(lambda: machine.qmp.status() == "guest-panicked")
            machine.console.wait_for("all zeros")

    def test_the_user_decides(self):
        """-action panic=shutdown is the user's word: status 0."""
        path = self.file("disk.img", bytes(1 << 20))
        with VM("-m", "256M", *virtio_blk(path), *ipl_device(), "-action",
                "panic=shutdown") as machine:
            self.assertEqual(machine.wait(AT_ONCE), 0)

    def test_disk_repaired_and_reset(self):
        """What was refused once is IPLed after a reset, when the disk is good."""
        path = self.file("disk.img", bytes(len(good())))
        with VM("-m", "256M", *virtio_blk(path), *ipl_device(), "-action",
                "panic=pause") as machine:
            self.assertEqual(machine.panic(AT_ONCE), WAIT_NOT_IPLED)
            with open(path, "r+b") as f:
                f.write(good())
            vm.until(lambda: machine.qmp.status() == "guest-panicked")
            machine.qmp.command("system_reset")
            machine.qmp.command("cont")
            self.assertEqual(machine.panic(AT_ONCE), 0x1000)

    def test_line_mode_console(self):
        path = self.file("disk.img", bytes(1 << 20))
        text = os.path.join(self.dir, "console")
        with VM("-m", "256M", *virtio_blk(path), *ipl_device(), "-nodefaults", "-display", "none",
                "-chardev", f"file,id=lines,path={text}", "-device",
                "sclplmconsole,chardev=lines", serial=False) as machine:
            self.assertEqual(machine.wait(AT_ONCE), 1)
        with open(text) as f:
            console = f.read()
        self.assertIn("all zeros", console)
        self.assertIn("wait code 495002", console)


class DataOnly(vm.TestCase):
    def test_a_psw_that_waits(self):
        """zipl's segment= makes such programs. TCG would be silent about it."""
        path = self.file("disk.img", disk.disk((0x000A000000000000, {0x100000: b"data" * 300})))
        with VM("-m", "256M", *virtio_blk(path), *ipl_device()) as machine:
            machine.console.wait_for("program 0 loads data and stops: its PSW is a wait state", 10)
            vm.until(lambda: machine.memory(0x100000, 1200) == b"data" * 300, 10)


class Nobody(vm.TestCase):
    def stub(self, seconds):
        """The stub as QEMU's firmware, with that much patience (STUB_ROM_GIVE_UP)."""
        path = os.path.join(os.path.dirname(vm.S390_IPL), "../guest/stub.elf")
        if not os.path.exists(path):
            self.skipTest("the stub is not beside s390-ipl: not a build directory")
        with open(path, "rb") as f:
            elf = bytearray(f.read())
        (headers,) = struct.unpack_from(">Q", elf, 32)
        (offset,) = struct.unpack_from(">Q", elf, headers + 8)
        self.assertEqual(struct.unpack_from(">II", elf, offset + 0xFF0), (1, 30))
        struct.pack_into(">I", elf, offset + 0xFF4, seconds)
        return self.file("stub.elf", bytes(elf))

    def test_no_engine_at_all(self):
        """Somebody starts QEMU with the stub and nothing else."""
        with VM("-bios", self.stub(2), "-S", "-action", "panic=pause", stock=True) as machine:
            began = time.monotonic()
            machine.qmp.command("cont")
            self.assertEqual(machine.panic(AT_ONCE), WAIT_NOBODY)
            self.assertGreater(time.monotonic() - began, 1.9)
            self.assertEqual(machine.memory(0, 0xCC), bytes(0xCC), "lowcore is untouched")

    def test_a_reset_gives_it_another_chance(self):
        with VM("-bios", self.stub(2), "-S", "-action", "panic=pause", stock=True) as machine:
            machine.qmp.command("cont")
            self.assertEqual(machine.panic(AT_ONCE), WAIT_NOBODY)
            began = time.monotonic()
            machine.qmp.command("system_reset")
            machine.qmp.command("cont")
            self.assertEqual(machine.panic(AT_ONCE), WAIT_NOBODY)
            self.assertGreater(time.monotonic() - began, 1.9)

    def test_engine_is_killed(self):
        """The stub gives up, by itself and with a message."""
        path = self.file("disk.img", bytes(good()))
        with VM("-m", "256M", *virtio_blk(path), *ipl_device(), "-S", "-action", "panic=pause",
                check_engine=False) as machine:
            os.kill(machine.engine(), signal.SIGKILL)
            machine.qmp.command("cont")
            self.assertEqual(machine.panic(AT_ONCE + 30), WAIT_NOBODY)
            machine.console.wait_for("no IPL engine answers on the host")


if __name__ == "__main__":
    vm.main()
