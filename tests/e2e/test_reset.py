# SPDX-License-Identifier: MIT
"""Every reset that is an IPL is answered: reboots of the guest, of the VM's owner,
at any moment. Panics that are none stay what they are."""
import os
import random
import struct
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import disk
import vm
from vm import MIB, VM, ipl_device, scsi_hd, virtio_blk, virtio_scsi

ACTIONS = "z216-scsi512-actions"  # tests/images/make.sh: job_actions
LONG = unittest.skipUnless(vm.ALL, "only with S390_IPL_TEST_ALL=1, as it takes long")
BOOT = 90  # seconds: the second Linux takes longer under TCG


class Linux(vm.TestCase):
    """Real systems reboot."""

    def start(self, loadparm, *options, memory="512M", attach=virtio_blk):
        return VM("-m", memory, *attach(self.image(ACTIONS)), *ipl_device(loadparm=loadparm),
                  *options)

    def entries(self, machine, count, timeout=BOOT):
        """The first @count entries that boot, each with its load parameter."""
        def booted():
            return machine.console.matches(r"^BOOT-OK entry=(.*)$")

        vm.until(lambda: len(booted()) >= count or machine.console.closed, timeout * count,
                 f"{count} boots")
        names = [m[1] for m in booted()]
        parms = [m[1] for m in machine.console.matches(r"^IPL loadparm=(.*)$")]
        cmdlines = [m[1] for m in machine.console.matches(r"^CMDLINE\[entry=(\S*) ")]
        self.assertEqual(names, cmdlines)
        if len(names) != count:
            self.fail(f"{names} booted\n{machine.console.text()}\n{machine.stderr.text()}")
        return list(zip(names, parms))

    def test_reboots_three_times(self):
        with self.start(2) as machine:
            self.assertEqual(self.entries(machine, 4), [("reboot", "2")] * 4)

    def re_ipl(self, *options, **kwargs):
        """echo 8 >/sys/firmware/reipl/ccw/loadparm; reboot, and so on."""
        with self.start(7, *options, **kwargs) as machine:
            self.assertEqual(machine.wait(3 * BOOT), 0)
            self.assertEqual(self.entries(machine, 3), [
                ("loadparm8", "7"), ("loadparm1b", "8"), ("poweroff", "1")])
            self.assertEqual(len(machine.stderr.matches("DIAG 308 subcode 4")), 2)

    def test_guest_chooses_what_is_next(self):
        self.re_ipl()

    def test_guest_chooses_with_two_cpus(self):
        self.re_ipl("-smp", "2", "-accel", "tcg,thread=multi")

    @LONG
    def test_guest_chooses_with_two_cpus_in_one_thread(self):
        self.re_ipl("-smp", "2", "-accel", "tcg,thread=single")

    @LONG
    def test_guest_chooses_on_virtio_scsi(self):
        self.re_ipl(attach=virtio_scsi)

    def test_guest_chooses_with_bootindex_on_virtio_scsi(self):
        # with a bootindex QEMU makes a parameter block of another kind
        self.re_ipl(attach=lambda path: virtio_scsi(path, bootindex=1))

    @LONG
    def test_guest_chooses_in_256_mib(self):
        self.re_ipl(memory="256M")

    @LONG
    def test_guest_chooses_in_4_gib(self):
        self.re_ipl(memory="4G")

    @LONG
    def test_system_reset_while_it_runs(self):
        with self.start(10) as machine:
            self.entries(machine, 1)
            machine.qmp.command("system_reset")
            self.assertEqual(self.entries(machine, 2), [("wait", "10")] * 2)
            reset = machine.qmp.event("RESET")["data"]
            self.assertEqual(reset["reason"], "host-qmp-system-reset")

    def test_system_reset_is_ipl_as_at_power_on(self):
        # not what the guest chose last
        with self.start(7) as machine:
            self.entries(machine, 2)
            machine.qmp.command("system_reset")
            got = self.entries(machine, 3)
            self.assertEqual([name for name, _ in got],
                             ["loadparm8", "loadparm1b", "loadparm8"])

    def test_panic_that_reboots(self):
        with self.start(9) as machine:
            self.assertEqual(self.entries(machine, 2), [("panic_reipl", "9")] * 2)

    def test_panic(self):
        with self.start(4) as machine:
            self.assertEqual(machine.wait(BOOT), 0, "QEMU's own default is to shut down")
            self.entries(machine, 1)
            panics = machine.stderr.matches("subcode 4")
            self.assertEqual(panics, [])

    @LONG
    def test_panic_that_pauses(self):
        with self.start(4, "-action", "panic=pause") as machine:
            machine.panic(BOOT)
            vm.until(lambda: machine.qmp.status() == "guest-panicked", 10)
            time.sleep(0.5)
            self.assertEqual(machine.qmp.status(), "guest-panicked")

    def test_kexec(self):
        # DIAG 308 subcode 1 or 0 of the guest: no IPL, none of our business
        with self.start(5, memory="256M") as machine:
            machine.console.wait_for("^BOOT-OK entry=kexec$", BOOT)
            machine.console.wait_for("^BOOT-OK entry=kexeced$", 4 * BOOT)
            self.assertEqual(machine.wait(BOOT), 0)
            self.assertEqual(len(machine.stderr.matches("started after")), 1)


