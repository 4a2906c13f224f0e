# SPDX-License-Identifier: MIT
"""The load panel: what its fields do to real Linux systems and to programs of our
own. docs/load-panel.md says which test proves what."""
import importlib.util
import json
import os
import struct
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import disk
import vm
from isodisk import Iso  # disk.py knows where it is
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


class WhichDisk(vm.TestCase):
    """Where the disk comes from."""

    def setUp(self):
        super().setUp()
        self.a = self.file("a.img", disk.waits(0xA00000, 9))
        self.b = self.file("b.img", disk.waits(0xB00000, 9))

    def ends_at(self, code, *options):
        with VM(*options, "-action", "panic=pause") as machine:
            self.assertEqual(hex(machine.panic()), hex(code))
            return machine.console.text()

    def test_number(self):
        self.ends_at(0xB00002, *virtio_blk(self.a, "a", devno="fe.0.1111", bootindex=1),
                     *virtio_blk(self.b, "b", devno="fe.0.2222"), *ipl_device(iplid="fe.0.2222"))

    def test_number_in_another_subchannel_set(self):
        self.ends_at(0xB00002, *virtio_blk(self.a, "a", devno="fe.0.1111"),
                     *virtio_blk(self.b, "b", devno="fe.3.1111"), *ipl_device(iplid="fe.3.1111"))

    def test_number_of_an_adapter(self):
        # its first in boot order
        self.ends_at(0xB00002, "-device", "virtio-scsi-ccw,devno=fe.0.abcd",
                     *vm.scsi_hd(self.a, "a", lun=1),
                     *vm.scsi_hd(self.b, "b", lun=2, bootindex=7), *ipl_device(iplid="fe.0.abcd"))

    def test_block_node(self):
        self.ends_at(0xB00004, *virtio_blk(self.a, "a", bootindex=1), "-blockdev",
                     f"driver=raw,node-name=the-node,file.driver=file,file.filename={self.b}",
                     "-device", "virtio-blk-ccw,drive=the-node",
                     *ipl_device(iplid="the-node", loadparm=2))

    def test_number_that_is_not_there(self):
        with VM(*virtio_blk(self.a), *ipl_device(iplid="fe.0.ffff")) as machine:
            self.assertEqual(machine.wait(), 1)
            machine.console.wait_for(r"iplid 'fe.0.ffff' is neither the id nor the number")
            machine.console.wait_for(r"its disks are: disk0")

    def test_cdrom(self):
        self.ends_at(0xA00002, "-device", "virtio-scsi-ccw", "-drive",
                     f"if=none,id=cd,file={self.a},format=raw,media=cdrom", "-device",
                     "scsi-cd,drive=cd")

    def test_only_the_last_of_eight_is_good(self):
        options = []
        for n in range(7):
            options += virtio_blk(self.file(f"bad{n}.img", bytes([n + 1]) * 65536), f"bad{n}",
                                  bootindex=n)
        text = self.ends_at(0xB00002, *options, *virtio_blk(self.b, "b", bootindex=7))
        for n in range(7):
            self.assertRegex(text, rf"s390-ipl: disk bad{n} .*no boot map")
        self.assertEqual(text.count("trying the next disk"), 7)

    def test_first_that_can_without_a_bootindex(self):
        bad = self.file("bad.img", bytes(65536))
        text = self.ends_at(0xB00002, *virtio_blk(bad, "bad"), *virtio_blk(self.b, "b"))
        self.assertRegex(text, "s390-ipl: disk bad ")

    def test_plugged_in_later(self):
        with VM(*virtio_blk(self.a, "a", bootindex=5), "-action", "panic=pause") as machine:
            self.assertEqual(machine.panic(), 0xA00002)
            machine.qmp.command("blockdev-add", driver="raw", **{
                "node-name": "new", "file": {"driver": "file", "filename": self.b}})
            machine.qmp.command("device_add", driver="virtio-blk-ccw", drive="new", id="new",
                                bootindex=1)
            machine.qmp.command("system_reset")
            machine.qmp.command("cont")
            self.assertEqual(machine.panic(), 0xB00002)


