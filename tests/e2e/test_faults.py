# SPDX-License-Identifier: MIT
"""Whatever fails or is killed in the middle of an IPL: there is a message, nothing
half-loaded is started, nothing is left behind, and the next reset works.

The loader is held in its tracks by SIGSTOP, or by a disk that answers late (nbdkit).
"""
import os
import random
import resource
import shutil
import signal
import struct
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import disk
import vm
from vm import MIB, VM, ipl_device, virtio_blk

NBDKIT = unittest.skipUnless(shutil.which("nbdkit"), "there is no nbdkit")
BIG = 256 * MIB
GIVE_UP = 0xFF0 + 4  # include/s390-ipl/abi.h: STUB_ROM_GIVE_UP


def preloaded(case, name):
    """The environment for a library of ours."""
    path = os.path.join(os.path.dirname(vm.S390_IPL), f"../tests/{name}.so")
    if not os.path.exists(path):
        case.skipTest(f"{path} is not there")
    return {"LD_PRELOAD": os.path.abspath(path)}


class FaultCase(vm.TestCase):
    def counters(self, machine):
        raw = machine.memory(disk.RESULTS, 64)
        return struct.unpack_from(">Q", raw, 32 + 16)[0]

    def big_disk(self):
        """A program that counts its starts, with a component that takes a while."""
        d = disk.Disk(512, 65536 + 5000)
        run = (d.put(random.Random(5).randbytes(65536 * 512)), 65536)
        program = d.program(
            d.load(0x20000, disk.assemble("program", ME=1, NEXT=-1)),
            d.entry(disk.LOAD, d.segments([run] * (BIG // (32 * MIB))), 0x1000000),
            d.execute(disk.run_psw(0x20000)))
        return self.file("big.img", d.finish({1: program}, default=1))

    def start(self, path, *options, **kwargs):
        """A VM that is stopped before its first instruction."""
        return VM("-m", "1G", "-S", *virtio_blk(path), *ipl_device(), *options,
                  "-action", "panic=pause", **kwargs)

    def loader(self, engine, not_these=()):
        """The process that loads, once there is one."""
        return vm.until(lambda: [p for p in vm.children_of(engine) if p not in not_these],
                        what="a loader")[0]

    def held(self, machine):
        """The loader, stopped somewhere in the middle of loading."""
        engine = machine.engine()
        loader = self.loader(engine)
        machine.qmp.command("cont")
        machine.stderr.wait_for("KiB in")
        os.kill(loader, signal.SIGSTOP)
        return engine, loader

    def serve(self, path, *options):
        """nbdkit at a socket that is not there yet."""
        raw = self.file("disk.raw", disk.waits(0x1000))
        server = subprocess.Popen(["nbdkit", "-f", "-U", path, *options[:1], "file", raw,
                                   *options[1:]], stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (server.kill(), server.wait()))
        vm.until(lambda: os.path.exists(path), what="nbdkit")
        self.assertIsNone(server.poll())
        return server

    def served(self, *options):
        """The disk behind nbdkit: (server, options for QEMU)."""
        path = os.path.join(self.dir, "socket")
        return self.serve(path, *options), ["-m", "256M", "-drive",
                        f"if=none,id=d,file=nbd+unix:///?socket={path},format=raw,readonly=on",
                        "-device", "virtio-blk-ccw,drive=d", *ipl_device(),
                        "-action", "panic=pause"]

    def wait_for_count(self, machine, count):
        vm.until(lambda: self.counters(machine) >= count, what=f"start {count}")

    def next_reset_works(self, machine):
        before = self.counters(machine)
        machine.qmp.command("system_reset")
        machine.qmp.command("cont")
        self.wait_for_count(machine, before + 1)


class Killed(FaultCase):
    def test_loader(self):
        with self.start(self.big_disk()) as machine:
            engine, loader = self.held(machine)
            os.kill(loader, signal.SIGKILL)
            machine.stderr.wait_for(r"was ended by signal 9 \(KILL\)")
            machine.stderr.wait_for("trying with a new one")
            self.wait_for_count(machine, 1)
            self.assertEqual(self.counters(machine), 1)
            self.next_reset_works(machine)
            vm.until(lambda: not vm.children_of(engine), what="the end of all loaders")

    def test_loader_twice(self):
        with self.start(self.big_disk()) as machine:
            engine, loader = self.held(machine)
            os.kill(loader, signal.SIGKILL)
            os.kill(self.loader(engine, [loader]), signal.SIGKILL)
            machine.console.wait_for("the loader's process was ended by signal 9")
            machine.console.wait_for("this VM cannot be IPLed")
            self.assertEqual(machine.panic(), 0x495002)
            self.assertEqual(self.counters(machine), 0)
            self.next_reset_works(machine)

    def test_loader_by_the_sandbox(self):
        """What is said of the signals that the kernel sends: a call that is forbidden may
        work with a new one, too much CPU time will not."""
        with self.start(self.big_disk()) as machine:
            engine, loader = self.held(machine)
            os.kill(loader, signal.SIGSYS)
            os.kill(loader, signal.SIGCONT)
            machine.stderr.wait_for("the loader's process made a system call that its sandbox forbids")
            machine.stderr.wait_for("trying with a new one")
            os.kill(self.loader(engine, [loader]), signal.SIGXCPU)
            machine.console.wait_for("the loader's process was ended, since it took more CPU time "
                                     "than any real disk needs")
            self.assertEqual(machine.panic(), 0x495002)
            self.assertEqual(self.counters(machine), 0)
            self.next_reset_works(machine)

    def test_loader_before_it_is_needed(self):
        with self.start(self.big_disk()) as machine:
            os.kill(self.loader(machine.engine()), signal.SIGKILL)
            machine.qmp.command("cont")
            self.wait_for_count(machine, 1)

    def test_loader_at_any_moment(self):
        chance = random.Random(3)
        with self.start(self.big_disk()) as machine:
            engine = machine.engine()
            machine.qmp.command("cont")
            self.wait_for_count(machine, 1)
            vm.until(lambda: not vm.children_of(engine), what="the end of the loader")
            began = self.size(engine)
            for _ in range(40 if vm.ALL else 12):
                machine.qmp.command("system_reset")
                machine.qmp.command("cont")
                time.sleep(chance.random() * 0.4)
                for pid in vm.children_of(engine):
                    os.kill(pid, signal.SIGKILL)
                vm.until(lambda: machine.stderr.matches("started after|cannot be IPLed"))
            self.next_reset_works(machine)
            vm.until(lambda: not vm.children_of(engine), what="the end of all loaders")
            fds, kib = self.size(engine)
            self.assertEqual(fds, began[0])
            self.assertLess(kib, began[1] + 2048)

    def size(self, pid):
        """Descriptors and KiB of its own memory."""
        with open(f"/proc/{pid}/status") as f:
            anon = next(int(l.split()[1]) for l in f if l.startswith("RssAnon"))
        return len(os.listdir(f"/proc/{pid}/fd")), anon

    def test_engine(self):
        with self.start(self.big_disk(), check_engine=False) as machine:
            engine, loader = self.held(machine)
            os.kill(engine, signal.SIGKILL)
            vm.until(lambda: not vm.is_there(loader), what="the end of the loader")
            time.sleep(0.5)
            self.assertEqual(self.counters(machine), 0)
            self.assertEqual(machine.qmp.status(), "running")

    def nobody_answers(self, machine, times):
        """The stub says so, for the @times-th time: as after 30 s, but at once."""
        memory = os.open(f"/proc/self/fd/{machine.memory_fd}", os.O_RDWR)

        def said():
            # the one that waits may not be in memory yet
            os.pwrite(memory, struct.pack(">I", 1), vm.stub_base(1024) + GIVE_UP)
            return len(machine.console.matches("no IPL engine answers")) == times
        try:
            vm.until(said, what="the stub's last words")
        finally:
            os.close(memory)
        self.assertEqual(machine.panic(), 0x495001)

    def test_engine_by_a_signal(self):
        """No file is left, QEMU goes on, and the guest says why nothing happens: now, and
        after each reset, for which there is no engine either."""
        vm.stub_base(1024)
        path, tmp = self.big_disk(), os.path.join(self.dir, "tmp")
        os.mkdir(tmp)
        for sig in signal.SIGTERM, signal.SIGINT, signal.SIGHUP:
            with self.subTest(sig), vm.signals_that_end(), \
                    self.start(path, check_engine=False, env={"TMPDIR": tmp}) as machine:
                engine, loader = self.held(machine)
                os.kill(engine, sig)
                for pid in engine, loader:
                    vm.until(lambda p=pid: not vm.is_there(p), what="the end of both")
                self.assertEqual(self.counters(machine), 0)
                self.assertEqual(machine.qmp.status(), "running")
                self.assertEqual(os.listdir(tmp), [])
                if sig != signal.SIGTERM and not vm.ALL:
                    continue
                self.nobody_answers(machine, 1)
                machine.qmp.command("system_reset")
                machine.qmp.command("cont")
                self.nobody_answers(machine, 2)
                self.assertEqual(self.counters(machine), 0)

    def test_engine_by_a_pipe(self):
        """A reader of its messages who goes away ends nothing."""
        with self.start(self.big_disk()) as machine:
            engine, loader = self.held(machine)
            os.kill(engine, signal.SIGPIPE)
            os.kill(loader, signal.SIGCONT)
            self.wait_for_count(machine, 1)
            self.next_reset_works(machine)
            self.assertTrue(vm.is_there(engine))

    def test_qemu(self):
        with self.start(self.big_disk()) as machine:
            engine, loader = self.held(machine)
            machine.process.kill()
            vm.until(lambda: not vm.is_there(loader) and not vm.is_there(engine))

    def test_qemu_stopped(self):
        with self.start(self.big_disk()) as machine:
            _, loader = self.held(machine)
            os.kill(machine.pid, signal.SIGSTOP)
            os.kill(loader, signal.SIGCONT)
            time.sleep(1)
            self.assertEqual(len(machine.stderr.matches("started after")), 0)
            os.kill(machine.pid, signal.SIGCONT)
            self.wait_for_count(machine, 1)

    def test_reset_while_it_is_held(self):
        with self.start(self.big_disk()) as machine:
            _, loader = self.held(machine)
            machine.qmp.command("system_reset")
            machine.stderr.wait_for("reset during the IPL")
            self.wait_for_count(machine, 1)
            vm.until(lambda: not vm.is_there(loader))


class Loader(FaultCase):
    """The process that loads, from outside: all that docs/sandbox.md says of it."""

    def through_qemu(self):
        path = self.big_disk()
        subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", path, path + ".qcow2"],
                       check=True)
        return VM("-m", "1G", "-S", "-drive", f"if=none,id=d,file={path}.qcow2,format=qcow2",
                  "-device", "virtio-blk-ccw,drive=d", *ipl_device(), "-action", "panic=pause")

    def descriptors(self, pid):
        """number -> (what it is, flags)"""
        found = {}
        for fd in os.listdir(f"/proc/{pid}/fd"):
            with open(f"/proc/{pid}/fdinfo/{fd}") as f:
                flags = int(next(l.split()[1] for l in f if l.startswith("flags:")), 8)
            found[int(fd)] = (os.readlink(f"/proc/{pid}/fd/{fd}"), flags)
        return found

    def check_descriptors(self, pid, path):
        """@path: of the disk, None: it is read by NBD."""
        fds = self.descriptors(pid)
        for fd in range(3):
            self.assertEqual(fds.pop(fd), ("/dev/null", os.O_PATH), f"descriptor {fd}")
        memory = [name for name, _ in fds.values() if name.startswith("/memfd:s390-ipl-memory")]
        sockets = [name for name, _ in fds.values() if name.startswith("socket:")]
        disks = [(name, flags & os.O_ACCMODE) for name, flags in fds.values() if name == path]
        self.assertEqual(len(memory), 1, fds)
        self.assertEqual(len(sockets), 1 if path else 2, fds)
        self.assertEqual(disks, [(path, os.O_RDONLY)] if path else [])
        self.assertEqual(len(memory + sockets + disks), len(fds), fds)

    def status(self, pid):
        with open(f"/proc/{pid}/status") as f:
            return dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)

    def check_status(self, pid, filtered):
        status = self.status(pid)
        if os.geteuid() == 0:
            self.assertEqual(status["Uid"].split(), ["65534"] * 4)
            self.assertEqual(status["Gid"].split(), ["65534"] * 4)
            self.assertEqual(status["Groups"].split(), [])
        for which in "CapInh", "CapPrm", "CapEff", "CapAmb":
            self.assertEqual(int(status[which], 16), 0, which)
        self.assertEqual(status["NoNewPrivs"], "1")
        self.assertEqual(status["Seccomp"], "2" if filtered else "0")

    def check_limits(self, pid, filtered):
        wanted = {  # docs/sandbox.md, for a VM with 1 GiB
            # the second limit is that of SIGKILL
            "Max cpu time": (resource.RLIMIT_CPU, 60 + 2, 60 + 2 + 5),
            "Max file size": (resource.RLIMIT_FSIZE, 1024 * MIB),
            "Max core file size": (resource.RLIMIT_CORE, 0),
            "Max open files": (resource.RLIMIT_NOFILE, 8),
        }
        if filtered:
            wanted["Max data size"] = (resource.RLIMIT_DATA, 512 * MIB)
            wanted["Max address space"] = (resource.RLIMIT_AS, 2 * 1024 * MIB)
        with open(f"/proc/{pid}/limits") as f:
            lines = f.read().splitlines()
        for name, (which, *values) in wanted.items():
            ours = resource.getrlimit(which)[1]
            if ours != resource.RLIM_INFINITY:
                values = [min(value, ours) for value in values]
            line = next(l for l in lines if l.startswith(name + " "))
            self.assertEqual(line[len(name) :].split()[:2],
                             [str(values[0]), str(values[-1])], name)

    def check(self, machine, path):
        engine, loader = self.held(machine)
        self.assertEqual(vm.children_of(engine), [loader])
        # a build with a sanitizer is without
        filtered = "no filter" not in machine.stderr.wait_for("sandbox: .*").group()
        self.check_status(loader, filtered)
        self.check_limits(loader, filtered)
        if os.geteuid() == 0:  # nobody else may look
            self.check_descriptors(loader, path)
            with open(f"/proc/{loader}/environ", "rb") as f:
                self.assertEqual(f.read(), b"")
        else:
            with self.assertRaises(PermissionError):
                os.listdir(f"/proc/{loader}/fd")
        os.kill(loader, signal.SIGCONT)
        self.wait_for_count(machine, 1)
        vm.until(lambda: not vm.children_of(engine), what="the end of the loader")

    def test_what_it_has(self):
        path = self.big_disk()
        with self.start(path) as machine:
            self.check(machine, path)

    def test_what_it_has_through_qemu(self):
        with self.through_qemu() as machine:
            self.check(machine, None)

    def test_without_the_sandbox(self):
        """A process of its own all the same; and a message that nobody misses."""
        with self.start(self.big_disk(), run=["--sandbox=off"]) as machine:
            engine, loader = self.held(machine)
            machine.stderr.wait_for("--sandbox=off: the disk is read with all rights of this user")
            self.assertEqual(vm.children_of(engine), [loader])
            status = self.status(loader)
            self.assertEqual(status["Seccomp"], self.status(os.getpid())["Seccomp"])
            self.assertEqual(status["Uid"].split(), [str(os.geteuid())] * 4)
            self.assertEqual(machine.stderr.matches("sandbox: "), [])
            os.kill(loader, signal.SIGCONT)
            self.wait_for_count(machine, 1)


class Disks(FaultCase):
    def test_shrunk_in_the_middle(self):
        path = self.big_disk()
        with self.start(path) as machine:
            loader = self.loader(machine.engine())
            machine.qmp.command("cont")
            machine.stderr.wait_for("KiB in")
            os.kill(loader, signal.SIGSTOP)
            with open(path, "rb") as f:
                content = f.read()
            whole = len(content)
            os.truncate(path, 8 * MIB)
            os.kill(loader, signal.SIGCONT)
            machine.console.wait_for(f"although it had {whole} bytes when it was opened")
            self.assertEqual(machine.panic(), 0x495002)
            self.assertEqual(self.counters(machine), 0)
            with open(path, "r+b") as f:
                f.write(content)
            self.next_reset_works(machine)

    def test_changed_in_the_middle(self):
        """What was planned is loaded, and nothing else, whatever the tables say then."""
        path = self.big_disk()
        with self.start(path) as machine:
            loader = self.loader(machine.engine())
            machine.qmp.command("cont")
            machine.stderr.wait_for("KiB in")
            os.kill(loader, signal.SIGSTOP)
            with open(path, "r+b") as f:
                f.write(b"\xff" * 4096)
                f.seek(-1 * MIB, os.SEEK_END)
                f.write(b"\xff" * MIB)
            os.kill(loader, signal.SIGCONT)
            self.wait_for_count(machine, 1)
            machine.qmp.command("system_reset")
            machine.console.wait_for("cannot be IPLed")

    @NBDKIT
    def test_read_errors(self):
        flag = os.path.join(self.dir, "broken")
        _, options = self.served("--filter=error", "error-pread=EIO", "error-pread-rate=100%",
                                 f"error-pread-file={flag}")
        with VM(*options) as machine:
            self.assertEqual(machine.panic(), 0x1002)
            self.file("broken", b"")
            machine.qmp.command("system_reset")
            machine.qmp.command("cont")
            machine.console.wait_for("NBD read failed")
            self.assertEqual(machine.panic(), 0x495002)
            os.unlink(flag)
            machine.qmp.command("system_reset")
            machine.qmp.command("cont")
            self.assertEqual(machine.panic(), 0x1002)

    @NBDKIT
    def test_late_answers(self):
        _, options = self.served("--filter=delay", "rdelay=200ms")
        with VM(*options) as machine:
            self.assertEqual(machine.panic(), 0x1002)

    @NBDKIT
    def test_reset_while_the_disk_is_silent(self):
        # it takes some ten reads: this is in the middle also when we are late
        _, options = self.served("--filter=delay", "rdelay=500ms")
        with VM("-S", *options) as machine:
            machine.qmp.command("cont")
            machine.stderr.wait_for("sandbox: ")
            time.sleep(0.3)
            machine.qmp.command("system_reset")
            machine.stderr.wait_for("reset during the IPL")
            self.assertEqual(machine.panic(), 0x1002)

    @NBDKIT
    def test_server_disappears(self):
        server, options = self.served("--filter=delay", "rdelay=1")
        with VM("-S", *options) as machine:
            machine.qmp.command("cont")
            machine.stderr.wait_for("sandbox: ")
            server.kill()
            machine.console.wait_for("this VM cannot be IPLed")
            self.assertEqual(machine.panic(), 0x495002)
            # QEMU connects anew by itself, but the first requests may fail and take
            # it some seconds (7.2: block/nbd.c, with reconnect-delay= or without)
            server.wait()
            os.unlink(os.path.join(self.dir, "socket"))
            server = self.serve(os.path.join(self.dir, "socket"))
            machine.before.add(server.pid)  # it does not belong to the VM

            def reset_works():
                machine.qmp.command("system_reset")
                machine.qmp.command("cont")
                code = machine.panic()
                self.assertIn(code, (0x495002, 0x1002))
                return code == 0x1002 or time.sleep(1)
            vm.until(reset_works, what="an IPL from the new server")


class Limits(FaultCase):
    """A loader that is stopped for ever is given up after the time that it has. The engine's
    clock is fast meanwhile, so that this need not be waited for."""

    def setUp(self):
        super().setUp()
        self.switch = os.path.join(self.dir, "fast")
        self.clock = preloaded(self, "fast_clock")
        self.clock["FAST_CLOCK"] = self.switch

    def given_up(self, machine, loader, seconds):
        self.assertEqual(machine.console.matches("could not be read"), [])
        self.file("fast", b"")
        machine.console.wait_for(f"the disk could not be read within {seconds} seconds")
        os.unlink(self.switch)
        self.assertEqual(machine.panic(), 0x495002)
        vm.until(lambda: not vm.is_there(loader), what="the end of the loader")

    def test_stopped_while_it_loads(self):
        with self.start(self.big_disk(), env=self.clock) as machine:
            _, loader = self.held(machine)
            self.given_up(machine, loader, 60)
            self.assertEqual(self.counters(machine), 0)
            self.next_reset_works(machine)

    def test_stopped_before_it_begins(self):
        with self.start(self.big_disk(), env=self.clock) as machine:
            loader = self.loader(machine.engine())
            os.kill(loader, signal.SIGSTOP)
            machine.qmp.command("cont")
            self.given_up(machine, loader, 120)
            self.assertEqual(self.counters(machine), 0)
            self.next_reset_works(machine)

    @NBDKIT
    def test_stopped_while_it_reads(self):
        _, options = self.served("--filter=delay", "rdelay=300ms")  # some ten times
        with VM("-S", *options, env=self.clock) as machine:
            loader = self.loader(machine.engine())
            machine.qmp.command("cont")
            machine.stderr.wait_for("sandbox: ")
            os.kill(loader, signal.SIGSTOP)
            self.given_up(machine, loader, 120)
            machine.qmp.command("system_reset")
            machine.qmp.command("cont")
            self.assertEqual(machine.panic(), 0x1002)


class Clock(FaultCase):
    """The host's clock is set, a day forth and back, all the time: by a library that the
    engine and QEMU are given. (The loader has no environment, and asks no such clock.)"""

    def stepped(self, *options):
        return VM("-m", "64M", *options, "-action", "panic=pause",
                  env=preloaded(self, "stepped_clock"))

    def test_ipl(self):
        path = self.file("disk.img", disk.waits(0x1000))
        with self.stepped(*virtio_blk(path), *ipl_device()) as machine:
            for _ in range(3):
                self.assertEqual(machine.panic(), 0x1002)
                machine.qmp.command("system_reset")
                machine.qmp.command("cont")
            self.assertEqual(machine.panic(), 0x1002)

    def test_menu(self):
        path = self.file("disk.img", disk.waits(0x1000, 2))
        with self.stepped(*virtio_blk(path), *ipl_device(menu="on", timeout=3)) as machine:
            machine.console.wait_for("in 3 seconds|3 s")
            began = time.monotonic()
            self.assertEqual(machine.panic(), 0x1002)
            self.assertLess(abs(time.monotonic() - began - 3), 2)


class Host(FaultCase):
    def test_memory_file_is_full(self):
        with self.file_system("48M") as path:
            with VM("-m", "1G", *vm.memory_file(path, "1G"), *virtio_blk(self.big_disk()),
                    *ipl_device()) as machine:
                machine.console.wait_for("No space left on device")
                machine.stderr.wait_for("the file system of the memory file is full")
                self.assertEqual(machine.wait(), 1)

    def test_nobody_reads_what_the_engine_says(self):
        image = self.file("disk.img", disk.waits(0x1000))
        for redirection in ("2>&-", "2>/dev/full", "2>&1 | true", "<&-", ">&-", "<&- >&-",
                            "<&- >&- 2>&-"):
            with self.subTest(redirection):
                argv = [vm.S390_IPL, "run", "-vv", "-m", "64M", "-display", "none", "-monitor",
                        "none", "-serial", "none", *virtio_blk(image), *ipl_device(),
                        "-action", "panic=exit-failure"]
                script = '"$@" ' + redirection + '; test "${PIPESTATUS[0]}" = 1'
                done = vm.run("bash", "-c", script, "bash", *argv)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_many_ipls_leave_nothing(self):
        path = self.file("a.img", disk.disk(
            (disk.run_psw(0x20000), {0x20000: disk.assemble("program", ME=1, NEXT=disk.ebcdic(1))})))
        with VM("-m", "64M", *virtio_blk(path)) as machine:
            engine = machine.engine()
            self.wait_for_count(machine, 10)
            fds = len(os.listdir(f"/proc/{engine}/fd"))
            self.wait_for_count(machine, 60)
            self.assertLessEqual(len(os.listdir(f"/proc/{engine}/fd")), fds + 3)


if __name__ == "__main__":
    vm.main()