class CountingCase(vm.TestCase):
    """Programs that count how often they ran (program.S)."""

    def counters(self, machine, programs=8):
        raw = machine.memory(disk.RESULTS, 32 * programs)
        return [struct.unpack_from(">Q", raw, 32 * n + 16)[0] for n in range(programs)]

    def wait_for_counts(self, machine, want, timeout=30):
        """@want: program -> how often."""
        def reached():
            got = self.counters(machine)
            return all(got[n] >= times for n, times in want.items())

        try:
            vm.until(reached, timeout)
        except AssertionError:
            self.fail(f"expected {want}, got {self.counters(machine)}\n"
                      f"{machine.stderr.text()}")
        self.assertEqual({n: self.counters(machine)[n] for n in want}, want)

    def chain(self, *nexts, **symbols):
        """A disk: program N IPLs nexts[N-1], or stays if that is None."""
        progs = []
        for number, following in enumerate(nexts, 1):
            code = disk.assemble("program", ME=number, NEXT=-1 if following is None
                                 else disk.ebcdic(following), **symbols)
            progs.append((disk.run_psw(0x20000), {0x20000: code}))
        return disk.disk(*progs)


class Chains(CountingCase):
    """Programs that IPL each other."""

    def test_system_reset_forgets_what_the_guest_chose(self):
        path = self.file("a.img", self.chain(2, None, None))
        with VM(*virtio_blk(path), *ipl_device(loadparm=1)) as machine:
            self.wait_for_counts(machine, {1: 1, 2: 1})
            machine.qmp.command("system_reset")
            self.wait_for_counts(machine, {1: 2, 2: 2, 3: 0})

    def test_machine_loadparm_survives_a_system_reset(self):
        # QEMU writes the guest's load parameter into the machine's property
        path = self.file("a.img", self.chain(None, 3, None))
        with VM("-machine", "loadparm=2", *virtio_blk(path)) as machine:
            self.wait_for_counts(machine, {2: 1, 3: 1})
            machine.qmp.command("system_reset")
            self.wait_for_counts(machine, {1: 0, 2: 2, 3: 2})

    def test_long_chain(self):
        path = self.file("a.img", self.chain(2, 3, 4, 5, 6, 7, None))
        with VM(*virtio_blk(path)) as machine:
            self.wait_for_counts(machine, {n: 1 for n in range(1, 8)})

    def over_and_over(self, *options, **symbols):
        path = self.file("a.img", self.chain(1, **symbols))
        with VM(*virtio_blk(path), *options) as machine:
            vm.until(lambda: self.counters(machine)[1] >= 50, 60, "50 IPLs")

    def test_guest_that_reboots_and_reboots(self):
        self.over_and_over()

    # DIAG 308 subcode 4, which TCG does not have, is what Linux uses

    def test_guest_that_reboots_and_reboots_as_linux(self):
        self.over_and_over(SUBCODE=4)

    def test_with_a_lowcore_elsewhere(self):
        self.over_and_over(SUBCODE=4, PREFIX=0x100000)

    def test_with_a_lowcore_in_the_stub(self):
        """Of the next reset, that is."""
        self.over_and_over("-m", "128M", SUBCODE=4, PREFIX=vm.stub_base(128))

    def test_with_a_lowcore_elsewhere_and_two_cpus(self):
        self.over_and_over("-smp", "2", SUBCODE=4, PREFIX=0x100000)

    def test_whatever_panics_do(self):
        for action in ("pause", "shutdown", "exit-failure", "none"):
            with self.subTest(action=action):
                self.over_and_over("-action", f"panic={action}", SUBCODE=4)

    def test_no_reboot(self):
        # as with QEMU alone: the VM ends instead
        for subcode in (3, 4):
            path = self.file("a.img", self.chain(1, SUBCODE=subcode))
            with VM(*virtio_blk(path), "-no-reboot", "-S") as machine:
                machine.qmp.command("cont")
                self.assertEqual(machine.qmp.event("SHUTDOWN")["data"]["reason"], "guest-reset")
                self.assertEqual(machine.wait(), 0)
                # said before the program starts; QEMU may be gone before the engine
                # has seen that it did
                self.assertEqual(len(machine.stderr.matches("disk disk0 .*, program ")), 1)

    def test_re_ipl_of_a_lun_with_the_lowest_bootindex(self):
        self.re_ipl_of_a_lun({"a": 2, "b": 1, "c": 3})

    def test_re_ipl_of_a_lun_by_iplid(self):
        self.re_ipl_of_a_lun({}, *ipl_device(iplid="disk-b"))

    def test_re_ipl_of_a_lun_by_iplid_against_the_bootindex(self):
        self.re_ipl_of_a_lun({"a": 1, "b": 2}, *ipl_device(iplid="disk-b"))

    def re_ipl_of_a_lun(self, bootindex, *options):
        """Three LUNs; the one in the middle is IPLed and IPLs its program 2. It has
        to stay on its LUN, though the guest's parameter block names the adapter."""
        luns = ["-device", "virtio-scsi-ccw,id=hba0"]
        for lun, name in enumerate("abc"):
            nexts = [disk.ebcdic(2), -1] if name == "b" else [-1, -1]
            progs = [(disk.run_psw(0x20000), {0x20000: disk.assemble(
                "program", ME=2 * lun + n, NEXT=following)})
                for n, following in enumerate(nexts)]
            props = {"bootindex": bootindex[name]} if name in bootindex else {}
            luns += scsi_hd(self.file(name + ".img", disk.disk(*progs)), name, lun=lun,
                            id="disk-" + name, **props)
        with VM(*luns, *options) as machine:
            self.wait_for_counts(machine, {2: 1})
            vm.until(lambda: sum(self.counters(machine)) == 2, what="the second IPL")
            self.assertEqual(self.counters(machine)[:6], [0, 0, 1, 1, 0, 0])

    def test_re_ipl_of_a_second_disk_by_iplid(self):
        a = self.file("a.img", self.chain(None, None))
        b = self.file("b.img", self.chain(2, None))
        with VM(*virtio_blk(a, "a", bootindex=1), *virtio_blk(b, "b", bootindex=2, id="disk-b"),
                *ipl_device(iplid="disk-b")) as machine:
            self.wait_for_counts(machine, {1: 1, 2: 1})
            self.assertEqual(len(machine.stderr.matches("disk disk-b ")), 2)