class ReIpl(vm.TestCase):
    """What a guest sets with DIAG 308 subcode 5 is IPLed. A program of disk D is
    number 4 * D + 2 * (N - 1)."""

    def program(self, me, block=None):
        code = disk.assemble("program", ME=me, **(
            {"GIVEN": 1, "NEXT": 1} if block else {"NEXT": -1}))
        return disk.run_psw(0x20000), {0x20000: code, **({disk.BLOCK: block} if block else {})}

    def setUp(self):
        super().setUp()
        # two programs that stay, on a disk to go to
        self.there = self.file("there.img", disk.disk(self.program(4), self.program(6)))

    def start(self, block, *options, device=(), **kwargs):
        here = self.file("here.img", disk.disk(self.program(0, block), self.program(2)))
        return VM(*virtio_blk(here, "here", devno="fe.0.1111", bootindex=1), *options,
                  *(device or ipl_device()), **kwargs)

    def runs(self, machine, me):
        vm.until(lambda: struct.unpack(">Q", machine.memory(
            disk.RESULTS + 32 * me + 16, 8))[0], what=f"program {me}")

    def check(self, me, block, *options, **kwargs):
        with self.start(block, *options, **kwargs) as machine:
            try:
                self.runs(machine, me)
            except AssertionError as e:
                self.fail(f"{e}\n{machine.stderr.text()}")

    def virtio_blk(self):
        return virtio_blk(self.there, "there", devno="fe.0.2222")

    def virtio_scsi(self):
        return ["-device", "virtio-scsi-ccw,devno=fe.0.2222",
                *vm.scsi_hd(self.file("empty.img", bytes(65536)), "empty", lun=0),
                *vm.scsi_hd(self.there, "there", lun=300, port_wwn="0x5005076300000001")]

    def test_ccw(self):
        self.check(4, disk.ccw_block(0x2222), *self.virtio_blk())

    def test_ccw_with_loadparm(self):
        self.check(6, disk.ccw_block(0x2222, "2"), *self.virtio_blk())

    def test_ccw_with_another_subchannel_set(self):
        self.check(6, disk.ccw_block(0x1111, "2", ssid=1),
                   *virtio_blk(self.there, "there", devno="fe.1.1111"))

    def test_not_what_the_profile_says(self):
        self.check(6, disk.ccw_block(0x2222, "2"), *self.virtio_blk(),
                   device=ipl_device(iplid="fe.0.1111", bootprog=1, scpdata="a"))

    def test_fcp_bootprog(self):
        self.check(6, disk.fcp_block(0x2222, 0x412C << 48, bootprog=2, loadparm="1"),
                   *self.virtio_scsi())

    def test_fcp_loadparm(self):
        self.check(6, disk.fcp_block(0x2222, 0x412C << 48, wwpn=0x5005076300000001,
                                     loadparm="2"), *self.virtio_scsi())

    def test_fcp_block_stays_as_it_is(self):
        # its program 1 changes the load parameter in the block that it got
        code = disk.assemble("program", ME=4, NEXT=disk.ebcdic(2))
        self.there = self.file("there.img", disk.disk(
            (disk.run_psw(0x20000), {0x20000: code}), self.program(6)))
        block = disk.fcp_block(0x2222, 0x412C << 48, br_lba=0, scpdata=b"root=/dev/sda")
        with self.start(block, *self.virtio_scsi()) as machine:
            self.runs(machine, 6)
            got = machine.memory(disk.BLOCK, len(block))
        self.assertEqual(got[:16] + got[24:], block[:16] + block[24:])

    def test_fcp_br_lba(self):
        # the boot record of the second half of a disk
        first, second = disk.disk(self.program(4), bs=512), disk.disk(self.program(6), bs=512)
        lba = len(first) // 512
        moved = bytearray(first) + bytearray(len(second))
        moved[lba * 512 : lba * 512 + 512] = first[:512]
        moved[0:512] = bytes(512)
        self.there = self.file("moved.img", bytes(moved))
        self.check(4, disk.fcp_block(0x2222, 0x412C << 48, br_lba=lba), *self.virtio_scsi())

    def falls_back(self, block, words):
        with self.start(block, *self.virtio_scsi(), device=ipl_device(loadparm=1)) as machine:
            machine.console.wait_for(f"{words}.* names no disk of this VM: IPL as at power-on")
            # and so on for ever, as program 1 re-IPLs again
            machine.qmp.command("quit")

    def test_device_that_is_not_there(self):
        self.falls_back(disk.ccw_block(0x9999), "type 0x2, device fe.0.9999")

    def test_lun_that_is_not_there(self):
        self.falls_back(disk.fcp_block(0x2222, 7 << 48),
                        "device fe.0.2222, port 0x0+, LUN 0x0007000000000000")

    def test_port_that_is_not_there(self):
        self.falls_back(disk.fcp_block(0x2222, 0x412C << 48, wwpn=0x5005076300000002),
                        "port 0x5005076300000002")

    def test_program_that_is_not_there(self):
        with self.start(disk.ccw_block(0x2222, "DEBUG"), *self.virtio_blk()) as machine:
            self.assertEqual(machine.wait(), 1)
            machine.console.wait_for("no program of the disk is called 'DEBUG'")

    def test_system_reset_is_ipl_as_at_power_on(self):
        with self.start(disk.ccw_block(0x2222, "2"), *self.virtio_blk()) as machine:
            self.runs(machine, 6)
            machine.qmp.command("system_reset")
            vm.until(lambda: len(machine.stderr.matches("disk there ")) == 2)
            self.assertEqual(len(machine.stderr.matches("disk here ")), 2)


