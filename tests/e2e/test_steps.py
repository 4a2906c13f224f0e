# SPDX-License-Identifier: MIT
"""Engine, loader and QEMU killed or stopped at every step of an IPL. A step is a system
call of the engine or a loader that others can see: tests/stepper.c.

Each of the others, and the VM, must come to an end that is right, whichever step it was.
"""
import hashlib
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import disk
import vm
from vm import MIB, VM, ipl_device, virtio_blk

STEPS = 4  # of each kind, where not all are tried
COMPONENT = 0x200000
MEMORY = 32
GIVE_UP = 0xFF0 + 4  # include/s390-ipl/abi.h: STUB_ROM_GIVE_UP


def stepper():
    path = os.path.join(os.path.dirname(vm.S390_IPL), "../tests/stepper")
    if not os.path.exists(path):
        raise unittest.SkipTest("the stepper is not beside s390-ipl: not a build directory")
    return path


class Steps(vm.TestCase):
    total = None  # how many there are
    each = STEPS

    def setUp(self):
        super().setUp()
        self.content = random.Random(7).randbytes(2 * MIB)
        code = disk.assemble("program", ME=1, NEXT=-1)
        self.path = self.file("disk.img", disk.disk(
            (disk.run_psw(0x20000), {0x20000: code, COMPONENT: self.content})))
        self.tmp = os.path.join(self.dir, "tmp")
        os.mkdir(self.tmp)
        self.reports = 0

    def disk(self):
        return virtio_blk(self.path)

    def start(self, step, victim, sig):
        self.reports += 1
        self.report = os.path.join(self.dir, f"report{self.reports}")
        machine = VM("-m", f"{MEMORY}M", *self.disk(), *ipl_device(),
                     "-action", "panic=pause", check_engine=victim != "engine",
                     env={"TMPDIR": self.tmp},
                     command=[stepper(), str(step), victim, str(int(sig)), self.report,
                              vm.S390_IPL, "run", "-v"])
        return machine

    def count(self, machine):
        if machine.memory_fd is None:
            machine.memory_fd = machine._find_memory(ask=False)
        raw = os.pread(machine.memory_fd, 8, disk.RESULTS + 32 + 16)
        return struct.unpack(">Q", raw)[0] if len(raw) == 8 else 0

    def is_started(self, machine):
        return machine.stderr.matches("started after")

    def reached(self, machine):
        """The process ids when the step was reached, or None when there are fewer steps."""
        def look():
            return os.path.exists(self.report) or self.is_started(machine)
        vm.until(look, what="the step")
        if not os.path.exists(self.report):
            time.sleep(0.3)  # steps after the start
        if not os.path.exists(self.report):
            return None
        with open(self.report) as f:
            words = f.read().split()
        self.step = f"step {words[0]}: {words[1]}, system call {words[2]}"
        engine, loader, qemu, done, self.engine_steps = map(int, words[3:])
        machine.known |= {engine}
        return {"engine": engine, "loader": loader, "qemu": qemu} if done else {}

    def let_go(self):
        """No step is left: the end of the VM is not to be one."""
        for pid, words in vm.children().items():
            if words.startswith(stepper()):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    def steps(self):
        of = type(self)
        if of.total is None:
            of.total = self.number_of_steps(0)
        if vm.ALL:
            return range(1, of.total + 1)
        first = sum(map(ord, self.id())) % (of.total // of.each) + 1
        return range(first, of.total + 1, of.total // of.each)

    def number_of_steps(self, which):
        with self.start(which, "engine", 0) as machine:
            vm.until(lambda: self.is_started(machine), what="the start")
            time.sleep(0.3)
        vm.until(lambda: os.path.exists(self.report))
        with open(self.report) as f:
            return int(f.read().split()[2])

    def files(self):
        """What could be left behind: in a directory of its own, and by name, since
        other tests make files, too."""
        return {os.path.join(place, name)
                for place in ("/dev/shm", tempfile.gettempdir(), self.tmp)
                for name in os.listdir(place)
                if place == self.tmp
                or "s390-ipl" in name and not name.startswith("s390-ipl-e2e-")}

    def at_each_step(self, victim, sig, then, steps=None):
        """@then has to say what has to be when the signal was sent."""
        before, tried = self.files(), 0
        for step in steps or self.steps():
            with self.start(step, victim, sig) as machine:
                pids = self.reached(machine)
                if pids is None:
                    self.let_go()
                    break
                if not pids:
                    continue  # there was no such process at that moment
                tried += 1
                try:
                    if (victim, sig) != ("qemu", signal.SIGKILL):
                        self.count(machine)  # which finds the memory
                    then(machine, pids)
                except Exception as e:
                    raise AssertionError(
                        f"{self.step}: {e}\n{machine.console.text()}\n"
                        f"{machine.stderr.text()}") from e
            for pid in pids.values():
                vm.until(lambda p=pid: not pid or not vm.is_there(p),
                         what=f"{self.step}: the end of all processes")
            # the one that makes a socket may outlive the engine by a moment
            vm.until(lambda: not os.listdir(self.tmp),
                     what=f"{self.step}: no file, but there is {os.listdir(self.tmp)}")
        self.assertEqual(self.files(), before)
        self.assertGreater(tried, 0)
        print(f"{tried} of {len(steps) if steps else self.total} steps ", end="", file=sys.stderr)

    def whole(self, machine):
        """The program was started, and all of it is there."""
        vm.until(lambda: self.count(machine) >= 1, what="the start")
        digest = hashlib.sha256(os.pread(machine.memory_fd, len(self.content), COMPONENT))
        self.assertEqual(digest.digest(), hashlib.sha256(self.content).digest())

    def next_reset_works(self, machine):
        before = self.count(machine)
        machine.qmp.command("system_reset")
        vm.until(lambda: self.count(machine) > before, what="the start after a reset")
        self.whole(machine)

    # --- the engine

    def test_engine_killed(self):
        """The guest waits, and says so, or all of its program was there."""
        def then(machine, pids):
            vm.until(lambda: not vm.is_there(pids["loader"]), what="the end of the loader")
            memory = os.open(f"/proc/self/fd/{machine.memory_fd}", os.O_RDWR)

            def ended():
                # it would wait for 30 s; QEMU may not have put it there yet
                os.pwrite(memory, struct.pack(">I", 1), vm.stub_base(MEMORY) + GIVE_UP)
                return self.count(machine) or machine.console.matches("no IPL engine answers")
            vm.until(ended, what="the stub's last words")
            os.close(memory)
            if self.count(machine):
                self.whole(machine)
            self.assertIsNone(machine.process.poll(), "QEMU goes on")
        vm.stub_base(MEMORY)
        self.at_each_step("engine", signal.SIGKILL, then)

    def test_engine_stopped(self):
        def then(machine, pids):
            time.sleep(0.02)
            os.kill(pids["engine"], signal.SIGCONT)
            self.whole(machine)
            self.next_reset_works(machine)
        self.at_each_step("engine", signal.SIGSTOP, then)

    # --- the loader

    def test_loader_killed(self):
        def then(machine, _):
            self.whole(machine)
            self.next_reset_works(machine)
        self.at_each_step("loader", signal.SIGKILL, then)

    def test_loader_stopped(self):
        def then(machine, pids):
            time.sleep(0.02)
            if vm.is_there(pids["loader"]):
                os.kill(pids["loader"], signal.SIGCONT)
            self.whole(machine)
        self.at_each_step("loader", signal.SIGSTOP, then)

    def test_reset_while_the_loader_is_stopped(self):
        def then(machine, _):
            reset_at = 0

            def started():
                # one that comes before the IPL has begun changes nothing
                nonlocal reset_at
                if time.monotonic() > reset_at + 2:
                    machine.qmp.command("system_reset")
                    reset_at = time.monotonic()
                return self.count(machine)
            vm.until(started, what="the start after a reset")
            self.whole(machine)
            self.next_reset_works(machine)
        self.at_each_step("loader", signal.SIGSTOP, then)

    # --- QEMU

    def test_qemu_killed(self):
        def then(machine, pids):
            machine.process.wait(vm.PATIENCE)
            for who in "engine", "loader":
                vm.until(lambda p=pids[who]: not vm.is_there(p), what=f"the end of the {who}")
        self.at_each_step("qemu", signal.SIGKILL, then)

    def test_qemu_stopped(self):
        def then(machine, pids):
            time.sleep(0.05)
            os.kill(pids["qemu"], signal.SIGCONT)
            self.whole(machine)
            self.next_reset_works(machine)
        self.at_each_step("qemu", signal.SIGSTOP, then)

    def test_qemu_stopped_and_killed(self):
        def then(machine, pids):
            os.kill(pids["qemu"], signal.SIGKILL)
            machine.process.wait(vm.PATIENCE)
            for who in "engine", "loader":
                vm.until(lambda p=pids[who]: not vm.is_there(p), what=f"the end of the {who}")
        self.at_each_step("qemu", signal.SIGSTOP, then)


class ThroughQemu(Steps):
    """The disk is not a raw file: QEMU exports it, and the engine makes the socket."""
    total = None
    each = 2

    def setUp(self):
        super().setUp()
        raw, self.path = self.path, os.path.join(self.dir, "disk.qcow2")
        subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, self.path],
                       check=True)

    def disk(self):
        return ["-drive", f"if=none,id=disk0,file={self.path},format=qcow2",
                "-device", "virtio-blk-ccw,drive=disk0"]

    def around_the_socket(self):
        """Where the socket has a name, and a little before and after that."""
        helper = self.number_of_steps("helper:0")
        self.assertGreater(helper, 4)
        with self.start("helper:1", "qemu", 0) as machine:
            self.reached(machine)
            self.assertIn("helper", self.step)
        return ([f"helper:{n}" for n in range(1, helper + 1)]
                + [f"engine:{self.engine_steps + n}" for n in range(-2, 7)])

    def test_engine_ended_while_there_is_a_socket(self):
        def then(machine, pids):
            for who in "engine", "loader":
                vm.until(lambda p=pids[who]: not vm.is_there(p), what=f"the end of the {who}")
            self.assertEqual(machine.qmp.status(), "running")
        steps = self.around_the_socket()
        for sig in signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP:
            few = steps if vm.ALL or sig == signal.SIGKILL else steps[sig % 3 :: 3]
            with vm.signals_that_end():
                self.at_each_step("engine", sig, then, few)


if __name__ == "__main__":
    vm.main()