class ManyTimes(CountingCase):
    """Nothing gets lost and nothing piles up."""

    def usage(self, pid):
        """Open descriptors and KiB of memory of the engine."""
        with open(f"/proc/{pid}/status") as f:
            (memory,) = (int(line.split()[1]) for line in f if line.startswith("VmRSS"))
        return len(os.listdir(f"/proc/{pid}/fd")), memory

    def engine(self, machine):
        """Of the processes that are ours it is the one that leads its session."""
        pids = [p for p in vm.children() if p not in machine.before and p != machine.pid]
        return next(p for p in pids if os.getsid(p) == p or len(pids) == 1)

    def check(self, machine, times, patience):
        """@times IPLs, told by the log; the engine does not grow after the first tenth."""
        def started():
            return len(machine.stderr.matches("started after"))

        vm.until(lambda: started() >= times // 10, patience)
        pid = self.engine(machine)
        fds, memory = self.usage(pid)
        vm.until(lambda: started() >= times, patience, f"{times} IPLs, not {started()}")
        fds_after, memory_after = self.usage(pid)
        self.assertLessEqual(abs(fds_after - fds), 4)  # a disk may be open
        self.assertLess(memory_after - memory, 2048, "KiB")

    @LONG
    def test_a_thousand_ipls_of_small_programs(self):
        self.small_programs(1000)

    def test_many_ipls_of_small_programs(self):
        self.small_programs(250)

    def small_programs(self, times):
        # in turns at the same place: each has code of its own there
        progs = [(disk.run_psw(0x20000), {0x20000: disk.assemble(
            "program", ME=n, WHO=1000 + n, NEXT=disk.ebcdic(2 - n))}) for n in (0, 1)]
        path = self.file("a.img", disk.disk(*progs))
        with VM(*virtio_blk(path)) as machine:
            self.check(machine, times, 300)
            machine.qmp.command("stop")
            first, second = self.counters(machine)[:2]
            self.assertLessEqual(abs(first - second), 1)
            self.assertGreaterEqual(first + second, times - 1)
            self.assertEqual(machine.stderr.matches("panic|cannot"), [])
            results = struct.unpack(">Q", machine.memory(disk.RESULTS, 8))[0], struct.unpack(
                ">Q", machine.memory(disk.RESULTS + 32, 8))[0]
            self.assertEqual(results, (1000, 1001), "no stale code")

    @LONG
    def test_twenty_reboots_of_linux(self):
        path = self.image(ACTIONS)
        with VM("-m", "512M", *virtio_blk(path), *ipl_device(loadparm=2)) as machine:
            self.check(machine, 20, 20 * BOOT)
            vm.until(lambda: len(machine.console.matches("^BOOT-OK entry=reboot")) >= 20,
                     BOOT)


class TwoDisks(vm.TestCase):
    """A Linux that moves itself to another disk: what chreipl writes into sysfs."""

    def test_from_one_disk_to_the_other(self):
        here, there = self.image(ACTIONS), self.image("z216-cdl4k")
        with VM("-m", "512M", *virtio_blk(here, "here", devno="fe.0.1111", bootindex=1),
                *virtio_blk(there, "there", devno="fe.0.2222", logical_block_size=4096,
                            physical_block_size=4096),
                *ipl_device(loadparm=6)) as machine:
            machine.console.wait_for("type exit to power off", BOOT)
            machine.console.wait_for("^/ # ", BOOT)
            machine.process.stdin.write(
                b"cd /sys/firmware/reipl; echo ccw >reipl_type; echo 0.0.2222 >ccw/device; "
                b"echo 3 >ccw/loadparm; reboot -f\n")
            machine.process.stdin.flush()
            machine.console.wait_for("^BOOT-OK entry=debug", 2 * BOOT)
            text = machine.console.text().split("\n")
        self.assertIn("CMDLINE[entry=debug img=z216-cdl4k loglevel=3]", text)
        self.assertIn("IPL device=0.0.2222", text)
        self.assertIn("IPL loadparm=3", text)
        self.assertIn("IPL device=0.0.1111", text)


class InTheMiddle(CountingCase):
    """Resets while an IPL goes on."""

    BIG = 320 * MIB

    def big_disk(self):
        """A program with a component that takes a while to load. It is the same 32
        MiB of the disk again and again."""
        d = disk.Disk(512, 65536 + 5000)
        data = random.Random(5).randbytes(65536 * 512)
        run = (d.put(data), 65536)
        code = disk.assemble("program", ME=1, NEXT=-1)
        program = d.program(
            d.load(0x20000, code),
            d.entry(disk.LOAD, d.segments([run] * (self.BIG // len(data) + 1)), 0x1000000),
            d.execute(disk.run_psw(0x20000)))
        return self.file("big.img", d.finish({1: program}, default=1)), data

    def intact(self, machine, data):
        """The last bytes of the component are there."""
        end = 0x1000000 + (self.BIG // len(data) + 1) * len(data)
        self.assertEqual(machine.memory(end - MIB, MIB + 512), data[-MIB:] + bytes(512))

    def test_at_any_moment(self):
        path, data = self.big_disk()
        chance = random.Random(7)
        with VM("-m", "1G", *virtio_blk(path)) as machine:
            self.wait_for_counts(machine, {1: 1}, 60)
            # how long an IPL takes here: in that time the resets come
            took = float(machine.stderr.wait_for(r"started after ([\d.]+) ms")[1]) / 1000
            want = 1
            for _ in range(10):
                machine.qmp.command("system_reset")
                for _ in range(chance.randrange(3)):
                    time.sleep(chance.random() * took)
                    machine.qmp.command("system_reset")
                time.sleep(chance.random() * took)
                machine.qmp.command("system_reset")
                started = self.counters(machine)[1]
                vm.until(lambda n=started: self.counters(machine)[1] > n, 30,
                         "the program to start")
                want += 1
            time.sleep(3 * took)
            self.intact(machine, data)
            hit = machine.stderr.matches("reset during the IPL: starting over")
            self.assertGreater(len(hit), 3, "resets came in the middle")

    def test_two_in_a_row(self):
        path = self.file("a.img", self.chain(None))
        with VM(*virtio_blk(path)) as machine:
            self.wait_for_counts(machine, {1: 1})
            for _ in range(100):
                before = self.counters(machine)[1]
                machine.qmp.command("system_reset")
                machine.qmp.command("system_reset")
                try:
                    vm.until(lambda n=before: self.counters(machine)[1] > n, 10)
                except AssertionError:
                    self.fail(f"not IPLed after two resets:\n{machine.stderr.text()[-1500:]}")

    def test_while_the_guest_resets_itself(self):
        path = self.file("a.img", self.chain(1))
        chance = random.Random(9)
        with VM(*virtio_blk(path)) as machine:
            for _ in range(60):
                time.sleep(chance.random() * 0.02)
                machine.qmp.command("system_reset")
            before = self.counters(machine)[1]
            vm.until(lambda: self.counters(machine)[1] > before + 10, 10, "10 more IPLs")

    def test_while_paused(self):
        path = self.file("a.img", self.chain(None))
        with VM(*virtio_blk(path)) as machine:
            self.wait_for_counts(machine, {1: 1})
            machine.qmp.command("stop")
            machine.qmp.command("system_reset")
            time.sleep(0.5)
            machine.qmp.command("system_reset")
            time.sleep(0.5)
            self.assertEqual(self.counters(machine)[1], 1)
            machine.qmp.command("cont")
            self.wait_for_counts(machine, {1: 2})

    def test_pause_in_the_middle(self):
        path, data = self.big_disk()
        with VM("-m", "1G", *virtio_blk(path)) as machine:
            for _ in range(4):
                machine.qmp.command("stop")
                time.sleep(0.1)
                machine.qmp.command("cont")
                time.sleep(0.02)
            self.wait_for_counts(machine, {1: 1}, 60)
            self.intact(machine, data)


class Panics(vm.TestCase):
    """A real panic ends as it does with QEMU alone, whatever the user asked for."""

    CODE = 0xDEAD

    def both(self, *options):
        """What there is to see in the end, with QEMU alone and with us: exit status,
        status of the VM, the last panic."""
        kernel = bytearray(0x10008)
        kernel[:8] = disk.run_psw(0x10000, disk.MODE_31).to_bytes(8, "big")
        kernel[disk.STOP_AT : disk.STOP_AT + 24] = disk.stop(self.CODE)
        kernel[0x10000:0x10004] = kernel[disk.STOP_AT : disk.STOP_AT + 4]
        kernel = self.file("kernel", bytes(kernel))
        path = self.file("a.img", disk.waits(self.CODE - 2))
        stock = self.outcome("-kernel", kernel, *options, stock=True)
        ours = self.outcome(*virtio_blk(path), *options)
        if stock[0][0] == "run":
            # with us QEMU stops for a moment, to see whether it is a re-IPL
            ours = (("run", *ours[0][1:]), *ours[1:])
        self.assertEqual(ours, stock)
        return stock

    def outcome(self, *options, **kwargs):
        with VM("-S", *options, **kwargs) as machine:
            machine.qmp.command("cont")
            end = time.monotonic() + 1.5  # nothing comes after that
            last, stopped = None, False
            while True:
                try:
                    event = machine.qmp.event("GUEST_PANICKED", "STOP", "RESUME", "SHUTDOWN",
                                              timeout=max(end - time.monotonic(), 0.1))
                except AssertionError:
                    break
                if event["event"] == "GUEST_PANICKED":
                    last = (event["data"]["action"], event["data"]["info"]["psw-addr"],
                            event["data"]["info"]["reason"])
                elif event["event"] != "SHUTDOWN":
                    stopped = event["event"] == "STOP"
                else:
                    stopped = event["data"]["reason"]
            if stopped in (True, False):  # nor did it shut down
                return last, stopped, None, machine.qmp.status()
            return last, stopped, machine.wait(10), None

    def test_default(self):
        last, stopped, status, _ = self.both()
        self.assertEqual((last, stopped, status), (
            ("poweroff", self.CODE, "disabled-wait"), "guest-panic", 0))

    def test_pause(self):
        last, stopped, _, status = self.both("-action", "panic=pause")
        self.assertEqual((last[0], stopped, status), ("pause", True, "guest-panicked"))

    def test_shutdown(self):
        self.assertEqual(self.both("-action", "panic=shutdown")[2], 0)

    def test_exit_failure(self):
        if "exit-failure" not in vm.run(vm.QEMU, "-help").stdout:
            self.skipTest("this QEMU has no panic=exit-failure")
        self.assertEqual(self.both("-action", "panic=exit-failure")[2], 1)

    def test_none(self):
        last, stopped, status, running = self.both("-action", "panic=none")
        self.assertEqual((last[0], stopped, status, running), ("run", False, None, "running"))

    def test_no_shutdown(self):
        self.assertEqual(self.both("-no-shutdown")[3], "guest-panicked")

    def test_shutdown_that_pauses(self):
        self.assertEqual(self.both("-action", "shutdown=pause")[3], "guest-panicked")

    def test_no_shutdown_and_shutdown(self):
        self.both("-no-shutdown", "-action", "panic=shutdown")

    def test_the_last_action_counts(self):
        self.both("-action", "panic=pause", "-action", "panic=shutdown")

    def test_after_some_re_ipls(self):
        """The last program stops, and what the user asked for still counts."""
        progs = [(disk.run_psw(0x20000), {0x20000: disk.assemble(
            "program", ME=n, NEXT=disk.ebcdic(n + 1), SUBCODE=4)}) for n in (1, 2)]
        progs.append((disk.run_psw(disk.STOP_AT), {disk.STOP_AT: disk.stop(self.CODE)}))
        path = self.file("chain.img", disk.disk(*progs))
        for action, status in (("shutdown", 0), ("exit-failure", 1)):
            with VM(*virtio_blk(path), "-action", f"panic={action}") as machine:
                self.assertEqual(machine.wait(), status)
                self.assertEqual(len(machine.stderr.matches("started after")), 3)
        with VM(*virtio_blk(path), "-action", "panic=pause") as machine:
            vm.until(lambda: len(machine.stderr.matches("started after")) == 3)
            while machine.panic() != self.CODE:
                pass
            vm.until(lambda: machine.qmp.status() == "guest-panicked", 10)

    def test_other_specification_exceptions(self):
        """Looks like DIAG 308 subcode 4, but is none."""
        wait = struct.pack(">QQ", 0x0002000180000000, 0x666)
        code = bytes.fromhex("1d130000") + bytes(12)  # divide: odd register
        path = self.file("spec.img", disk.disk(
            (disk.run_psw(0x20000), {0x1D0: wait, 0x20000: code})))
        with VM(*virtio_blk(path)) as machine:
            self.assertEqual(machine.wait(), 0)
            self.assertEqual(machine.stderr.matches("subcode"), [])


class NotAnIpl(CountingCase):
    """A guest cannot make the engine load anything by writing the mailbox."""

    def stub(self, memory):
        with VM("-S", "-m", f"{memory}M", *virtio_blk(self.file("none", bytes(MIB)))) as machine:
            return machine.memory(vm.stub_base(memory), vm.STUB_SIZE)

    def test_mailbox_written_by_the_guest(self):
        # the program has a whole copy of the stub where the stub was
        base = vm.stub_base(64)
        code = disk.assemble("program", ME=1, NEXT=-1, FAKE=base)
        path = self.file("a.img", disk.disk(
            (disk.run_psw(0x20000), {0x20000: code, base: self.stub(64)})))
        with VM("-m", "64M", *virtio_blk(path), run=["-v"]) as machine:
            # all written: { generation, state } follow the magic
            vm.until(lambda: machine.memory(disk.RESULTS + 32 + 24, 8) != bytes(8), 60,
                     "the guest to pretend")
            mailbox = machine.memory(base + 0x1000, 0x100)
            self.assertEqual(mailbox[:8], vm.STUB_MAGIC)
            self.assertEqual(mailbox[16:24], struct.pack(">Q", 1))
            time.sleep(3)  # the engine looks once a second
            self.assertEqual(machine.memory(base + 0x1000, 0x100), mailbox)
            self.assertEqual(self.counters(machine)[1], 1)
            self.assertEqual(len(machine.stderr.matches("started after")), 1)
            # and a real reset is still served
            machine.qmp.command("system_reset")
            self.wait_for_counts(machine, {1: 2})

    def test_stub_where_another_qemu_has_it(self):
        """A copy at the other place where QEMU's firmware can be is not written anew by a
        reset, and would be taken for the one that waits."""
        base, top = vm.stub_base(64), 64 * MIB
        other = top - (5 * MIB - (top - base))
        self.assertEqual({top - base, top - other}, {2 * MIB, 3 * MIB})
        code = disk.assemble("program", ME=1, NEXT=-1, FAKE=other)
        path = self.file("a.img", disk.disk(
            (disk.run_psw(0x20000), {0x20000: code, other: self.stub(64)})))
        with VM("-m", "64M", *virtio_blk(path), run=["-v"]) as machine:
            for count in 1, 2, 3:
                self.wait_for_counts(machine, {1: count})
                vm.until(lambda: machine.memory(disk.RESULTS + 32 + 24, 8) != bytes(8), 60,
                         "the guest to pretend")
                machine.qmp.command("system_reset")


if __name__ == "__main__":
    vm.main()