class Clear(vm.TestCase):
    """Load clear and load normal."""

    GARBAGE = b"garbage!" * 512
    # pages: below 2 GiB and above, in a hole of the program, at the end
    PLACES = (0x3000, 0x21000, 0x1000000, 255 * vm.MIB + 0xFF000)

    def after(self, *options, memory=256, places=PLACES, device=()):
        """What is left of the garbage at PLACES when a program runs again."""
        code = disk.assemble("program", ME=0, NEXT=-1)
        path = self.file("a.img", disk.disk((disk.run_psw(0x20000), {0x20000: code})))
        with VM("-m", f"{memory}M", *virtio_blk(path), *device, *options) as machine:
            machine.stderr.wait_for("started after")
            machine.memory(0, 8)
            with open(f"/proc/{machine.pid}/fd/{self.memory_fd(machine)}", "r+b", 0) as f:
                for at in places:
                    f.seek(at)
                    f.write(self.GARBAGE)
            machine.qmp.command("system_reset")
            vm.until(lambda: len(machine.stderr.matches("started after")) == 2)
            runs = struct.unpack(">Q", machine.memory(disk.RESULTS + 16, 8))[0]
            self.program = machine.memory(0x20000, 0x1000)[: len(code)] == code
            return [machine.memory(at, 4096) for at in places], runs

    def memory_fd(self, machine):
        for fd in os.listdir(f"/proc/{machine.pid}/fd"):
            if "memfd:s390-ipl-memory" in os.readlink(f"/proc/{machine.pid}/fd/{fd}"):
                return fd
        self.fail("QEMU has no memory of ours")

    def test_normal(self):
        for device in (), ipl_device(clear="off"):
            left, _ = self.after(device=device)
            self.assertEqual(left, [self.GARBAGE] * 4)

    def test_clear(self):
        left, runs = self.after(device=ipl_device(clear="on"))
        self.assertEqual(left, [bytes(4096)] * 4)
        self.assertLessEqual(runs, 1, "the program's counter was cleared too")
        self.assertTrue(self.program)

    def test_clear_with_two_cpus_and_much_memory(self):
        left, _ = self.after("-smp", "2", memory=4096, device=ipl_device(clear="on"),
                             places=(0x3000, 4095 * vm.MIB))
        self.assertEqual(left, [bytes(4096)] * 2)

    def test_linux_boots_from_cleared_memory(self):
        # twice, the second time over its own remains
        path = self.image("z216-scsi512-actions")
        with VM("-m", "512M", *virtio_blk(path), *ipl_device(loadparm=8, clear="on")) as machine:
            machine.console.wait_for("^BOOT-OK entry=poweroff", 2 * vm.PATIENCE)


class Telling(vm.TestCase):
    """What a person at the console sees, and what a program can read."""

    def setUp(self):
        super().setUp()
        self.disk = self.file("a.img", disk.waits(0xA00000, 3))

    def test_one_line(self):
        with VM(*virtio_blk(self.disk), *ipl_device(loadparm=2),
                "-action", "panic=pause") as machine:
            machine.panic()
            self.assertEqual(machine.console.text().split("\n"), [
                "s390-ipl: disk disk0 (fe.0.0001), program 2 (program at 0x200)", ""])

    def test_how_far_a_slow_load_is(self):
        # a disk that gives 2 MiB in a second
        data = disk.disk((disk.run_psw(disk.STOP_AT), {
            disk.STOP_AT: disk.stop(0xA00002), 0x100000: bytes(range(256)) * 4 * 4096}))
        path = self.file("slow.img", data)
        with VM("-object", '{"qom-type":"throttle-group","id":"tg","limits":'
                '{"bps-read":2097152}}', "-blockdev",
                "driver=throttle,node-name=slow,throttle-group=tg,file.driver=raw,"
                f"file.file.driver=file,file.file.filename={path}",
                "-device", "virtio-blk-ccw,drive=slow", "-action", "panic=pause") as machine:
            machine.console.wait_for(r"^s390-ipl: loaded \d of 4 MiB")
            self.assertEqual(machine.panic(), 0xA00002)

    def events(self, text):
        return [json.loads(line) for line in text.splitlines()]

    def test_events_in_a_file(self):
        path = os.path.join(self.dir, "events")
        bad = self.file("bad.img", bytes(65536))
        with VM(*virtio_blk(bad, "bad", bootindex=1), *virtio_blk(self.disk, "good", bootindex=2),
                *ipl_device(loadparm=3), "-action", "panic=pause",
                run=["--events", path]) as machine:
            machine.panic()
            machine.qmp.command("system_reset")
            machine.qmp.command("cont")
            machine.panic()

            def events_so_far():
                with open(path) as f:
                    return self.events(f.read())
            # the program may have ended before the engine says that it began
            vm.until(lambda: [e["event"] for e in events_so_far()].count("started") == 2)
        events = events_so_far()
        once = ["requested", "refused", "program", "started"]
        self.assertEqual([e["event"] for e in events], ["ready", *once, *once])
        self.assertEqual([e["by"] for e in events if e["event"] == "requested"],
                         ["power-on", "reset"])
        self.assertEqual(events[0]["api_level"], 1)
        self.assertEqual(events[0]["memory_bytes"], 128 * vm.MIB)
        self.assertIn("disk bad ", events[2]["message"])
        seconds = [e["seconds"] for e in events]
        self.assertEqual(seconds, sorted(seconds))
        self.assertGreater(events[4]["microseconds"], 0)
        program = events[3]
        del program["seconds"], program["bytes"]
        self.assertEqual(program, {
            "event": "program", "disk": "good", "device": "fe.0.0002", "number": 3,
            "name": "program at 0x200", "loadparm": "3", "components": 1})

    def test_events_on_a_descriptor(self):
        ours, theirs = os.pipe()
        with os.fdopen(ours, "r") as reader:
            machine = vm.run("bash", "-c", f'exec 9>&{theirs}; exec "$@" 7>/dev/null', "-",
                             vm.S390_IPL, "run", "--events", "9", "-nographic", "-monitor",
                             "none", *virtio_blk(self.disk), *ipl_device(loadparm=9),
                             pass_fds=[theirs])
            os.close(theirs)
            self.assertEqual(machine.returncode, 1)
            events = self.events(reader.read())
        self.assertEqual([e["event"] for e in events], ["ready", "requested", "failed"])
        self.assertEqual(events[2]["wait_code"], 0x495002)
        self.assertIn("there is no program 9", events[2]["message"])

    def test_events_on_a_standard_descriptor(self):
        """QEMU has it, too."""
        for number in 1, 2:
            with self.subTest(number), VM("-S", *virtio_blk(self.disk),
                                          run=["--events", str(number)]) as machine:
                lines = machine.console if number == 1 else machine.stderr
                lines.wait_for('^{"event":"ready"')
                machine.qmp.status()  # it is QEMU by now
                self.assertEqual(os.readlink(f"/proc/{machine.pid}/fd/{number}"),
                                 os.readlink(f"/proc/self/fd/{lines.pipe.fileno()}"))

    def test_events_that_cannot_be_written(self):
        for where in "/nonexistent/x", "77":
            done = vm.run(vm.S390_IPL, "run", "--events", where, *virtio_blk(self.disk))
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"cannot write events to {where}: ", done.stderr)


class Modes(LinuxCase):
    """Who loads: this device or QEMU's own firmware."""

    def setUp(self):
        super().setUp()
        self.disk = self.file("a.img", disk.waits(0xA00000, 9))

    def cd(self):
        """A CD with blocks of a size that only the firmware may know; there is nothing
        to boot on it."""
        return self.file("cd.iso", Iso(block_size=512).finish({}, catalog=b""))

    def ends_at(self, code, *options, **kwargs):
        with VM(*options, "-action", "panic=pause", **kwargs) as machine:
            self.assertEqual(hex(machine.panic()), hex(code))
            machine.stderr.wait_for("started after")  # all else was said before
            return machine.console.text(), machine.stderr.text()

    def test_firmware(self):
        text, said = self.ends_at(0xA00006, *virtio_blk(self.disk),
                                  *ipl_device(mode="firmware", loadparm=3))
        self.assertIn("s390-ipl: disk disk0 (fe.0.0001), by QEMU's firmware", text)
        self.assertIn("Using SCSI scheme", text)  # that is the firmware
        self.assertIn("disk disk0 (fe.0.0001) is left to QEMU's firmware: mode=firmware", said)

    def test_firmware_boots_the_disk_that_is_chosen(self):
        other = self.file("b.img", disk.waits(0xB00000, 9))
        self.ends_at(0xB0000A, *virtio_blk(self.disk, "a", bootindex=1),
                     *virtio_blk(other, "b", devno="fe.0.beef"),
                     *ipl_device(mode="firmware", iplid="fe.0.beef", bootprog=5))

    def test_firmware_with_a_scsi_disk(self):
        self.ends_at(0xA00002, *virtio_scsi(self.disk), *ipl_device(mode="firmware"))

    def test_firmware_again_and_again(self):
        code = [disk.assemble("program", ME=0, NEXT=disk.ebcdic(2)),
                disk.assemble("program", ME=1, NEXT=-1)]
        path = self.file("chain.img", disk.disk(
            *((disk.run_psw(0x20000), {0x20000: c}) for c in code)))
        with VM(*virtio_blk(path), *ipl_device(mode="firmware")) as machine:
            vm.until(lambda: machine.memory(disk.RESULTS + 32 + 23, 1) == b"\1")
            machine.qmp.command("system_reset")
            vm.until(lambda: machine.memory(disk.RESULTS + 32 + 23, 1) == b"\2")
            self.assertEqual(len(machine.stderr.matches("left to QEMU's firmware")), 4)

    def test_firmware_needs_no_loader(self):
        with VM(*virtio_blk(self.disk), *ipl_device(mode="firmware"), "-action", "panic=pause",
                run=["-vv"]) as machine:
            self.assertEqual(hex(machine.panic()), hex(0xA00002))
            self.assertEqual(vm.children_of(machine.engine()), [])
            machine.qmp.command("system_reset")
            machine.qmp.command("cont")
            self.assertEqual(hex(machine.panic()), hex(0xA00002))
            self.assertEqual(vm.children_of(machine.engine()), [])

    def test_linux_by_the_firmware(self):
        lines = self.boot(*virtio_blk(self.image("z216-scsi512-mbr")),
                          *ipl_device(mode="firmware", loadparm=1), "-smp", "2")
        self.assertIn("BOOT-OK entry=linux", lines)

    def test_what_the_firmware_cannot_do(self):
        for name, value in ("append", "a"), ("scpdata", "a"), ("br_lba", 1), ("br_chr", "0/0/3"):
            with VM(*virtio_blk(self.disk), *ipl_device(mode="firmware", **{name: value}),
                    qmp=False) as machine:
                self.assertEqual(machine.wait(), 1)
                machine.console.wait_for(f"QEMU's firmware has nothing like {name}=")

    def test_auto_is_this_device_for_a_boot_map(self):
        for mode in "auto", "external":
            _, said = self.ends_at(0xA00002, *virtio_blk(self.disk), *ipl_device(mode=mode),
                                   run=["-v"])
            self.assertIn("this device loads it: the disk has a boot map", said)

    def test_auto_is_the_firmware_for_a_cd(self):
        with VM(*virtio_blk(self.cd(), bootindex=1), *virtio_blk(self.disk, "b", bootindex=2),
                "-action", "panic=pause") as machine:
            machine.stderr.wait_for("is left to QEMU's firmware: only it knows such a disk")
            machine.panic()

    def test_external_refuses_a_cd(self):
        text, _ = self.ends_at(0xA00002, *virtio_blk(self.cd(), "cd", bootindex=1),
                               *virtio_blk(self.disk, "b", bootindex=2),
                               *ipl_device(mode="external"))
        self.assertIn("blocks of 512 bytes (byte 0x8080), expected 2048", text)

    def test_firmware_of_a_directory(self):
        with open("/usr/share/qemu/s390-ccw.img", "rb") as f:
            good = f.read()
        self.file("s390-ccw.img", good)
        self.ends_at(0xA00002, *virtio_blk(self.disk), "-L", self.dir,
                     *ipl_device(mode="firmware"))
        self.file("s390-ccw.img", good[:3000])
        with VM(*virtio_blk(self.disk), "-L", self.dir, *ipl_device(mode="firmware"),
                qmp=False) as machine:
            self.assertEqual(machine.wait(), 1)
            machine.console.wait_for("QEMU's firmware .*/s390-ccw.img: ELF segment of")


class Kernel(vm.TestCase):
    """-kernel and our device."""

    def test_kernel_first_and_the_disk_at_its_re_ipl(self):
        kernel = bytearray(0x22000)
        kernel[:8] = disk.run_psw(0x20000, disk.MODE_31).to_bytes(8, "big")
        block = disk.ccw_block(0x2222, "2")
        kernel[disk.BLOCK : disk.BLOCK + len(block)] = block
        code = disk.assemble("program", ME=0, GIVEN=1, NEXT=1)
        kernel[0x20000 : 0x20000 + len(code)] = code
        path = self.file("a.img", disk.waits(0xA00000, 3))
        with VM(*virtio_blk(path, devno="fe.0.2222"), "-kernel",
                self.file("kernel", bytes(kernel)), *ipl_device(), "-action",
                "panic=pause") as machine:
            self.assertEqual(machine.panic(), 0xA00004)
            machine.stderr.wait_for("started after")

    def test_nothing_waits_for_an_ipl_that_may_never_come(self):
        kernel = bytearray(0x10008)
        kernel[:8] = disk.run_psw(0x10000, disk.MODE_31).to_bytes(8, "big")
        kernel[0x10000 : 0x10000 + len(disk.SPIN)] = disk.SPIN
        with VM(*virtio_blk(self.file("a.img", disk.waits(0xA00000))), "-kernel",
                self.file("kernel", bytes(kernel)), *ipl_device(), run=["-vv"]) as machine:
            machine.stderr.wait_for("QEMU is there")
            self.assertEqual(vm.children_of(machine.engine()), [])
            machine.qmp.command("system_reset")
            machine.stderr.wait_for("event RESET.*host-qmp-system-reset")
            self.assertEqual(vm.children_of(machine.engine()), [])


class BootRecord(vm.TestCase):
    """Boot records at other places."""

    def test_br_chr(self):
        spec = importlib.util.spec_from_file_location(
            "image", os.path.join(vm.HERE, "../golden/cdl-ld-only/image.py"))
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        data = bytearray(module.image())  # blocks of 2048 bytes, 21 to a track
        br = data.index(b"zIPL\0\0\0\1") // 2048
        cyl, head, record = br // 315, br // 21 % 15, br % 21 + 1
        # the label does not tell any more
        at = data.index(struct.pack(">HHB", cyl, head, record), 2 * 2048, 3 * 2048)
        data[at : at + 5] = bytes(5)
        path = self.file("ld.img", bytes(data))
        options = [*virtio_blk(path), "-m", "512M"]
        with VM(*options, qmp=False) as machine:
            self.assertEqual(machine.wait(), 1)
        with VM(*options, *ipl_device(br_chr=f"{cyl}/{head}/{record}")) as machine:
            machine.console.wait_for(r"^s390-ipl: disk disk0 .*program")
        with VM(*options, *ipl_device(br_chr=f"{cyl}/{head}/{record + 1}"), qmp=False) as machine:
            self.assertEqual(machine.wait(), 1)
            machine.console.wait_for("list-directed boot record")

    def test_br_lba(self):
        first = disk.waits(0xA00000)
        # pointers count from the beginning of the disk: the record alone has moved
        data = bytearray(first) + first[:512]
        data[:512] = bytes(512)
        path = self.file("moved.img", bytes(data))
        with VM(*virtio_blk(path), *ipl_device(br_lba=len(first) // 512),
                "-action", "panic=pause") as machine:
            self.assertEqual(machine.panic(), 0xA00002)


class Fcp(LinuxCase):
    """IPL parameter blocks of FCP type."""

    def test_linux_goes_on_with_it(self):
        # program 8 sets the load parameter to 1 and reboots
        path = self.image("z216-scsi512-actions")
        with VM("-m", "512M", "-device", "virtio-scsi-ccw,devno=fe.0.1234",
                *vm.scsi_hd(path, "d", lun=3, port_wwn="0x500507630300c562"),
                *ipl_device(loadparm=8, scpdata="scp.parm=works")) as machine:
            machine.console.wait_for("^BOOT-OK entry=poweroff", 2 * vm.PATIENCE)
            text = machine.console.text()
        self.assertIn("CMDLINE[entry=loadparm1b img=z216-scsi512-actions loglevel=3 "
                      "then=loadparm:1 scp.parm=works]", text)
        self.assertIn("CMDLINE[entry=poweroff img=z216-scsi512-actions loglevel=3 "
                      "then=poweroff scp.parm=works]", text)
        for line in ("ipl_type=fcp", "device=0.0.1234", "wwpn=0x500507630300c562",
                     "lun=0x0003000000000000", "bootprog=0", "br_lba=0",
                     "scp_data=scp.parm=works"):
            self.assertEqual(text.split("\n").count("IPL " + line), 2, line)

    def test_bootprog_and_replacing_scp_data(self):
        lines = self.boot(*virtio_blk(self.image("z216-scsi512-mbr")),
                          *ipl_device(bootprog=1, loadparm="debug", br_lba=0,
                                      scpdata="=entry=scp loglevel=3"))
        self.assertEqual(self.cmdline(lines), "entry=scp loglevel=3")
        self.assertIn("IPL bootprog=1", lines)
        self.assertIn("IPL ipl_type=fcp", lines)

    def test_no_place_for_a_subchannel_set(self):
        with VM(*virtio_blk(self.file("a.img", disk.waits(0xA00000)), devno="fe.1.0001"),
                *ipl_device(scpdata="a")) as machine:
            self.assertEqual(machine.wait(), 1)
            machine.console.wait_for("no place for fe.1.0001: only for fe.0")


if __name__ == "__main__":
    vm.main()
